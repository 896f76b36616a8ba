"""One job at a time in a thread of its own, watched from the page, stopped at any tick."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import copy_context

from funny.errors import Cancelled

# Gradio frees a cancelled job's place in the queue before the job has stopped; this does not.
_GATE = threading.Lock()
_LOOK_S = 0.2


class Job:
    """Work in a thread; progress is read, cancelling is asked for, nothing is shared."""

    def __init__(self, work: Callable[["Job"], None], waits: bool = True) -> None:
        self._cancelled = threading.Event()
        self._work, self._waits = work, waits
        # The context names the visitor, on whose account a lent GPU runs.
        context = copy_context()
        self._thread = threading.Thread(target=context.run, args=(self._run,), daemon=True)
        # When the stage began, and how much of it was done by then: some work is gone on with.
        self._stage_began, self._stage_from = 0.0, 0.0
        self.stage, self.done, self.total = "queued", 0.0, 0.0
        self.error: BaseException | None = None

    def start(self) -> "Job":
        """Begins; waits for its turn if another job runs."""
        self._thread.start()
        return self

    def cancel(self) -> None:
        """Asks the work to stop; it does at the next tick."""
        self._cancelled.set()

    @property
    def is_stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._cancelled.is_set()

    @property
    def is_running(self) -> bool:
        """Whether the work goes on."""
        return self._thread.is_alive()

    def wait(self) -> None:
        """Waits for the end of the work, a moment at most."""
        self._thread.join(_LOOK_S)

    @property
    def rate(self) -> float:
        """Seconds of video per second of work in this stage."""
        return (self.done - self._stage_from) / max(1e-3, time.monotonic() - self._stage_began)

    @property
    def left_s(self) -> float:
        """Seconds of work left in this stage at that rate."""
        return (self.total - self.done) / max(1e-3, self.rate)

    def report(self, stage: str, done: float, total: float) -> None:
        """Progress of the work.

        Raises:
            Cancelled: If the visitor has asked to stop.
        """
        if self._cancelled.is_set():
            raise Cancelled("Stopped.")
        if stage != self.stage:
            self._stage_began, self._stage_from = time.monotonic(), done
        self.stage, self.done, self.total = stage, done, total

    def _run(self) -> None:
        try:
            with self._turn() if self._waits else nullcontext():
                self.report("start", 0, 0)
                self._work(self)
        except BaseException as error:  # handed to the page, which tells the visitor
            self.error = error

    @contextmanager
    def _turn(self) -> Iterator[None]:
        while not _GATE.acquire(timeout=_LOOK_S):
            self.report("queued", 0, 0)
        try:
            yield
        finally:
            _GATE.release()
