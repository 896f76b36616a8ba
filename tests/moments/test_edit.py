"""What a person does to the list of moments, on a timeline with planted peaks."""

import copy
import random
from dataclasses import FrozenInstanceError, replace

import pytest

from funny.errors import OptionError
from funny.moments.edit import HISTORY, Edits, apply
from funny.records import Edge, Edges, Highlight, Reason
from tests.values import analysis_of, block, signals_of, timeline_of

# 40 s: a plain moment at 5, the best one at 15, a weak one at 30.
SCORES = (
    block(80, (4, 7), high=0.5) + block(80, (14, 17), high=0.9) + block(80, (29, 32), high=0.25)
)
VIDEO = replace(
    analysis_of(80),
    timeline=timeline_of(SCORES),
    signals=signals_of(80, happiness=block(80, (14, 17))),
)
BEST = Highlight(13, 18, 15.0, 0.9, (Reason("happiness", 0.0, 0.9),))
PLAIN = Highlight(3, 8, 5.0, 0.5)
WEAK = Highlight(28, 33, 30.0, 0.25)
FOUND = (BEST, PLAIN)
START = Edits.started(FOUND)
# The best moment once more: its start was moved 1.5 s back, its end 0.25 s on.
CHOSEN = replace(BEST, edges=Edges(Edge("pause", 14.5), Edge("quiet", 17.75)))
EDGED = Edits.started([CHOSEN, PLAIN])


def spans(edits):
    """{id: (start_s, end_s)} in the order of the list."""
    return {m.id: (m.highlight.start_s, m.highlight.end_s) for m in edits.moments}


def facts(edits, id):
    highlight = edits.by_id(id).highlight
    return highlight.peak_s, highlight.score


def test_nothing_is_a_list():
    edits = Edits.started([])
    assert (edits, edits.moments, edits.highlights) == (Edits(), (), ())
    assert not edits.can_undo and not edits.can_redo


def test_what_was_found_is_numbered_from_1():
    assert spans(START) == {1: (13, 18), 2: (3, 8)}
    assert START.highlights == FOUND
    assert [m.by_hand for m in START.moments] == [False, False]


def test_a_saved_list_may_hold_two_moments_with_one_peak():
    edits = Edits.started([BEST, replace(BEST, start_s=14), replace(PLAIN, kept=False)])
    assert spans(edits) == {1: (13, 18), 2: (14, 18), 3: (3, 8)}
    assert [h.kept for h in edits.highlights] == [True, True, False]
    assert edits.redecided(edits.highlights).moments == edits.moments


def test_values_do_not_change():
    before = copy.deepcopy(START)
    START.moved(1, 10, 20, VIDEO).added(28, 33, VIDEO).removed(1).keeping(2, False).undone()
    assert before == START
    with pytest.raises(FrozenInstanceError):
        START.next_id = 9


def test_values_can_be_told_apart_and_carried():
    """As the page's state does: by their hash, and as a copy for every visitor."""
    edits = START.added(28, 33, VIDEO)
    assert len({START, edits, edits.keeping(3, False), edits.removed(1), edits.undone()}) == 5
    assert hash(copy.deepcopy(edits)) == hash(edits)


@pytest.mark.parametrize(
    ("span", "wanted", "peak_s", "score"),
    [
        pytest.param((13, 18), (13, 18), 15.0, 0.9, id="nowhere"),
        pytest.param((0, 40), (0, 40), 15.0, 0.9, id="whole-video"),
        pytest.param((10, 20), (10, 20), 15.0, 0.9, id="outward"),
        pytest.param((14.5, 16), (14.5, 16), 15.0, 0.9, id="inward"),
        pytest.param((15.5, 18), (15.5, 18), 15.5, 0.9, id="inward-past-the-peak"),
        pytest.param((3, 12), (3, 12), 5.0, 0.5, id="to-another-peak"),
        pytest.param((15.3, 15.8), (15.3, 15.8), 15.3, 0.9, id="one-tick-between-ticks"),
        pytest.param((20, 20.5), (20, 20.5), 20.0, 0.0, id="one-tick-of-nothing"),
        pytest.param((-5, 8), (0, 8), 5.0, 0.5, id="before-the-video"),
        pytest.param((28, 1e300), (28, 40), 30.0, 0.25, id="past-the-video"),
        pytest.param((39.5, 41), (39.5, 40), 39.5, 0.0, id="last-tick"),
    ],
)
def test_a_moved_moment_is_read_anew(span, wanted, peak_s, score):
    edits = START.moved(1, *span, VIDEO)
    assert spans(edits)[1] == wanted
    assert facts(edits, 1) == (peak_s, pytest.approx(score))
    assert edits.by_id(1).by_hand and not edits.by_id(2).by_hand


