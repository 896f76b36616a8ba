"""An analysis decided anew says what it was read with, and what it is decided by."""

import json
from pathlib import Path

import numpy as np
import pytest

import funny.meanwhile
from funny.envelope import decibels
from funny.errors import Cancelled
from funny.grid import STEP_HZ, TICK_S
from funny.moments.highlights import HighlightOptions
from funny.pipeline import AnalyzeOptions, Analyzer, redecide
from funny.records import Analysis
from funny.ui.results import write_results
from tests.media import Movie, steady, write_media

EXAMPLE = Path(__file__).parents[1] / "examples" / "first_laugh.mp4"


def test_new_thresholds_change_the_highlights_and_not_what_was_read():
    whole = Analyzer(AnalyzeOptions()).analyze(EXAMPLE)
    other = AnalyzeOptions(audio_track=7, threshold=0.9, highlights=HighlightOptions(top=1))
    anew = redecide(whole, Analyzer(other))
    assert len(anew.highlights) == 1 and len(whole.highlights) > 1
    assert (anew.options["threshold"], anew.options["highlights"]["top"]) == (0.9, 1)
    assert anew.options["audio_track"] is None
    assert anew.signals is whole.signals


def test_without_a_chosen_highlight_there_are_no_clips(tmp_path):
    whole = Analyzer(AnalyzeOptions()).analyze(EXAMPLE)
    assert write_results(whole, [], tmp_path, lambda *_: None) == []
    found = {path.name for path in tmp_path.iterdir()}
    assert found == {"analysis.json", "signals.npz", "highlights.csv", "timeline.html"}


def test_edges_move_and_nothing_else_does():
    edged = Analyzer(AnalyzeOptions()).analyze(EXAMPLE)
    options = AnalyzeOptions(highlights=HighlightOptions(edges="plain"))
    plain = redecide(edged, Analyzer(options))
    assert plain.options["highlights"]["edges"] == "plain"
    for one, other in zip(edged.highlights, plain.highlights, strict=True):
        assert (one.peak_s, one.score, one.reasons) == (other.peak_s, other.score, other.reasons)
        assert (one.edges.start.plain_s, one.edges.end.plain_s) == (other.start_s, other.end_s)
        assert other.edges is None
    assert spans(edged) != spans(plain)


def test_the_example_begins_in_pauses_or_at_cuts_that_were_planted():
    """Faces and rooms change where the truth says so; the babble has pauses by design."""
    truth = json.loads(EXAMPLE.with_suffix(".truth.json").read_text("utf-8"))
    cuts = [segment["start_s"] for segment in truth["segments"]]
    analysis = Analyzer(AnalyzeOptions()).analyze(EXAMPLE)
    level_db = decibels(analysis.signals.envelope)
    for highlight in analysis.highlights:
        start_s, kind = highlight.start_s, highlight.edges.start.kind
        assert kind in ("pause", "cut")
        if kind == "cut":
            assert min(abs(start_s - cut_s) for cut_s in cuts) < 0.001
        around = level_db[round((start_s - 3) * STEP_HZ) : round((start_s + 3) * STEP_HZ)]
        assert level_db[round(start_s * STEP_HZ)] < np.median(around) - 15


def spans(analysis):
    return [(h.start_s, h.end_s, h.peak_s) for h in analysis.highlights]


@pytest.fixture(scope="module")
def analyzer():
    return Analyzer(AnalyzeOptions(cache=False))


@pytest.fixture(scope="module")
def grown(analyzer):
    """All parts of the example as it grows, as often as there are any, and the whole."""
    parts = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(funny.meanwhile, "_OFTEN_S", 0.0)
        patch.setattr(funny.meanwhile, "_REST", 0)
        whole = analyzer.analyze(EXAMPLE, grown=parts.append)
    return parts, whole


def test_the_first_part_is_there_early(grown):
    parts, whole = grown
    assert len(parts) >= 4
    assert 0 < len(parts[0].timeline) * 5 < len(whole.timeline)


def test_every_part_is_longer_than_the_last(grown):
    parts, whole = grown
    ticks = [len(part.timeline) for part in parts] + [len(whole.timeline)]
    assert ticks == sorted(set(ticks))


