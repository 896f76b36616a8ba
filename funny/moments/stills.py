"""Moments → thumbnails: the most expressive sharp picture, and a few seconds that move."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from funny.errors import MediaError, check_choice
from funny.extract.glimpses import Glimpse, glimpses
from funny.extract.sharpness import sharpness
from funny.extract.shots import cuts_between
from funny.extract.spans import pictures_at
from funny.moments.animation import animated_span_s, animation
from funny.moments.choice import Moment
from funny.moments.clips import CutProgress, clip_name
from funny.moments.ffmpeg import whole_file
from funny.records import Analysis, Highlight, Signals

if TYPE_CHECKING:
    from funny.extract.faces import FaceDetector

PICTURES = ("jpg", "png")
ANIMATIONS = ("webp", "gif", "none")

_AROUND_S = 2.5
"""The picture is sought so far around the peak; a laugh lasts about as long."""
_BESIDE_A_CUT_S = 0.12
_ORIGINAL = 1 << 16
_PLAIN = 0.05
"""What a face is worth that shows nothing."""
_DARK, _FLAT = 0.4, 0.35
"""Brightness and contrast of a fade, against what is usual in the moment."""


@dataclass(frozen=True)
class ThumbnailOptions:
    """What thumbnails are made of a moment.

    Raises:
        OptionError: If there is no such format.
    """

    picture: str = "jpg"
    """One of PICTURES."""
    animated: str = "webp"
    """One of ANIMATIONS."""

    def __post_init__(self) -> None:
        check_choice("picture", self.picture, PICTURES)
        check_choice("animated", self.animated, ANIMATIONS)


@dataclass(frozen=True)
class Thumbnail:
    """What was made of a moment."""

    picture: Path
    animation: Path | None
    time_s: float
    """When the picture is on screen."""


def make_thumbnails(
    analysis: Analysis,
    moments: Sequence[Moment],
    folder: Path,
    detector: "FaceDetector",
    options: ThumbnailOptions | None = None,
    progress: CutProgress = lambda done, total: None,
) -> list[Thumbnail]:
    """Makes the thumbnails of moments, in their order; a file has its final name only when whole.

    Args:
        analysis: The analysis; its video is read where it says.
        moments: Which of its moments, with their ranks.
        folder: Where they go; it is made if needed.
        detector: Face detector.
        options: Which formats.
        progress: Told how many moments are done, and of how many; may raise to stop the work.

    Raises:
        MediaError: If the video has no picture or cannot be read, or a file cannot be written.
        Cancelled: If progress raised it; no half-written file is left.
    """
    options = options or ThumbnailOptions()
    if not analysis.video.has_picture:
        raise MediaError(f"{analysis.video.path}: has no picture to make thumbnails of.")
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for done, moment in enumerate(moments):
        tell = partial(_tell, progress, done, len(moments))
        made.append(_make(analysis, moment, folder, detector, options, tell))
        progress(done + 1, len(moments))
    return made


def _tell(progress: CutProgress, before: int, total: int, share: float) -> None:
    progress(before + min(1.0, share), total)


def _make(
    analysis: Analysis,
    moment: Moment,
    folder: Path,
    detector: "FaceDetector",
    options: ThumbnailOptions,
    progress: Callable[[float], None],
) -> Thumbnail:
    stem = folder / clip_name(moment.rank, moment.highlight).removesuffix(".mp4")
    video, near = analysis.video, _around_peak(moment.highlight)
    cuts_s = cuts_between(video, near.start_s, near.end_s)
    time_s = best_time_s(analysis, near, cuts_s, detector, progress)
    picture = next((p for _, p in pictures_at(video, [time_s], _ORIGINAL)), None)
    if picture is None:
        raise MediaError(f"{video.path}: shows nothing at {time_s:.1f} s. Choose another moment.")
    still = stem.with_name(f"{stem.name}.{options.picture}")
    _write(still, _encoded_picture(picture, options.picture))
    if options.animated == "none":
        return Thumbnail(still, None, time_s)
    moving = stem.with_name(f"{stem.name}.{options.animated}")
    span_s = animated_span_s(near, cuts_s, time_s)
    _write(moving, animation(video, span_s, options.animated))
    return Thumbnail(still, moving, time_s)


def _around_peak(highlight: Highlight) -> Highlight:
    return replace(
        highlight,
        start_s=max(highlight.start_s, highlight.peak_s - _AROUND_S),
        end_s=min(highlight.end_s, highlight.peak_s + _AROUND_S),
    )


def best_time_s(
    analysis: Analysis,
    highlight: Highlight,
    cuts_s: np.ndarray,
    detector: "FaceDetector",
    progress: Callable[[float], None] = lambda _: None,
) -> float:
    """When the picture to show for a moment is on screen, in seconds of the video.

    Args:
        analysis: The analysis.
        highlight: Where to look.
        cuts_s: (n,) where it cuts.
        detector: Face detector.
        progress: Told how much of the work is done, 0..1; may raise to stop it.

    Raises:
        MediaError: If the video cannot be read.
    """
    length_s = highlight.length_s
    seen = glimpses(
        analysis.video,
        detector,
        highlight.start_s,
        highlight.end_s,
        cuts_s,
        lambda done_s: progress(0.8 * done_s / length_s),
    )
    times_s = np.array([glimpse.time_s for glimpse in seen])
    if not len(times_s):
        return highlight.peak_s
    looks = _looks(analysis, seen)
    return float(times_s[np.argmax(_worth(analysis.signals, times_s, looks, cuts_s))])


def _looks(analysis: Analysis, seen: Sequence[Glimpse]) -> np.ndarray:
    """For each glimpse: sharpness, size of its face, brightness and contrast; (n, 4)."""
    times_s = [glimpse.time_s for glimpse in seen]
    rows = []
    for glimpse, (_, picture) in zip(
        seen, pictures_at(analysis.video, times_s, _ORIGINAL), strict=True
    ):
        box = _largest(glimpse.boxes)
        grey = picture[::8, ::8].mean(axis=2)
        size = 0.0 if box is None else float(box[3])
        rows.append((sharpness(picture, box), size, float(grey.mean()), float(grey.std())))
    return np.array(rows)


def _largest(boxes: np.ndarray) -> np.ndarray | None:
    return boxes[np.argmax(boxes[:, 2] * boxes[:, 3])] if len(boxes) else None


def _worth(
    signals: Signals, times_s: np.ndarray, looks: np.ndarray, cuts_s: np.ndarray
) -> np.ndarray:
    """How much each picture is worth to be shown: (n,), the more the better."""
    sharp, size, bright, contrast = looks.T
    has_face = size > 0
    shot = np.searchsorted(cuts_s, times_s, side="right")
    worth = expression(signals, times_s) * _against(sharp, 2 * shot + has_face) * (0.2 + size)
    worth = np.where(has_face | ~has_face.any(), worth, 0.0)
    is_fade = (bright < _DARK * np.median(bright)) | (contrast < _FLAT * np.median(contrast))
    since_cut_s = np.abs(times_s[:, None] - cuts_s[None]).min(axis=1, initial=np.inf)
    return worth - (is_fade | (since_cut_s < _BESIDE_A_CUT_S))


def _against(sharp: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """Sharpness against the sharpest of its kind (n,), 0..1: skins and places differ in detail."""
    best = np.zeros(kind.max() + 1)
    np.maximum.at(best, kind, sharp)
    return sharp / np.maximum(best[kind], 1e-9)


def expression(signals: Signals, times_s: np.ndarray) -> np.ndarray:
    """How much the face of the nearest tick shows at times (n,): (n,), 0.05 to about 2."""
    strong = 1 - signals.emotion("neutral") + np.maximum(signals.emotion("arousal"), 0)
    happy = signals.emotion("happiness") + signals.emotion("surprise")
    shown = np.where(signals.face_found, (strong + happy) / 2, 0.0)
    if not len(shown):
        return np.full(len(times_s), _PLAIN)
    # Not between ticks: a cut may be there.
    nearest = np.abs(signals.times_s[None] - times_s[:, None]).argmin(axis=1)
    return _PLAIN + shown[nearest]


def _encoded_picture(picture: np.ndarray, format_: str) -> bytes:
    from PIL import Image

    jpeg: dict[str, Any] = {"format": "JPEG", "quality": 92, "subsampling": 0}
    made = io.BytesIO()
    Image.fromarray(picture).save(made, **({"format": "PNG"} if format_ == "png" else jpeg))
    return made.getvalue()


def _write(target: Path, content: bytes) -> None:
    with whole_file(target) as unfinished:
        unfinished.write_bytes(content)
