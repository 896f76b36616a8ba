"""Items are made ahead, a few at most; whatever happens to either side, no thread is left."""

import threading
from contextlib import closing

import pytest

from funny.errors import Cancelled
from funny.extract.ahead import ahead


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "ahead"]


@pytest.fixture(autouse=True)
def no_thread_is_left():
    yield
    assert threads() == []


class Source:
    """Numbers that are made one by one, in whatever thread asks for them."""

    def __init__(self, count, error=None):
        self.count, self.error = count, error
        self.made, self.is_closed = [], threading.Event()
        self.reached = threading.Condition()

    def __iter__(self):
        try:
            for number in range(self.count):
                with self.reached:
                    self.made.append((number, threading.current_thread().name))
                    self.reached.notify_all()
                yield number
            if self.error:
                raise self.error
        finally:
            self.is_closed.set()

    def wait_for(self, count):
        with self.reached:
            assert self.reached.wait_for(lambda: len(self.made) >= count, timeout=30)


@pytest.mark.parametrize("count", [0, 1, 3, 100])
@pytest.mark.parametrize("room", [1, 8])
def test_all_items_come_in_their_order(count, room):
    source = Source(count)
    assert list(ahead(source, room)) == list(range(count))
    assert {name for _, name in source.made} <= {"ahead"}
    assert source.is_closed.is_set()


def test_no_more_are_made_than_there_is_room_for():
    source = Source(100)
    with closing(ahead(source, 3)) as items:
        assert next(items) == 0
        source.wait_for(5)  # one taken, three waiting, one in the hand
        assert len(source.made) == 5
        assert next(items) == 1
        source.wait_for(6)
        assert len(source.made) == 6
    assert source.is_closed.is_set()


@pytest.mark.parametrize("taken", [1, 2, 50])
def test_who_stops_early_leaves_nothing_behind(taken):
    source = Source(1000)
    with closing(ahead(source, 4)) as items:
        for _ in range(taken):
            next(items)
        assert len(threads()) == 1
    assert source.is_closed.is_set() and threads() == []


def test_what_is_raised_there_is_raised_here_after_the_items_before_it():
    items, seen = ahead(Source(3, Cancelled("Enough.")), 8), []
    with pytest.raises(Cancelled, match=r"Enough\."):
        seen.extend(items)
    for item in ahead(Source(3), 8):
        seen.append(item)
    assert seen[-3:] == [0, 1, 2]


def test_what_is_raised_here_stops_it():
    source = Source(1000)

    def work():
        with closing(ahead(source, 4)) as items:
            for item in items:
                if item == 5:
                    raise ValueError("here")

    with pytest.raises(ValueError, match="here"):
        work()
    assert source.is_closed.is_set()


def test_nothing_begins_before_the_first_is_asked_for():
    source = Source(3)
    items = ahead(source, 2)
    assert threads() == [] and source.made == []
    items.close()
