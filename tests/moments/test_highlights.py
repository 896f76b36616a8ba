"""From scores to highlights: every rule on a timeline made for it."""

from dataclasses import replace

import numpy as np
import pytest

from funny.errors import OptionError
from funny.moments.highlights import (
    HighlightOptions,
    Thresholds,
    above,
    find_highlights,
    merged,
    peak_in,
)
from tests.values import block, timeline_of

BARE = HighlightOptions(pad_before_s=0, pad_after_s=0, min_length_s=0)
HALF = Thresholds(0.5, 0.3)


def spans_of(scores, options=BARE, thresholds=HALF, duration_s=None):
    timeline = timeline_of(scores)
    length_s = len(timeline) / 2 if duration_s is None else duration_s
    found = find_highlights(timeline, length_s, thresholds, options)
    return [(h.start_s, h.end_s) for h in found]


def test_no_ticks_have_no_highlights():
    assert find_highlights(timeline_of([]), 0.0, HALF, HighlightOptions()) == []


@pytest.mark.parametrize(
    ("scores", "spans"),
    [
        pytest.param([], [], id="empty"),
        pytest.param([0.4, 0.49, 0.4], [], id="never-reaches-the-onset"),
        pytest.param([0, 0.5, 0], [(0.5, 1.0)], id="reaches-it-exactly"),
        pytest.param([0, 0.3, 0.5, 0.3, 0.29], [(0.5, 2.0)], id="lasts-down-to-the-offset"),
        pytest.param([0.9, 0.9], [(0.0, 1.0)], id="everything"),
        pytest.param([0.3, 0.6, 0.2, 0.4, 0.2, 0.6], [(0, 1), (2.5, 3)], id="weak-one-between"),
        pytest.param([0.6, 0.3, 0.3, 0.6], [(0, 2)], id="a-dip-above-the-offset"),
    ],
)
def test_two_thresholds(scores, spans):
    assert above(timeline_of(scores), HALF) == spans


@pytest.mark.parametrize(
    ("gap_s", "spans"),
    [
        pytest.param(0.5, [(5, 15.5)], id="half-a-second"),
        pytest.param(2.0, [(5, 17)], id="2.0-merges"),
        pytest.param(2.5, [(5, 10), (12.5, 17.5)], id="2.5-does-not"),
    ],
)
def test_close_moments_are_one(gap_s, spans):
    scores = block(60, (5, 10), (10 + gap_s, 15 + gap_s))
    assert sorted(spans_of(scores)) == spans


@pytest.mark.parametrize(
    ("length_s", "is_kept"),
    [
        pytest.param(0.5, False, id="a-tick"),
        pytest.param(1.0, False, id="1.0-is-dropped"),
        pytest.param(1.5, True, id="1.5-stays"),
    ],
)
def test_short_moments_are_dropped_set_up_or_not(length_s, is_kept):
    scores = block(60, (10, 10 + length_s))
    assert spans_of(scores, HighlightOptions()) == [(7, 11 + length_s)] * is_kept


def test_two_short_moments_close_together_are_long_enough():
    assert spans_of(block(60, (10, 11), (12, 13)), HighlightOptions()) == [(7, 14)]


@pytest.mark.parametrize(
    ("moment", "span"),
    [
        pytest.param((0, 5), (0, 6), id="at-the-start"),
        pytest.param((2, 5), (0, 6), id="near-the-start"),
        pytest.param((10, 15), (7, 16), id="inside"),
        pytest.param((15, 20), (12, 19.75), id="at-the-end"),
    ],
)
def test_set_up_stays_inside_the_video(moment, span):
    assert spans_of(block(40, moment), HighlightOptions(), duration_s=19.75) == [span]


def test_what_overlaps_by_its_set_up_is_one():
    scores = block(80, (10, 14), (18, 22))
    assert spans_of(scores, HighlightOptions()) == [(7, 23)]
    assert spans_of(scores, HighlightOptions(pad_before_s=2)) == [(8, 15), (16, 23)]


def graded():
    """Three moments; the second is the funniest, the others are equal."""
    return np.maximum.reduce(
        [block(80, (5, 9), high=0.6), block(80, (15, 19), high=0.9), block(80, (25, 29), high=0.6)]
    )


@pytest.mark.parametrize(
    ("top", "starts"),
    [
        pytest.param(None, [15, 5, 25], id="all-equal-ones-in-order"),
        pytest.param(0, [], id="none"),
        pytest.param(1, [15], id="one"),
        pytest.param(2, [15, 5], id="two"),
        pytest.param(9, [15, 5, 25], id="more-than-there-are"),
    ],
)
def test_the_funniest_come_first(top, starts):
    assert [a for a, _ in spans_of(graded(), replace(BARE, top=top))] == starts


@pytest.mark.parametrize("peak_s", [0.0, 1.0, 10.0, 29.0, 39.5])
@pytest.mark.parametrize("max_length_s", [1.0, 6.0, 12.5, 39.5])
def test_a_highlight_cut_down_keeps_its_peak(peak_s, max_length_s):
    scores = np.full(80, 0.6)
    scores[int(peak_s * 2)] = 0.9
    options = replace(BARE, max_length_s=max_length_s)
    (found,) = find_highlights(timeline_of(scores), 40.0, HALF, options)
    assert found.peak_s == peak_s
    assert found.length_s == pytest.approx(max_length_s)
    assert found.start_s >= 0 and found.end_s <= 40.0


