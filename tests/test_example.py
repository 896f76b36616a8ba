"""The example from end to end, with the real models: every planted laugh, and no trap."""

import json
from pathlib import Path

import pytest

from funny import analyze
from funny.extract.video import probe
from funny.learn.metrics import average_precision, overlap_s, tick_truth

EXAMPLES = Path(__file__).parents[1] / "examples"
SEGMENTS = json.loads((EXAMPLES / "first_laugh.truth.json").read_text())["segments"]
LAUGHS = [s for s in SEGMENTS if s["funny"]]
TRAPS = [s for s in SEGMENTS if s["kind"] in ("loud_nonlaugh", "smile_talk")]


@pytest.fixture(scope="module")
def analysis():
    return analyze(EXAMPLES / "first_laugh.mp4", cache=False)


def span(segment):
    return segment["start_s"], segment["end_s"]


def test_the_truth_covers_the_video_without_gaps():
    bounds = [s["start_s"] for s in SEGMENTS] + [SEGMENTS[-1]["end_s"]]
    assert [s["end_s"] for s in SEGMENTS] == bounds[1:]
    video = probe(EXAMPLES / "first_laugh.mp4")
    assert video.duration_s == pytest.approx(bounds[-1], abs=0.02)


def test_the_example_is_small():
    assert (EXAMPLES / "first_laugh.mp4").stat().st_size < 3_000_000


@pytest.mark.parametrize("laugh", LAUGHS, ids=lambda s: f"at-{s['start_s']}s")
def test_a_planted_laugh_lies_in_a_highlight_with_its_peak(analysis, laugh):
    start_s, end_s = span(laugh)
    holders = [h for h in analysis.highlights if h.start_s <= start_s and end_s <= h.end_s]
    assert len(holders) == 1 and start_s <= holders[0].peak_s < end_s


@pytest.mark.parametrize("trap", TRAPS, ids=lambda s: f"{s['kind']}-at-{s['start_s']}s")
def test_a_trap_lies_in_no_highlight(analysis, trap):
    assert all(overlap_s((h.start_s, h.end_s), span(trap)) == 0 for h in analysis.highlights)


def test_the_reasons_name_the_smile_and_the_voice(analysis):
    for highlight in analysis.highlights:
        assert {"happiness", "loudness"} <= {r.signal for r in highlight.reasons}


def test_the_score_ranks_better_than_loudness_or_the_smile(analysis):
    truth = tick_truth(SEGMENTS, len(analysis.signals))
    scores = (analysis.timeline.scores, analysis.signals.rms, analysis.signals.emotion("happiness"))
    score, loudness, smile = (average_precision(truth, values) for values in scores)
    assert score > 0.95 > max(loudness, smile)
