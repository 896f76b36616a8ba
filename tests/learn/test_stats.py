"""Statistics count what was planted: balance, duplicates, leaks, agreement."""

import json
from dataclasses import replace

import pytest

from funny.errors import DatasetError
from funny.grid import TICK_S
from funny.learn.dataset import identity
from funny.learn.labels import NAME as LABELS
from funny.learn.labels import Answer, Labels
from funny.learn.loading import load
from funny.learn.manifest import Clip, Manifest, SourceVideo
from funny.learn.parquet import NAME, About, write_rows
from funny.learn.runs import write_run
from funny.learn.stats import stats_of
from funny.learn.stats_page import draw, in_words
from funny.learn.training import Plan, train_heads
from tests.study import MODELS, clips_of, relabelled, rows_of, study
from tests.values import signals_of


def made(folder, *videos):
    """A dataset of videos: id, content, clips, signals."""
    sources, clips, rows = [], [], []
    for id, sha, some, signals in videos:
        sources.append(SourceVideo(id, f"{id}.mp4", len(signals) * TICK_S, sha=sha))
        clips += some
        rows += rows_of(some, signals, "", sha)
    manifest = Manifest(folder, tuple(sources), tuple(clips))
    manifest.save()
    write_rows(folder / NAME, rows, About(identity(manifest), MODELS))
    return manifest


@pytest.fixture
def manifest(tmp_path):
    return study(tmp_path, 3, 6)


def test_what_was_planted_is_counted(manifest):
    one, two, three = manifest.clips[:3]
    other = "ordinary" if three.label == "funny" else "funny"
    manifest = relabelled(manifest, **{one.id: None, two.id: None})
    manifest.save()
    with Labels(manifest.folder) as labels:
        for clip, label in ((two, "skip"), (three, other)):
            labels.add(Answer("anna", clip.id, label, clip.start_s, clip.end_s, 1.0, 1.0))
    counts = stats_of(manifest)[0].counts
    assert (counts["videos"], counts["clips"], counts["built"]) == (3, 18, 18)
    assert (counts["in conflict"], counts["skipped"], counts["without a label"]) == (1, 1, 1)
    assert counts["funny"] == sum(clip.label == "funny" for clip in manifest.clips[3:])
    assert counts["funny"] + counts["ordinary"] == 15


def test_features_that_part_the_classes_are_seen(manifest):
    stats, _ = stats_of(manifest)
    for name in ("happiness", "laughter"):
        assert stats.features[name]["auroc"] > 0.55
    assert stats.features["fear"]["auroc"] == 0.5
    assert stats.features["laughter"]["funny 95%"] > stats.features["laughter"]["ordinary 50%"]
    assert stats.face_share == {"funny": 1.0, "ordinary": 1.0}
    assert 5 <= stats.lengths_s["shortest"] <= stats.lengths_s["longest"] <= 7


def test_a_dataset_that_is_clean_has_neither_duplicates_nor_leaks(manifest):
    stats, _ = stats_of(manifest)
    assert (stats.duplicates, stats.leaks, stats.kappas) == ([], [], {})


def test_clips_that_share_most_of_their_time_are_duplicates(tmp_path):
    clips, signals = clips_of("v", 1, 6)
    first = clips[1]
    shifted = replace(first, id="shifted", start_s=first.start_s + 0.5, end_s=first.end_s + 0.5)
    beside = replace(first, id="beside", start_s=first.start_s + 4.5, end_s=first.start_s + 9.5)
    manifest = made(tmp_path, ("v", "s", [*clips, shifted, beside], signals))
    pairs = {frozenset(pair[:2]) for pair in stats_of(manifest)[0].duplicates}
    assert pairs == {frozenset({first.id, "shifted"})}


def test_the_same_moment_in_another_video_is_a_duplicate(tmp_path):
    clips, signals = clips_of("v", 1, 6)
    again = [replace(clip, id=f"again-{clip.id}", video="w") for clip in clips]
    found = stats_of(made(tmp_path, ("v", "one", clips, signals), ("w", "two", again, signals)))[0]
    assert {tuple(pair[:2]) for pair in found.duplicates} >= {
        (c.id, f"again-{c.id}") for c in clips
    }
    assert found.leaks == []


