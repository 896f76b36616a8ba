"""Where a new file goes: never over the video that it is made from, a link, or a device."""

import os
from pathlib import Path

from funny.errors import OptionError

_LONGEST_NAME = 255


def new_file(out: Path, name: str, video: Path) -> Path:
    """The file that is meant by `--out`.

    Args:
        out: A file, or a folder in which it gets a name.
        name: Its name there.
        video: The video that must stay as it is.

    Raises:
        OptionError: If no file can be made there.
    """
    _check_name(out)
    path = out / name if out.is_dir() else out
    _check_name(path)
    # A new file is renamed into place: it would take the place of a device or a link.
    is_ordinary = path.is_file() and not path.is_symlink()
    if os.path.lexists(path) and (not is_ordinary or _is_same(path, video)):
        raise OptionError(f"--out {path}: that is no place for a new file. Choose another name.")
    return path


def _check_name(path: Path) -> None:
    if len(os.fsencode(path.name)) > _LONGEST_NAME:
        raise OptionError(f"--out {path.name[:40]}…: the name is too long. Choose a shorter one.")
    if "\0" in str(path):
        raise OptionError("--out: a name cannot hold a nul character. Choose another name.")


def _is_same(path: Path, other: Path) -> bool:
    return other.exists() and path.samefile(other)
