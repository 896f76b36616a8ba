"""What was extracted once is not extracted again, and never taken for another video's."""

import os
from copy import copy
from dataclasses import replace

import numpy as np
import pytest

import funny.extract.signals
from funny.extract.cache import SignalCache, content_sha
from funny.extract.faces import FaceDetector
from funny.moments.highlights import HighlightOptions
from funny.pipeline import AnalyzeOptions, Analyzer
from funny.records import ModelInfo, Note, Signals, VideoInfo
from tests.media import Movie, Sound, burst, steady, write_media

MODEL, LISTENER = ModelInfo("model", "test", "abc"), ModelInfo("laughter", "test", "ghi")
NOTES = (Note("no_sound", "The file has no sound."), Note("damaged", "It is.", 1.0, 2.5))


@pytest.fixture
def video(tmp_path):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(5, 8)), Sound(burst(4, 1, 8)))
    return path


@pytest.fixture
def nothing_is_read(monkeypatch):
    """Fails a test that looks for a face or listens; call it when reading must be over."""

    def forbid():
        def read(*_, **__):
            raise AssertionError("the video was read again")

        monkeypatch.setattr(FaceDetector, "__init__", read)
        monkeypatch.setattr(funny.extract.signals, "SoundReader", read)

    return forbid


def same(one, other):
    names = ("times_s", "emotions", "face_found", "face_box", "rms", "laughter")
    return all(np.array_equal(getattr(one, n), getattr(other, n)) for n in names)


def test_another_threshold_reads_nothing(video, nothing_is_read):
    first = Analyzer().analyze(video)
    nothing_is_read()
    options = AnalyzeOptions(threshold=0.01, highlights=HighlightOptions(pad_before_s=1))
    second = Analyzer(options).analyze(video)
    assert same(first.signals, second.signals)
    assert (second.video, second.notes) == (first.video, first.notes)
    assert second.options["threshold"] == 0.01


def test_the_same_video_is_not_scored_again(video, monkeypatch):
    first = Analyzer().analyze(video)
    monkeypatch.setattr(Analyzer, "_score", None)  # would fail if it were called
    second = Analyzer(AnalyzeOptions(threshold=0.01)).analyze(video)
    assert np.array_equal(second.timeline.scores, first.timeline.scores)
    assert np.array_equal(second.timeline.contributions, first.timeline.contributions)
    assert first.timeline.contributions.any() and second.timeline.head == first.timeline.head


SCORED_ANEW = [
    pytest.param(lambda head: replace(head, info=replace(head.info, sha256="0")), id="weights"),
    pytest.param(lambda head: recalibrated(head), id="calibration"),
]


def recalibrated(head):
    net = copy(head.net)
    net.config = replace(head.config, calibration=(0.5, 1.0))
    return replace(head, net=net)


@pytest.mark.parametrize("change", SCORED_ANEW)
def test_another_head_scores_anew(video, cache_folder, change):
    Analyzer().analyze(video)
    analyzer = Analyzer()
    analyzer.head = change(analyzer.head)
    found = analyzer.analyze(video)
    scores = analyzer._score(found.signals, analyzer.head).scores
    assert np.array_equal(found.timeline.scores, scores)
    assert len(list((cache_folder / "scores").iterdir())) == 2


@pytest.mark.parametrize("damage", [b"", b"torn", b"PK\x03\x04"])
def test_damaged_scores_are_scored_anew(video, cache_folder, damage):
    first = Analyzer().analyze(video)
    [kept] = (cache_folder / "scores").iterdir()
    kept.write_bytes(damage)
    again = Analyzer().analyze(video)
    assert np.array_equal(again.timeline.scores, first.timeline.scores)
    assert kept.read_bytes() != damage


def test_a_copy_under_another_name_reads_nothing(video, nothing_is_read):
    first = Analyzer().analyze(video)
    nothing_is_read()
    copy = video.with_name("copy.mp4")
    copy.write_bytes(video.read_bytes())
    assert same(first.signals, Analyzer().analyze(copy).signals)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(AnalyzeOptions(cache=False), id="no-cache"),
        pytest.param(AnalyzeOptions(audio_track=0), id="audio-track"),
        pytest.param(AnalyzeOptions(face_region=(0, 0, 1, 1)), id="face-region"),
    ],
)
def test_what_changes_the_signals_reads_again(video, nothing_is_read, options):
    Analyzer().analyze(video)
    nothing_is_read()
    with pytest.raises(AssertionError, match="read again"):
        Analyzer(options).analyze(video)


