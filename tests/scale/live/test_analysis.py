"""Fed with what comes, it says what a file analysis says."""

import json
from pathlib import Path

import numpy as np
import pytest

from funny.extract.pictures import Pictures
from funny.extract.samples import samples_of
from funny.extract.video import probe
from funny.grid import SAMPLE_RATE, tick_to_s
from funny.options import AnalyzeOptions
from funny.pipeline import Analyzer
from funny.scale.live.analysis import LiveAnalysis, LiveModels
from funny.scale.live.events import Dropped, Gap, Moment, Score, to_json
from tests.faces import astronaut, canvas, paste

EXAMPLE = Path(__file__).parents[3] / "examples" / "first_laugh.mp4"


@pytest.fixture(scope="module")
def models():
    return LiveModels.of(Analyzer(AnalyzeOptions(cache=False)))


@pytest.fixture(scope="module")
def fed(models):
    """The example as it comes: events, the live analysis, that of the file."""
    video = probe(EXAMPLE)
    live, events = LiveAnalysis(models), []
    sounds = [(b.at, b.samples) for b in samples_of(video, None)]
    at, n = 0, 0
    for tick, picture in Pictures(video):
        while n < len(sounds) and at / SAMPLE_RATE < tick_to_s(tick):
            at = at if sounds[n][0] is None else sounds[n][0]
            live.hear(at / SAMPLE_RATE, sounds[n][1])
            at, n = at + len(sounds[n][1]), n + 1
        live.see(tick_to_s(tick), picture)
        events += [(live.ticks, event) for event in live.events()]
    for _, samples in sounds[n:]:
        live.hear(at / SAMPLE_RATE, samples)
        at += len(samples)
    found = live.finish(video)
    events += [(live.ticks, event) for event in live.events()]
    return events, found, models.analyzer.analyze(EXAMPLE)


def overlaps(a, b):
    return a.start_s < b.end_s and b.start_s < a.end_s


def test_the_moments_are_those_of_the_file(fed):
    _, live, file = fed
    assert len(live.timeline) == len(file.timeline)
    found = [any(overlaps(a, b) for b in live.highlights) for a in file.highlights]
    right = [any(overlaps(a, b) for b in file.highlights) for a in live.highlights]
    assert np.mean(found) >= 0.9 and np.mean(right) >= 0.8


def test_the_signals_are_those_of_the_file(fed):
    _, live, file = fed
    assert (live.signals.face_found == file.signals.face_found).all()
    assert live.signals.rms == pytest.approx(file.signals.rms, abs=1e-4)
    assert live.signals.emotions == pytest.approx(file.signals.emotions, abs=1e-3)
    assert live.signals.laughter[:-6] == pytest.approx(file.signals.laughter[:-6], abs=1e-3)


def test_every_tick_has_a_score_of_now_and_one_for_good(fed):
    events, live, _ = fed
    scores = [event for _, event in events if isinstance(event, Score)]
    settled = [s for event in scores for s in event.settled]
    assert [s.time_s for s in settled] == live.timeline.times_s.tolist()
    assert [s.score for s in settled] == pytest.approx(live.timeline.scores.tolist(), abs=1e-6)
    assert {s.time_s for s in scores} == set(live.timeline.times_s.tolist())


def test_a_moment_is_told_of_soon_after_its_end(fed):
    events, live, _ = fed
    told = [(tick, e.highlight) for tick, e in events if isinstance(e, Moment)]
    assert sorted(h.start_s for _, h in told) == sorted(h.start_s for h in live.highlights)
    assert all(tick_to_s(tick) - h.end_s < 14 for tick, h in told)
    assert all(h.reasons for _, h in told)


def test_events_are_plain_values(fed):
    for _, event in fed[0]:
        assert json.loads(json.dumps(to_json(event)))["event"]


def room(n):
    picture = canvas()
    paste(picture, astronaut(), 120, 200 + n % 3, 60)
    return picture


def watched(models, ticks, dropped=(), gap=None):
    """A face and a quiet room for some ticks; some are dropped, or lie in a gap."""
    live, rng = LiveAnalysis(models), np.random.default_rng(1)
    for tick in range(ticks):
        time_s = tick_to_s(tick)
        if gap and gap[0] <= time_s < gap[1]:
            continue
        if gap and time_s == gap[1]:
            live.gap(*gap)
        live.hear(time_s, rng.standard_normal(SAMPLE_RATE // 2).astype(np.float32) * 0.01)
        live.drop(time_s) if tick in dropped else live.see(time_s, room(tick))
    found = live.finish(probe(EXAMPLE))
    return live, found, live.events()


def test_a_gap_has_no_score_and_moves_nothing(models):
    _, found, events = watched(models, 60, gap=(10.0, 20.0))
    assert Gap(10.0, 20.0) in events
    scores = [e for e in events if isinstance(e, Score)]
    for given in (scores, [s for e in scores for s in e.settled]):
        unknown = {s.time_s for s in given if s.score is None}
        assert unknown == {tick_to_s(tick) for tick in range(20, 40)}
    assert not found.signals.face_found[20:40].any() and not found.signals.rms[20:40].any()
    assert found.signals.face_found[:20].all() and found.signals.face_found[40:].all()
    assert [note.kind for note in found.notes] == ["gap"]


def test_a_dropped_picture_is_a_tick_without_a_face(models):
    live, found, events = watched(models, 20, dropped=(6, 7, 12))
    assert np.flatnonzero(~found.signals.face_found).tolist() == [6, 7, 12]
    assert live.dropped == 3
    assert [e.pictures for e in events if isinstance(e, Dropped)] == [1, 2, 3]
    assert len(found.timeline) == 20


def test_it_goes_on_where_the_sound_stops(models):
    live = LiveAnalysis(models)
    for tick in range(60):
        if tick < 20:
            live.hear(tick_to_s(tick), np.zeros(SAMPLE_RATE // 2, np.float32))
        live.see(tick_to_s(tick), room(tick))
    assert live.ticks == 40


@pytest.mark.parametrize(("has_picture", "has_sound"), [(True, False), (False, True)])
def test_one_sense_is_enough(models, has_picture, has_sound):
    live = LiveAnalysis(models, has_picture, has_sound)
    for tick in range(40):
        if has_sound:
            live.hear(tick_to_s(tick), np.zeros(SAMPLE_RATE // 2, np.float32))
        if has_picture:
            live.see(tick_to_s(tick), room(tick))
    assert live.ticks >= 39
    assert len(live.finish(probe(EXAMPLE)).timeline) == 40