def test_reasons_are_those_of_the_span():
    away = START.moved(1, 20, 25, VIDEO)
    assert away.by_id(1).highlight.reasons == ()
    back = away.moved(1, 12, 18, VIDEO).by_id(1).highlight
    assert [(r.signal, r.before, round(r.after, 2)) for r in back.reasons] == [
        ("happiness", 0.0, 0.9)
    ]


def test_a_moved_moment_finds_its_rank_and_stays_unkept():
    edits = START.keeping(1, False).moved(1, 20, 25, VIDEO)
    assert list(spans(edits)) == [2, 1]
    assert not edits.by_id(1).highlight.kept


def test_equal_scores_are_ranked_by_time():
    edits = START.added(22, 24, VIDEO).added(20, 22, VIDEO)
    assert list(spans(edits)) == [1, 2, 4, 3]


@pytest.mark.parametrize(
    "span",
    [
        pytest.param((5, 5), id="empty"),
        pytest.param((5, 5.4), id="less-than-a-tick"),
        pytest.param((8, 5), id="backwards"),
        pytest.param((39.6, 50), id="less-than-a-tick-inside"),
        pytest.param((50, 60), id="after-the-video"),
        pytest.param((-60, -50), id="before-the-video"),
        pytest.param((float("nan"), 5), id="nan"),
    ],
)
def test_a_span_holds_a_tick_of_the_video(span):
    message = r"moment from .* expected at least 0.5 s inside the video, which is 40 s long\.$"
    for operation in (START.added, lambda *a: START.moved(1, *a)):
        with pytest.raises(OptionError, match=message):
            operation(*span, VIDEO)


def test_a_video_longer_than_its_timeline_has_no_moment_after_it():
    longer = replace(VIDEO, video=replace(VIDEO.video, duration_s=60.0))
    assert spans(START.added(39, 60, longer))[3] == (39, 40)
    with pytest.raises(OptionError, match="which is 40 s long"):
        START.added(45, 60, longer)


def test_a_tick_survives_the_sums_of_a_browser():
    assert spans(START.added(0.1 + 0.2, 0.8, VIDEO))[3] == (pytest.approx(0.3), 0.8)


def test_an_added_moment_is_ranked_among_the_others():
    edits = START.added(28, 33, VIDEO).added(15, 16, VIDEO)
    assert list(spans(edits)) == [1, 4, 2, 3]
    assert [m.id for m in edits.moments if m.by_hand] == [4, 3]
    assert edits.by_id(3).highlight == WEAK


@pytest.mark.parametrize(
    ("kept", "is_kept"),
    [
        pytest.param((False, False), False, id="neither"),
        pytest.param((True, False), True, id="lower"),
        pytest.param((False, True), True, id="higher"),
    ],
)
def test_two_moments_become_one(kept, is_kept):
    edits = START.keeping(1, kept[0]).keeping(2, kept[1])
    for order in ((1, 2), (2, 1)):
        merged = edits.merged(*order, VIDEO)
        assert spans(merged) == {1: (3, 18)}
        assert facts(merged, 1) == (15.0, pytest.approx(0.9))
        assert (merged.by_id(1).by_hand, merged.by_id(1).highlight.kept) == (True, is_kept)
        assert merged.undone().moments == edits.moments


def test_a_moment_between_two_merged_ones_stays():
    edits = START.added(28, 33, VIDEO).merged(3, 2, VIDEO)
    assert spans(edits) == {1: (13, 18), 2: (3, 33)}


def test_a_moment_is_not_merged_with_itself():
    with pytest.raises(OptionError, match=r"moment 1: .*another moment .* got itself\.$"):
        START.merged(1, 1, VIDEO)


def test_removed_is_gone_and_undo_brings_it_back():
    edits = START.removed(1)
    assert spans(edits) == {2: (3, 8)}
    assert edits.undone().moments == START.moments


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(lambda e: e.by_id(7), id="by_id"),
        pytest.param(lambda e: e.moved(7, 1, 2, VIDEO), id="move"),
        pytest.param(lambda e: e.removed(7), id="remove"),
        pytest.param(lambda e: e.keeping(7, True), id="keep"),
        pytest.param(lambda e: e.merged(1, 7, VIDEO), id="merge-with"),
        pytest.param(lambda e: e.merged(7, 1, VIDEO), id="merge"),
    ],
)
def test_an_unknown_number(operation):
    with pytest.raises(OptionError, match=r"^moment 7: it is not on the list; .*\.$"):
        operation(START)