def test_without_a_cache_no_signals_are_kept(video, cache_folder):
    Analyzer(AnalyzeOptions(cache=False)).analyze(video)
    assert not list(cache_folder.rglob("*.npz"))


def test_one_changed_byte_is_another_video_even_at_the_same_size_and_time(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"a" * 100)
    before, stat = content_sha(path), path.stat()
    path.write_bytes(b"a" * 99 + b"b")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert path.stat().st_size == stat.st_size
    assert content_sha(path) != before


def test_the_identity_is_that_of_the_bytes(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"abc")
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2
    assert content_sha(path) == content_sha(path) == known


@pytest.mark.parametrize("damage", [b"", b"ba7816bf", b"\xff\x00" * 32])
def test_a_damaged_identity_is_computed_anew(tmp_path, cache_folder, damage):
    path = tmp_path / "a.bin"
    path.write_bytes(b"abc")
    sha = content_sha(path)
    (memo,) = (cache_folder / "sha").iterdir()
    memo.write_bytes(damage)
    assert content_sha(path) == sha
    assert memo.read_text() == sha


def kept(video_sha="1", models=(MODEL, LISTENER), **options):
    video = VideoInfo("a.mp4", 1.0, 25.0, 64, 64, (), video_sha)
    return SignalCache(video, models, options)


FINE, CHANGES = np.arange(75, dtype=np.uint8), np.array([0, 9, 200], np.uint8)


def some_signals(*listened):
    """Signals of which laughter, what listened for it and what edges need come last, if at all."""
    values = np.random.default_rng(0).random((3, 15)).astype(np.float32)
    found = np.array([True, False, True])
    seen = (values[:, :10], found, values[:, 10:14], values[:, 14])
    return Signals(np.arange(3) / 2, *seen, MODEL, *listened)


@pytest.mark.parametrize(
    "listened",
    [
        pytest.param((), id="nobody-listened"),
        pytest.param((np.array([0.25, 0, 1]), LISTENER), id="laughter"),
        pytest.param((np.array([0.25, 0, 1]), LISTENER, FINE, CHANGES), id="fine-loudness"),
    ],
)
def test_what_is_written_is_read_again(listened):
    written = some_signals(*listened)
    kept().write(written, 1.37, NOTES)
    signals, duration_s, notes = kept().read()
    assert same(signals, written)
    assert (signals.emotion_model, signals.laughter_model) == (MODEL, written.laughter_model)
    assert (duration_s, notes) == (1.37, NOTES)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"video_sha": "2"}, id="video"),
        pytest.param({"models": ()}, id="no-model"),
        pytest.param({"models": (MODEL,)}, id="nobody-listens"),
        pytest.param({"models": (LISTENER, MODEL)}, id="models-in-other-places"),
        pytest.param({"models": (ModelInfo("model", "test", "def"), LISTENER)}, id="emotion"),
        pytest.param({"models": (MODEL, ModelInfo("laughter", "test", "def"))}, id="laughter"),
        pytest.param({"audio_track": 1}, id="options"),
    ],
)
def test_another_key_finds_nothing(other):
    kept().write(some_signals(), 1.0, ())
    assert kept(**other).read() is None


def flip_middle(content):
    middle = len(content) // 2
    flipped = bytes(255 - byte for byte in content[middle : middle + 64])
    return content[:middle] + flipped + content[middle + 64 :]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(lambda content: b"not an archive", id="text"),
        pytest.param(lambda content: content[: len(content) // 2], id="truncated"),
        pytest.param(lambda content: content[:-1], id="last-byte-missing"),
        pytest.param(flip_middle, id="flipped-bytes"),
    ],
)
def test_a_damaged_cache_is_no_cache(damage):
    kept().write(some_signals(), 1.0, ())
    kept().path.write_bytes(damage(kept().path.read_bytes()))
    assert kept().read() is None


def test_a_damaged_cache_is_read_anew_and_mended(video, cache_folder):
    first = Analyzer().analyze(video)
    (file,) = (cache_folder / "signals").iterdir()
    file.write_bytes(b"\0" * 100)
    assert same(first.signals, Analyzer().analyze(video).signals)
    assert file.stat().st_size > 100


def test_a_cache_that_cannot_be_written_fails_nothing(video, tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("FUNNY_CACHE", str(tmp_path / "file" / "below"))
    assert len(Analyzer().analyze(video).signals) == 16


def test_no_half_file_stays_in_the_cache(video, cache_folder):
    Analyzer().analyze(video)
    names = [p.name for p in cache_folder.rglob("*") if p.is_file()]
    assert len(names) == 3  # identity, signals, scores
    assert sum(name.endswith(".npz") for name in names) == 2
