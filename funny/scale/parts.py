"""Finished parts of videos that are not done: a run that was broken off goes on from them."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from funny.errors import FunnyError
from funny.files import disk_message

WORK = ".work"
"""Folder among the results for parts."""


class Parts:
    """The parts of one video.

    Args:
        out: Where the results lie.
        key: What the parts follow from: the content, the models, the options.
    """

    def __init__(self, out: Path, key: str) -> None:
        self._folder = out / WORK / key

    def has(self, name: str) -> bool:
        """Whether a part is there; if it is, it is whole."""
        return (self._folder / name).is_file()

    def read(self, name: str) -> bytes:
        """A part that is there."""
        return (self._folder / name).read_bytes()

    def keep(self, name: str, content: bytes) -> None:
        """Keeps a part.

        Raises:
            FunnyError: If it cannot be written.
        """
        path = self._folder / name
        beside = path.with_name(f".{name}.{os.getpid()}.partial")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(content)
            os.replace(beside, path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise FunnyError(disk_message(path, error)) from error

    def forget(self) -> None:
        """Takes all of them away: the video is done, or never will be."""
        shutil.rmtree(self._folder, ignore_errors=True)
        with suppress(OSError):  # it holds those of others
            self._folder.parent.rmdir()
