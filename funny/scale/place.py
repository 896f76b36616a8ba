"""Where results are to lie: a folder of this machine, or any address that fsspec knows.

What goes to an address is made in a folder of this machine first, and copied video by video, the
record of each last: where there is a record, the rest of that video is whole.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

from filelock import FileLock, Timeout

from funny.errors import FunnyError, OptionError
from funny.extract.cache import cache_folder
from funny.extras import extra
from funny.scale.results import RECORD

_LOCK = ".lock"


class Place(Protocol):
    """Where results are to lie."""

    folder: Path
    """Where they are made."""
    is_remote: bool
    """Whether they go on from there."""

    def held(self) -> AbstractContextManager[None]:
        """Keeps it for one batch alone, and knows what is there; two would mix.

        Raises:
            OptionError: If another batch has it, or it cannot be written.
            FunnyError: If what is there cannot be read.
        """

    def put(self, name: str) -> None:
        """Brings a file or a folder of it to where it is to lie.

        Raises:
            FunnyError: If that fails.
        """


def place_of(out: str | Path) -> Place:
    """The place that is meant.

    Raises:
        OptionError: If fsspec is missing, or does not know the address.
    """
    text = str(out)
    if not re.match(r"[a-z][a-z0-9+.-]+://", text):
        return Here(Path(out))
    if text.startswith("file://"):
        return Here(Path(url2pathname(urlsplit(text).path)))
    return Address(text)


class Here:
    """A folder of this machine."""

    is_remote = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keeps it for one batch alone."""
        with _alone(self.folder, self.folder):
            yield

    def put(self, name: str) -> None:
        """It lies there already."""


class Address:
    """An address that fsspec knows: `s3://bucket/folder`, `gs://`, `sftp://`, ..."""

    is_remote = True

    def __init__(self, address: str) -> None:
        digest = hashlib.sha256(address.encode()).hexdigest()[:16]
        self.folder = cache_folder() / "batch" / digest
        self._address = address
        self._files, self._root = _opened(address)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keeps it for one batch of this machine alone."""
        with _alone(self.folder, self._address):
            with self._telling():
                self._bring()
            yield

    def _bring(self) -> None:
        """Fetches the records of what is there; what is recorded here alone was never copied."""
        for path in self.folder.glob(f"*/{RECORD}"):
            path.unlink()
        for path in self._files.glob(f"{self._root}/*/{RECORD}"):
            record = self.folder / path.rsplit("/", 2)[1] / RECORD
            record.parent.mkdir(parents=True, exist_ok=True)
            self._files.get_file(path, str(record))

    def put(self, name: str) -> None:
        """Copies a file; or a folder, of which only the record stays here."""
        path, target = self.folder / name, f"{self._root}/{name}"
        with self._telling():
            if path.is_file():
                self._files.put_file(str(path), target)
                return
            self._files.makedirs(target, exist_ok=True)
            for file in sorted(path.iterdir(), key=lambda file: file.name == RECORD):
                self._files.put_file(str(file), f"{target}/{file.name}")
                if file.name != RECORD:
                    os.unlink(file)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        # Every service has errors of its own.
        except Exception as error:
            what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            raise FunnyError(
                f"{self._address}: cannot be reached or written ({what}). Run it again when it "
                "can be: it goes on where it was."
            ) from error


@contextmanager
def _alone(folder: Path, named: str | Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK)
        lock.acquire(blocking=False)
    except Timeout as error:
        raise OptionError(
            f"--out {named}: another batch writes there. Wait until it is done, or choose another."
        ) from error
    except OSError as error:
        raise OptionError(
            f"--out {named}: cannot be written ({error.strerror}). Choose another folder."
        ) from error
    try:
        yield
    finally:
        # Before it is let go of, or it could be that of the next; Windows does so by itself.
        with suppress(OSError):
            (folder / _LOCK).unlink()
        lock.release()
        with suppress(OSError):  # it holds something
            folder.rmdir()


def _opened(address: str) -> tuple[Any, str]:
    with extra("remote"):
        from fsspec.core import url_to_fs
    try:
        files, root = url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise OptionError(
            f"--out {address}: cannot be opened ({error}). s3fs, gcsfs, adlfs, sshfs are installed "
            "apart."
        ) from error
    return files, root.rstrip("/")
