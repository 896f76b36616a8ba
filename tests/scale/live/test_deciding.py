"""Moments told of one by one are those of the whole."""

import numpy as np
import pytest

from funny.grid import TICK_S, tick_times
from funny.moments.highlights import HighlightOptions, Thresholds, find_highlights
from funny.records import Timeline
from funny.scale.live.deciding import Decider
from tests.values import HEAD, block

THRESHOLDS, OPTIONS = Thresholds(0.5, 0.3), HighlightOptions()


def told(scores, options=OPTIONS):
    """(tick at which it was told of, moment), and those that were left at the end."""
    decider = Decider(
        THRESHOLDS, options, lambda a, b: scores[a:b], lambda found, *_: list(found), HEAD
    )
    ticks = range(1, len(scores) + 1)
    soon = [(tick, moment) for tick in ticks for moment in decider.over(tick)]
    return soon, decider.rest(len(scores), len(scores) * TICK_S)


def whole(scores, options=OPTIONS):
    timeline = Timeline(tick_times(len(scores)), scores, HEAD)
    found = find_highlights(timeline, len(scores) * TICK_S, THRESHOLDS, options)
    return sorted(found, key=lambda h: h.start_s)


@pytest.mark.parametrize(
    "spans",
    [
        pytest.param([], id="none"),
        pytest.param([(30, 35)], id="one"),
        pytest.param([(0, 4)], id="at-the-start"),
        pytest.param([(95, 100)], id="at-the-end"),
        pytest.param([(30, 33), (34, 36)], id="near-become-one"),
        pytest.param([(30, 33), (37, 40)], id="touching-set-ups-become-one"),
        pytest.param([(30, 33), (37.5, 40)], id="just-apart"),
        pytest.param([(30, 31), (50, 53)], id="too-short"),
        pytest.param([(10, 13), (30, 33), (60, 70)], id="three"),
    ],
)
def test_what_is_told_is_what_the_whole_has(spans):
    scores = block(200, *spans)
    soon, rest = told(scores)
    assert [m for _, m in soon] + rest == whole(scores)


def test_random_scores_give_the_same_moments():
    rng = np.random.default_rng(5)
    for _ in range(30):
        scores = np.repeat(rng.random(60) ** 3, 6)
        soon, rest = told(scores)
        found = [m for _, m in soon] + rest
        spans = [(m.start_s, m.end_s) for m in found]
        assert spans == [(m.start_s, m.end_s) for m in whole(scores)]


def test_a_moment_is_told_of_when_nothing_can_join_it():
    soon, _ = told(block(200, (30, 35)))
    [(tick, moment)] = soon
    assert moment.end_s == 36.0
    assert tick * TICK_S == 35.0 + 4.0 + TICK_S


def test_what_does_not_end_is_told_of_all_the_same():
    soon, rest = told(block(1000, (10, 500)))
    assert soon and soon[0][0] * TICK_S < 140
    assert all(m.length_s <= OPTIONS.max_length_s for _, m in soon)
    assert sorted(m.start_s for _, m in soon) == [m.start_s for _, m in soon]
    assert len(rest) <= 1
