"""The room that kept numbers may take: what was used longest ago goes.

Nobody is waited for and nothing is locked: what is kept is renamed into place whole, and who has
opened a file reads on when it is gone.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from math import isfinite
from pathlib import Path

USUAL_GB = 5.0
FRESH_S = 600.0
"""What was written or used since stays: somebody may be at it, or go on from it."""


def room_bytes() -> float:
    """Bytes that the cache may take: FUNNY_CACHE_GB if that is a number, else the usual."""
    with suppress(ValueError):
        chosen = float(os.environ.get("FUNNY_CACHE_GB") or USUAL_GB)
        if isfinite(chosen) and chosen >= 0:
            return chosen * 1e9
    return USUAL_GB * 1e9


def used(path: Path) -> None:
    """Notes that a file of the cache was used."""
    with suppress(OSError):
        os.utime(path)


def make_room(folders: list[Path]) -> None:
    """Removes files from folders until they take no more than they may; never raises.

    Args:
        folders: Whose files are counted; not those of folders in them.
    """
    found = [entry for folder in folders for entry in _files(folder)]
    taken, room = sum(size for _, size, _ in found), room_bytes()
    for used_s, size, path in sorted(found):
        if taken <= room:
            return
        # Beyond now is not fresh: a clock that was set back would keep it for good.
        if not 0 <= time.time() - used_s < FRESH_S and _is_removed(path):
            taken -= size


def _files(folder: Path) -> Iterator[tuple[float, int, str]]:
    """When each file was used, its size in bytes, and its path; links are none of ours."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.is_file(follow_symlinks=False):
                    stat = entry.stat(follow_symlinks=False)
                    yield stat.st_mtime, stat.st_size, entry.path


def _is_removed(path: str) -> bool:
    """Whether a file could be removed; on some systems one that is open cannot."""
    try:
        os.unlink(path)
    except OSError:
        return False
    return True
