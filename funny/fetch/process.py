"""The downloading process from outside: it is heard, its patience is measured, it is killed."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any

import funny
from funny.errors import FetchError
from funny.fetch.failures import AGAIN
from funny.fetch.gate import shown
from funny.fetch.options import FetchOptions

COMMAND = (sys.executable, "-m", "funny.fetch.child")

Event = dict[str, Any]
"""What the process tells; empty when it has told nothing for a moment."""

_MOMENT_S = 0.2
_START_S = 120.0
_WORK_S = 3600.0
"""How long it may be silent while it begins, and while ffmpeg puts the parts of a file together."""
_STEP_BYTES = 1 << 14
"""A download that brings less is not heard of."""
_LAST = ("done", "failed")


@contextmanager
def running(order: Event, options: FetchOptions) -> Iterator[Iterator[Event]]:
    """Starts a process; it and all that it started are dead when the block ends."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        tempfile.TemporaryFile() as complaints,
    ):
        process = _start(scratch, complaints)
        try:
            assert process.stdin is not None
            with suppress(BrokenPipeError):  # it is dead already; its complaint says why
                process.stdin.write(json.dumps(order).encode() + b"\n")
                process.stdin.flush()
            yield _events(process, _Patience(order["url"], options), complaints)
        finally:
            _kill(process)


def _start(scratch: str, complaints: IO[bytes]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        # Where this package is found; copies of cookies go where they are taken away with it.
        cwd=Path(funny.__file__).parent.parent,
        env={**os.environ, "TMPDIR": scratch, "TEMP": scratch, "TMP": scratch},
        # A Ctrl-C is for us; and what it starts is killed with it.
        start_new_session=True,
    )


def _kill(process: "subprocess.Popen[bytes]") -> None:
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        with suppress(OSError):
            pipe.close()


def _events(
    process: "subprocess.Popen[bytes]", patience: "_Patience", complaints: IO[bytes]
) -> Iterator[Event]:
    lines: Queue[bytes] = Queue()
    threading.Thread(target=_read, args=(process, lines), daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=_MOMENT_S)
        except Empty:
            line = b"{}"
        if not line:
            raise FetchError(_why_dead(patience.url, complaints))
        event = json.loads(line)
        patience.hear(event)
        yield event
        if event.get("event") in _LAST:
            return


def _read(process: "subprocess.Popen[bytes]", lines: "Queue[bytes]") -> None:
    assert process.stdout is not None
    with suppress(OSError, ValueError):  # it was closed
        for line in process.stdout:
            lines.put(line)
    lines.put(b"")


def _why_dead(url: str, complaints: IO[bytes]) -> str:
    complaints.seek(0)
    said = complaints.read().decode(errors="replace").strip().splitlines() or ["no reason given"]
    return f"{shown(url)}: the download ended by itself ({said[-1][:200]}). {AGAIN}"


class _Patience:
    """Notices when nothing comes any more, or next to nothing."""

    def __init__(self, url: str, options: FetchOptions) -> None:
        self.url, self._options = url, options
        self._began_s = self._heard_s = time.monotonic()
        self._allowed_s = _START_S
        self._bytes = 0.0

    def hear(self, event: Event) -> None:
        """Takes note of an event.

        Raises:
            FetchError: If the last one of weight was too long ago.
        """
        now_s = time.monotonic()
        if self._weighs(event):
            self._heard_s = now_s
            self._allowed_s = self._allowed_after(event["event"])
        if now_s - self._heard_s > self._allowed_s:
            raise FetchError(f"{shown(self.url)}: nothing came for {self._allowed_s:g} s. {AGAIN}")
        if now_s - self._began_s > self._options.limit_s:
            raise FetchError(
                f"{shown(self.url)}: takes longer than {self._options.limit_s / 3600:.3g} hours. "
                f"{AGAIN}"
            )

    def _allowed_after(self, event: str) -> float:
        if event == "working" or (event == "alive" and self._allowed_s == _WORK_S):
            return _WORK_S
        return self._options.stall_s + 2 * self._options.sleep_s

    def _weighs(self, event: Event) -> bool:
        if event.get("event") != "progress":
            return bool(event)
        if 0 <= event["done"] - self._bytes < _STEP_BYTES:
            return False
        self._bytes = event["done"]
        return True
