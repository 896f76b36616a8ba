"""Raw pictures and samples out of ffmpeg and into it, a little at a time: nothing is held."""

import subprocess
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from funny.extract.holding import started
from funny.moments.ffmpeg import binary, said_by

_OPENING = ("-nostdin", "-v", "error", "-y")


def poured(command: list[str], sizes: Iterable[int]) -> Generator[bytes, None, None]:
    """What a command writes to its standard output.

    Closing the iterator kills the command.

    Args:
        command: The words of the command, after ffmpeg's name.
        sizes: Bytes of each part that is wanted; past the end they are shorter, or empty.

    Raises:
        FfmpegError: If the output ends early, with an error.
    """
    with tempfile.TemporaryFile("w+", errors="replace") as complaints:
        process = started(
            [binary(), *_OPENING, *command], stdout=subprocess.PIPE, stderr=complaints
        )
        assert process.stdout is not None
        try:
            for size in sizes:
                part = process.stdout.read(size)
                if len(part) < size:
                    said_by(process, complaints)
                yield part
        finally:
            process.kill()
            process.stdout.close()
            process.wait()


@contextmanager
def fed(command: list[str]) -> Iterator[Callable[[Any], object]]:
    """A command that reads its standard input; gives what writes to it.

    The command is killed if the work inside raises, and waited for if not.

    Raises:
        FfmpegError: If it ends with an error.
    """
    with tempfile.TemporaryFile("w+", errors="replace") as complaints:
        process = started(
            [binary(), *_OPENING, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
        )
        assert process.stdin is not None
        try:
            # It may end before its input does: then its complaint says why.
            with suppress(BrokenPipeError):
                yield process.stdin.write
                process.stdin.close()
        except BaseException:
            process.kill()
            raise
        finally:
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.wait()
        said_by(process, complaints)
