"""Jobs are cancelled at random moments: nothing stays behind, and the next one is done as ever."""

import random
import time

import psutil
import pytest

from tests.faults.looking import assert_all_there, assert_nothing_half_written, logged
from tests.visitor import Visitor

_GROWTH_MB = 200
"""What a process may take more after a while: models and caches grow into their room."""

_POOL = 40
"""Threads that answer requests: as many are kept for the next ones."""


class Held:
    """What a process holds: it is the same after work as before."""

    def __init__(self, process: psutil.Process) -> None:
        self.files = process.num_fds()
        self.threads = process.num_threads()
        self.children = len(process.children(recursive=True))
        self.memory_mb = process.memory_info().rss / 1e6


def cancelled_after(visitor, press, seconds):
    """Presses, cancels after a while, and waits until it has stopped; returns what is said."""
    end = time.monotonic() + seconds
    asked = False
    for _ in visitor.doing(press):
        if not asked and time.monotonic() >= end:
            visitor.do("cancel")
            asked = True
    return visitor.value("status")


def cancel_often(app, film, times, seed=9):
    """What it said to each of some cancels at random moments, and what was held on the way."""
    moments, told, held = random.Random(seed), [], []
    for number in range(times):
        with Visitor(app.address) as visitor:
            visitor.open()
            visitor.upload(film)
            told.append(cancelled_after(visitor, "analyze", moments.uniform(0, 8)))
        if number >= times // 4:
            held.append(Held(app.process))
    return told, held


def assert_settled(held):
    """Between the first and the last nothing was piled up."""
    first, last = held[0], held[-1]
    assert last.children == 0
    assert last.files <= first.files + 5
    assert last.threads <= first.threads + _POOL
    assert last.memory_mb <= first.memory_mb + _GROWTH_MB


@pytest.mark.parametrize(
    "times",
    [
        pytest.param(12, id="a-dozen"),
        pytest.param(
            200,
            id="two-hundred",
            marks=[pytest.mark.torture, pytest.mark.timeout(3600)],
        ),
    ],
)
def test_who_cancels_leaves_nothing_behind(app_with, film, truth, times):
    app = app_with()
    told, held = cancel_often(app, film, times)
    stopped = [text for text in told if "Stopped" in text]
    done = [text for text in told if "clips cut" in text]
    assert len(stopped) + len(done) == times
    assert len(stopped) > times // 2
    assert_settled(held)
    assert_nothing_half_written(app)
    with Visitor(app.address) as visitor:
        visitor.open()
        visitor.upload(film)
        visitor.do("analyze")
        assert_all_there(visitor, truth)
    assert logged(app) == []
