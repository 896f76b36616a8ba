"""ffmpeg at work: one place that hears of Cancel, gives a stuck one up, and leaves no process.

What may take as long as ffmpeg likes (a read of its output, a write into its input) is done by a
thread of its own; meanwhile the caller looks around four times a second. No signals and no
`select`: they do not know pipes on every system.
"""

import math
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, TypeVar

from funny.extract.holding import started
from funny.extract.limits import in_force

T = TypeVar("T")

STUCK_S = 300.0
"""ffmpeg that neither gives anything nor computes for so long will not go on by itself."""

_LOOK_S = 0.25
_TO_END_S = 0.5
_IDLE = 0.05
"""Of a core: who uses less computes nothing. ffmpeg that waits still looks up now and then."""


class FfmpegError(Exception):
    """ffmpeg gave up, or was given up; the text is all that it complained about."""

    @property
    def last_line(self) -> str:
        """Its last complaint, short enough for a sentence."""
        return str(self).splitlines()[-1][:200]


@contextmanager
def running(
    words: Sequence[str],
    check: Callable[[], object],
    patience_s: float = STUCK_S,
    is_fed: bool = False,
    length_s: float = math.inf,
) -> Iterator["Running"]:
    """Starts a command; it is ended with the work inside, whatever that does.

    Args:
        words: The words of the command.
        check: Called now and then while it is waited for; whatever it raises ends the command.
        patience_s: How long it may show no sign of life.
        is_fed: Whether it reads its standard input; else its standard output is read.
        length_s: Seconds of video that it may have to decode, which decide how long it may take.
    """
    ways: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE}
    if is_fed:
        ways = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL}
    with tempfile.TemporaryFile("w+", errors="replace") as complaints:
        # Without buffers of ours, pipes can be closed while somebody waits at them.
        process = started(words, bufsize=0, stderr=complaints, **ways)
        budget_s = in_force().budget_s(length_s)
        work = Running(process, complaints, check, patience_s, budget_s)
        try:
            yield work
        finally:
            work.end()


