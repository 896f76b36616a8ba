"""Temporary files of a server, under names that tell whose they are when it was killed."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_NAME = re.compile(r"funny-temporary-(\d+)-\w{8}.*")


def use_folder(folder: Path) -> None:
    """From now on temporary files of this process lie in a folder, and are named as its own."""
    # Gradio answers with files that lie in the folder for temporary ones, or not at all; so it is
    # the folder that the desk lies in, and the names alone tell these files from others there.
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
    tempfile.template = f"funny-temporary-{os.getpid()}-"


def throw_away(folder: Path, before_s: float) -> None:
    """Removes what servers that are gone left in a folder; never raises.

    Args:
        folder: It may hold other things, which stay.
        before_s: When this server began, in seconds since 1970: what is newer is its own.
    """
    for path in _left_in(folder, before_s):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()


def _left_in(folder: Path, before_s: float) -> Iterator[Path]:
    with suppress(OSError):
        for path in sorted(folder.iterdir()):
            named = _NAME.fullmatch(path.name)
            # A link is none of ours, and leads elsewhere.
            is_older = named and not path.is_symlink() and path.lstat().st_mtime < before_s
            if named and is_older and not _is_another_at_work(int(named[1])):
                yield path


def _is_another_at_work(pid: int) -> bool:
    """Whether another process of this number is there; in a container ours had it before."""
    if pid == os.getpid() or os.name != "posix":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
