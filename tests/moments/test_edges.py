"""Edges where an editor would put them: planted pauses, words and cuts around a plain edge."""

from bisect import bisect_left, bisect_right
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from funny.moments.edges import SNAP_S, with_edges
from funny.moments.highlights import HighlightOptions
from funny.records import Edge, Edges, Highlight

OPTIONS = HighlightOptions()
LENGTH_S = 120.0
# A moment from 53 s to 62 s, with three seconds of set-up and one more at its end.
MOMENT = Highlight(50.0, 63.0, 56.0, 0.9)


def edged(*found, quiet=(), cuts=(), duration_s=LENGTH_S, options=OPTIONS):
    def in_span(start_s, end_s):
        return cuts[bisect_left(cuts, start_s) : bisect_right(cuts, end_s)]

    return with_edges(found or [MOMENT], quiet, in_span, duration_s, options)


def facts(highlight):
    """Both edges: where, and for what."""
    edges = highlight.edges
    return (
        (pytest.approx(highlight.start_s), edges.start.kind),
        (pytest.approx(highlight.end_s), edges.end.kind),
    )


START, END = (50.0, "plain"), (63.0, "plain")


def test_nothing_has_no_edges():
    assert with_edges([], [], lambda a, b: [], 10.0, OPTIONS) == []


def test_where_nothing_better_is_near_the_edges_are_plain():
    (found,) = edged()
    assert facts(found) == (START, END)
    assert found.edges == Edges(Edge("plain", 50.0), Edge("plain", 63.0))


@pytest.mark.parametrize(
    ("gap", "start"),
    [
        pytest.param((40.0, 44.0), START, id="too-far-back"),
        pytest.param((44.0, 45.2), (45.1, "pause"), id="eight-seconds-before-the-moment"),
        pytest.param((46.0, 47.0), (46.9, "pause"), id="pause-before"),
        pytest.param((46.0, 46.3), (46.2, "pause"), id="just-a-pause"),
        pytest.param((46.0, 46.28), START, id="too-short-to-be-one"),
        pytest.param((49.0, 49.8), (49.7, "pause"), id="pause-close-before"),
        pytest.param((49.0, 52.0), (50.0, "pause"), id="in-a-pause-already"),
        pytest.param((50.1, 50.8), (50.2, "pause"), id="pause-close-after"),
        pytest.param((50.5, 51.5), START, id="pause-too-far-after"),
        pytest.param((49.7, 49.82), (49.76, "quiet"), id="between-words-before"),
        pytest.param((50.2, 50.36), (50.28, "quiet"), id="between-words-after"),
        pytest.param((49.3, 49.42), START, id="between-words-too-far-before"),
        pytest.param((50.46, 50.6), START, id="between-words-too-far-after"),
    ],
)
def test_where_a_highlight_begins(gap, start):
    (found,) = edged(quiet=[gap])
    assert facts(found) == (start, END)
    assert found.edges.start.plain_s == 50.0


@pytest.mark.parametrize(
    ("gap", "end"),
    [
        pytest.param((58.0, 62.3), END, id="pause-too-far-before"),
        pytest.param((62.0, 62.7), (62.6, "pause"), id="pause-before"),
        pytest.param((62.5, 70.0), (63.0, "pause"), id="in-a-pause-already"),
        pytest.param((63.2, 65.0), (63.3, "pause"), id="pause-after"),
        pytest.param((63.5, 65.0), END, id="pause-too-far-after"),
        pytest.param((62.6, 62.72), (62.66, "quiet"), id="between-words"),
    ],
)
def test_where_a_highlight_ends(gap, end):
    (found,) = edged(quiet=[gap])
    assert facts(found) == (START, end)
    assert found.edges.end.plain_s == 63.0


