"""Raw pictures and samples out of ffmpeg and into it, a little at a time: nothing is held."""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from funny.moments.ffmpeg import binary
from funny.moments.running import STUCK_S, running

_OPENING = ("-nostdin", "-v", "error", "-y")


def poured(
    command: list[str],
    sizes: Iterable[int],
    check: Callable[[], object] = lambda: None,
    patience_s: float = STUCK_S,
) -> Generator[bytes, None, None]:
    """What a command writes to its standard output.

    Closing the iterator ends the command.

    Args:
        command: The words of the command, after ffmpeg's name.
        sizes: Bytes of each part that is wanted; past the end they are shorter, or empty.
        check: Called now and then while a part is waited for; may raise to stop the work.
        patience_s: How long the command may show no sign of life.

    Raises:
        FfmpegError: If the output ends early, with an error, or the command is stuck.
    """
    with running([binary(), *_OPENING, *command], check, patience_s) as work:
        for size in sizes:
            part = work.read(size)
            if len(part) < size:
                work.finish()
            yield part


@contextmanager
def fed(
    command: list[str],
    check: Callable[[], object] = lambda: None,
    patience_s: float = STUCK_S,
) -> Iterator[Callable[[Any], object]]:
    """A command that reads its standard input; gives what writes to it.

    The command is ended if the work inside raises, and waited for if not.

    Args:
        command: The words of the command, after ffmpeg's name.
        check: Called now and then while it is waited for; may raise to stop the work.
        patience_s: How long the command may show no sign of life.

    Raises:
        FfmpegError: If it ends with an error, or is stuck.
    """
    words = [binary(), *_OPENING, *command]
    with running(words, check, patience_s, is_fed=True) as work:
        # It may end before its input does: then its complaint says why.
        with suppress(BrokenPipeError):
            yield work.write
        work.finish()