def test_a_removed_moment_is_unknown():
    with pytest.raises(OptionError, match="moment 1: it is not on the list"):
        START.removed(1).removed(1)


def test_nothing_to_undo_or_redo():
    assert START.undone() is START
    assert START.redone() is START


def test_undo_and_redo_chains():
    steps = [START]
    steps.append(steps[-1].moved(1, 10, 20, VIDEO))
    steps.append(steps[-1].added(28, 33, VIDEO))
    steps.append(steps[-1].keeping(3, False))
    steps.append(steps[-1].merged(2, 3, VIDEO))
    steps.append(steps[-1].removed(1))
    edits = steps[-1]
    for step in steps[-2::-1]:
        edits = edits.undone()
        assert edits.moments == step.moments
    assert not edits.can_undo and edits.can_redo
    for step in steps[1:]:
        edits = edits.redone()
        assert edits.moments == step.moments
    assert edits == steps[-1]


def test_a_new_step_forgets_what_was_undone():
    edits = START.removed(1).undone().removed(2)
    assert not edits.can_redo
    assert spans(edits) == {1: (13, 18)}
    assert edits.undone().moments == START.moments


def test_what_changes_nothing_is_no_step():
    edits = START.removed(1).undone()
    assert edits.keeping(2, True) is edits
    made = START.added(28, 33, VIDEO)
    assert made.moved(3, 28, 33, VIDEO) is made


def test_history_has_an_end():
    edits = START
    for n in range(HISTORY + 5):
        edits = edits.keeping(1, n % 2 == 1)
    assert len(edits.past) == HISTORY
    while edits.can_undo:
        edits = edits.undone()
    # The first five steps are beyond it: unkept, kept, unkept, kept, unkept.
    assert not edits.by_id(1).highlight.kept


def test_numbers_are_never_used_again():
    edits = START.added(20, 22, VIDEO).undone().added(24, 26, VIDEO)
    assert list(spans(edits)) == [1, 2, 4]
    edits = edits.removed(4).added(20, 22, VIDEO)
    assert list(spans(edits)) == [1, 2, 5]
    edits = edits.undone().undone().redecided([*FOUND, WEAK])
    assert spans(edits) == {1: (13, 18), 2: (3, 8), 6: (28, 33), 4: (24, 26)}


def test_the_machine_decides_anew():
    edits = START.redecided([replace(BEST, start_s=10), WEAK])
    assert spans(edits) == {1: (10, 18), 3: (28, 33)}
    assert not edits.can_undo


def test_deciding_the_same_changes_nothing():
    edits = START.added(12, 19, VIDEO).moved(2, 4, 6, VIDEO).keeping(1, False)
    assert edits.redecided(FOUND) == edits


def test_a_moment_found_again_has_its_number_and_is_still_not_kept():
    gone = START.keeping(2, False).redecided([BEST])
    assert spans(gone) == {1: (13, 18)}
    again = gone.redecided([WEAK, BEST, replace(PLAIN, start_s=2)])
    assert spans(again) == {1: (13, 18), 2: (2, 8), 3: (28, 33)}
    assert [m.highlight.kept for m in again.moments] == [True, False, True]


GROWN = replace(PLAIN, start_s=3.5, end_s=9, peak_s=6.0)


def test_a_peak_that_moved_takes_its_number_along():
    edits = START.keeping(2, False).redecided([BEST, GROWN])
    assert spans(edits) == {1: (13, 18), 2: (3.5, 9)}
    assert [h.kept for h in edits.highlights] == [True, False]


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        pytest.param([GROWN, PLAIN], {2: (3, 8), 3: (3.5, 9)}, id="the-old-peak-is-there-too"),
        pytest.param(
            [GROWN, replace(GROWN, peak_s=7.0)], {2: (3.5, 9), 3: (3.5, 9)}, id="two-new-peaks"
        ),
        pytest.param([replace(WEAK, peak_s=29)], {3: (28, 33)}, id="elsewhere"),
    ],
)
def test_a_number_is_taken_once_and_only_by_what_overlaps(found, wanted):
    assert spans(START.redecided(found)) == wanted


def test_what_was_loaded_as_not_kept_stays_so():
    edits = Edits.started([replace(BEST, kept=False)]).redecided([BEST])
    assert not edits.by_id(1).highlight.kept