@pytest.mark.parametrize(
    ("quiet", "start"),
    [
        pytest.param([(45, 46), (47, 48)], (47.9, "pause"), id="the-last-pause"),
        pytest.param([(47, 48), (49.9, 50.1)], (47.9, "pause"), id="pause-before-words"),
        pytest.param(
            [(49.6, 49.7), (50.1, 50.2)], (50.15, "quiet"), id="the-nearer-gap-between-words"
        ),
        pytest.param([(42, 43), (49.9, 50.1)], (50.0, "quiet"), id="no-pause-within-reach"),
    ],
)
def test_what_is_chosen_of_several(quiet, start):
    (found,) = edged(quiet=quiet)
    assert facts(found)[0] == start


@pytest.mark.parametrize("offset_s", [-0.5, -0.2, 0.0, 0.34, 0.5])
def test_a_cut_close_by_wins_over_any_pause(offset_s):
    quiet = [(46.0, 47.0), (49.8, 50.3), (62.8, 63.4)]
    (found,) = edged(quiet=quiet, cuts=[50 + offset_s, 63 + offset_s])
    assert facts(found) == ((50 + offset_s, "cut"), (63 + offset_s, "cut"))
    assert found.edges == Edges(Edge("cut", 50.0), Edge("cut", 63.0))


@pytest.mark.parametrize("cut_s", [46.0, 49.48, 50.52, 55.0, 62.48, 63.52])
def test_a_cut_further_off_changes_nothing(cut_s):
    (found,) = edged(cuts=[cut_s])
    assert facts(found) == (START, END)


def test_the_nearer_of_two_cuts_wins():
    (found,) = edged(cuts=[49.7, 50.2, 62.7, 63.4])
    assert facts(found) == ((50.2, "cut"), (62.7, "cut"))


@pytest.mark.parametrize(
    ("cut_s", "start"),
    [
        pytest.param(46.5, (46.5, "cut"), id="close"),
        pytest.param(47.3, (47.3, "cut"), id="close-after"),
        pytest.param(46.3, (46.9, "pause"), id="far"),
    ],
)
def test_a_cut_close_to_the_pause_that_the_set_up_reaches_back_to_wins(cut_s, start):
    (found,) = edged(quiet=[(46.0, 47.0)], cuts=[cut_s])
    assert facts(found)[0] == start


@pytest.mark.parametrize(
    ("options", "start"),
    [
        pytest.param({"setup_reach_s": 20.0}, (42.9, "pause"), id="further-back"),
        pytest.param({"setup_reach_s": 0.0}, (50.05, "quiet"), id="not-back"),
        pytest.param({"pad_before_s": 8.0}, (50.05, "quiet"), id="long-set-up-anyway"),
        pytest.param({"max_length_s": 15.0}, (50.05, "quiet"), id="no-room-for-more"),
        pytest.param({"max_length_s": 13.0}, (50.05, "quiet"), id="no-room-at-all"),
    ],
)
def test_how_far_back_the_set_up_may_reach(options, start):
    quiet = [(42.0, 43.0), (50.0, 50.1)]
    (found,) = edged(quiet=quiet, options=replace(OPTIONS, **options))
    assert facts(found)[0] == start


@pytest.mark.parametrize(
    ("moment", "cuts"),
    [
        pytest.param(Highlight(0.0, 9.0, 4.0, 0.9), [0.3], id="at-the-start"),
        pytest.param(Highlight(100.0, 120.0, 110.0, 0.9), [119.7], id="at-the-end"),
        pytest.param(Highlight(0.0, 120.0, 60.0, 0.9), [0.2, 119.9], id="all-of-it"),
    ],
)
def test_the_ends_of_the_video_stay_edges(moment, cuts):
    (found,) = edged(moment, cuts=cuts, quiet=[(0.1, 0.4), (119.5, 119.8)])
    assert (found.start_s, found.end_s) == (moment.start_s, moment.end_s)
    assert (found.edges.start.kind, found.edges.end.kind) == ("plain", "plain")


