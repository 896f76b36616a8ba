"""A sitting: the next clip, answers, undo, edges; two pages, a crash, another person."""

import pytest

from funny.errors import DatasetError
from funny.learn.labelling import Sitting
from funny.learn.labels import Labels
from funny.learn.manifest import Clip, Manifest, SourceVideo


@pytest.fixture
def manifest(tmp_path):
    clips = [Clip(f"c{n}", "v", 10.0 * n, 10.0 * n + 6, "funny") for n in range(6)]
    return Manifest(tmp_path, (SourceVideo("v", "v.mp4", 58.0),), tuple(clips))


@pytest.fixture
def labels(tmp_path):
    with Labels(tmp_path) as labels:
        yield labels


def test_every_clip_is_shown_once_and_then_none(manifest, labels):
    sitting, seen = Sitting(manifest, labels, "anna"), []
    while clip := sitting.next():
        seen.append(clip.id)
        sitting.answer(clip, "funny", 1.0)
    assert sorted(seen) == [clip.id for clip in manifest.clips]
    assert seen != sorted(seen)  # mixed
    assert sitting.progress.done == sitting.progress.total == 6


def test_all_see_the_same_order(manifest, labels):
    anna, ben = (Sitting(manifest, labels, who) for who in ("anna", "ben"))
    anna.answer(anna.next(), "funny", 1.0)
    assert ben.upcoming(9)[1:] == anna.upcoming(9)


def test_two_pages_of_one_person_go_on_together(manifest, labels):
    one, two = Sitting(manifest, labels, "anna"), Sitting(manifest, labels, "anna")
    first = one.next()
    one.answer(first, "skip", 1.0)
    assert two.next() == one.next() != first


def test_a_page_that_is_loaded_again_goes_on(manifest, tmp_path):
    with Labels(tmp_path) as labels:
        sitting = Sitting(manifest, labels, "anna")
        sitting.answer(sitting.next(), "ordinary", 1.0)
        wanted = sitting.next()
    with Labels(tmp_path) as labels:
        assert Sitting(manifest, labels, "anna").next() == wanted


def test_undo_brings_the_clip_back_as_it_was_answered(manifest, labels):
    sitting = Sitting(manifest, labels, "anna")
    clip = sitting.nudged(sitting.next(), "end", 1)
    sitting.answer(clip, "funny", 1.0)
    assert sitting.undo() == clip
    assert sitting.next().id == clip.id
    assert sitting.undo() is None


@pytest.mark.parametrize(
    ("edge", "ticks", "span"),
    [
        pytest.param("start", -1, (9.5, 16.0), id="earlier"),
        pytest.param("start", 1, (10.5, 16.0), id="later"),
        pytest.param("end", 1, (10.0, 16.5), id="longer"),
        pytest.param("end", -1, (10.0, 15.5), id="shorter"),
        pytest.param("start", -9, (9.0, 16.0), id="no-longer-than-7-s"),
        pytest.param("end", 9, (10.0, 17.0), id="no-longer-than-7-s-either"),
        pytest.param("start", 9, (11.0, 16.0), id="no-shorter-than-5-s"),
        pytest.param("end", -9, (10.0, 15.0), id="no-shorter-than-5-s-either"),
    ],
)
def test_edges_move_as_far_as_a_clip_may(manifest, labels, edge, ticks, span):
    clip = Sitting(manifest, labels, "anna").nudged(manifest.clips[1], edge, ticks)
    assert (clip.start_s, clip.end_s) == span


def test_edges_stay_inside_the_video(manifest, labels):
    sitting = Sitting(manifest, labels, "anna")
    assert sitting.nudged(manifest.clips[0], "start", -2).start_s == 0.0
    assert sitting.nudged(manifest.clips[5], "end", 4).end_s == 57.0
    with pytest.raises(DatasetError, match="expected start or end"):
        sitting.nudged(manifest.clips[0], "middle", 1)


@pytest.mark.parametrize("name", ["", " ", " anna", "manifest"])
def test_an_annotator_has_a_name(manifest, labels, name):
    with pytest.raises(DatasetError, match="expected the name of a person"):
        Sitting(manifest, labels, name)


def test_a_clip_of_another_manifest_is_refused(manifest, labels):
    stranger = Clip("x", "v", 0.0, 6.0, "funny")
    with pytest.raises(DatasetError, match="'x': is not in this manifest"):
        Sitting(manifest, labels, "anna").answer(stranger, "funny", 1.0)
    assert labels.answers() == []


def test_progress_counts_the_clips_that_are_there(manifest, labels):
    sitting = Sitting(manifest, labels, "anna")
    for label in ("funny", "ordinary", "skip"):
        sitting.answer(sitting.next(), label, 3.0)
    found = sitting.progress
    assert (found.done, found.funny, found.ordinary, found.skipped) == (3, 1, 1, 1)
    assert found.pace == pytest.approx(20)
