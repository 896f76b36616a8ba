"""Several pieces of work at once, no more than the machine has cores for; all stop together."""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import partial

from funny.errors import Cancelled

Told = Callable[[float], None]
"""Told how many seconds of one piece of work are done; may raise to stop it."""

_OFTEN_S = 0.2
# One encoder keeps about two cores busy; past four of them it is the disk that is waited for.
_CORES_EACH, _MOST = 2, 4


def side_by_side(
    works: Sequence[Callable[[Told], None]],
    lengths_s: Sequence[float],
    at_once: int | None,
    progress: Callable[[float, float], None],
) -> None:
    """Does pieces of work in threads, and tells of them in this one.

    Args:
        works: Each is called with what it is to tell its progress.
        lengths_s: How long each of them is.
        at_once: How many run at once; None takes half as many as there are cores, four at most.
        progress: Told how many seconds are done in all, and of how many; whatever it raises stops
            all work.

    Raises:
        Exception: What the first piece of work that failed raised; the others are stopped.
    """
    shares = _Shares(lengths_s)
    with ThreadPoolExecutor(at_once or _suited()) as pool:
        # Each in this context, which knows whether the work was stopped.
        pending = {
            pool.submit(copy_context().run, _done, work, shares, i) for i, work in enumerate(works)
        }
        try:
            while pending:
                finished, pending = wait(pending, _OFTEN_S, FIRST_EXCEPTION)
                progress(shares.done_s, shares.total_s)
                _raise_the_first(finished)
        except BaseException:
            shares.stopping.set()
            pool.shutdown(cancel_futures=True)
            raise


def _suited() -> int:
    return min(_MOST, max(1, (os.cpu_count() or 1) // _CORES_EACH))


def _done(work: Callable[[Told], None], shares: "_Shares", number: int) -> None:
    work(partial(shares.tell, number))
    shares.tell(number, float("inf"))


def _raise_the_first(finished: set[Future[None]]) -> None:
    for future in finished:
        future.result()


class _Shares:
    """How far each piece of work is."""

    def __init__(self, lengths_s: Sequence[float]) -> None:
        self._lengths_s = lengths_s
        self._done_s = [0.0] * len(lengths_s)
        self.stopping = threading.Event()

    def tell(self, number: int, done_s: float) -> None:
        if self.stopping.is_set():
            raise Cancelled("stopped")
        self._done_s[number] = min(max(done_s, self._done_s[number]), self._lengths_s[number])

    @property
    def done_s(self) -> float:
        return sum(self._done_s)

    @property
    def total_s(self) -> float:
        return sum(self._lengths_s)
