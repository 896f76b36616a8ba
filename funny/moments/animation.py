"""A few seconds of a video as a small animated picture: WebP or GIF."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from funny.extract.spans import pictures_at
from funny.records import Highlight, VideoInfo

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 1_500_000
"""An animation is made smaller until it is no larger than that."""

_AROUND_S = (1.3, 1.5)
"""What an animation shows before and after the peak."""
_LEAST_S = 1.0
_TRIES = ((480, 12, 75), (400, 10, 65), (320, 8, 55), (240, 6, 45), (160, 5, 35))
"""Width, pictures a second, and quality of WebP: each smaller than the one before."""
_LINES = 1080


def animation(video: VideoInfo, span_s: tuple[float, float], format_: str) -> bytes:
    """A span of a video as an animated picture, at most 480 pixels wide.

    Args:
        video: The video.
        span_s: From when to when.
        format_: `webp` or `gif`.

    Raises:
        MediaError: If the video cannot be read.
    """
    for width, rate, quality in _TRIES:
        times_s = np.arange(*span_s, 1 / rate)
        images = [_shrunk(picture, width) for _, picture in pictures_at(video, times_s, _LINES)]
        made = _encoded(images, rate, quality, format_)
        if len(made) <= MOST_BYTES:
            break
    return made


def animated_span_s(near: Highlight, cuts_s: np.ndarray, time_s: float) -> tuple[float, float]:
    """What to show: the surroundings of the peak, of the shot with the thumbnail if it lasts.

    Args:
        near: The moment near its peak.
        cuts_s: (n,) where it cuts.
        time_s: When the thumbnail is on screen.
    """
    before_s, after_s = _AROUND_S
    span = max(near.start_s, near.peak_s - before_s), min(near.end_s, near.peak_s + after_s)
    start_s = max(cuts_s[cuts_s <= time_s], default=near.start_s)
    end_s = min(cuts_s[cuts_s > time_s], default=near.end_s)
    shot = max(span[0], float(start_s)), min(span[1], float(end_s))
    return shot if shot[1] - shot[0] >= _LEAST_S else span


def _shrunk(picture: np.ndarray, width: int) -> "Image":
    from PIL import Image

    image = Image.fromarray(picture)
    image.thumbnail((width, width * 4))
    return image


def _encoded(images: "Sequence[Image]", rate: int, quality: int, format_: str) -> bytes:
    how: dict[str, Any] = {"quality": quality, "method": 4} if format_ == "webp" else {}
    made = io.BytesIO()
    images[0].save(
        made,
        format=format_.upper(),
        save_all=True,
        append_images=images[1:],
        duration=round(1000 / rate),
        loop=0,
        **how,
    )
    return made.getvalue()
