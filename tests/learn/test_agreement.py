"""What people said together: agreement, conflicts, majorities, kappa, pace."""

import math
from dataclasses import replace

import pytest

from funny.errors import DatasetError
from funny.learn.agreement import (
    MANIFEST,
    conflict_text,
    decided,
    kappas,
    progress_of,
    verdicts,
)
from funny.learn.labels import Answer
from funny.learn.manifest import Clip, Manifest, SourceVideo

FUN, ORD = "funny", "ordinary"


def answers(**said):
    """Answers to clips a, b, c, .. by annotator; a dash says nothing."""
    names = {"f": FUN, "o": ORD, "s": "skip"}
    return [
        Answer(who, clip, names[letter], 0.0, 6.0, 2.0, float(n))
        for who, letters in said.items()
        for n, (clip, letter) in enumerate(zip("abcdefgh", letters, strict=False))
        if letter != "-"
    ]


def manifest_of(tmp_path, count=1, label=None):
    clips = [Clip(id, "v", 0.0, 6.0, FUN, label) for id in "abcdefgh"[:count]]
    return Manifest(tmp_path, (SourceVideo("v", "v.mp4", 60.0),), tuple(clips))


@pytest.mark.parametrize(
    ("said", "annotator", "label", "is_conflict"),
    [
        pytest.param({}, None, None, False, id="nobody"),
        pytest.param({"x": "f"}, None, FUN, False, id="one"),
        pytest.param({"x": "s"}, None, None, False, id="one-who-skips"),
        pytest.param({"x": "f", "y": "f"}, None, FUN, False, id="two-who-agree"),
        pytest.param({"x": "f", "y": "s"}, None, FUN, False, id="one-and-one-who-skips"),
        pytest.param({"x": "f", "y": "o"}, None, None, True, id="two-who-do-not"),
        pytest.param({"x": "f", "y": "o", "z": "s"}, None, None, True, id="a-skip-decides-nothing"),
        pytest.param({"x": "f", "y": "o", "z": "o"}, None, ORD, False, id="majority-of-three"),
        pytest.param({"x": "f", "y": "o", "z": "o", "w": "f"}, None, None, True, id="a-draw"),
        pytest.param({"x": "f", "y": "o"}, "x", FUN, False, id="the-named-one-decides"),
        pytest.param({"x": "f", "y": "o", "z": "o"}, "x", FUN, False, id="against-the-majority"),
        pytest.param({"x": "s", "y": "f"}, "x", None, False, id="the-named-one-skips"),
    ],
)
def test_a_verdict(tmp_path, said, annotator, label, is_conflict):
    [found] = verdicts(manifest_of(tmp_path), answers(**said), annotator)
    assert (found.label, found.is_conflict) == (label, is_conflict)


@pytest.mark.parametrize(
    ("said", "annotator", "label"),
    [
        pytest.param({}, None, ORD, id="alone"),
        pytest.param({"x": "o"}, None, ORD, id="confirmed"),
        pytest.param({"x": "f"}, None, None, id="contradicted"),
        pytest.param({"x": "f", "y": "f"}, None, FUN, id="outvoted"),
        pytest.param({"x": "f"}, "x", FUN, id="a-person-decides"),
        pytest.param({"x": "f"}, MANIFEST, ORD, id="the-importer-decides"),
    ],
)
def test_the_manifests_own_label_is_one_answer_among_others(tmp_path, said, annotator, label):
    manifest = manifest_of(tmp_path, label=ORD)
    [found] = verdicts(manifest, answers(**said), annotator)
    assert found.label == label
    assert decided(manifest, [found]).clips[0].label == label


def test_who_said_nothing_of_a_clip_decides_nothing_there(tmp_path):
    found = verdicts(manifest_of(tmp_path, 3), answers(x="f--", y="ofo", z="--f"), "x")
    assert [v.label for v in found] == [FUN, FUN, None]