def test_every_part_is_an_analysis_of_the_first_minutes(grown, analyzer):
    parts, whole = grown
    for part in parts:
        assert isinstance(part, Analysis)
        assert 0 <= part.timeline.scores.min() <= part.timeline.scores.max() <= 1
        assert part.timeline.contributions.any()
        assert all(h.end_s <= len(part.timeline) * TICK_S + 1 for h in part.highlights)
        assert (part.video, part.options) == (whole.video, analyzer.record())
        ticks = len(part.signals)
        assert part.signals.face_found.tolist() == whole.signals.face_found[:ticks].tolist()
        np.testing.assert_allclose(part.signals.emotions, whole.signals.emotions[:ticks], atol=1e-4)
        np.testing.assert_allclose(part.signals.rms, whole.signals.rms[:ticks], atol=1e-6)
        np.testing.assert_allclose(part.signals.laughter, whole.signals.laughter[:ticks], atol=1e-4)


def test_growing_changes_nothing(grown, analyzer):
    _, whole = grown
    alone = analyzer.analyze(EXAMPLE)
    np.testing.assert_allclose(whole.timeline.scores, alone.timeline.scores, atol=1e-6)
    assert spans(whole) == spans(alone) and len(spans(alone)) > 1
    assert (whole.video, whole.options, whole.notes) == (alone.video, alone.options, alone.notes)


def test_what_was_extracted_is_scored_as_it_was(grown, analyzer):
    _, whole = grown
    anew = analyzer.scored(whole.video, whole.signals)
    np.testing.assert_allclose(anew.timeline.scores, whole.timeline.scores, atol=1e-6)
    assert anew.highlights == whole.highlights


@pytest.mark.parametrize("after", [1, 2])
def test_who_is_shown_a_part_may_stop_the_work(monkeypatch, analyzer, after):
    monkeypatch.setattr(funny.meanwhile, "_OFTEN_S", 0.0)
    monkeypatch.setattr(funny.meanwhile, "_REST", 0)
    parts = []

    def stop(part):
        parts.append(part)
        if len(parts) == after:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        analyzer.analyze(EXAMPLE, grown=stop)
    assert len(parts) == after


def test_kept_signals_do_not_grow(tmp_path, analyzer):
    write_media(tmp_path / "mute.mp4", Movie(steady(10, 10)))
    keeping = analyzer.with_options(AnalyzeOptions())
    parts = []
    for _ in range(2):
        keeping.analyze(tmp_path / "mute.mp4", grown=parts.append)
    assert [len(part.timeline) for part in parts] == [16]


class BreaksOff:
    """A progress that remembers from where to where it was told, and ends the work at a time."""

    def __init__(self, at_s: float = float("inf")) -> None:
        self.at_s, self.told = at_s, []

    def __call__(self, stage, done, total):
        if stage == "faces":
            self.told.append(done)
        if stage == "faces" and done >= self.at_s:
            raise Cancelled("Stopped.")


def test_an_analysis_that_broke_off_goes_on_from_its_checkpoint(tmp_path, monkeypatch, analyzer):
    monkeypatch.setenv("FUNNY_CACHE", str(tmp_path))
    monkeypatch.setattr(funny.meanwhile, "_KEEP_S", 0.0)
    whole = analyzer.analyze(EXAMPLE)
    keeping = analyzer.with_options(AnalyzeOptions())
    with pytest.raises(Cancelled):
        keeping.analyze(EXAMPLE, BreaksOff(60.0))
    assert len(list((tmp_path / "checkpoints").iterdir())) == 1
    resumed = BreaksOff()
    again = keeping.analyze(EXAMPLE, resumed)
    assert 48.0 <= min(resumed.told) <= 60.0
    assert spans(again) == spans(whole)
    np.testing.assert_allclose(again.timeline.scores, whole.timeline.scores, atol=1e-5)
    assert list((tmp_path / "checkpoints").iterdir()) == []


def test_without_a_cache_nothing_is_kept(tmp_path, monkeypatch, analyzer):
    monkeypatch.setenv("FUNNY_CACHE", str(tmp_path))
    monkeypatch.setattr(funny.meanwhile, "_KEEP_S", 0.0)
    with pytest.raises(Cancelled):
        analyzer.analyze(EXAMPLE, BreaksOff(60.0))
    assert not (tmp_path / "checkpoints").exists()
