"""What makes an analysis quick does not change what it finds."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.tricks import TRICKS, alike, all_away
from funny.pipeline import AnalyzeOptions, Analyzer

EXAMPLE = Path(__file__).parents[1] / "examples" / "first_laugh.mp4"


def analysis():
    return Analyzer(AnalyzeOptions(cache=False)).analyze(EXAMPLE)


@pytest.fixture(scope="module")
def usual():
    return analysis()


@pytest.mark.parametrize("away", [*TRICKS.values(), all_away], ids=[*TRICKS, "all of them"])
def test_the_plain_path_finds_the_same(usual, away):
    with away():
        plain = analysis()
    assert np.abs(usual.timeline.scores - plain.timeline.scores).mean() <= 0.02
    assert alike(usual, plain) and len(plain.highlights) > 1
