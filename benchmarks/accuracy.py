"""Does the timeline find planted moments better than loudness or a smile alone?

    python benchmarks/accuracy.py VIDEO TRUTH.json [VIDEO TRUTH.json ...]

A truth is {"segments": [{"start_s", "end_s", "kind", "funny"}]}. Prints the average precision over
ticks of the score, of loudness alone and of the smile alone, and which moments highlights hit.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from funny.runtime import prepare

prepare()

from funny.learn.metrics import average_precision, overlap_s, tick_truth
from funny.pipeline import Analyzer
from funny.records import Analysis
from funny.score.features import FEATURES, features


def precisions(analysis: Analysis, segments: list[dict]) -> dict[str, float]:
    """Average precision over ticks of the score and its two baselines."""
    truth = tick_truth(segments, len(analysis.signals))
    x = features(analysis.signals)
    signals = {
        "score": analysis.timeline.scores,
        "loudness": x[:, FEATURES.index("loudness")],
        "smile": x[:, FEATURES.index("happiness")],
        "prevalence": np.zeros(len(truth)),
    }
    return {name: average_precision(truth, values) for name, values in signals.items()}


def hits(analysis: Analysis, segments: list[dict]) -> tuple[int, int, int]:
    """Funny segments hit by a peak, funny segments, and highlights whose peak is not funny."""
    funny = [(s["start_s"], s["end_s"]) for s in segments if s["funny"]]
    peaks = [(h.peak_s, h.peak_s + 0.5) for h in analysis.highlights]
    found = sum(any(overlap_s(f, p) for p in peaks) for f in funny)
    false = sum(not any(overlap_s(f, p) for f in funny) for p in peaks)
    return found, len(funny), false


def main() -> None:
    """Reads the command line and prints one row a video, then the means."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pairs", nargs="+", type=Path, metavar="VIDEO TRUTH.json")
    pairs = parser.parse_args().pairs
    analyzer, rows = Analyzer(), []
    for video, truth in zip(pairs[::2], pairs[1::2], strict=True):
        segments = json.loads(truth.read_text("utf-8"))["segments"]
        analysis = analyzer.analyze(video)
        rows.append(precisions(analysis, segments))
        found, planted, false = hits(analysis, segments)
        print(_row(rows[-1]), f"| hit {found} of {planted}, {false} false | {video}")
    print(_row({name: float(np.mean([r[name] for r in rows])) for name in rows[0]}), "| mean")


def _row(values: dict[str, float]) -> str:
    return " ".join(f"{name} {value:.3f}" for name, value in values.items())


if __name__ == "__main__":
    main()
