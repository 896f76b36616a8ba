"""Thresholds are found where they were planted."""

import numpy as np
import pytest

from funny.learn.tune import OFFSET_RATIO, ONSETS, tune_on_clips, tune_thresholds
from funny.moments.highlights import HighlightOptions
from tests.values import block, timeline_of

OPTIONS = HighlightOptions()
LAUGHS = ((10, 15), (30, 36))
TRUTH = block(120, *LAUGHS) > 0


def tuned(*scores, truth=TRUTH):
    return tune_thresholds([timeline_of(s) for s in scores], [truth] * len(scores), OPTIONS)


def test_laughs_above_and_traps_below():
    traps = block(120, (20, 26), (45, 51), high=0.52)
    thresholds, f1 = tuned(np.maximum(block(120, *LAUGHS, high=0.72), traps))
    assert f1 == 1
    assert 0.52 < thresholds.onset <= 0.72
    assert thresholds.offset == pytest.approx(thresholds.onset * OFFSET_RATIO, abs=1e-3)


@pytest.mark.parametrize(
    ("scores", "truth", "wanted"),
    [
        pytest.param(np.zeros(120), TRUTH, 0.0, id="nothing-found"),
        pytest.param(block(120, *LAUGHS), ~TRUTH & TRUTH, 0.0, id="nothing-to-find"),
        pytest.param(block(120, *LAUGHS), TRUTH, 1.0, id="all"),
        pytest.param(block(120, (10, 15)), TRUTH, 2 / 3, id="one-of-two"),
        pytest.param(block(120, *LAUGHS, (45, 50)), TRUTH, 4 / 5, id="one-too-many"),
        pytest.param(block(120, (6, 15), (30, 36)), TRUTH, 1.0, id="over-half-is-funny"),
        pytest.param(block(120, (4, 15), (30, 36)), TRUTH, 1 / 2, id="less-than-half-is-funny"),
    ],
)
def test_f1_by_hand(scores, truth, wanted):
    assert tuned(scores, truth=truth)[1] == pytest.approx(wanted)


def test_a_laugh_in_two_pieces_is_found_once():
    truth = block(120, (10, 30), (40, 45)) > 0
    assert tuned(block(120, (10, 16), (20, 30)), truth=truth)[1] == pytest.approx(2 / 3)


def test_all_videos_count():
    f1 = tuned(block(120, *LAUGHS), np.zeros(120))[1]
    assert f1 == pytest.approx(2 / 3)


def test_the_lowest_of_equally_good_onsets():
    assert tuned(block(120, *LAUGHS))[0].onset == min(ONSETS) == 0.2


def test_a_truth_of_another_number_of_videos():
    with pytest.raises(ValueError):
        tune_thresholds([timeline_of(TRUTH * 0.5)], [], OPTIONS)


# By clips


def clips_of(*heights, length=12):
    """A timeline of each clip with one moment of that height in it."""
    return [timeline_of(block(length, (1, 4), high=height, low=0.05)) for height in heights]


def test_thresholds_part_funny_clips_from_others():
    funny = np.array([1, 1, 1, 0, 0], bool)
    thresholds, f1 = tune_on_clips(clips_of(0.8, 0.75, 0.9, 0.4, 0.3), funny, OPTIONS)
    assert f1 == 1
    # The middle of all that part them.
    assert 0.5 <= thresholds.onset <= 0.65
    assert thresholds.offset == pytest.approx(thresholds.onset * OFFSET_RATIO, abs=1e-3)


def test_moments_that_are_too_short_are_none():
    blip = timeline_of(block(12, (1, 2), high=0.9, low=0.05))
    funny = np.array([1, 1, 0], bool)
    thresholds, f1 = tune_on_clips([*clips_of(0.6, 0.6), blip], funny, OPTIONS)
    assert f1 == 1 and thresholds.onset <= 0.6
