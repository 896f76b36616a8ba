"""Columns of ticks that grow for hours: constant work a tick, whole at any time."""

import numpy as np


class Column:
    """Numbers of ticks; what was never set is zero.

    Args:
        shape: Shape of what belongs to one tick.
        dtype: Its type.
    """

    def __init__(self, shape: tuple[int, ...] = (), dtype: type = np.float32) -> None:
        self._array: np.ndarray = np.zeros((1024, *shape), dtype)

    def __setitem__(self, tick: int, value: object) -> None:
        self._make_room(tick + 1)
        self._array[tick] = value

    def put(self, first: int, values: np.ndarray) -> None:
        """Sets the ticks from a first one on."""
        self._make_room(first + len(values))
        self._array[first : first + len(values)] = values

    def part(self, first: int, last: int) -> np.ndarray:
        """The ticks [first, last); a view for as long as nothing is set."""
        self._make_room(last)
        return self._array[first:last]

    def _make_room(self, ticks: int) -> None:
        if ticks > len(self._array):
            more = np.zeros((max(ticks, 2 * len(self._array)), *self._array.shape[1:]))
            more[: len(self._array)] = self._array
            self._array = more.astype(self._array.dtype)
