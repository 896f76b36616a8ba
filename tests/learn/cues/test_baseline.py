"""What stands out against its own surroundings."""

import numpy as np
import pytest

from funny.learn.cues.baseline import local_z


@pytest.mark.parametrize("count", [0, 1, 2, 11])
def test_of_any_length(count):
    assert local_z(np.ones(count), 60, 1.0).tolist() == [0.0] * count


def test_the_spread_is_a_standard_deviation():
    noise = np.random.default_rng(0).normal(5, 3, 4000)
    assert local_z(noise, 600, 0.1).std() == pytest.approx(1, abs=0.05)


def test_a_peak_does_not_hide_itself():
    values = np.zeros(600)
    values[300:306] = 5.0
    z = local_z(values, 60, 1.0)
    assert z[300:306].tolist() == [5.0] * 6
    assert not z[:300].any()


def test_the_usual_moves_with_the_stream():
    level = np.repeat([0.0, 10.0], 1200)
    z = local_z(level, 60, 1.0)
    assert np.abs(z[[100, 1100, 1300, 2300]]).max() == 0
    assert np.abs(z[1190:1210]).max() > 4


def test_little_noise_means_nothing():
    noise = np.random.default_rng(0).normal(0, 0.01, 600)
    assert np.abs(local_z(noise, 60, 1.0)).max() < 0.1