def test_who_changes_their_mind_is_counted_once(tmp_path):
    said = [*answers(x="f"), replace(answers(x="o")[0], at_s=9.0)]
    [found] = verdicts(manifest_of(tmp_path), said)
    assert (found.label, found.is_conflict) == (ORD, False)


def test_an_unknown_annotator_is_told_who_there_is(tmp_path):
    with pytest.raises(DatasetError, match=r"--annotator anna: said nothing .* of: x, y"):
        verdicts(manifest_of(tmp_path), answers(x="f", y="f"), "anna")


def moved(answer, start_s, end_s):
    return replace(answer, start_s=start_s, end_s=end_s)


def test_the_edges_are_those_of_the_last_who_said_so(tmp_path):
    x, y, z = answers(x="f", y="f", z="o")
    said = [moved(x, 1.0, 7.0), moved(y, 2.0, 8.5), moved(z, 3.0, 9.0)]
    manifest = manifest_of(tmp_path)
    [clip] = decided(manifest, verdicts(manifest, said)).clips
    assert (clip.label, clip.start_s, clip.end_s) == (FUN, 2.0, 8.5)
    [clip] = decided(manifest, verdicts(manifest, said, "x")).clips
    assert (clip.start_s, clip.end_s) == (1.0, 7.0)


def test_edges_of_a_conflict_stay(tmp_path):
    x, y = answers(x="f", y="o")
    manifest = manifest_of(tmp_path)
    [clip] = decided(manifest, verdicts(manifest, [moved(x, 1.0, 7.0), y])).clips
    assert (clip.label, clip.start_s, clip.end_s) == (None, 0.0, 6.0)


def test_conflicts_are_named_with_a_remedy(tmp_path):
    text = conflict_text(verdicts(manifest_of(tmp_path, 8), answers(x="ffffffff", y="ooooooof")))
    assert text.startswith("7 clips are left out")
    assert "a (x: funny, y: ordinary)" in text and "and 2 more" in text
    assert "--annotator" in text
    assert conflict_text(verdicts(manifest_of(tmp_path), answers(x="f"))) == ""


@pytest.mark.parametrize(
    ("x", "y", "kappa", "clips"),
    [
        pytest.param("ffoo", "ffoo", 1.0, 4, id="all-the-same"),
        pytest.param("ffoo", "ooff", -1.0, 4, id="all-different"),
        pytest.param("ffoo", "fofo", 0.0, 4, id="as-by-chance"),
        # 6 of 8 alike, by chance 0.5: (0.75 - 0.5) / 0.5
        pytest.param("ffffoooo", "fffoooof", 0.5, 8, id="by-hand"),
        pytest.param("ffoos-", "ffoof-", 1.0, 4, id="skips-do-not-count"),
        pytest.param("ff", "ff", None, 2, id="one-class-says-nothing"),
        pytest.param("f-", "-f", None, 0, id="nothing-in-common"),
    ],
)
def test_kappa(x, y, kappa, clips):
    [(found, count)] = kappas(answers(x=x, y=y)).values()
    assert count == clips
    assert math.isnan(found) if kappa is None else found == pytest.approx(kappa)


def test_kappa_is_told_of_each_pair():
    assert set(kappas(answers(z="f", x="f", y="f"))) == {("x", "y"), ("x", "z"), ("y", "z")}
    assert kappas(answers(x="f")) == {}


def test_progress_and_pace():
    said = [replace(a, took_s=t) for a, t in zip(answers(x="ffos"), (1, 2, 3, 600), strict=True)]
    found = progress_of("x", [*said, *answers(y="o")], 10)
    assert (found.done, found.total, found.funny, found.ordinary, found.skipped) == (4, 10, 2, 1, 1)
    assert found.pace == pytest.approx(30)  # three in six seconds; the fourth was a pause


def test_progress_of_nobody():
    assert progress_of("x", [], 3).pace == 0.0
