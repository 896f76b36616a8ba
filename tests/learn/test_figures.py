"""Figures by hand: thresholds and calibration come from the other folds, intervals from videos."""

import numpy as np
import pytest

from funny.learn.calibrate import platt
from funny.learn.figures import Judged, calibration, confusion, figures, out_of_fold
from funny.learn.metrics import (
    auroc,
    average_precision,
    best_threshold,
    f1_score,
    ranking_intervals,
    weighted_ranking,
)

FUNNY = np.array([1, 1, 0, 0, 1, 1, 0, 0], bool)
FOLDS = np.array([0, 0, 0, 0, 1, 1, 1, 1])
VIDEOS = np.array(["a", "b", "a", "b", "c", "d", "c", "d"])
RIGHT = np.where(FUNNY, 0.8, 0.2)


def test_scores_that_are_right():
    found = figures(out_of_fold(RIGHT, FUNNY, FOLDS), FUNNY, VIDEOS, FOLDS)
    assert (found["clips"], found["videos"], found["prevalence"]) == (8, 4, 0.5)
    for name in ("auroc", "average_precision"):
        assert found[name] == {"value": 1, "mean": 1, "deviation": 0, "low": 1, "high": 1}
    assert found["f1"] == {"value": 1, "mean": 1, "deviation": 0}
    assert found["calibration_error"] < 0.35


def test_a_threshold_comes_from_the_other_folds():
    """Fold 1 says 0.4 where fold 0 says 0.8: under fold 0's threshold nothing of it is funny."""
    raw = np.where(FUNNY, np.where(FOLDS == 0, 0.8, 0.4), np.where(FOLDS == 0, 0.6, 0.1))
    called = out_of_fold(raw, FUNNY, FOLDS, are_odds=False).called
    assert called[FOLDS == 0].tolist() == [True] * 4
    assert called[FOLDS == 1].tolist() == [False] * 4


def test_a_calibration_comes_from_the_other_folds():
    found = out_of_fold(RIGHT, FUNNY, FOLDS)
    scale, shift = calibration(FUNNY[FOLDS == 1], RIGHT[FOLDS == 1])
    odds = scale * np.log(RIGHT[:4] / (1 - RIGHT[:4])) + shift
    np.testing.assert_allclose(found.scores[:4], 1 / (1 + np.exp(-odds)), atol=1e-6)


def test_scores_that_mean_the_contrary_are_not_turned_around():
    assert calibration(FUNNY, 1 - RIGHT) == (1.0, 0.0)


def test_few_clips_never_become_certain():
    scale, shift = platt(FUNNY, RIGHT, few=True)
    assert 1 / (1 + np.exp(-(scale * np.log(4) + shift))) == pytest.approx(5 / 6, abs=0.01)
    with pytest.raises(ValueError):
        platt(np.ones(4, bool), np.ones(4), few=True)


def test_many_clips_are_calibrated_as_ever():
    rng = np.random.default_rng(0)
    scores = rng.random(4000)
    truth = rng.random(4000) < scores
    assert platt(truth, scores, few=True) == pytest.approx(platt(truth, scores), abs=0.03)


def test_folds_of_one_kind_are_left_out_of_the_mean():
    folds = np.array([0, 0, 0, 0, 1, 1, 2, 2])
    found = figures(Judged(RIGHT, RIGHT > 0.5), FUNNY, VIDEOS, folds)
    assert found["auroc"]["value"] == 1 and found["auroc"]["mean"] is None


def test_without_folds_and_thresholds():
    found = figures(Judged(RIGHT * 9, None, are_probabilities=False), FUNNY, VIDEOS)
    assert set(found) == {"clips", "videos", "prevalence", "auroc", "average_precision"}
    assert set(found["auroc"]) == {"value", "low", "high"}


@pytest.mark.parametrize(
    ("truth", "scores", "low", "high"),
    [
        pytest.param([0, 1], [0.2, 0.8], 0.2, 0.8, id="a-gap"),
        pytest.param([0, 0, 1, 1], [0.1, 0.5, 0.6, 0.9], 0.5, 0.6, id="the-gap-between"),
        pytest.param([1, 1], [0.3, 0.8], 0.0, 0.3, id="all-funny"),
    ],
)
def test_the_best_threshold_lies_in_the_gap(truth, scores, low, high):
    assert low <= best_threshold(np.array(truth, bool), np.array(scores)) <= high


@pytest.mark.parametrize(
    ("called", "wanted"),
    [([1, 1, 0, 0], 1), ([0, 0, 0, 0], 0), ([1, 0, 0, 0], 2 / 3), ([1, 1, 1, 1], 2 / 3)],
)
def test_f1_by_hand(called, wanted):
    truth = np.array([1, 1, 0, 0], bool)
    assert f1_score(truth, np.array(called, bool)) == pytest.approx(wanted)


def test_confusion_by_hand():
    found = confusion(np.array([1, 1, 1, 0], bool), np.array([1, 0, 0, 1], bool))
    assert list(found.values()) == [1, 2, 1, 0]


def noisy(seed=0, count=200):
    rng = np.random.default_rng(seed)
    truth = rng.random(count) < 0.5
    return truth, np.round(rng.random(count) + truth * 0.4, 1)  # many are equal


def test_intervals_hold_the_figure_and_are_wider_over_fewer_videos():
    truth, scores = noisy()

    def width(groups):
        found = ranking_intervals(truth, scores, groups, np.random.default_rng(0))
        for name, value in (
            ("auroc", auroc(truth, scores)),
            ("average_precision", average_precision(truth, scores)),
        ):
            assert found[name][0] <= value <= found[name][1]
        return found["auroc"][1] - found["auroc"][0]

    # The same clips, each eight times: as many videos as before, an eighth of the knowledge.
    truth, scores = np.repeat(truth[:25], 8), np.repeat(scores[:25], 8)
    assert width(np.repeat(np.arange(25), 8)) > 1.8 * width(np.arange(200))


def test_figures_under_weights_are_those_of_clips_drawn_again():
    truth, scores = noisy(1, 60)
    weights = np.random.default_rng(2).integers(0, 4, (20, 60))
    found = weighted_ranking(truth, scores, weights)
    for row, one, two in zip(weights, found["auroc"], found["average_precision"], strict=True):
        again = np.repeat(np.arange(60), row)
        assert one == pytest.approx(auroc(truth[again], scores[again]))
        assert two == pytest.approx(average_precision(truth[again], scores[again]))


@pytest.mark.parametrize("kind", [True, False])
def test_an_interval_of_one_class_is_none(kind):
    truth = np.full(4, kind)
    found = ranking_intervals(truth, np.ones(4), np.arange(4), np.random.default_rng(0))
    assert all(np.isnan(span).all() for span in found.values())