def test_a_moved_moment_is_not_found_again():
    edits = START.moved(1, 20, 25, VIDEO).redecided(FOUND)
    assert spans(edits) == {2: (3, 8), 1: (20, 25)}


def test_what_the_person_made_outlives_the_machines_list():
    edits = START.moved(1, 14, 17, VIDEO).added(28, 33, VIDEO).redecided([])
    assert spans(edits) == {1: (14, 17), 3: (28, 33)}
    assert spans(edits.undone()) == {1: (14, 17)}
    assert spans(edits.undone().undone()) == {}
    assert spans(edits.undone().undone().redecided(FOUND)) == spans(START)


@pytest.mark.parametrize(
    "remove",
    [
        pytest.param(lambda e: e.removed(2), id="as-found"),
        pytest.param(lambda e: e.moved(2, 4, 6, VIDEO).removed(2), id="after-a-move"),
        pytest.param(lambda e: e.merged(1, 2, VIDEO).removed(1), id="after-a-merge"),
    ],
)
def test_what_was_removed_does_not_come_back(remove):
    removed = remove(START)
    edits = removed.redecided([]).redecided([*FOUND, WEAK])
    assert 2 not in spans(edits)
    while edits.can_undo:
        edits = edits.undone()
    assert spans(edits) == {1: (13, 18), 2: (3, 8), 3: (28, 33)}


@pytest.mark.parametrize(
    ("span", "is_left_out"),
    [
        pytest.param((20, 28), False, id="touches"),
        pytest.param((25, 30.5), False, id="half"),
        pytest.param((25, 31), True, id="more-than-half"),
        pytest.param((30, 31), True, id="inside"),
        pytest.param((20, 40), True, id="around"),
        pytest.param((32.5, 33.5), False, id="half-of-the-shorter"),
        pytest.param((32, 33.5), True, id="more-than-half-of-the-shorter"),
    ],
)
def test_a_new_moment_gives_way_to_one_made_by_hand(span, is_left_out):
    edits = START.added(*span, VIDEO).redecided([*FOUND, WEAK])
    assert (4 not in spans(edits)) == is_left_out
    assert 4 in spans(edits.undone())
    assert (4 not in spans(edits.undone().redone())) == is_left_out


def test_no_step_hides_another_moment():
    edits = START.added(13, 17, VIDEO).moved(2, 3, 17, VIDEO)
    assert spans(edits) == {1: (13, 18), 2: (3, 17), 3: (13, 17)}
    assert edits.redecided(FOUND) == edits
    wider = edits.redecided([replace(BEST, end_s=20), PLAIN])
    assert set(spans(wider)) == {2, 3}


def test_moving_a_span_does_not_let_in_what_gave_way():
    edits = START.added(28, 33, VIDEO).redecided([*FOUND, WEAK])
    assert 4 not in spans(edits.moved(3, 28, 32, VIDEO))
    assert 4 in spans(edits.moved(3, 20, 25, VIDEO))
    assert 4 in spans(edits.removed(3))


def test_undo_after_the_machine_decided_takes_back_the_persons_step():
    edits = START.moved(2, 4, 6, VIDEO).redecided([replace(BEST, start_s=10), PLAIN, WEAK])
    assert spans(edits) == {1: (10, 18), 2: (4, 6), 3: (28, 33)}
    undone = edits.undone()
    assert spans(undone) == {1: (10, 18), 2: (3, 8), 3: (28, 33)}
    assert undone.redone() == edits


def test_redo_after_the_machine_decided():
    edits = START.removed(1).undone().redecided([replace(BEST, start_s=10), WEAK]).redone()
    assert spans(edits) == {3: (28, 33)}


OPERATIONS = [
    pytest.param({"op": "move", "id": 1, "start_s": 10, "end_s": 20.5}, {1, 2}, id="move"),
    pytest.param({"op": "add", "start_s": 28.0, "end_s": 33}, {1, 2, 3}, id="add"),
    pytest.param({"op": "remove", "id": 2}, {1}, id="remove"),
    pytest.param({"op": "merge", "id": 2, "other": 1}, {1}, id="merge"),
    pytest.param({"op": "keep", "id": 2, "kept": False}, {1, 2}, id="keep"),
    pytest.param({"op": "edges", "id": 1, "plain": True}, {1, 2}, id="edges"),
]


