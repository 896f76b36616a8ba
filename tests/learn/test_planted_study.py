"""The planted study: proposals of twenty short streams of which it is known what is funny.

Sound is heard by the real network through the real extractor. Faces take five times as long, so
that only one stream is looked at, in `tests/verbs/test_dataset.py`.
"""

from types import SimpleNamespace

import pytest

from funny.extract.faces import FaceBatch
from funny.learn.evidence import gather
from funny.learn.metrics import overlap_s
from funny.learn.propose import choose
from funny.pipeline import AnalyzeOptions, Analyzer
from tests.learn.planted_streamer import plant_streamer


def hears_only():
    """An analyzer that finds no faces; it stays as it is in everything else."""
    analyzer = Analyzer(AnalyzeOptions(emotion="embedded"))
    analyzer.detector = SimpleNamespace(detect=lambda *_: FaceBatch.empty())
    return analyzer


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Streams, what was found in them, and the manifest."""
    folder = tmp_path_factory.mktemp("study")
    streams = plant_streamer(folder, streams=20, seed=2024)
    found, notes = gather(folder, hears_only().analyze)
    return streams, found, choose(folder, found, notes)


def clips_of(manifest, stream, name):
    return [c for c in manifest.clips if c.video == stream.id and c.proposed == name]


def is_right(clip, moment):
    """Whether a clip holds the start of a moment and half of it, or is half filled by it."""
    shared_s = overlap_s((clip.start_s, clip.end_s), moment)
    enough_s = min(clip.length_s, moment[1] - moment[0]) / 2
    return clip.start_s <= moment[0] and shared_s >= enough_s


def test_nine_of_ten_planted_moments_are_found(study):
    streams, _, manifest = study
    found = [
        any(is_right(clip, moment) for clip in clips_of(manifest, stream, "funny"))
        for stream in streams
        for moment in stream.funny
    ]
    assert len(found) >= 30
    assert sum(found) / len(found) >= 0.9


def test_four_of_five_proposals_are_right(study):
    streams, _, manifest = study
    right = [
        any(is_right(clip, moment) for moment in stream.funny)
        for stream in streams
        for clip in clips_of(manifest, stream, "funny")
    ]
    assert sum(right) / len(right) >= 0.8


def test_no_ordinary_clip_holds_a_planted_moment(study):
    streams, _, manifest = study
    for stream in streams:
        for clip in clips_of(manifest, stream, "ordinary"):
            assert not [m for m in stream.funny if overlap_s((clip.start_s, clip.end_s), m)]


def test_both_classes_are_there_in_one_number(study):
    counts = study[2].counts()
    assert counts["funny"] == counts["ordinary"] >= 30


def test_where_the_delay_of_chat_was_measured_it_is_right(study):
    streams, found, _ = study
    pairs = [(s.delay_s, e.delay) for s, e in zip(streams, found, strict=True) if e.delay]
    measured = [(planted, delay.delay_s) for planted, delay in pairs if delay.is_measured]
    assert len(measured) >= 8
    # People answer over two seconds or so, and type while others laugh already.
    assert [abs(planted + 0.5 - said) <= 2.5 for planted, said in measured] == [True] * len(
        measured
    )


def test_what_was_missing_and_damaged_is_noted(study):
    streams, _, manifest = study
    notes = "\n".join(manifest.notes)
    for kind in ("no live chat", "no subtitles", "no 'most replayed'"):
        assert kind in notes
    assert f"{streams[4].id}.live_chat.json: 2 damaged rows passed over" in notes
