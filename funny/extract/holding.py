"""Programs that read a stranger's file: what they may use, and what they are not told."""

import os
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from funny.extract.limits import Limits, in_force, is_apart

_KEPT = (
    *("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "LC_CTYPE", "PYTHONPATH", "PYTHONUTF8"),
    *("PYTHONHOME", "LD_LIBRARY_PATH", "VIRTUAL_ENV"),
)
_FILES = 64
"""Files and pipes that may be open."""
_NICE = 10
"""How far behind the page they stand, as Unix counts; 19 would be last."""


def bare_environment() -> dict[str, str]:
    """What is left of the environment: no token, no password."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ}


def started(words: Sequence[str], **how: Any) -> "subprocess.Popen[Any]":
    """Starts ffmpeg; with limits and without secrets where files are read apart.

    Args:
        words: The words of the command.
        how: As `subprocess.Popen` takes it.
    """
    if not is_apart():
        return subprocess.Popen(words, **how)
    process = subprocess.Popen(words, env=bare_environment(), **how)
    _step_back(process.pid)
    limits = in_force()
    _lower(process.pid, RLIMIT_DATA=limits.memory_bytes, RLIMIT_CORE=0)
    _lower(process.pid, RLIMIT_FSIZE=limits.written_bytes)
    return process


def hold_down(limits: Limits) -> None:
    """Takes from this process what it does not need to read one file."""
    _lower(0, RLIMIT_DATA=limits.memory_bytes, RLIMIT_CORE=0, RLIMIT_FSIZE=0, RLIMIT_NOFILE=_FILES)
    _step_back(0)


def _step_back(pid: int) -> None:
    """Lets the page go first: others answer, scroll and upload while a video is read."""
    with suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, pid, max(_NICE, os.getpriority(os.PRIO_PROCESS, pid)))


def _lower(pid: int, **limits: float) -> None:
    """Lowers limits of a process for good, where the system can."""
    # Data, not the address space: threads claim much of that and use little.
    with suppress(ImportError, AttributeError, OSError, ValueError):
        import resource

        for name, most in limits.items():
            what = getattr(resource, name)
            _, hard = resource.prlimit(pid, what)
            wanted = int(most if hard == resource.RLIM_INFINITY else min(most, hard))
            resource.prlimit(pid, what, (wanted, wanted))
