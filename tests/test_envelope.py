"""One byte says how loud 20 ms are, to a quarter of a decibel."""

import numpy as np
import pytest

from funny.envelope import SAMPLES_PER_STEP, decibels, measured
from funny.grid import SAMPLE_RATE, SAMPLES_PER_TICK, STEPS_PER_TICK
from tests.media import sine


def test_no_samples_have_no_loudness():
    assert measured(np.zeros(0, np.float32)).tolist() == []
    assert decibels(np.zeros(0, np.uint8)).tolist() == []


def test_a_tick_is_a_whole_number_of_steps():
    assert STEPS_PER_TICK * SAMPLES_PER_STEP == SAMPLES_PER_TICK


@pytest.mark.parametrize(
    ("level", "db"),
    [
        pytest.param(0.0, -120.0, id="silence"),
        pytest.param(1e-7, -120.0, id="less-than-can-be-told"),
        pytest.param(0.001, -60.0, id="quiet"),
        pytest.param(0.1, -20.0, id="speech"),
        pytest.param(1.0, 0.0, id="full-scale"),
        pytest.param(100.0, 7.5, id="more-than-can-be-told"),
    ],
)
def test_a_level_in_decibels(level, db):
    found = measured(np.full(3 * SAMPLES_PER_STEP, level, np.float32))
    assert decibels(found).tolist() == [db] * 3
    assert found.dtype == np.uint8


def test_a_sine_is_3_db_below_its_amplitude():
    samples = sine(0.5, 1.0, SAMPLE_RATE, hz=1000).astype(np.float32)
    assert decibels(measured(samples)) == pytest.approx(np.full(50, -9.03), abs=0.26)


def test_every_step_is_its_own():
    levels = np.array([0.001, 1.0, 0.01, 0.1], np.float32)
    samples = np.repeat(levels, SAMPLES_PER_STEP)
    assert decibels(measured(samples)).tolist() == [-60, 0, -40, -20]
