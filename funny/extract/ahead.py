"""Work ahead: a thread makes the next items while the last ones are used, a few at most."""

from collections.abc import Generator, Iterable
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from queue import Full, Queue
from threading import Event, Thread
from typing import Any, TypeVar

Item = TypeVar("Item")

_LOOK_UP_S = 0.05
"""How often a thread whose items nobody takes looks whether it should go."""

_Made = Queue[tuple[Any, BaseException | None]]
"""Items, then what ended them: StopIteration where all went well."""


def ahead(items: Iterable[Item], room: int) -> Generator[Item, None, None]:
    """The same items in the same order, made in a thread of their own.

    Whatever making them raises is raised here. Close it before its end, and the thread is gone
    when that returns.

    Args:
        items: Asked for one after the other by that thread.
        room: How many may wait to be taken.
    """
    made, stop = _Made(room), Event()
    # In the same context, which knows whether the work was stopped.
    make = partial(copy_context().run, _make, items, made, stop)
    thread = Thread(target=make, name="ahead", daemon=True)
    thread.start()
    try:
        yield from _taken(made)
    finally:
        stop.set()
        thread.join()


def _taken(made: _Made) -> Generator[Any, None, None]:
    while True:
        item, end = made.get()
        if isinstance(end, StopIteration):
            return
        if end is not None:
            raise end
        yield item


def _make(items: Iterable[Any], made: _Made, stop: Event) -> None:
    end: BaseException = StopIteration()
    try:
        for item in items:
            if not _put((item, None), made, stop):
                return
    except BaseException as error:  # whoever takes the items decides what to do about it
        end = error
    _put((None, end), made, stop)


def _put(result: tuple[Any, BaseException | None], made: _Made, stop: Event) -> bool:
    """Hands a result over as soon as there is room; false if nobody wants it any more."""
    while not stop.is_set():
        with suppress(Full):
            made.put(result, timeout=_LOOK_UP_S)
            return True
    return False