def test_clips_that_say_nothing_are_no_duplicates(tmp_path):
    silent = signals_of(60, found=False, rms=0.0)
    videos = []
    for name in ("v", "w"):
        clips = [
            Clip(f"{name}{n}", name, 10.0 * n, 10.0 * n + 6, kind, kind)
            for n, kind in enumerate(["funny", "ordinary"])
        ]
        videos.append((name, name, clips, silent))
    assert stats_of(made(tmp_path, *videos))[0].duplicates == []


def test_one_content_under_two_ids_is_a_leak(tmp_path):
    one, signals = clips_of("v", 1, 4)
    two, others = clips_of("w", 2, 4)
    stats, _ = stats_of(made(tmp_path, ("v", "same", one, signals), ("w", "same", two, others)))
    assert stats.leaks == ["videos v and w are one content (same)"]


def test_a_video_on_both_sides_of_a_run_is_a_leak(manifest, tmp_path, monkeypatch):
    monkeypatch.setenv("FUNNY_RUNS", str(tmp_path / "runs"))
    plan = Plan(kinds=("logistic",), folds=3)
    folder = write_run(train_heads("mine", manifest, load(manifest), plan))
    assert stats_of(manifest, folder)[0].leaks == []
    folds = json.loads((folder / "folds.json").read_text())
    row = folds["clips"][0]
    row["fold"] = (row["fold"] + 1) % 3
    (folder / "folds.json").write_text(json.dumps(folds))
    leaks = stats_of(manifest, folder)[0].leaks
    assert len(leaks) == 2 and leaks[0].startswith(f"video {row['video']} lies in folds")


def test_agreement_is_told(manifest):
    with Labels(manifest.folder) as labels:
        for who in ("anna", "ben"):
            for clip in manifest.clips[:4]:
                labels.add(Answer(who, clip.id, clip.label, clip.start_s, clip.end_s, 1.0, 1.0))
    stats, _ = stats_of(manifest)
    assert stats.kappas == {"anna and ben": (1.0, 4)}
    assert "kappa of anna and ben" in in_words(stats) and "1.00 on 4 clips" in in_words(stats)


def test_words_json_and_pictures(manifest, tmp_path):
    stats, rows = stats_of(manifest)
    assert "no duplicates" in in_words(stats) and "no leaks" in in_words(stats)
    assert json.loads(json.dumps(stats.to_json()))["counts"]["clips"] == 18
    draw(stats, rows, manifest, tmp_path / "out")
    assert (tmp_path / "out/stats.png").read_bytes()[:4] == b"\x89PNG"
    page = (tmp_path / "out/stats.html").read_text("utf-8")
    assert "data:image/png;base64" in page and "happiness" in page


def test_a_labels_file_that_was_mended_is_told_of(manifest):
    clip = manifest.clips[0]
    with Labels(manifest.folder) as labels:
        labels.add(Answer("anna", clip.id, "funny", clip.start_s, clip.end_s, 1.0, 1.0))
    (manifest.folder / LABELS).write_bytes(b"torn")
    stats, _ = stats_of(manifest)
    assert "was set aside as labels.sqlite.damaged-1" in in_words(stats)
    assert stats.to_json()["notes"] == list(stats.notes) and stats.counts["funny"] > 0


def test_clips_without_labels_have_figures_too(manifest):
    bare = relabelled(manifest, **{clip.id: None for clip in manifest.clips})
    bare.save()
    stats, rows = stats_of(bare)
    assert stats.counts["without a label"] == 18 and stats.face_share == {}
    draw(stats, rows, bare, manifest.folder)


def test_what_is_not_built_is_told(manifest):
    (manifest.folder / NAME).unlink()
    with pytest.raises(DatasetError, match="`funny dataset build`"):
        stats_of(manifest)
