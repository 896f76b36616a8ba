"""moviepy's ffmpeg, called directly: read as `open_media` reads, told of, and never half-written.

moviepy's own reader loses time stamps, rotation and sound tracks, and takes longer.
"""

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any

from funny.errors import MediaError
from funny.extract.holding import started
from funny.extract.video import as_url, open_options
from funny.files import disk_message


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A name beside `target` to write to; it becomes `target` if all goes well, else it goes.

    Raises:
        MediaError: If the disk does not take it.
    """
    unfinished = target.with_suffix(".partial")
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
    return [binary(), "-nostdin", "-v", "error", "-y", "-progress", "pipe:1"]


def input_words(path: Path, *options: str) -> list[str]:
    """A file to read as `open_media` reads it, with options that stand before it."""
    allow = [word for name, value in open_options().items() for word in (f"-{name}", value)]
    # Where a recording changes its colours or size, filters that begin anew would count from 0
    # again, and wait for good for a picture that was laid over the first.
    return [*allow, "-reinit_filter", "0", *options, "-i", as_url(path)]


class FfmpegError(Exception):
    """ffmpeg gave up; the text is all that it complained about."""

    @property
    def is_full_disk(self) -> bool:
        """Whether there was no room for what it wrote."""
        return "No space left on device" in str(self)

    @property
    def last_line(self) -> str:
        """Its last complaint, short enough for a sentence."""
        return str(self).splitlines()[-1][:200]


def run_ffmpeg(command: list[str], progress: Callable[[float], None]) -> str:
    """Runs a command that begins with `opening_words`, and kills it if progress raises.

    Args:
        command: The words of the command.
        progress: Told how many seconds are written; may raise to stop the work.

    Returns:
        All that it said on the way; nothing, unless the command asks for more than errors.

    Raises:
        FfmpegError: If ffmpeg ends with an error.
    """
    with tempfile.TemporaryFile("w+", errors="replace") as complaints:
        process = started(command, stdout=subprocess.PIPE, stderr=complaints, text=True)
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if (done_s := _out_time_s(line)) is not None:
                    progress(done_s)
        except BaseException:
            process.kill()
            raise
        finally:
            process.wait()
        return said_by(process, complaints)


def said_by(process: "subprocess.Popen[Any]", complaints: IO[str]) -> str:
    """All that a process said before it ended.

    Raises:
        FfmpegError: If it ended with an error.
    """
    failed = process.wait()
    complaints.seek(0)
    said = complaints.read().strip()
    if failed:
        raise FfmpegError(said or "no reason given")
    return said


def _out_time_s(line: str) -> float | None:
    name, _, value = line.strip().partition("=")
    return int(value) / 1e6 if name == "out_time_us" and value.lstrip("-").isdigit() else None
