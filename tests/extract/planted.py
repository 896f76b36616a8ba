"""What a reading process may do wrong, planted: each is asked for by its name, as readers are."""

import os
import signal
import time
from collections.abc import Generator
from pathlib import Path

import numpy as np

from funny.errors import MediaError, OptionError
from funny.extract.apart import apart


@apart
def pid(path: Path) -> int:
    """Well-behaved."""
    return os.getpid()


@apart
def pictures(path: Path, count: int) -> Generator[tuple[int, np.ndarray | None], None, float]:
    """Pictures, each of them twice, with none now and then."""
    for number in range(count):
        picture = np.full((4, 6, 3), number % 256, np.uint8)
        yield number, picture
        yield number, picture
        yield number, None
    return count / 2


@apart
def waits(path: Path) -> Generator[int, None, None]:
    """Tells its number, then does nothing."""
    yield os.getpid()
    time.sleep(600)


@apart
def dies(path: Path, by: int) -> Generator[int, None, None]:
    """Works a little, then dies of a signal."""
    yield 1
    os.kill(os.getpid(), by)
    signal.pause()


@apart
def leaves(path: Path) -> int:
    """Ends as if all were well."""
    os._exit(0)


@apart
def devours(path: Path) -> int:
    """Takes memory without end."""
    held = []
    while True:
        held.append(np.ones(1 << 22))


@apart
def writes(path: Path) -> str:
    """Tries to write, and to open more than it needs."""
    said = []
    try:
        (path.parent / "written").write_bytes(bytes(10_000))
    except OSError as error:
        said.append(str(error.strerror))
    try:
        kept = [path.open("rb") for _ in range(1000)]
        said.append(str(len(kept)))
    except OSError as error:
        said.append(str(error.strerror))
    return ", ".join(said)


@apart
def environment(path: Path) -> tuple[str, ...]:
    """Names of what it is told."""
    return tuple(sorted(os.environ))


@apart
def lies(path: Path) -> Generator[int, None, None]:
    """Gives text where a number is due."""
    yield "1"  # type: ignore[misc]


@apart
def raises(path: Path, kind: str) -> int:
    """Raises an error by name."""
    text = f"{path.name}: said so."
    raise {"media": MediaError, "option": OptionError, "other": KeyError}[kind](text)
