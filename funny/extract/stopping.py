"""Whether whoever wants the work has stopped it, for those who wait too deep in it to be told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_is_stopped: ContextVar[Callable[[], bool]] = ContextVar("is_stopped", default=lambda: False)


@contextmanager
def stops_when(is_stopped: Callable[[], bool]) -> Iterator[None]:
    """While the work inside goes on, this says whether it was stopped.

    Args:
        is_stopped: Asked often, by any thread.
    """
    before = _is_stopped.set(is_stopped)
    try:
        yield
    finally:
        _is_stopped.reset(before)


def whether_stopped() -> Callable[[], bool]:
    """What says whether the work at hand was stopped; for threads that know of no context."""
    return _is_stopped.get()
