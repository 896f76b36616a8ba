"""Shot cuts: from tick to tick it is seen where one may be, and to the frame only where asked."""

from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache

import numpy as np

from funny.errors import MediaError
from funny.extract.facts import read_facts
from funny.extract.shots import AROUND_S, cuts_between
from funny.extract.video import SAME_INSTANT_S
from funny.grid import TICK_S, runs, s_to_tick, tick_to_s
from funny.records import VideoInfo

CUT = 10.0
"""Mean change of brightness, of 255, below which nobody would call it a cut."""

_LIVELY_TICKS, _LIVELIER = 8, 1.5
_ROWS, _COLUMNS, _BLOCK = 36, 64, 4
# A quick look may have seen a picture that is some frames older than its tick.
_OLDER_S = 0.1


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

    def resume(self, column: np.ndarray) -> None:
        """Goes on after the ticks (t,) whose changes are known; add the last picture again."""
        self._changes = dict(enumerate(column.tolist()))

    def at(self, tick: int) -> int:
        """The change before one tick, 0..255; 0 if nobody looked."""
        return round(self._changes.get(tick, 0.0))

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
                found.update(_cuts_in(self._video, first, last))
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
def _cuts_in(video: VideoInfo, first: int, last: int) -> tuple[float, ...]:
    """The cuts from before one tick until another; kept, since a moved threshold asks again."""
    # It knows when a frame was sent, not when it is shown: an edge could show another shot.
    if read_facts(video.path).kind == "avi":
        return ()
    start_s, end_s = tick_to_s(first) - TICK_S - _OLDER_S, tick_to_s(last) + SAME_INSTANT_S
    found = cuts_between(video, start_s - AROUND_S, end_s + AROUND_S)
    return tuple(float(time_s) for time_s in found if start_s <= time_s <= end_s)
