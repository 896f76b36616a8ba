"""An analysis decided anew says what it was read with, and what it is decided by."""

from pathlib import Path

from funny.moments.highlights import HighlightOptions
from funny.pipeline import AnalyzeOptions, Analyzer, redecide
from funny.ui.results import write_results

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
