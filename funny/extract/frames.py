"""Messages between two processes: a JSON header after its length, then the bytes of its arrays."""

import json
import math
import struct
from typing import IO, Any

import numpy as np

from funny.extract.plain import to_plain

_LENGTH = struct.Struct("<I")
_MOST_HEADER = 1 << 26
_MOST_ARRAYS = 8
_DTYPES = ("uint8", "float32", "float64")

Message = tuple[str, Any, list[np.ndarray]]
"""What it is, a plain value, and the arrays in it."""


class Sender:
    """Writes messages; an array that was the last one too is not sent again."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._last: np.ndarray | None = None

    def send(self, kind: str, value: Any) -> None:
        """Writes one message.

        Args:
            kind: What it is.
            value: As `to_plain` takes it.
        """
        arrays: list[np.ndarray] = []
        plain = to_plain(value, arrays)
        new = [None if array is self._last else array for array in arrays]
        shapes = [array is not None and [array.dtype.name, list(array.shape)] for array in new]
        header = json.dumps([kind, plain, shapes]).encode()
        self._pipe.write(_LENGTH.pack(len(header)) + header)
        for array in new:
            if array is not None:
                self._pipe.write(_bytes_of(np.ascontiguousarray(array)))
        self._last = arrays[-1] if arrays else self._last
        self._pipe.flush()


class Receiver:
    """Reads messages; nothing in them is believed.

    Args:
        pipe: Where they come from.
        most_bytes: Size of one array, at most.
    """

    def __init__(self, pipe: IO[bytes], most_bytes: int) -> None:
        self._pipe, self._most_bytes = pipe, most_bytes
        self._last = np.zeros(0, np.uint8)

    def receive(self) -> Message:
        """Reads one message; an array that was the last one too is the same object.

        Raises:
            EOFError: If there is none, or not all of it.
            ValueError: If it is no message; also TypeError, LookupError.
        """
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
        if length > _MOST_HEADER:
            raise ValueError("the message is too long")
        kind, plain, shapes = json.loads(self._read(length))
        return str(kind), plain, [self._array(shape) for shape in shapes[:_MOST_ARRAYS]]

    def _read(self, count: int) -> bytes:
        part = self._pipe.read(count)
        if len(part) < count:
            raise EOFError
        return part

    def _array(self, described: Any) -> np.ndarray:
        if described:
            dtype, shape = described
            if dtype not in _DTYPES or not all(type(n) is int and n >= 0 for n in shape):
                raise ValueError("an array is of no known kind")
            if math.prod(shape) * np.dtype(dtype).itemsize > self._most_bytes:
                raise ValueError("an array is too large")
            self._last = self._filled(np.empty(shape, dtype))
        return self._last

    def _filled(self, array: np.ndarray) -> np.ndarray:
        wanted = _bytes_of(array)
        if self._pipe.readinto(wanted) < len(wanted):  # type: ignore[attr-defined]
            raise EOFError
        return array


def _bytes_of(array: np.ndarray) -> memoryview:
    return array.reshape(-1).view(np.uint8).data
