"""Where a span of a video cuts from one shot to another, exact to the frame."""

from itertools import pairwise

import numpy as np

from funny.extract.spans import pictures_between
from funny.records import VideoInfo

_LINES = 36
_CUT = 12.0
"""Mean difference of brightness, of 255, that a cut makes at least."""
_STANDS_OUT = 3.0
"""As many times as much as what moves around it anyway."""
AROUND_S = 0.4
"""A cut is told by what else moves this long before and after it."""
_USUAL = 80
"""Percentile of the differences around: many a stream shows each picture twice."""
_FLASH_S = 0.2
"""A flash is over by then, and what was there before is back."""
_IS_BACK = 0.5


def cuts_between(video: VideoInfo, start_s: float, end_s: float) -> np.ndarray:
    """When new shots begin inside [start_s, end_s): (n,) seconds of the video, rising.

    Fades and dissolves are none, nor are flashes, whip pans and pictures that move a lot.

    Args:
        video: The video.
        start_s: Where the span begins; what is on screen then is no cut.
        end_s: Where it ends.

    Raises:
        MediaError: If the file cannot be read.
    """
    seen = list(pictures_between(video, start_s, end_s, _LINES))
    if len(seen) < 2:
        return np.zeros(0)
    times_s = np.array([time_s for time_s, _ in seen])
    small = np.array([picture for _, picture in seen])  # (frames, h, w, 3)
    return times_s[[k for k in cuts_in(times_s, small) if times_s[k] > start_s]]


def cuts_in(times_s: np.ndarray, pictures: np.ndarray) -> list[int]:
    """Which of some pictures (n, h, w, 3), on screen from times (n,) on, are the first of a shot.

    Nothing is known of what was before the first one: it is none.
    """
    moved = np.array([_unlike(a, b) for a, b in pairwise(pictures)])
    new = np.flatnonzero(moved >= _CUT) + 1
    return [
        k for k in new.tolist() if _stands_out(k, times_s, moved) and _stays(k, times_s, pictures)
    ]


def _unlike(picture: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(picture.astype(np.int16) - other).mean())


def _stands_out(k: int, times_s: np.ndarray, moved: np.ndarray) -> bool:
    """Whether a picture differs much more from the one before than pictures around it do."""
    near = np.abs(times_s[1:] - times_s[k]) <= AROUND_S
    near[k - 1] = False
    usual = np.percentile(moved[near], _USUAL) if near.any() else 0.0
    return bool(moved[k - 1] >= _STANDS_OUT * usual)


def _stays(k: int, times_s: np.ndarray, pictures: np.ndarray) -> bool:
    """Whether a picture neither begins nor ends a flash, after which the shot goes on."""
    step = _unlike(pictures[k - 1], pictures[k])
    soon = (times_s > times_s[k]) & (times_s <= times_s[k] + _FLASH_S)
    just = (times_s < times_s[k - 1]) & (times_s >= times_s[k] - _FLASH_S)
    back = [_unlike(pictures[k - 1], p) for p in pictures[soon]]
    before = [_unlike(pictures[k], p) for p in pictures[just]]
    return min([*back, *before], default=np.inf) > _IS_BACK * step
