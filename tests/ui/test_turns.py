"""Visitors take turns, nobody waits for another's third job, and a full queue says so."""

import threading

import pytest

from funny.errors import BusyError, Cancelled
from funny.ui.jobs import Job
from funny.ui.turns import Turns

PATIENCE_S = 30


def served(turns, tickets):
    """The numbers of tickets in the order in which their turns come."""
    order, left = [], dict(enumerate(tickets))
    while left:
        number = next(n for n, ticket in left.items() if turns.wait(ticket, 0))
        turns.leave(left.pop(number))
        order.append(number)
    return order


@pytest.mark.parametrize(
    ("visitors", "order"),
    [
        pytest.param("", [], id="nobody"),
        pytest.param("a", [0], id="one"),
        pytest.param("aaa", [0, 1, 2], id="one-visitor"),
        pytest.param("abc", [0, 1, 2], id="one-job-each"),
        pytest.param("aab", [0, 2, 1], id="a-second-job-waits-for-a-first"),
        pytest.param("aaabbc", [0, 3, 5, 1, 4, 2], id="three-rounds"),
    ],
)
def test_whose_turn_comes_when(visitors, order):
    turns = Turns()
    assert served(turns, [turns.ask(visitor) for visitor in visitors]) == order
    assert turns.waiting == 0


def test_the_job_at_work_counts_as_its_visitors_first():
    turns = Turns()
    running = turns.ask("a")
    assert turns.wait(running, 0)
    second, other = turns.ask("a"), turns.ask("b")
    assert (turns.before(other), turns.before(second)) == (1, 2)
    turns.leave(running)
    assert served(turns, [second, other]) == [1, 0]


def test_only_one_is_at_work():
    turns = Turns()
    one, two = turns.ask("a"), turns.ask("b")
    assert turns.wait(one, 0) and not turns.wait(two, 0.01)
    turns.leave(one)
    assert turns.wait(two, 0)


def test_who_leaves_the_queue_is_not_waited_for():
    turns = Turns()
    one, two = turns.ask("a"), turns.ask("b")
    turns.leave(one)
    assert turns.wait(two, 0)


@pytest.mark.parametrize(
    ("visitors", "asks", "refused"),
    [
        pytest.param("a", "a", None, id="room-for-a-second"),
        pytest.param("aa", "a", {"own": 2, "waiting": 0}, id="too-many-of-ones-own"),
        pytest.param("abc", "d", None, id="room-for-one-more"),
        pytest.param("abcd", "e", {"own": 0, "waiting": 3}, id="full"),
        pytest.param("aabc", "a", {"own": 2, "waiting": 0}, id="full-and-too-many"),
    ],
)
def test_how_many_may_wait(visitors, asks, refused):
    turns = Turns(most=3, most_each=2)
    first, *_ = [turns.ask(visitor) for visitor in visitors]
    assert turns.wait(first, 0)
    if refused is None:
        turns.ask(asks)
        return
    with pytest.raises(BusyError) as error:
        turns.ask(asks)
    assert {"own": error.value.own, "waiting": error.value.waiting} == refused


def test_a_job_that_finds_the_queue_full_says_so():
    turns, go = Turns(most=1), threading.Event()
    jobs = [Job(lambda job: go.wait(PATIENCE_S), turns, name).start() for name in "abc"]
    while sum(job.is_running for job in jobs) > 2:
        jobs[-1].wait()
    (refused,) = (job for job in jobs if not job.is_running)
    assert isinstance(refused.error, BusyError)
    go.set()
    for job in jobs:
        while job.is_running:
            job.wait()
    assert [job.error for job in jobs if job is not refused] == [None, None]


def test_a_job_that_is_cancelled_while_it_waits_gives_its_place_back():
    turns, go = Turns(), threading.Event()
    one = Job(lambda job: go.wait(PATIENCE_S), turns, "a").start()
    while one.stage != "start":
        one.wait()
    two = Job(lambda job: None, turns, "b").start()
    while two.stage != "queued" or not two.before:
        two.wait()
    assert (two.before, turns.waiting) == (1, 1)
    two.cancel()
    while two.is_running:
        two.wait()
    assert isinstance(two.error, Cancelled) and turns.waiting == 0
    go.set()