@pytest.mark.parametrize(("operation", "ids"), OPERATIONS)
def test_what_the_page_asks_for(operation, ids):
    done = apply(EDGED, {**operation, "more": "is ignored"}, VIDEO)
    assert set(spans(done)) == ids and done.can_undo
    undone = apply(done, {"op": "undo"}, VIDEO)
    assert undone.moments == EDGED.moments
    assert apply(undone, {"op": "redo"}, VIDEO).moments == done.moments


def test_what_the_page_asks_for_reaches_its_place():
    assert spans(apply(START, OPERATIONS[0].values[0], VIDEO))[1] == (10, 20.5)
    assert not apply(START, OPERATIONS[4].values[0], VIDEO).by_id(2).highlight.kept


def test_plain_edges_are_one_step():
    edits = EDGED.edged(1, True)
    assert spans(edits) == {1: (14.5, 17.75), 2: (3, 8)}
    assert not edits.by_id(1).by_hand
    assert facts(edits, 1) == (15.0, 0.9)
    assert edits.by_id(1).highlight.reasons == BEST.reasons
    assert edits.undone().moments == EDGED.moments
    assert edits.undone().redone() == edits


def test_chosen_edges_come_back():
    assert EDGED.edged(1, True).edged(1, False).moments == EDGED.moments


def test_plain_edges_stay_where_the_machine_decides_again():
    wider = replace(CHOSEN, start_s=12, edges=Edges(Edge("cut", 14.0), Edge("plain", 18.0)))
    edits = EDGED.edged(1, True).redecided([wider, PLAIN])
    assert spans(edits)[1] == (14.0, 18.0)
    assert spans(edits.undone())[1] == (12, 18)


@pytest.mark.parametrize(
    ("edits", "id"),
    [
        pytest.param(EDGED, 2, id="nobody-chose-any"),
        pytest.param(EDGED.moved(1, 13.5, 19, VIDEO), 1, id="set-by-hand"),
        pytest.param(EDGED.edged(1, True), 1, id="plain-already"),
    ],
)
def test_where_there_is_nothing_to_put_back_it_is_no_step(edits, id):
    assert edits.edged(id, True) is edits


def test_a_moment_moved_by_hand_is_no_longer_plain():
    edits = EDGED.edged(1, True).moved(1, 13.5, 19, VIDEO)
    assert spans(edits)[1] == (13.5, 19) and not edits.decisions.plain
    assert spans(edits.undone())[1] == (14.5, 17.75)


def test_plain_edges_hide_no_other_moment():
    beside = EDGED.added(12, 16, VIDEO)
    plain = beside.edged(1, True)
    assert set(spans(beside)) == set(spans(plain)) == {1, 2, 3}
    again = EDGED.edged(1, True).added(12, 16, VIDEO).edged(1, False)
    assert spans(again) == spans(beside)


