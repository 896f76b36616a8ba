"""Moments → shorts for phones: upright or square, the crop on the faces, exact to the frame."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from funny.errors import MediaError, check_choice
from funny.extract.facecam import facecam
from funny.extract.glimpses import glimpses
from funny.extract.shots import cuts_between
from funny.extract.spans import pictures_at
from funny.files import is_full
from funny.moments.choice import Moment
from funny.moments.clips import CutProgress, clip_name
from funny.moments.cutting import OWN_TIMES, encoding_words, sound_words
from funny.moments.encoding import QUALITIES, Encoding
from funny.moments.ffmpeg import run_ffmpeg, whole_file
from funny.moments.layouts import LAYOUTS, SHAPES, Layout, lay_out, size_of
from funny.moments.mosaic import mosaic
from funny.moments.people import shots, speaker
from funny.moments.reading import reading
from funny.moments.running import FfmpegError
from funny.moments.scenes import Scene, is_streamer
from funny.records import Analysis, Highlight, Region, VideoInfo

if TYPE_CHECKING:
    from funny.extract.faces import FaceDetector

_WATCHING = 0.4
"""Part of the work that goes before the cutting."""
_CAM_LOOKS, _CAM_LINES = 10, 540


@dataclass(frozen=True)
class ShortOptions:
    """What shorts look like.

    Raises:
        OptionError: If there is no such shape, layout or quality.
    """

    shape: str = "vertical"
    """A name in SHAPES."""
    layout: str = "auto"
    """A name in LAYOUTS."""
    encoding: Encoding = field(default_factory=Encoding)
    """How they are stored; in 8 bits in any case."""

    def __post_init__(self) -> None:
        check_choice("shape", self.shape, SHAPES)
        check_choice("layout", self.layout, LAYOUTS)

    def size(self, video: VideoInfo) -> tuple[int, int]:
        """Width and height of the shorts of a video: never much larger than what there is."""
        most = QUALITIES[self.encoding.quality].max_height
        lines = min(video.width, video.height)
        return size_of(self.shape, min(lines, most) if most else lines)


@dataclass(frozen=True)
class Short:
    """A short that was made."""

    path: Path
    layout: str
    """The layout it has, which `auto` may have chosen."""


def make_shorts(
    analysis: Analysis,
    moments: Sequence[Moment],
    folder: Path,
    detector: "FaceDetector",
    options: ShortOptions | None = None,
    progress: CutProgress = lambda done, total: None,
) -> list[Short]:
    """Makes one short a moment, in their order; a short has its final name only when whole.

    Args:
        analysis: The analysis; its video is read where it says.
        moments: Which of its moments, with their ranks.
        folder: Where the shorts go; it is made if needed.
        detector: Face detector.
        options: What they look like.
        progress: Told how many seconds are done, and of how many; may raise to stop the work.

    Raises:
        MediaError: If the video has no picture or cannot be read, or a short cannot be written.
        Cancelled: If progress raised it; no half-written short is left.
    """
    options = options or ShortOptions()
    if not analysis.video.has_picture:
        raise MediaError(f"{analysis.video.path}: has no picture to make shorts of.")
    folder.mkdir(parents=True, exist_ok=True)
    total_s, done_s, made = sum(m.highlight.length_s for m in moments), 0.0, []
    for moment in moments:
        tell = partial(_tell, progress, done_s, total_s)
        made.append(_make(analysis, moment, folder, detector, options, tell))
        done_s += moment.highlight.length_s
        progress(done_s, total_s)
    return made


def _tell(progress: CutProgress, before_s: float, total_s: float, done_s: float) -> None:
    progress(before_s + done_s, total_s)


def short_name(rank: int, highlight: Highlight, shape: str) -> str:
    """File name of a short, such as `03_00-12-41_score-0.93_vertical.mp4`."""
    return clip_name(rank, highlight).removesuffix(".mp4") + f"_{shape}.mp4"


def _make(
    analysis: Analysis,
    moment: Moment,
    folder: Path,
    detector: "FaceDetector",
    options: ShortOptions,
    progress: Callable[[float], None],
) -> Short:
    target = folder / short_name(moment.rank, moment.highlight, options.shape)
    watched = partial(_share, progress, 0.0, _WATCHING)
    scene = watch(analysis, moment.highlight, detector, watched)
    if options.layout == "streamer" or (options.layout == "auto" and is_streamer(scene)):
        scene = replace(scene, cam=_cam(analysis, moment.highlight, scene))
    layout = lay_out(options.layout, scene, options.size(analysis.video))
    cut = partial(_share, progress, _WATCHING * moment.highlight.length_s, 1 - _WATCHING)
    with whole_file(target) as unfinished:
        try:
            encoding = options.encoding.for_sdr()
            command = _command(analysis, moment.highlight, layout, encoding, unfinished)
            run_ffmpeg(command, cut, length_s=moment.highlight.end_s)
        except FfmpegError as error:
            raise MediaError(_why_not_made(target, error)) from error
    return Short(target, layout.name)


def _share(progress: Callable[[float], None], before_s: float, share: float, done_s: float) -> None:
    progress(before_s + share * max(0.0, done_s))


def watch(
    analysis: Analysis,
    highlight: Highlight,
    detector: "FaceDetector",
    progress: Callable[[float], None] = lambda _: None,
) -> Scene:
    """Looks at a moment: where it cuts, and where its faces are.

    Raises:
        MediaError: If the video cannot be read.
    """
    video, start_s, end_s = analysis.video, highlight.start_s, highlight.end_s
    cuts_s = cuts_between(video, start_s, end_s)
    seen = glimpses(video, detector, start_s, end_s, cuts_s, progress)
    times_s = np.array([glimpse.time_s - start_s for glimpse in seen])
    found = shots(
        end_s - start_s, (cuts_s - start_s).tolist(), times_s, [glimpse.boxes for glimpse in seen]
    )
    speakers = [speaker(shot, analysis.signals, start_s) for shot in found]
    return Scene(video.width, video.height, end_s - start_s, found, speakers)


def _cam(analysis: Analysis, highlight: Highlight, scene: Scene) -> Region | None:
    """Where the facecam is: by its edges, else where the analysis was told to look for the face."""
    if np.isnan(scene.face).any():
        return None
    times_s = np.linspace(highlight.start_s, highlight.end_s, _CAM_LOOKS, endpoint=False)
    pictures = [picture for _, picture in pictures_at(analysis.video, times_s, _CAM_LINES)]
    return facecam(pictures, scene.face) or _told(analysis)


def _told(analysis: Analysis) -> Region | None:
    region = analysis.options.get("face_region")
    return tuple(region) if region else None


def _command(
    analysis: Analysis, highlight: Highlight, layout: Layout, encoding: Encoding, target: Path
) -> list[str]:
    video = analysis.video
    read = reading(video, highlight.start_s, highlight.end_s)
    tracks = [analysis.options.get("audio_track") or 0] if video.has_audio else []
    upright = read.picture_filter, encoding.shape_filter(video)
    picture = [
        *("-map", read.picture, "-vf", ",".join([*upright, mosaic(layout)])),
        *(*encoding.picture_words(), *OWN_TIMES),
    ]
    sound = sound_words(read, encoding, tracks)
    return [*encoding_words(read, picture, sound), str(target.absolute())]


def _why_not_made(target: Path, error: FfmpegError) -> str:
    if is_full(error):
        return f"{target.name}: the disk is full. Free some space or choose another folder."
    return f"{target.name}: cannot be made ({error.last_line}). Try another layout or moment."
