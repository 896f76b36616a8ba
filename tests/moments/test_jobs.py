"""Work side by side is told of in one thread, and all of it stops together."""

import threading
import time

import pytest

from funny.errors import Cancelled, MediaError
from funny.moments.jobs import side_by_side

PATIENCE_S = 30


def noted(told):
    return lambda *numbers: told.append((*numbers, threading.current_thread()))


def until_stopped(tell):
    """Work that only ends when it is told to."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        tell(0.5)
        time.sleep(0.01)
    raise AssertionError("nobody stopped it")


def test_no_work_is_no_progress():
    told = []
    side_by_side([], [], None, noted(told))
    assert told == []


@pytest.mark.parametrize("at_once", [1, 2, None])
def test_all_work_is_done_and_told_of_in_the_callers_thread(at_once):
    told, done = [], []
    works = [lambda tell, n=n: (tell(n / 2), done.append(n)) for n in range(5)]
    side_by_side(works, [1.0, 2.0, 3.0, 4.0, 5.0], at_once, noted(told))
    assert sorted(done) == [0, 1, 2, 3, 4]
    assert told[-1] == (15.0, 15.0, threading.current_thread())
    assert {thread for *_, thread in told} == {threading.current_thread()}


def test_only_so_many_run_at_once():
    running, most, lock = set(), [], threading.Lock()

    def work(tell):
        with lock:
            running.add(threading.get_ident())
            most.append(len(running))
        time.sleep(0.02)
        with lock:
            running.remove(threading.get_ident())

    side_by_side([work] * 9, [1.0] * 9, 3, lambda *_: None)
    assert 1 <= max(most) <= 3


def test_two_run_at_once():
    both = threading.Barrier(2, timeout=PATIENCE_S)
    side_by_side([lambda tell: both.wait()] * 2, [1.0] * 2, 2, lambda *_: None)


def test_more_told_than_there_is_counts_as_all():
    told = []
    side_by_side([lambda tell: tell(99.0)], [2.0], 1, noted(told))
    assert {done_s for done_s, *_ in told} <= {0.0, 2.0}


def test_what_fails_stops_the_rest():
    def fail(tell):
        raise MediaError("no room")

    with pytest.raises(MediaError, match="no room"):
        side_by_side([until_stopped, fail], [1.0, 1.0], 2, lambda *_: None)


def test_what_progress_raises_stops_all_and_starts_no_more():
    started = []

    def work(tell):
        started.append(1)
        until_stopped(tell)

    def stop(done_s, total_s):
        raise Cancelled("enough")

    with pytest.raises(Cancelled, match="enough"):
        side_by_side([work] * 9, [1.0] * 9, 2, stop)
    assert len(started) <= 2
