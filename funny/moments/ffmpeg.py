"""moviepy's ffmpeg, called directly: read as `open_media` reads, told of, and never half-written.

moviepy's own reader loses time stamps, rotation and sound tracks, and takes longer.
"""

import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from funny.errors import MediaError
from funny.extract.video import as_url, open_options
from funny.files import disk_message
from funny.moments.running import STUCK_S, running


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A name beside `target` to write to; it becomes `target` if all goes well, else it goes.

    Raises:
        MediaError: If the disk does not take it.
    """
    # Never a name that somebody else has given; a long one must leave room for what is added.
    unfinished = target.with_name(f".{target.stem[:40]}.{os.getpid()}.partial")
    try:
        yield unfinished
        unfinished.replace(target)
    except OSError as error:
        raise MediaError(disk_message(target, error)) from error
    finally:
        unfinished.unlink(missing_ok=True)


@cache
def binary() -> str:
    """The ffmpeg that is called."""
    from moviepy.config import FFMPEG_BINARY

    return FFMPEG_BINARY


MP4 = ("-movflags", "+faststart", "-f", "mp4")
"""Options for a file that plays before it is loaded; its name is to follow."""


def opening_words() -> list[str]:
    """How every command of ffmpeg begins; inputs are named by `input_words`."""
    talk = ("-nostdin", "-v", "error", "-progress", "pipe:1")
    # A file of nothing would pass for one that is whole.
    return [binary(), *talk, "-y", "-abort_on", "empty_output"]


def input_words(path: Path, *options: str) -> list[str]:
    """A file to read as `open_media` reads it, with options that stand before it."""
    allow = [word for name, value in open_options().items() for word in (f"-{name}", value)]
    # Where a recording changes its colours or size, filters that begin anew would count from 0
    # again, and wait for good for a picture that was laid over the first.
    return [*allow, "-reinit_filter", "0", *options, "-i", as_url(path)]


def run_ffmpeg(
    command: list[str],
    progress: Callable[[float], None],
    patience_s: float = STUCK_S,
    length_s: float = math.inf,
) -> str:
    """Runs a command that begins with `opening_words`, and ends it if progress raises.

    Args:
        command: The words of the command.
        progress: Told how many seconds are written, over and over; may raise to stop the work.
        patience_s: How long it may show no sign of life.
        length_s: Seconds of video that it may have to decode, which decide how long it may take.

    Returns:
        All that it said on the way; nothing, unless the command asks for more than errors.

    Raises:
        FfmpegError: If ffmpeg ends with an error, is stuck, or takes too long.
    """
    told = _Told(progress)
    with running(command, told.again, patience_s, length_s=length_s) as work:
        for line in work.lines():
            if told.is_news(line):
                work.heard()
        return work.finish()


class _Told:
    """What ffmpeg told of its progress: it repeats itself where it waits for good."""

    def __init__(self, progress: Callable[[float], None]) -> None:
        self._progress, self._done_s = progress, 0.0
        self._values: dict[str, str] = {}

    def again(self) -> None:
        self._progress(self._done_s)

    def is_news(self, line: str) -> bool:
        """Whether a line says that more is done than before; tells of the time that is."""
        name, _, value = line.strip().partition("=")
        if name not in _DONE or self._values.get(name) == value:
            return False
        self._values[name] = value
        if name == "out_time_us" and value.lstrip("-").isdigit():
            self._done_s = int(value) / 1e6
            self._progress(self._done_s)
        return True


_DONE = ("frame", "total_size", "out_time_us")
