"""Measures, worked out by hand."""

import numpy as np
import pytest

from funny.learn.metrics import auroc, average_precision, overlap_s, tick_truth


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
