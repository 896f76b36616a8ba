"""Ticks and seconds."""

import numpy as np
import pytest

from funny.grid import (
    SAMPLES_PER_TICK,
    clock,
    runs,
    s_to_tick,
    s_to_ticks,
    tick_count,
    tick_times,
    tick_to_s,
)


def test_a_tick_of_sound_is_11025_samples():
    assert SAMPLES_PER_TICK == 11_025


@pytest.mark.parametrize(
    ("duration_s", "ticks"),
    [
        pytest.param(-1.0, 0, id="negative"),
        pytest.param(0.0, 0, id="nothing"),
        pytest.param(1e-9, 0, id="rounding-of-nothing"),
        pytest.param(0.001, 1, id="one-picture"),
        pytest.param(0.5, 1, id="exactly-one"),
        pytest.param(0.5 + 1e-7, 1, id="rounding-past-one"),
        pytest.param(0.501, 2, id="a-little-more"),
        pytest.param(0.1 + 0.2 + 0.7, 2, id="sum-of-floats"),
        pytest.param(10_800.0, 21_600, id="3h"),
    ],
)
def test_ticks_of_a_duration(duration_s, ticks):
    assert tick_count(duration_s) == ticks


@pytest.mark.parametrize(
    ("time_s", "tick"),
    [
        pytest.param(-0.2, 0, id="before-the-start"),
        pytest.param(0.0, 0, id="start"),
        pytest.param(0.499, 0, id="end-of-a-tick"),
        pytest.param(0.5, 1, id="border"),
        pytest.param(0.5 - 1e-9, 1, id="rounding-at-the-border"),
        pytest.param(3600.75, 7201, id="after-an-hour"),
    ],
)
def test_the_tick_that_holds_a_time(time_s, tick):
    assert s_to_tick(time_s) == tick


@pytest.mark.parametrize("tick", [0, 1, 7, 21_599])
def test_a_tick_keeps_its_time(tick):
    assert s_to_tick(tick_to_s(tick)) == tick == s_to_ticks(tick_to_s(tick))
    assert tick_times(tick + 1)[-1] == tick_to_s(tick)


def test_no_ticks_have_no_times():
    assert tick_times(0).shape == (0,)


@pytest.mark.parametrize(
    ("mask", "spans"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("...", [], id="none"),
        pytest.param("###", [(0, 3)], id="all"),
        pytest.param("#..#", [(0, 1), (3, 4)], id="both-ends"),
        pytest.param(".##.#.", [(1, 3), (4, 5)], id="inside"),
    ],
)
def test_runs_of_a_mask(mask, spans):
    assert list(runs(np.array([c == "#" for c in mask], bool))) == spans


@pytest.mark.parametrize(
    ("time_s", "text"),
    [
        pytest.param(-1, "00:00:00", id="negative"),
        pytest.param(59.999, "00:00:59", id="rounds-down"),
        pytest.param(60, "00:01:00", id="minute"),
        pytest.param(3 * 3600 + 25 * 60 + 7.5, "03:25:07", id="hours"),
        pytest.param(100 * 3600, "100:00:00", id="100-hours"),
    ],
)
def test_clock(time_s, text):
    assert clock(time_s) == text
