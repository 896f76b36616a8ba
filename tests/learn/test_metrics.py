"""Measures, worked out by hand."""

import numpy as np
import pytest

from funny.learn.metrics import (
    auroc,
    average_precision,
    bootstrap_interval,
    hit_at_k,
    iou,
    overlap_s,
    tick_truth,
    top_peaks,
)
from tests.values import block


@pytest.mark.parametrize(
    ("truth", "scores", "wanted"),
    [
        pytest.param([1, 0], [0.9, 0.1], 1.0, id="right"),
        pytest.param([0, 1], [0.9, 0.1], 1 / 2, id="wrong"),
        pytest.param([1, 0, 1], [0.9, 0.6, 0.3], (1 + 2 / 3) / 2, id="one-between"),
        pytest.param([0, 1, 1, 0], [0.9, 0.8, 0.7, 0.6], (1 / 2 + 2 / 3) / 2, id="after-a-wrong"),
        pytest.param([1, 0, 0, 0], [0.5, 0.5, 0.5, 0.5], 1 / 4, id="all-alike"),
    ],
)
def test_average_precision(truth, scores, wanted):
    assert average_precision(np.array(truth, bool), np.array(scores)) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("truth", "scores", "wanted"),
    [
        pytest.param([0, 1], [0.5, 0.5], 0.5, id="alike"),
        pytest.param([0, 1], [0.9, 0.1], 0.0, id="wrong"),
        pytest.param([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4], 3 / 4, id="three-pairs-of-four"),
    ],
)
def test_auroc(truth, scores, wanted):
    assert auroc(np.array(truth, bool), np.array(scores)) == pytest.approx(wanted)


def segment(start_s, end_s, funny=True):
    return {"start_s": start_s, "end_s": end_s, "funny": funny}


@pytest.mark.parametrize(
    ("segments", "truth"),
    [
        pytest.param([], "......", id="none"),
        pytest.param([segment(0, 3, funny=False)], "......", id="not-funny"),
        pytest.param([segment(0.5, 1.5)], ".##...", id="half-open"),
        pytest.param([segment(0.6, 1.6)], "..##..", id="between-ticks"),
        pytest.param([segment(0, 0.5), segment(2, 99)], "#...##", id="two-one-beyond-the-end"),
    ],
)
def test_truth_of_ticks(segments, truth):
    assert "".join(".#"[t] for t in tick_truth(segments, 6).astype(int)) == truth


@pytest.mark.parametrize(
    ("a", "b", "shared_s"),
    [
        pytest.param((0, 1), (2, 3), 0, id="apart"),
        pytest.param((0, 1), (1, 2), 0, id="touching"),
        pytest.param((0, 2), (1.5, 3), 0.5, id="overlapping"),
        pytest.param((0, 9), (2, 3), 1, id="inside"),
    ],
)
def test_overlap(a, b, shared_s):
    assert overlap_s(a, b) == overlap_s(b, a) == shared_s


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        pytest.param((0, 1), (2, 3), 0, id="apart"),
        pytest.param((0, 1), (1, 2), 0, id="touching"),
        pytest.param((0, 2), (1, 3), 1 / 3, id="overlapping"),
        pytest.param((0, 8), (2, 4), 1 / 4, id="inside"),
        pytest.param((1, 4), (1, 4), 1, id="the-same"),
    ],
)
def test_iou(a, b, wanted):
    assert iou(a, b) == iou(b, a) == pytest.approx(wanted)


def hills(*tops, ticks=100):
    """Scores (t,) with a hill of five ticks around each (tick, height)."""
    scores = np.zeros(ticks)
    for tick, height in tops:
        scores[max(0, tick - 2) : tick + 3] = height
    return scores


@pytest.mark.parametrize(
    ("scores", "count", "peaks"),
    [
        pytest.param(hills((20, 0.9)), 0, [], id="none-asked-for"),
        pytest.param(hills((20, 0.9)), 1, [20], id="one"),
        pytest.param(hills((20, 0.5), (70, 0.9)), 1, [70], id="the-higher"),
        pytest.param(hills((20, 0.5), (70, 0.9)), 2, [70, 20], id="the-highest-first"),
        pytest.param(hills((20, 0.9), (35, 0.5)), 2, [20, 35], id="more-than-7s-apart"),
        pytest.param(hills((20, 0.9), (33, 0.5), (70, 0.4)), 2, [20, 70], id="less-than-7s-apart"),
        pytest.param(hills((4, 0.9), ticks=9), 3, [4], id="no-room-for-more"),
    ],
)
def test_top_peaks(scores, count, peaks):
    assert top_peaks(scores, count) == peaks


def test_peaks_as_near_as_is_asked_for():
    scores = hills((20, 0.9), (27, 0.5))
    assert top_peaks(scores, 2, apart_s=3.0) == [20, 27]


def test_looking_for_peaks_leaves_the_scores():
    scores = hills((20, 0.9))
    top_peaks(scores, 2)
    np.testing.assert_array_equal(scores, hills((20, 0.9)))


@pytest.mark.parametrize(
    ("spans", "wanted"),
    [
        pytest.param([(8, 12)], 1, id="one-found"),
        pytest.param([(11.5, 14)], 0, id="beside"),
        pytest.param([(10, 10.5)], 1, id="starts-at-the-peak"),
        pytest.param([(9, 10)], 0, id="ends-before-the-peak"),
        pytest.param([(8, 12), (33, 38)], 1, id="both-found"),
        pytest.param([(8, 12), (20, 25)], 1 / 2, id="one-of-two"),
        pytest.param([(20, 22), (24, 26), (44, 46)], 0, id="none-of-three"),
    ],
)
def test_hits_among_as_many_peaks_as_there_are_moments(spans, wanted):
    assert hit_at_k(hills((20, 0.9), (70, 0.5)), spans) == wanted


def test_perfect_scores_hit_every_moment():
    spans = [(5, 8), (20, 24), (40, 43)]
    assert hit_at_k(block(120, *spans), spans) == 1


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        pytest.param([0.7], (0.7, 0.7), id="one"),
        pytest.param([0.5] * 30, (0.5, 0.5), id="all-alike"),
        pytest.param([0.0] * 50 + [1.0] * 50, (0.402, 0.598), id="a-half-of-a-hundred"),
    ],
)
def test_bootstrap_by_hand(values, wanted):
    """Of a share p of n, the interval is p ± 1.96 √(p (1 - p) / n)."""
    found = bootstrap_interval(values, np.random.default_rng(0), draws=10_000)
    assert found == pytest.approx(wanted, abs=0.011)


def test_the_interval_holds_the_true_mean_about_95_times_in_100():
    rng = np.random.default_rng(0)
    intervals = [bootstrap_interval(rng.normal(3, 1, 40), rng, 500) for _ in range(300)]
    held = np.mean([low <= 3 <= high for low, high in intervals])
    assert 0.9 < held < 0.98


def test_a_seed_draws_the_same_interval():
    one, two = (bootstrap_interval([1, 2, 4, 8], np.random.default_rng(5)) for _ in range(2))
    assert one == two
