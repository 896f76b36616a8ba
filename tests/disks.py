"""Disks that are small, full or locked: real ones, where this system lets a test mount them."""

import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest


@contextmanager
def mounted(folder, options):
    """A small disk, if this system lets a test have one."""
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        subprocess.run(mounting, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system does not let a test mount a disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(path, free_kb):
    """Writes until nothing more goes in, and gives a little back."""
    with path.open("ab", buffering=0) as file:
        with suppress(OSError):
            while True:
                file.write(bytes(4096))
        file.truncate(path.stat().st_size - free_kb * 1024)


def is_open(path):
    """Whether this process holds a file open."""
    return any(Path(file.path) == path for file in psutil.Process().open_files())
