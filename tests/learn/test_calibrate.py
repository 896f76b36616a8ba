"""Calibration finds what was planted, and its error is the gap that was planted."""

import numpy as np
import pytest

from funny.learn.calibrate import expected_calibration_error, platt
from funny.score.timeline import calibrated


def sigmoid(odds):
    return 1 / (1 + np.exp(-odds))


def sample(scale, shift, seed=0, ticks=20_000):
    """Truth and raw scores; the truth comes true as often as the calibrated scores say."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(-1, 2, ticks)
    return rng.random(ticks) < sigmoid(scale * odds + shift), sigmoid(odds)


PLANTED = [
    pytest.param(1.0, 0.0, id="calibrated-already"),
    pytest.param(0.4, 0.5, id="overconfident"),
    pytest.param(2.0, -1.0, id="underconfident"),
    pytest.param(1.0, 2.0, id="too-low"),
    pytest.param(-1.0, 0.0, id="backwards"),
]


@pytest.mark.parametrize(("scale", "shift"), PLANTED)
def test_platt_recovers_scale_and_shift(scale, shift):
    assert platt(*sample(scale, shift)) == pytest.approx((scale, shift), abs=0.1)


@pytest.mark.parametrize(("scale", "shift"), PLANTED)
def test_calibrated_by_platt_scores_mean_what_they_say(scale, shift):
    fitted = platt(*sample(scale, shift))
    truth, scores = sample(scale, shift, seed=1)
    assert expected_calibration_error(truth, calibrated(scores, *fitted)) < 0.015


@pytest.mark.parametrize(
    ("truth", "scores"),
    [
        pytest.param([], [], id="none"),
        pytest.param([1], [0.5], id="one"),
        pytest.param([0, 0, 0], [0.1, 0.5, 0.9], id="nothing-funny"),
        pytest.param([1, 1, 1], [0.1, 0.5, 0.9], id="all-funny"),
    ],
)
def test_platt_needs_both_classes(truth, scores):
    with pytest.raises(ValueError):
        platt(np.array(truth, bool), np.array(scores, float))


def test_platt_takes_scores_of_0_and_1():
    truth = np.array([0, 0, 0, 1, 0, 1, 1, 1], bool)
    scores = np.array([0, 0, 0, 0, 1, 1, 1, 1], float)
    fitted = platt(truth, scores)
    assert calibrated(np.array([0.0, 1.0]), *fitted) == pytest.approx([0.25, 0.75], abs=0.01)


@pytest.mark.parametrize(
    ("truth", "scores", "wanted"),
    [
        pytest.param([], [], 0, id="none"),
        pytest.param([1], [1.0], 0, id="one-right"),
        pytest.param([0], [1.0], 1, id="one-wrong"),
        pytest.param([0, 1], [0.0, 1.0], 0, id="both-ends-right"),
        pytest.param([1, 0, 1, 0], [0.5] * 4, 0, id="a-half-half-the-time"),
        pytest.param([1] * 6 + [0] * 4, [0.95] * 10, 0.35, id="overconfident"),
        pytest.param([1] * 6 + [0] * 4, [0.25] * 10, 0.35, id="underconfident"),
        pytest.param([1, 1, 0, 0], [0.55, 0.75, 0.15, 0.15], (0.45 + 0.25 + 0.3) / 4, id="bins"),
        pytest.param([1, 0], [0.51, 0.59], 0.05, id="within-a-bin-only-means-count"),
    ],
)
def test_calibration_error_by_hand(truth, scores, wanted):
    found = expected_calibration_error(np.array(truth, bool), np.array(scores, float))
    assert found == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("bins", "wanted"), [pytest.param(1, 0.0, id="one-bin"), pytest.param(2, 0.4, id="two-bins")]
)
def test_bins_decide_what_can_cancel(bins, wanted):
    truth, scores = np.array([1, 1, 0, 0], bool), np.array([0.6, 0.6, 0.4, 0.4])
    assert expected_calibration_error(truth, scores, bins) == pytest.approx(wanted)


def test_a_calibrated_sample_has_next_to_no_error():
    assert expected_calibration_error(*sample(1.0, 0.0)) < 0.015


def test_an_overconfident_sample_has_the_gap_that_was_planted():
    truth, scores = sample(0.4, 0.5)
    odds = np.log(scores / (1 - scores))
    gap = np.abs(scores - sigmoid(0.4 * odds + 0.5)).mean()
    assert expected_calibration_error(truth, scores) == pytest.approx(gap, abs=0.02)
    assert gap > 0.1
