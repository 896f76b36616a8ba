"""Late is what we add ourselves."""

import pytest

from funny.scale.live.lateness import Lateness


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def lateness(clock):
    return Lateness(clock)


def come(lateness, clock, *steps):
    """(seconds on the clock, time of the packet, whether it was waited for) → lateness after."""
    for after_s, time_s, waited in steps:
        clock.now += after_s
        lateness.came(time_s, waited)
    return lateness.own_s


def test_in_step_is_not_late(lateness, clock):
    assert come(lateness, clock, *[(0.5, k / 2, True) for k in range(20)]) == 0
    assert lateness.begun_s == pytest.approx(100.5)


def test_a_backlog_is_not_late(lateness, clock):
    assert come(lateness, clock, *[(0.01, k / 2, False) for k in range(200)]) == 0


def test_a_source_in_bursts_is_late_by_itself(lateness, clock):
    burst = [(0.0, k * 0.5, k == 0) for k in range(4)]
    for n in range(5):
        steps = [(a, n * 2 + t, w) for a, t, w in burst]
        assert come(lateness, clock, *steps) == 0
        clock.now += 2.0


def test_work_that_takes_too_long_is_late(lateness, clock):
    come(lateness, clock, *[(0.5, k / 2, True) for k in range(4)])
    assert come(lateness, clock, *[(0.8, 2 + k / 2, False) for k in range(10)]) == pytest.approx(3)


def test_sound_behind_the_picture_is_not_late(lateness, clock):
    steps = [step for k in range(10) for step in ((1.0, k + 1, True), (0.0, k, False))]
    assert come(lateness, clock, *steps) == 0
