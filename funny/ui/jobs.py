"""A job in a thread of its own, watched from the page, stopped at any tick."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import copy_context
from traceback import clear_frames

from funny.errors import Cancelled
from funny.extract.stopping import stops_when
from funny.ui.turns import Turns

_LOOK_S = 0.2


class Job:
    """Work in a thread; progress is read, cancelling is asked for, nothing is shared.

    Args:
        work: What is done.
        turns: Where it waits for its turn; None: it begins at once. Gradio's own queue would not
            do: it frees the place of a job that is cancelled before that has stopped.
        visitor: Whose turn it is.
        told: Told of every new stage, and at the end.
    """

    def __init__(
        self,
        work: Callable[["Job"], None],
        turns: Turns | None = None,
        visitor: str = "",
        told: Callable[["Job"], None] = lambda _: None,
    ) -> None:
        self._cancelled = threading.Event()
        self._work, self._turns, self._visitor, self._told = work, turns, visitor, told
        self._asked, self.is_open = time.monotonic(), True
        # The context names the visitor, on whose account a lent GPU runs.
        context = copy_context()
        self._thread = threading.Thread(target=context.run, args=(self._run,), daemon=True)
        # When the stage began, and how much of it was done by then: some work is gone on with.
        self._stage_began, self._stage_from = 0.0, 0.0
        self.stage, self.done, self.total = "queued", 0.0, 0.0
        self.before = 0
        """How many jobs are before this one, while it waits for its turn."""
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

    @property
    def state(self) -> str:
        """`queued`, `running`, `done`, `failed` or `cancelled`."""
        if self.is_open:
            return "queued" if self.stage == "queued" else "running"
        if self.error is None:
            return "done"
        return "cancelled" if isinstance(self.error, Cancelled) else "failed"

    @property
    def age_s(self) -> float:
        """How long ago it was asked for, in seconds."""
        return time.monotonic() - self._asked

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
        is_new = stage != self.stage
        if is_new:
            self._stage_began, self._stage_from = time.monotonic(), done
        self.stage, self.done, self.total = stage, done, total
        if is_new:
            self._told(self)

    def _run(self) -> None:
        try:
            with self._turn(self._turns) if self._turns else nullcontext():
                self.report("start", 0, 0)
                with stops_when(self._cancelled.is_set):
                    self._work(self)
        except BaseException as error:  # handed to the page, which tells the visitor
            _let_go(error)
            self.error = error
        finally:
            self.is_open = False
            self._told(self)

    @contextmanager
    def _turn(self, turns: Turns) -> Iterator[None]:
        with turns.held(self._visitor) as ticket:
            while not turns.wait(ticket, _LOOK_S):
                self.before = turns.before(ticket)
                self.report("queued", 0, 0)
            yield


def _let_go(error: BaseException) -> None:
    """Frees what the functions that an error came through still hold: pictures, open files.

    An error is kept as long as its job is, for days perhaps. Which lines it came through stays.
    """
    link: BaseException | None = error
    while link is not None:
        clear_frames(link.__traceback__)
        link = link.__cause__ or link.__context__
