"""The reading process from outside: it is asked, its patience is measured, it is killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import funny
from funny.errors import Cancelled, FunnyError, MediaError, OptionError
from funny.extract.frames import Message, Receiver
from funny.extract.holding import bare_environment
from funny.extract.limits import in_force
from funny.extract.plain import from_plain, to_plain
from funny.extract.stopping import whether_stopped

COMMAND = (sys.executable, "-m", "funny.extract.reader")
SILENT_S = 60.0
"""When nothing has come for so long, the process counts as hung."""
IDLE_S = 5.0
"""So long a process is kept for the next question about its file."""

_LOOK_S = 0.2
_DIES_S = 2.0
_PIPE_BYTES = 1 << 20
_LEAST_ARRAY = 1 << 26
_PIXEL_BYTES = 4
_NONSENSE = (ValueError, TypeError, LookupError, ArithmeticError, MemoryError, FunnyError)


@dataclass(frozen=True)
class Hints:
    """Types of what a function gives one after the other, and of what it returns."""

    item: Any
    end: Any


class Readers:
    """Starts reading processes, and keeps those that are done for a moment, each for its file."""

    def __init__(self) -> None:
        self._idle: list[_Reader] = []
        self._lock = threading.Lock()

    def ask(
        self, path: Path, name: str, args: tuple[Any, ...], hints: Hints, length_s: float
    ) -> Generator[Any, None, Any]:
        """Calls a function in a process; closing this kills that.

        Args:
            path: The file that is read.
            name: `module:name` of the function, which is marked with `apart`.
            args: What it is called with.
            hints: What it gives.
            length_s: Length of the video, which decides how long it may take.

        Raises:
            MediaError: If it fails, crashes, hangs, or goes beyond a limit.
            OptionError: If the function raised it.
            Cancelled: If the work is stopped while nothing comes.
        """
        limits = in_force()
        order = {"name": name, "args": to_plain(args), "limits": asdict(limits)}
        reader = self._taken(path)
        try:
            with _Patience(reader, limits.budget_s(length_s)) as patience:
                reader.order(order)
                end = yield from _answers(patience, hints, path)
        except BaseException:
            reader.end()
            raise
        self._keep(reader)
        return end

    def _taken(self, path: Path) -> "_Reader":
        with self._lock:
            for reader in self._idle:
                if reader.path == path and reader.limits == in_force():
                    self._idle.remove(reader)
                    return reader
        return _Reader(path)

    def _keep(self, reader: "_Reader") -> None:
        with self._lock:
            self._idle.append(reader)
        leaves = threading.Timer(IDLE_S, self._drop, (reader, reader.answered))
        leaves.daemon = True
        leaves.start()

    def _drop(self, reader: "_Reader", answered: int) -> None:
        """Ends a process that was asked nothing since."""
        with self._lock:
            if reader not in self._idle or reader.answered != answered:
                return
            self._idle.remove(reader)
        reader.end()


READERS = Readers()


def _answers(patience: "_Patience", hints: Hints, path: Path) -> Generator[Any, None, Any]:
    while True:
        kind, plain, arrays = patience.receive()
        try:
            if kind == "item":
                value = from_plain(hints.item, plain, arrays)
            elif kind == "end":
                return from_plain(hints.end, plain, arrays)
            else:
                kind, text = plain
                text = "".join(filter(str.isprintable, text))
        except _NONSENSE as error:
            raise _failure(path, "the process that read it sent nonsense") from error
        if kind != "item":
            raise _told(path, kind, text)
        yield value


def _told(path: Path, kind: str, text: str) -> FunnyError:
    """What went wrong there, as the same error here."""
    if kind == "MediaError":
        return MediaError(text)
    if kind == "OptionError":
        return OptionError(text)
    if kind == "MemoryError":
        most = in_force().memory_bytes / 2**30
        return _failure(path, f"it takes more than {most:.3g} GB of memory")
    return _failure(path, text)


def _failure(path: Path, why: str) -> MediaError:
    return MediaError(
        f"{path}: cannot be read ({why}). It may be damaged: convert it to mp4, and try that."
    )


class _Reader:
    """One reading process, for one file."""

    def __init__(self, path: Path) -> None:
        self.path, self.limits, self.answered = path, in_force(), 0
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Where this package is found.
            cwd=Path(funny.__file__).parent.parent,
            env=bare_environment(),
            # A Ctrl-C is for us; and what it starts is killed with it.
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        _widen(self._process.stdout.fileno())
        self._pipes = (self._process.stdin, self._process.stdout)
        most_bytes = max(_LEAST_ARRAY, _PIXEL_BYTES * self.limits.pixels)
        self._answers = Receiver(self._process.stdout, most_bytes)

    def order(self, order: dict[str, Any]) -> None:
        """Asks for something."""
        self.answered += 1
        with suppress(OSError):  # it is dead already, and will not answer
            self._pipes[0].write(json.dumps(order).encode() + b"\n")
            self._pipes[0].flush()

    def receive(self) -> Message:
        """Waits for a part of the answer."""
        return self._answers.receive()

    def kill(self) -> None:
        """Kills it and all that it started; it is still to be waited for."""
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def end(self) -> None:
        """Kills it, if it is there, and takes away what is left of it."""
        self.kill()
        self._process.wait()
        for pipe in self._pipes:
            with suppress(OSError):
                pipe.close()

    def how_it_died(self) -> str:
        """Why nothing more comes."""
        try:
            code = self._process.wait(_DIES_S)
        except subprocess.TimeoutExpired:
            return "the process that read it fell silent"
        if code == -signal.SIGKILL:
            return "the system stopped the process that read it, most likely for its memory"
        return f"the process that read it crashed: {_signal_name(code)}"


def _signal_name(code: int) -> str:
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"code {code}"


def _widen(pipe: int) -> None:
    """A picture passes in a few steps rather than in a hundred."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


class _Patience:
    """Kills a process from which nothing comes, or for which one has waited too long in all."""

    def __init__(self, reader: _Reader, budget_s: float) -> None:
        self._reader, self._budget_s = reader, budget_s
        self._is_stopped, self._was_stopped = whether_stopped(), False
        self._waited_s = 0.0
        self._since_s: float | None = None
        self._why = ""
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, name="patience", daemon=True)

    def __enter__(self) -> "_Patience":
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        # Not after the process is waited for: its number could be another's.
        self._watch.join()

    def receive(self) -> Message:
        """Waits for a part of the answer.

        Raises:
            MediaError: If there is none.
            Cancelled: If the work was stopped meanwhile.
        """
        self._since_s = began_s = time.monotonic()
        try:
            return self._reader.receive()
        except EOFError:
            why = self._why or self._reader.how_it_died()
        except _NONSENSE:
            why = "the process that read it sent nonsense"
        finally:
            self._since_s = None
            self._waited_s += time.monotonic() - began_s
        if self._was_stopped:
            raise Cancelled("Stopped.")
        raise _failure(self._reader.path, why)

    def _look(self) -> None:
        while not self._over.wait(_LOOK_S):
            since_s = self._since_s
            silent_s = 0.0 if since_s is None else time.monotonic() - since_s
            if silent_s > SILENT_S:
                self._why = f"nothing came of it for {SILENT_S:g} s"
            elif since_s is not None and self._waited_s + silent_s > self._budget_s:
                self._why = f"decoding it takes longer than {self._budget_s:.3g} s"
            # Who is not waited for is told to stop when it is asked for more.
            self._was_stopped = since_s is not None and self._is_stopped()
            if self._why or self._was_stopped:
                self._reader.kill()
                return
