"""The folders of a work: what lies in them is put there whole, or not at all."""

import shutil
import tempfile
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path

from funny.errors import NotKept
from funny.files import is_full

ANALYSIS, RESULTS, SOURCE = "analysis", "results", "source"
"""In the folder of a work: the analysis of the whole video, what was cut of it, the video itself if
it was fetched or uploaded."""


@contextmanager
def fresh_in(folder: Path, what: str) -> Iterator[Path]:
    """A new folder in another, which goes if what is done in it fails or is stopped.

    Args:
        folder: Where it is made.
        what: What there is no room for, if the disk is full.

    Raises:
        NotKept: If the disk is full.
    """
    fresh = None
    try:
        fresh = Path(tempfile.mkdtemp(dir=folder))
        yield fresh
    except BaseException as error:
        if fresh is not None:
            shutil.rmtree(fresh, ignore_errors=True)
        if is_full(error):
            raise NotKept(what) from error
        raise


def put_in_place(fresh: Path, target: Path) -> None:
    """A new folder in place of an old one; whenever the power fails, one of the two is whole."""
    old = _old(target)
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def settle(target: Path) -> None:
    """Takes the old folder back where the power failed before the new one was in place."""
    if not target.exists() and (old := _old(target)).exists():
        old.rename(target)
    shutil.rmtree(_old(target), ignore_errors=True)


def tidy(folder: Path, known: Set[str]) -> None:
    """Removes what was half made when the server ended.

    Args:
        folder: Of a work.
        known: Names of what stays.
    """
    for path in folder.iterdir():
        if path.is_dir() and path.name not in known:
            shutil.rmtree(path, ignore_errors=True)
        elif path.name not in known:
            path.unlink(missing_ok=True)


def _old(target: Path) -> Path:
    return target.with_name(f"{target.name}.old")
