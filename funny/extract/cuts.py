"""Shot cuts: from tick to tick it is seen where one may be, and to the frame only where asked."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path

import av
import numpy as np

from funny.errors import MediaError
from funny.extract.video import (
    SAME_INSTANT_S,
    decoded,
    open_media,
    or_else,
    picture_stream,
    presented_s,
    zero_s,
)
from funny.grid import TICK_S, runs, s_to_tick, tick_to_s
from funny.records import VideoInfo

CUT = 10.0
"""Mean change of brightness, of 255, below which nobody would call it a cut."""
STANDS_OUT = 2.5
"""A cut changes the picture this many times as much as what is around it; no pan or flash does."""

_AROUND_S = 0.2
_LIVELY_TICKS, _LIVELIER = 8, 1.5
_ROWS, _COLUMNS, _BLOCK = 36, 64, 4
_SMALL = (32, 18)
# A quick look may have seen a picture that is some frames older than its tick.
_OLDER_S = 0.1
# MPEG streams do not seek to a key frame; two of a recording are this far apart at most.
_LONGEST_GROUP_S = 12.0


class Changes:
    """How much the picture changed from tick to tick, by a tiny grey copy of it."""

    def __init__(self) -> None:
        self._seen: np.ndarray | None = None
        self._grey: np.ndarray | None = None
        self._changes: dict[int, float] = {}

    def add(self, tick: int, picture: np.ndarray | None) -> None:
        """Takes the picture (h, w, 3) of the next tick; None where nothing is on screen."""
        if picture is None or self._seen is picture:
            return
        before, self._seen, self._grey = self._grey, picture, _grey(picture)
        if before is not None and before.shape == self._grey.shape:
            self._changes[tick] = float(np.abs(self._grey - before).mean())

    def column(self, ticks: int) -> np.ndarray:
        """The changes of the first ticks, uint8 (ticks,)."""
        column = np.zeros(ticks, np.uint8)
        for tick, change in self._changes.items():
            if tick < ticks:
                column[tick] = round(change)
        return column


def _grey(picture: np.ndarray) -> np.ndarray:
    """Means of blocks of a few green pixels: what moves a little changes them little."""
    height, width = picture.shape[:2]
    few = picture[:: max(1, height // _ROWS), :: max(1, width // _COLUMNS), 1]
    rows, columns = few.shape[0] // _BLOCK, few.shape[1] // _BLOCK
    if not rows or not columns:
        return few.astype(np.float32)
    blocks = few[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    return blocks.mean((1, 3), dtype=np.float32)  # (rows, columns)


class CutFinder:
    """Finds the cuts near a time; decodes only where the picture was seen to change."""

    def __init__(self, video: VideoInfo, changes: np.ndarray) -> None:
        self._video, self._changes = video, changes

    def __call__(self, start_s: float, end_s: float) -> list[float]:
        """Times in [start_s, end_s] at which a new shot is first on screen, in order.

        A file that cannot be read any more has none.
        """
        found: set[float] = set()
        with suppress(MediaError):
            for first, last in self._suspects(start_s, end_s):
                found.update(_cuts_in(self._video.path, self._video.sha, first, last))
        return sorted(time_s for time_s in found if start_s <= time_s <= end_s)

    def _suspects(self, start_s: float, end_s: float) -> Iterator[tuple[int, int]]:
        """First and last of the ticks before which, since the tick before, there may be a cut."""
        first = s_to_tick(start_s)
        ticks = range(first, min(s_to_tick(end_s + _OLDER_S) + 2, len(self._changes)))
        jumps = runs(np.array([self._is_jump(tick) for tick in ticks], bool))
        return ((first + begin, first + end - 1) for begin, end in jumps)

    def _is_jump(self, tick: int) -> bool:
        """Whether more changed than a cut changes at least, and than is usual around."""
        around = self._changes[max(0, tick - _LIVELY_TICKS) : tick + _LIVELY_TICKS + 1]
        return bool(self._changes[tick] >= max(CUT, _LIVELIER * np.median(around)))


@lru_cache(maxsize=4096)
def _cuts_in(path: Path, sha: str, first: int, last: int) -> tuple[float, ...]:
    """The cuts from before one tick until another; kept, since a moved threshold asks again."""
    start_s, end_s = tick_to_s(first) - TICK_S - _OLDER_S, tick_to_s(last) + SAME_INSTANT_S
    return tuple(cuts_between(path, start_s, end_s))


def cuts_between(path: Path, start_s: float, end_s: float) -> list[float]:
    """When new shots are first on screen, in [start_s, end_s], exact to the frame.

    Args:
        path: The video.
        start_s: From when, in seconds of the video.
        end_s: Until when.

    Raises:
        MediaError: If the file cannot be read.
    """
    frames = list(_frames(path, start_s - _AROUND_S, end_s + _AROUND_S))
    times = np.array([time_s for time_s, _ in frames[1:]])
    changes = np.array([np.abs(b - a).mean() for (_, a), (_, b) in pairwise(frames)])
    asked = np.flatnonzero((times >= start_s) & (times <= end_s) & (changes >= CUT))
    return [float(times[n]) for n in asked.tolist() if _stands_out(n, times, changes)]


def _stands_out(n: int, times: np.ndarray, changes: np.ndarray) -> bool:
    around = np.abs(times - times[n]) <= _AROUND_S
    around[n] = False
    return bool(changes[n] >= STANDS_OUT * changes[around].max(initial=0.0))


def _frames(path: Path, start_s: float, end_s: float) -> Iterator[tuple[float, np.ndarray]]:
    """Time and small grey copy of the frames from one time to another, and of one more."""
    with open_media(path) as container:
        stream = picture_stream(container)
        # AVI does not say when a frame is shown.
        if stream is None or stream.time_base is None or container.format.name == "avi":
            return
        is_mpeg = container.format.name in ("mpegts", "mpeg")
        from_s = start_s - (_LONGEST_GROUP_S if is_mpeg else 0.0)
        if from_s > 0:
            with suppress(av.error.FFmpegError):
                container.seek(int((from_s + zero_s(container)) / stream.time_base), stream=stream)
        for time_s, frame in decoded(container, stream, [], partial(_wanted, start_s)):
            if time_s is not None and time_s >= start_s:
                yield time_s, _small(frame)
            if time_s is not None and time_s > end_s:
                return


def _wanted(
    start_s: float, packets: Iterator[av.Packet], origin: Fraction
) -> Iterator[tuple[av.Packet, bool]]:
    """What lies before is decoded only as far as other frames need it."""
    return ((p, or_else(presented_s(p, origin), start_s) >= start_s) for p in packets)


def _small(frame: av.VideoFrame) -> np.ndarray:
    small = frame.reformat(*_SMALL, "gray", interpolation="AREA")
    return small.to_ndarray().astype(np.float32)
