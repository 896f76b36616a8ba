"""Where a video lies for the person who opens a project: on a machine that need not be this one.

Nothing is looked up: a path of theirs is words to be written down, and never opened here.
"""

import re
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from urllib.parse import quote

from funny.errors import OptionError

_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|.*\\")
_LONGEST = 4096


def place_of(typed: str, name: str) -> PurePath:
    r"""The path that a person means, of Windows or of anything else.

    Args:
        typed: `C:\video\vod.mp4`, `/Users/me/vod.mp4`, a folder that ends with a slash, a name
            alone, or nothing; quotes around it are left out, as Windows copies paths with them.
        name: What the video is called, where `typed` does not say so.

    Raises:
        OptionError: If it is neither a whole path nor a name alone.
    """
    text = typed.strip().strip('"').strip()
    if not text:
        return PurePosixPath(name)
    kind = PureWindowsPath if _WINDOWS.match(text) else PurePosixPath
    path = kind(text + name if text.endswith(("/", "\\")) else text)
    if len(text) > _LONGEST or not _is_writable(path):
        shown = " ".join(text.split())[:80]
        raise OptionError(
            f"--media {shown}: expected the whole path of the video, such as "
            r"C:\video\vod.mp4 or /Users/me/vod.mp4, or its name alone."
        )
    return path


def _is_writable(path: PurePath) -> bool:
    is_whole = path.is_absolute() or len(path.parts) == 1
    return is_whole and path.name not in ("", "..", "~") and str(path).isprintable()


def url_of(path: PurePath) -> str:
    """The URL under which editors look for a video; a name alone is looked for beside the project.

    Args:
        path: A path of this machine, or any whole path, or a name alone.
    """
    if isinstance(path, Path):
        path = path.absolute()
    return path.as_uri() if path.is_absolute() else quote(path.name, "", errors="surrogateescape")
