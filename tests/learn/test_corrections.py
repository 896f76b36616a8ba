"""What an editor keeps, drops, moves and adds becomes clips, where it was planted."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from funny.learn.corrections import (
    BY_HAND,
    LEFT_ALONE,
    MOST_ORDINARY,
    Corrections,
    appended,
    corrections_to_labels,
)
from funny.learn.manifest import Clip, Manifest, SourceVideo
from funny.moments.edit import Edits
from funny.records import Edge, Edges, Highlight
from tests.values import analysis_of, timeline_of

SECONDS = 120
SHORT, MIDDLE, LONG = (10.0, 13.0), (30.0, 36.0), (60.0, 90.0)


def analysed(*spans, seconds=SECONDS):
    """An analysis with a moment at each span, its peak in the middle."""
    highlights = tuple(Highlight(a, b, (a + b) / 2, 0.9 - n / 10) for n, (a, b) in enumerate(spans))
    analysis = analysis_of(seconds * 2, highlights)
    scores = np.zeros(seconds * 2)
    for h in highlights:
        scores[int(h.peak_s * 2)] = 0.9
    return replace(analysis, timeline=timeline_of(scores))


@pytest.fixture
def analysis():
    return analysed(SHORT, MIDDLE, LONG)


@pytest.fixture
def edits(analysis):
    return Edits.started(analysis.highlights)


def labels(analysis, edits):
    return [(c.label, c.start_s, c.end_s) for c in corrections_to_labels(analysis, edits).clips]


def test_who_decided_nothing_labels_nothing(analysis, edits):
    assert labels(analysis, edits) == []


def test_who_only_put_plain_edges_back_decided_nothing(analysis, edits):
    chosen = Edges(Edge("pause", SHORT[0] + 1), Edge("plain", SHORT[1]))
    found = [replace(h, edges=chosen) if h.start_s == SHORT[0] else h for h in edits.highlights]
    edits = Edits.started(found).edged(1, True)
    assert edits.can_undo and labels(analysis, edits) == []


def test_kept_is_funny_around_its_peak_and_dropped_is_ordinary(analysis, edits):
    found = labels(analysis, edits.keeping(2, False))
    assert ("ordinary", 30.0, 36.0) in found
    # Shorter than a clip: its middle. Longer: the peak two thirds in.
    assert ("funny", 9.0, 14.0) in found
    assert [s for label, *s in found if label == "funny"][1] == [70.0, 77.0]


@pytest.mark.parametrize("way", ["removed", "unkept"])
def test_a_long_dropped_moment_gives_a_few_clips_inside_it(analysis, edits, way):
    edits = edits.removed(3) if way == "removed" else edits.keeping(3, False)
    ordinary = [c for c in corrections_to_labels(analysis, edits).clips if c.label == "ordinary"]
    assert len(ordinary) == MOST_ORDINARY
    assert all(LONG[0] <= c.start_s < c.end_s <= LONG[1] for c in ordinary)
    assert all(c.votes[0].note == "dropped" and c.strength == BY_HAND for c in ordinary)


def test_moved_and_added_moments_are_surer_than_those_left_alone(analysis, edits):
    edits = edits.moved(2, 31.0, 38.0, analysis).added(100.0, 106.0, analysis)
    found = {c.start_s: c for c in corrections_to_labels(analysis, edits).clips}
    assert {c.label for c in found.values()} == {"funny"}
    assert {start: c.strength for start, c in found.items()} == {
        9.0: LEFT_ALONE,
        31.0: BY_HAND,
        70.0: LEFT_ALONE,
        100.0: BY_HAND,
    }


def test_what_is_dropped_beside_what_is_kept_is_not_called_ordinary(analysis, edits):
    edits = edits.added(62.0, 68.0, analysis).removed(3)
    found = corrections_to_labels(analysis, edits).clips
    ordinary = [c for c in found if c.label == "ordinary"]
    assert ordinary
    assert all(c.end_s <= 62.0 or c.start_s >= 68.0 for c in ordinary)


def test_merging_drops_nothing(analysis, edits):
    assert {label for label, *_ in labels(analysis, edits.merged(1, 2, analysis))} == {"funny"}


def test_taking_back_what_one_added_says_nothing(analysis, edits):
    edits = edits.added(100.0, 106.0, analysis).removed(4)
    assert max(end_s for _, _, end_s in labels(analysis, edits)) <= LONG[1]


@pytest.mark.parametrize("seconds", [3, 5, 6])
def test_a_short_video(seconds):
    analysis = analysed((0.5, 2.5), seconds=seconds)
    edits = Edits.started(analysis.highlights).keeping(1, False).keeping(1, True)
    moved = edits.moved(1, 0.0, 2.0, analysis)
    found = corrections_to_labels(analysis, moved).clips
    assert len(found) == (seconds >= 5)
    assert all(c.start_s >= 0 and c.end_s <= seconds for c in found)


def test_clips_never_overlap():
    analysis = analysed((10, 16), (14, 22), (21, 40))
    edits = Edits.started(analysis.highlights).removed(2)
    spans = sorted((a, b) for _, a, b in labels(analysis, edits))
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))


# Into a manifest


def manifest_of(*clips, sha="a1b2"):
    return Manifest(Path("x"), (SourceVideo("old", "old.mp4", 120.0, sha=sha),), clips)


def test_a_new_video_is_added(analysis, edits):
    corrections = corrections_to_labels(analysis, edits.removed(2))
    found = appended(manifest_of(sha="ffff"), corrections)
    assert [v.id for v in found.videos] == ["old", "a1b2"]
    assert found.videos[1].sha == "a1b2"
    assert found.clips == corrections.clips


def test_a_known_content_keeps_its_id(analysis, edits):
    found = appended(manifest_of(), corrections_to_labels(analysis, edits.removed(2)))
    assert [v.id for v in found.videos] == ["old"]
    assert {c.video for c in found.clips} == {"old"}
    assert all(c.id.startswith("old-edit-") for c in found.clips)


def test_later_corrections_take_the_place_of_earlier_ones(analysis, edits):
    once = appended(manifest_of(), corrections_to_labels(analysis, edits.removed(2)))
    twice = appended(once, corrections_to_labels(analysis, edits.removed(1)))
    alone = appended(manifest_of(), corrections_to_labels(analysis, edits.removed(1)))
    assert twice == alone
    assert appended(once, Corrections(once.videos[0], ())).clips == ()


def test_labelled_clips_stay_and_proposals_give_way(analysis, edits):
    proposed = Clip("p", "old", 31.0, 37.0, "funny")
    far = Clip("far", "old", 100.0, 106.0, "ordinary")
    labelled = Clip("l", "old", 8.0, 14.0, "funny", "funny")
    before = manifest_of(proposed, far, labelled)
    found = appended(before, corrections_to_labels(analysis, edits.removed(2)))
    ids = [c.id for c in found.clips]
    assert "p" not in ids and {"far", "l"} <= set(ids)
    assert before.clips == (proposed, far, labelled)
