"""A file that only grows: one line an entry, each on the disk before `append` returns.

A line is a checksum and JSON. It begins and ends with a line break, so that a torn one never spoils
its neighbours; lines whose checksum is another are counted and passed over.
"""

import errno
import json
import os
import zlib
from pathlib import Path
from typing import Any


def append(path: Path, entry: dict[str, Any]) -> None:
    """Writes one entry; several processes may, at once.

    Raises:
        OSError: If it is not on the disk whole.
    """
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True)
    line = f"\n{zlib.crc32(text.encode()):08x} {text}\n".encode()
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    with os.fdopen(handle, "wb", buffering=0) as file:
        if file.write(line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(file.fileno())


def entries(path: Path) -> tuple[list[dict[str, Any]], int]:
    """All entries that are as they were written, and how many lines are not."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return [], 0
    found = [_entry(line) for line in lines if line.strip()]
    return [entry for entry in found if entry is not None], found.count(None)


def _entry(line: bytes) -> dict[str, Any] | None:
    checksum, _, text = line.partition(b" ")
    return json.loads(text) if checksum == b"%08x" % zlib.crc32(text) else None
