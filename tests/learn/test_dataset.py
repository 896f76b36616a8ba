"""A build gives the numbers that serving gives, goes on where it stopped, and names what is bad."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from funny.errors import Cancelled, DatasetError
from funny.extract.cache import cache_folder, content_sha
from funny.grid import TICK_S
from funny.learn import loading
from funny.learn.dataset import build
from funny.learn.examples import REACH
from funny.learn.labels import NAME as LABELS
from funny.learn.labels import Answer, Labels
from funny.learn.loading import load
from funny.learn.manifest import Clip, Manifest, SourceVideo, load_manifest
from funny.learn.parquet import NAME, read_rows
from funny.learn.served import served_ticks
from funny.pipeline import AnalyzeOptions, Analyzer
from funny.score.features import features
from funny.score.timeline import raw_scores
from funny.weights.heads import load_head
from tests.media import Movie, Sound, burst, steady, write_media
from tests.study import relabelled, study

EXAMPLE = Path(__file__).parents[2] / "examples" / "first_laugh.mp4"
SECONDS = 14


@pytest.fixture(scope="module")
def analyzer():
    """The models, loaded once."""
    analyzer = Analyzer(AnalyzeOptions(emotion="embedded"))
    analyzer.load()
    return analyzer


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    """Three small videos that sound differently."""
    folder = tmp_path_factory.mktemp("media")
    for n in range(3):
        sound = Sound(burst(2 + 3 * n, 2, SECONDS))
        write_media(folder / f"v{n}.mp4", Movie(steady(4, SECONDS)), sound)
    return folder


def clips_of(video):
    spans = ((0.0, 6.0), (6.0, 11.5))
    names = ("funny", "ordinary")
    return [
        Clip(f"{video}-{n}", video, *span, label, label)
        for n, (span, label) in enumerate(zip(spans, names, strict=True))
    ]


@pytest.fixture
def manifest(tmp_path, media):
    """A dataset of three videos with two labelled clips each."""
    shutil.copytree(media, tmp_path / "videos")
    videos = [
        SourceVideo(
            f"v{n}", f"videos/v{n}.mp4", float(SECONDS), sha=content_sha(media / f"v{n}.mp4")
        )
        for n in range(3)
    ]
    manifest = Manifest(tmp_path, tuple(videos), tuple(c for v in videos for c in clips_of(v.id)))
    manifest.save()
    return manifest


@pytest.fixture
def read(monkeypatch, analyzer):
    """Names of the videos that are decoded."""
    import funny.extract.signals

    seen, real = [], funny.extract.signals.extract

    def extract(video, *rest):
        seen.append(video.path.stem)
        return real(video, *rest)

    monkeypatch.setattr(funny.extract.signals, "extract", extract)
    return seen


# The same numbers


@pytest.fixture(scope="module")
def example(tmp_path_factory, analyzer):
    """The example as it is served, and a dataset of it with clips here, there and at both ends."""
    served, folder = analyzer.analyze(EXAMPLE), tmp_path_factory.mktemp("example")
    end_s = served.video.duration_s
    spans = [(0.0, 5.0), (0.2, 6.6), (10.0, 17.0), (21.3, 27.3)]
    spans += [(end_s - 5.0, end_s), (end_s - 6.7, end_s - 0.3)]
    kinds = ("funny", "ordinary") * 3
    clips = [
        Clip(f"c{n}", "v", *span, kind, kind)
        for n, (span, kind) in enumerate(zip(spans, kinds, strict=True))
    ]
    Manifest(folder, (SourceVideo("v", str(EXAMPLE), end_s),), tuple(clips)).save()
    build(load_manifest(folder), analyzer)
    return served, load_manifest(folder)


def first_tick(start_s, ticks, total):
    return min(int((start_s + 1e-6) / TICK_S), total - ticks)


def test_the_rows_are_the_numbers_of_serving(example):
    served, manifest = example
    x, found = features(served.signals), list(read_rows(manifest.folder / NAME))
    assert [row.id for row in found] == [clip.id for clip in manifest.clips]
    for row in found:
        first = first_tick(row.start_s, row.ticks, len(x))
        np.testing.assert_array_equal(row.x[: row.ticks], x[first : first + row.ticks])
        share = served.signals.face_found[first : first + row.ticks].mean()
        assert row.face_share == pytest.approx(share)
        beyond = np.pad(x, ((50, 50), (0, 0)), mode="edge")
        begin = first + 50 - REACH
        np.testing.assert_array_equal(row.around, beyond[begin : begin + len(row.around)])


@pytest.mark.parametrize("name", ["lstm", "conv1d", "conv1d-12"])
def test_a_clip_is_scored_as_its_ticks_are_in_serving(example, name):
    served, manifest = example
    loaded, net = load(manifest).examples, load_head(name).net
    raw = raw_scores(features(served.signals, net.config.features), net, net.config)
    for row, start_s, ticks in zip(
        served_ticks(net, loaded), loaded.start_s, loaded.ticks, strict=True
    ):
        first = first_tick(start_s, ticks, len(raw))
        np.testing.assert_allclose(row[:ticks], raw[first : first + ticks], atol=1e-5)
        assert not row[ticks:].any()


# Going on


def test_each_video_is_read_once(manifest, analyzer, read):
    told = []
    built = build(manifest, analyzer, lambda *what: told.append(what))
    assert (built.clips, built.reused, read) == (6, 0, ["v0", "v1", "v2"])
    assert {name for name, *_ in told} == {"v0", "v1", "v2"}


def test_what_was_built_is_taken_over_even_without_the_videos(manifest, analyzer, read):
    first = build(manifest, analyzer)
    before = first.path.read_bytes()
    shutil.rmtree(manifest.folder / "videos")
    shutil.rmtree(cache_folder())
    again = build(manifest, analyzer)
    assert (again.reused, len(read)) == (6, 3)
    assert again.path.read_bytes() == before


def test_a_moved_clip_is_built_anew_from_what_is_kept(manifest, analyzer, read):
    build(manifest, analyzer)
    clip = replace(manifest.clips[0], start_s=0.5, end_s=7.0)
    moved = replace(manifest, clips=(clip, *manifest.clips[1:]))
    moved.save()
    again = build(moved, analyzer)
    assert (again.reused, len(read)) == (4, 3)
    row = next(row for row in read_rows(again.path) if row.id == clip.id)
    assert (row.start_s, row.ticks) == (0.5, 13)


def test_a_build_that_was_stopped_goes_on(manifest, analyzer, read):
    def stop(name, *_):
        if name == "v2":
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        build(manifest, analyzer, stop)
    assert not (manifest.folder / NAME).exists()
    assert not list(manifest.folder.glob(".*"))
    build(manifest, analyzer)
    assert read == ["v0", "v1", "v2", "v2"]


def test_again_takes_nothing_over(manifest, analyzer):
    build(manifest, analyzer)
    assert build(manifest, analyzer, again=True).reused == 0


def test_a_damaged_table_is_made_anew(manifest, analyzer):
    build(manifest, analyzer)
    (manifest.folder / NAME).write_bytes(b"PAR1")
    assert build(manifest, analyzer).clips == 6


# What is bad


def test_missing_videos_are_all_named_before_any_is_read(manifest, analyzer, read):
    for n in (0, 2):
        (manifest.folder / f"videos/v{n}.mp4").unlink()
    with pytest.raises(DatasetError) as refused:
        build(manifest, analyzer)
    text = str(refused.value)
    assert "videos[0] (v0), videos[2] (v2)" in text and "--skip-missing" in text
    assert "videos/v0.mp4 is not there" in text
    assert read == []
    built = build(manifest, analyzer, skip_missing=True)
    assert built.clips == 2
    assert [note.split(":")[0] for note in built.notes] == ["videos[0] (v0)", "videos[2] (v2)"]


def test_another_video_under_the_same_name_is_refused(manifest, analyzer, media):
    shutil.copy(media / "v1.mp4", manifest.folder / "videos/v0.mp4")
    with pytest.raises(DatasetError, match=r"videos\[0\] \(v0\): .* is another file"):
        build(manifest, analyzer)


def test_a_clip_beyond_what_can_be_read_is_named(manifest, analyzer):
    videos = (replace(manifest.videos[0], duration_s=30.0), *manifest.videos[1:])
    late = replace(manifest.clips[0], start_s=10.0, end_s=16.0)
    longer = replace(manifest, videos=videos, clips=(late, *manifest.clips[1:]))
    longer.save()
    with pytest.raises(DatasetError, match=r"clip v0-0: ends at 16 s, .* to 14 s only"):
        build(longer, analyzer)


def test_a_file_that_is_no_video_is_named(manifest, analyzer):
    broken = replace(manifest.videos[1], sha="")
    (manifest.folder / broken.path).write_bytes(b"not a video" * 100)
    videos = (manifest.videos[0], broken, manifest.videos[2])
    built = build(replace(manifest, videos=videos), analyzer, skip_missing=True)
    assert built.clips == 4
    assert built.notes[0].startswith("videos[1] (v1): its 2 clips are left out")


# Labels


def test_labels_that_come_after_the_build_count(tmp_path):
    manifest = study(tmp_path, 2, 6)
    bare = relabelled(manifest, **{c.id: None for c in manifest.clips})
    bare.save()
    with pytest.raises(DatasetError, match=r"none of its 12 clips is labelled.*--proposed"):
        load(bare)
    with Labels(tmp_path) as labels:
        for clip, label in zip(bare.clips[:3], ("funny", "ordinary", "skip"), strict=True):
            labels.add(Answer("anna", clip.id, label, clip.start_s, clip.end_s, 1.0, 1.0))
    found = load(bare).examples
    assert found.ids.tolist() == [bare.clips[0].id, bare.clips[1].id]
    assert found.funny.tolist() == [True, False]


def test_proposals_are_taken_where_nobody_said_anything(tmp_path):
    manifest = study(tmp_path, 2, 6)
    bare = relabelled(manifest, **{c.id: None for c in manifest.clips[1:]})
    bare.save()
    found = load(bare, proposed=True)
    assert len(found.examples) == 12
    assert found.notes == ("11 clips have no label; what was proposed is taken for it.",)


def test_conflicts_are_left_out_and_told(tmp_path):
    manifest = study(tmp_path, 2, 6)
    clip = manifest.clips[0]
    other = "ordinary" if clip.label == "funny" else "funny"
    with Labels(tmp_path) as labels:
        labels.add(Answer("anna", clip.id, other, clip.start_s, clip.end_s, 1.0, 1.0))
    found = load(manifest)
    assert clip.id not in found.examples.ids and len(found.examples) == 11
    assert f"{clip.id} (manifest: {clip.label}, anna: {other})" in found.notes[0]
    assert len(load(manifest, "anna").examples) == 12


def test_a_labels_file_that_was_mended_is_told_of(tmp_path):
    manifest = study(tmp_path, 2, 6)
    with Labels(tmp_path) as labels:
        for clip in manifest.clips:
            answer = Answer("anna", clip.id, clip.label, clip.start_s, clip.end_s, 1.0, 1.0)
            labels.add(answer)
    (tmp_path / LABELS).write_bytes(b"torn")
    found = load(manifest, "anna")
    assert "was set aside as labels.sqlite.damaged-1" in found.notes[0]
    assert len(found.examples) == 12


@pytest.mark.parametrize("kind", ["funny", "ordinary"])
def test_one_class_only(tmp_path, kind):
    manifest = study(tmp_path, 2, 6)
    alike = relabelled(manifest, **{c.id: kind for c in manifest.clips})
    alike.save()
    with pytest.raises(DatasetError, match=f"all 12 labelled clips are {kind}. Label some that"):
        load(alike)


def test_clips_that_were_added_or_moved_since_are_named(tmp_path):
    manifest = study(tmp_path, 2, 6)
    clip = replace(manifest.clips[3], end_s=manifest.clips[3].start_s + 5.25)
    new = replace(manifest.clips[0], id="new")
    changed = replace(manifest, clips=(*manifest.clips[:3], clip, *manifest.clips[4:], new))
    changed.save()
    with pytest.raises(DatasetError, match=f"{clip.id}, new: .* Run `funny dataset build` again"):
        load(changed)


def test_numbers_that_are_not_finite_are_named(tmp_path, monkeypatch):
    manifest, real = study(tmp_path, 2, 6), loading.read_rows

    def spoilt(path):
        for row in real(path):
            is_it = row.id == manifest.clips[2].id
            yield replace(row, around=row.around * np.nan) if is_it else row

    monkeypatch.setattr(loading, "read_rows", spoilt)
    with pytest.raises(DatasetError, match=f"{manifest.clips[2].id}: holds numbers"):
        load(manifest)