class Running:
    """A command at work."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        complaints: IO[str],
        check: Callable[[], object],
        patience_s: float,
        budget_s: float,
    ) -> None:
        self._process, self._complaints = process, complaints
        self._check, self._patience_s = check, patience_s
        # Only what it is waited for counts, not what is done with its pictures.
        self._budget_s, self._waited_s = budget_s, 0.0
        self._steps: queue.SimpleQueue[Callable[[], Any] | None] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._hand = threading.Thread(target=self._work, daemon=True)
        self._hand.start()
        self._looked_s = self._since_s = time.monotonic()
        self.heard()

    def read(self, size: int) -> bytes:
        """So many bytes of its output; fewer, or none, where that ends.

        Raises:
            FfmpegError: If it is stuck.
        """
        part = self._done(lambda: self._read(size))
        self.heard()
        return part

    def lines(self) -> Iterator[str]:
        """The lines of its output as they come; they alone do not show that it goes on.

        Raises:
            FfmpegError: If it is stuck.
        """
        assert self._process.stdout is not None
        said, output = "", self._process.stdout
        while block := self._done(lambda: output.read(4096)):
            *whole, said = (said + block.decode(errors="replace")).split("\n")
            yield from whole

    def write(self, data: Any) -> None:
        """Gives it all bytes of a buffer to read.

        Raises:
            BrokenPipeError: If it reads no more.
            FfmpegError: If it is stuck.
        """
        self._done(lambda: self._write(memoryview(data).cast("B")))
        self.heard()

    def finish(self) -> str:
        """Waits for its end, and gives all that it said.

        Raises:
            FfmpegError: If it ends with an error, or is stuck.
        """
        if self._process.stdin is not None:
            self._process.stdin.close()
        with self._waiting():
            while self._process.poll() is None:
                try:
                    self._process.wait(_LOOK_S)
                except subprocess.TimeoutExpired:
                    self._look()
        said, code = self._said(), self._process.returncode
        if code:
            raise FfmpegError("\n".join(filter(None, [said, why_ended(code, said)])))
        return said

    def heard(self) -> None:
        """Notes that it goes on."""
        self._heard_s, self._worked_s = time.monotonic(), _worked_s(self._process.pid)

    def end(self) -> None:
        """Ends it: asked first, then killed."""
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(_TO_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._steps.put(None)
        # What it started may hold its pipes; nobody waits for that.
        self._hand.join(_TO_END_S)

    def _said(self) -> str:
        self._complaints.seek(0)
        return self._complaints.read().strip()

    def _read(self, size: int) -> bytes:
        assert self._process.stdout is not None
        part, got = memoryview(bytearray(size)), 0
        while got < size and (more := self._process.stdout.readinto(part[got:])):  # type: ignore[attr-defined]
            got += more
        return part[:got].tobytes() if got < size else part.obj  # type: ignore[return-value]

    def _write(self, data: memoryview) -> None:
        assert self._process.stdin is not None
        while data:
            data = data[self._process.stdin.write(data) :]

    def _done(self, step: Callable[[], T]) -> T:
        """What a step gives that may take long."""
        self._steps.put(step)
        with self._waiting():
            result = self._result()
        if isinstance(result, Exception):
            raise result
        return result

    def _result(self) -> Any:
        while True:
            # Who talks all the time may still get nowhere.
            if time.monotonic() - self._looked_s >= _LOOK_S:
                self._look()
            with suppress(queue.Empty):
                return self._results.get(timeout=_LOOK_S)

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        """Counts how long it is waited for."""
        self._since_s = time.monotonic()
        yield
        self._waited_s += time.monotonic() - self._since_s

    def _work(self) -> None:
        while step := self._steps.get():
            try:
                self._results.put(step())
            except Exception as error:
                self._results.put(error)

    def _look(self) -> None:
        """Whether to go on waiting."""
        self._looked_s = time.monotonic()
        self._check()
        if self._waited_s + time.monotonic() - self._since_s > self._budget_s:
            raise FfmpegError(f"ffmpeg took longer than {self._budget_s:.3g} s and was ended")
        quiet_s = time.monotonic() - self._heard_s
        worked_s = _worked_s(self._process.pid) - self._worked_s
        # A key frame may be hours away, and all between is decoded in silence.
        if quiet_s >= self._patience_s and worked_s < _IDLE * quiet_s:
            raise FfmpegError(f"ffmpeg did nothing for {quiet_s:.0f} s and was ended")


def why_ended(code: int, said: str) -> str:
    """Why ffmpeg failed, in half a sentence; empty if its last complaint says that best.

    Args:
        code: How it ended; below 0, the signal that ended it.
        said: All that it complained about.
    """
    limits = in_force()
    if code == -_TOO_LARGE or "File too large" in said:
        most = f"{limits.written_bytes / 1e9:.3g} GB"
        return f"the file grew beyond {most}, the most that may be written here: make it shorter"
    if "Cannot allocate memory" in said or "Out of memory" in said:
        most = f"{limits.memory_bytes / 2**30:.3g} GB"
        return f"ffmpeg needs more memory than there is, and may take {most} at most"
    if "Output file is empty" in said:
        return "nothing that is there can be read"
    if code == -_KILLED:
        return "the system stopped ffmpeg, most likely for its memory"
    if code < 0:
        return f"ffmpeg crashed: {_signal_name(-code)}"
    return "" if said else f"ffmpeg ended with code {code} and gave no reason"


# Windows has neither.
_TOO_LARGE, _KILLED = (getattr(signal, name, 0) for name in ("SIGXFSZ", "SIGKILL"))


def _signal_name(number: int) -> str:
    with suppress(ValueError):
        return signal.Signals(number).name
    return f"signal {number}"


def _worked_s(pid: int) -> float:
    """Seconds of a core that a process has used; 0 where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError, ValueError):
        return 0.0