def test_what_is_short_enough_is_not_cut():
    assert spans_of(block(40, (4, 10)), replace(BARE, max_length_s=6)) == [(4, 10)]


@pytest.mark.parametrize(
    ("scores", "peak_s"),
    [
        pytest.param([0.5], 0.0, id="one-tick"),
        pytest.param([0.5, 0.9, 0.5], 0.5, id="a-point"),
        pytest.param([0.5, 0.9, 0.9, 0.9, 0.5], 1.0, id="middle-of-a-plateau"),
        pytest.param([0.9, 0.9, 0.9, 0.9], 0.5, id="earlier-of-two-middles"),
        pytest.param([0.5, 0.5, 0.9], 1.0, id="last-tick"),
    ],
)
def test_the_peak(scores, peak_s):
    assert peak_in(timeline_of(scores), (0.0, len(scores) / 2)) == peak_s


def test_the_peak_lies_inside_a_span_that_begins_between_ticks():
    (found,) = find_highlights(
        timeline_of([0.2, 0.2, 0.2, 0.2, 0.9, 0.2, 0.2]), 3.5, HALF, replace(BARE, pad_before_s=0.3)
    )
    assert (found.start_s, found.peak_s) == (pytest.approx(1.7), 2.0)


def test_score_is_that_of_the_peak():
    (found,) = find_highlights(timeline_of([0, 0.6, 0.75, 0.6, 0]), 2.5, HALF, BARE)
    assert (found.score, found.reasons, found.kept) == (0.75, (), True)


@pytest.mark.parametrize(
    ("spans", "gap_s", "wanted"),
    [
        pytest.param([], 1.0, [], id="nothing"),
        pytest.param([(0, 1), (1, 2)], 0.0, [(0, 2)], id="touching"),
        pytest.param([(0, 9), (2, 3)], 0.0, [(0, 9)], id="one-inside-the-other"),
        pytest.param([(5, 6), (0, 1)], 1.0, [(0, 1), (5, 6)], id="out-of-order"),
    ],
)
def test_merging(spans, gap_s, wanted):
    before = list(spans)
    assert merged(spans, gap_s) == wanted
    assert spans == before


def test_the_timeline_is_not_modified():
    timeline = timeline_of(graded())
    before = timeline.scores.copy()
    find_highlights(timeline, 40.0, HALF, HighlightOptions())
    np.testing.assert_array_equal(timeline.scores, before)


@pytest.mark.parametrize(
    ("onset", "offset"),
    [
        pytest.param(0.3, 0.5, id="offset-above-onset"),
        pytest.param(1.1, 0.5, id="onset-above-1"),
        pytest.param(0.5, -0.1, id="offset-below-0"),
        pytest.param(float("nan"), 0.1, id="nan"),
    ],
)
def test_thresholds_refuse(onset, offset):
    with pytest.raises(OptionError, match="expected 0 <= offset <= onset <= 1"):
        Thresholds(onset, offset)


@pytest.mark.parametrize(
    ("start", "onset", "offset"),
    [
        pytest.param(Thresholds(0.0, 0.0), 0.4, 0.0, id="no-ratio"),
        pytest.param(Thresholds(0.5, 0.3), 0.0, 0.0, id="everything"),
        pytest.param(Thresholds(0.5, 0.3), 1.0, 0.6, id="one"),
        pytest.param(Thresholds(0.25, 0.125), 0.8, 0.4, id="half"),
    ],
)
def test_another_onset_keeps_the_ratio(start, onset, offset):
    moved = start.at(onset)
    assert (moved.onset, moved.offset) == (onset, pytest.approx(offset))


@pytest.mark.parametrize("onset", [-0.01, 1.01, float("nan")])
def test_another_onset_must_be_one(onset):
    with pytest.raises(OptionError, match=r"--threshold .*: expected a number from 0 to 1"):
        HALF.at(onset)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        pytest.param("pad_before_s", -1, "--pad-before: expected at least 0, got -1", id="pad"),
        pytest.param("setup_reach_s", -1, "--setup-reach: expected at least 0", id="set-up-reach"),
        pytest.param("edges", "nice", "--edges nice: expected one of editor, plain", id="edges"),
        pytest.param("pad_after_s", float("nan"), "--pad-after: expected", id="nan"),
        pytest.param("merge_gap_s", float("inf"), "--merge-gap: expected", id="inf"),
        pytest.param("min_length_s", -0.5, "--min-length: expected", id="min-length"),
        pytest.param("max_length_s", 0.5, "--max-length 0.5: expected at least 1 s", id="max"),
        pytest.param("max_length_s", 1.2, "--max-length 1.2: .*--min-length 1.5", id="max-below"),
        pytest.param("top", -1, "--top -1: expected at least 0", id="top"),
    ],
)
def test_options_refuse(option, value, message):
    with pytest.raises(OptionError, match=message):
        HighlightOptions(**{option: value})


def test_thresholds_as_json():
    assert Thresholds(0.25, 0.125).to_json() == {"onset": 0.25, "offset": 0.125}
