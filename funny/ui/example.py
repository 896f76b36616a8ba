"""The example video, and what was found in it before."""

from dataclasses import replace
from pathlib import Path

from funny import store
from funny.pipeline import Analyzer
from funny.records import Analysis

EXAMPLE = Path(__file__).parents[2] / "examples" / "first_laugh.mp4"


def example_as_seen(analyzer: Analyzer) -> Analysis:
    """What an analyzer finds in the signals of the example; nothing is decoded."""
    kept = store.load(EXAMPLE.with_suffix(""))
    return analyzer.scored(replace(kept.video, path=EXAMPLE), kept.signals)