NAN, INF = float("nan"), float("inf")
MOVE = {"op": "move", "id": 1, "start_s": 1.0, "end_s": 2.0}
KEEP = {"op": "keep", "id": 1, "kept": True}


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        pytest.param(None, "edit: expected an operation, got None", id="nothing"),
        pytest.param([MOVE], "edit: expected an operation, got list", id="list"),
        pytest.param("undo", "edit: expected an operation, got 'undo'", id="text"),
        pytest.param({}, "edit: expected one of move, .*redo, got None", id="empty"),
        pytest.param({"op": "__init__"}, "edit: expected one of", id="unknown"),
        pytest.param({"op": ["move"]}, "edit: expected one of .* got list", id="op-is-a-list"),
        pytest.param({"op": True}, "edit: expected one of .* got True", id="op-is-a-flag"),
        pytest.param({"op": "x" * 10**6}, "edit: expected one of", id="op-is-a-megabyte"),
        pytest.param({"op": "remove"}, "id: expected the number .* got None", id="no-id"),
        pytest.param({**MOVE, "id": "1"}, "id: expected .* got '1'", id="id-is-text"),
        pytest.param({**MOVE, "id": True}, "id: expected .* got True", id="id-is-a-flag"),
        pytest.param({**MOVE, "id": 1.0}, r"id: expected .* got 1\.0", id="id-is-a-fraction"),
        pytest.param({**MOVE, "id": NAN}, "id: expected .* got nan", id="id-is-nan"),
        pytest.param({**MOVE, "id": 0}, "id: expected", id="id-0"),
        pytest.param({**MOVE, "id": -1}, "id: expected", id="id-below-0"),
        pytest.param({**MOVE, "id": 10**5000}, "id: expected", id="id-without-end"),
        pytest.param({**MOVE, "id": 9}, "moment 9: it is not on the list", id="id-unknown"),
        pytest.param({**MOVE, "id": {"a": 1}}, "id: expected .* got dict", id="id-is-a-dict"),
        pytest.param({"op": "add", "end_s": 2}, "start_s: expected a finite", id="no-start"),
        pytest.param({"op": "add", "start_s": 2}, "end_s: expected a finite", id="no-end"),
        pytest.param({**MOVE, "start_s": NAN}, "start_s: .* got nan", id="nan"),
        pytest.param({**MOVE, "end_s": INF}, "end_s: .* got inf", id="inf"),
        pytest.param({**MOVE, "end_s": -INF}, "end_s: .* got -inf", id="minus-inf"),
        pytest.param({**MOVE, "end_s": 10**400}, "end_s: .* got int", id="more-than-a-float"),
        pytest.param({**MOVE, "start_s": False}, "start_s: .* got False", id="flag"),
        pytest.param({**MOVE, "start_s": "1"}, "start_s: .* got '1'", id="text-for-seconds"),
        pytest.param({**MOVE, "start_s": [1]}, "start_s: .* got list", id="list-for-seconds"),
        pytest.param({**MOVE, "start_s": 2}, "moment from 2 s to 2 s", id="empty-span"),
        pytest.param({**MOVE, "start_s": 1e308}, "moment from 1e.308 s to 2 s", id="far"),
        pytest.param({"op": "merge", "id": 1}, "other: expected the number", id="no-other"),
        pytest.param({"op": "merge", "id": 1, "other": 1}, "got itself", id="itself"),
        pytest.param({"op": "keep", "id": 1}, "kept: expected true or false", id="no-kept"),
        pytest.param({**KEEP, "kept": 1}, "kept: expected .* got int", id="kept-is-a-number"),
        pytest.param({**KEEP, "kept": "no"}, "kept: expected .* got 'no'", id="kept-is-text"),
        pytest.param({"op": "edges", "id": 1}, "plain: expected true or false", id="no-plain"),
        pytest.param(
            {"op": "edges", "id": 1, "plain": 1},
            "plain: expected .* got int",
            id="plain-is-a-number",
        ),
        pytest.param({"op": "edges", "id": 9, "plain": True}, "moment 9: it is not", id="no-edges"),
    ],
)
def test_a_hostile_page_gets_one_sentence(operation, message):
    with pytest.raises(OptionError, match=message) as refused:
        apply(START, operation, VIDEO)
    text = str(refused.value)
    assert text.endswith(".") and "\n" not in text and len(text) < 200


def random_step(edits, rng):
    """One operation of the page that the list allows, and now and then one that it does not."""
    ids = list(spans(edits)) or [0]
    start_s = rng.uniform(-2, 40)
    span = {"start_s": start_s, "end_s": start_s + rng.uniform(0, 12)}
    return rng.choice(
        [
            {"op": "move", "id": rng.choice(ids), **span},
            {"op": "add", **span},
            {"op": "add", **span},
            {"op": "remove", "id": rng.choice(ids)},
            {"op": "keep", "id": rng.choice(ids), "kept": rng.random() < 0.5},
            {"op": "edges", "id": rng.choice(ids), "plain": rng.random() < 0.5},
            {"op": "merge", "id": rng.choice(ids), "other": rng.choice(ids)},
        ]
    )


def walked(edits, rng, steps):
    for _ in range(steps):
        try:
            edits = apply(edits, random_step(edits, rng), VIDEO)
        except OptionError:
            continue
        if rng.random() < 0.2:
            edits = edits.redecided(rng.choice([FOUND, [CHOSEN, WEAK], [BEST], []]))
        if rng.random() < 0.2:
            edits = edits.undone()
    return redone_to_the_end(edits)


def redone_to_the_end(edits):
    while edits.can_redo:
        edits = edits.redone()
    return edits


@pytest.mark.parametrize("seed", range(10))
def test_a_walk_is_undone_to_its_start_and_redone_to_its_end(seed):
    end = walked(START, random.Random(seed), 60)
    edits = end
    while edits.can_undo:
        edits = edits.undone()
        assert len({m.id for m in edits.moments}) == len(edits.moments)
        assert sorted(edits.highlights, key=lambda h: (-h.score, h.start_s)) == [*edits.highlights]
    assert edits.redecided(FOUND).moments == START.moments
    assert redone_to_the_end(edits) == end