def test_a_peak_stays_inside():
    tight = Highlight(50.0, 51.0, 50.0, 0.9)
    (found,) = edged(tight, cuts=[50.2, 50.6], quiet=[(50.1, 50.9)])
    assert (found.start_s, found.peak_s) == (50.0, 50.0)
    assert found.end_s == 50.6


def test_the_set_up_does_not_reach_into_the_highlight_before():
    before = Highlight(40.0, 48.0, 44.0, 0.5)
    one, two = edged(MOMENT, before, quiet=[(47.0, 47.5)])
    assert (two.end_s, one.start_s) == (48.0, 50.0)
    one, two = edged(MOMENT, before, quiet=[(48.0, 48.9)])
    assert (two.end_s, one.start_s) == pytest.approx((48.1, 48.8))


def test_an_end_does_not_reach_into_the_highlight_after():
    after = Highlight(63.2, 70.0, 66.0, 0.5)
    one, _ = edged(MOMENT, after, cuts=[63.3])
    assert one.end_s == 63.0
    one, two = edged(MOMENT, after, cuts=[63.1])
    assert (one.end_s, two.start_s) == (63.1, 63.1)


def test_order_ranks_and_reasons_stay():
    found = [MOMENT, replace(MOMENT, start_s=10.0, end_s=20.0, peak_s=15.0, score=0.5)]
    kept = [(h.peak_s, h.score, h.reasons) for h in found]
    assert [(h.peak_s, h.score, h.reasons) for h in edged(*found, cuts=[10.3, 50.2])] == kept


def planted(seed):
    """Highlights that do not overlap, gaps and cuts, anywhere in two minutes."""
    rng = np.random.default_rng(seed)
    bounds = np.sort(rng.choice(np.arange(0, 241), 12, replace=False)) / 2
    found = []
    for start_s, end_s in bounds.reshape(-1, 2).tolist():
        peak_s = start_s + 0.5 * rng.integers(0, round(2 * (end_s - start_s)))
        found.append(Highlight(start_s, end_s, float(peak_s), float(rng.random())))
    quiet = np.sort(rng.choice(np.arange(0, 1201), 160, replace=False)) / 10
    return found, [*map(tuple, quiet.reshape(-1, 2).tolist())], sorted(rng.uniform(0, 120, 30))


@pytest.mark.parametrize("seed", range(20))
def test_rules_that_always_hold(seed):
    found, quiet, cuts = planted(seed)
    options = replace(OPTIONS, max_length_s=20.0)
    chosen = edged(*found, quiet=quiet, cuts=cuts, options=options)
    assert chosen == edged(*found, quiet=quiet, cuts=cuts, options=options)
    for plain, highlight in zip(found, chosen, strict=True):
        assert 0 <= highlight.start_s <= highlight.peak_s < highlight.end_s <= LENGTH_S
        assert highlight.length_s <= max(20.0, plain.length_s) + 1e-9
        assert -5 - 1e-9 <= highlight.start_s - plain.start_s <= SNAP_S
        assert abs(highlight.end_s - plain.end_s) <= SNAP_S
        assert highlight.with_plain_edges().start_s == plain.start_s
        assert highlight.with_plain_edges().end_s == plain.end_s
    in_time = sorted(chosen, key=lambda h: h.start_s)
    assert all(a.end_s <= b.start_s for a, b in pairwise(in_time))
    kinds = {h.edges.start.kind for h in chosen} | {h.edges.end.kind for h in chosen}
    assert kinds <= {"cut", "pause", "quiet", "plain"}
    for highlight in chosen:
        edges = highlight.edges
        for edge, time_s in ((edges.start, highlight.start_s), (edges.end, highlight.end_s)):
            assert edge.kind not in ("pause", "quiet") or any(a <= time_s <= b for a, b in quiet)
            assert edge.kind != "cut" or time_s in cuts
            assert edge.kind != "plain" or time_s == edge.plain_s
