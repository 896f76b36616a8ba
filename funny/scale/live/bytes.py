"""Bytes as they come: of a file that somebody is writing, or through a pipe."""

import os
import select
import time
from pathlib import Path
from threading import Event

from funny.errors import MediaError

_LOOK_S = 0.05


class Growing:
    """A file that is still written: its end is where it has not grown for a while.

    Args:
        path: The file; it may be made a little later.
        ends_after_s: How long it may stay as it is.
        stopping: Set when nothing more is wanted.
    """

    def __init__(self, path: Path, ends_after_s: float, stopping: Event) -> None:
        self._path, self._ends_after_s, self._stopping = path, ends_after_s, stopping
        self._descriptor: int | None = None

    def read(self, size: int) -> bytes:
        """At most so many bytes; waits for some; none at the end."""
        until_s = time.monotonic() + self._ends_after_s
        while not self._stopping.is_set():
            if data := self._there(size):
                return data
            if time.monotonic() >= until_s:
                break
            self._stopping.wait(_LOOK_S)
        return b""

    def _there(self, size: int) -> bytes:
        if self._descriptor is None:
            try:
                self._descriptor = os.open(self._path, os.O_RDONLY)
            except FileNotFoundError:
                return b""
            except OSError as error:
                raise MediaError(f"{self._path}: cannot be opened ({error.strerror}).") from error
        return os.read(self._descriptor, size)

    def close(self) -> None:
        """Closes the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class Pipe:
    """The reading end of a pipe; it ends when its writer does, or is silent for too long.

    Args:
        descriptor: Its number.
        ends_after_s: How long nothing may come.
        stopping: Set when nothing more is wanted.
    """

    def __init__(self, descriptor: int, ends_after_s: float, stopping: Event) -> None:
        self._descriptor, self._ends_after_s = descriptor, ends_after_s
        self._stopping = stopping

    def read(self, size: int) -> bytes:
        """At most so many bytes; waits for some; none at the end."""
        until_s = time.monotonic() + self._ends_after_s
        while not self._stopping.is_set() and time.monotonic() < until_s:
            if select.select([self._descriptor], [], [], _LOOK_S)[0]:
                return os.read(self._descriptor, size)
        return b""

    def close(self) -> None:
        """Leaves the pipe to whoever made it."""
