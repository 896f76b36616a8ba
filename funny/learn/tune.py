"""Choose thresholds apart from weights: the pair under which highlights agree best with a truth."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from funny.grid import TICK_S, runs
from funny.learn.metrics import f1_score, overlap_s
from funny.moments.highlights import HighlightOptions, Span, Thresholds, find_highlights
from funny.records import Timeline

ONSETS = tuple(np.arange(0.2, 0.91, 0.05).round(2).tolist())
OFFSET_RATIO = 0.5


def tune_thresholds(
    timelines: Sequence[Timeline], truths: Sequence[np.ndarray], options: HighlightOptions
) -> tuple[Thresholds, float]:
    """The thresholds with the best F1 of highlights, and that F1.

    Args:
        timelines: Scored videos.
        truths: (t,) bool each: whether a tick is funny.
        options: How moments are tidied; set-up is left out of the comparison.
    """
    bare = replace(options, pad_before_s=0.0, pad_after_s=0.0)
    candidates = [Thresholds(onset, round(onset * OFFSET_RATIO, 3)) for onset in ONSETS]
    scores = [_f1(timelines, truths, thresholds, bare) for thresholds in candidates]
    best = int(np.argmax(scores))
    return candidates[best], scores[best]


def _f1(
    timelines: Sequence[Timeline],
    truths: Sequence[np.ndarray],
    thresholds: Thresholds,
    options: HighlightOptions,
) -> float:
    counts = np.zeros(4)  # right highlights, highlights, moments found, moments
    for timeline, truth in zip(timelines, truths, strict=True):
        found = find_highlights(timeline, len(timeline) * TICK_S, thresholds, options)
        wanted = [(a * TICK_S, b * TICK_S) for a, b in runs(truth)]
        right = [h for h in ((h.start_s, h.end_s) for h in found) if _is_hit(h, wanted)]
        caught = [w for w in wanted if any(overlap_s(h, w) for h in right)]
        counts += len(right), len(found), len(caught), len(wanted)
    precision, recall = counts[0] / max(1, counts[1]), counts[2] / max(1, counts[3])
    return float(2 * precision * recall / max(1e-9, precision + recall))


def tune_on_clips(
    timelines: Sequence[Timeline], funny: np.ndarray, options: HighlightOptions
) -> tuple[Thresholds, float]:
    """The thresholds under which moments are found in funny clips and in no others, and that F1.

    Of equally good ones the middle: clips that nobody labelled have something to say as well.

    Args:
        timelines: One a clip.
        funny: (n,) whether each clip holds something funny.
        options: How moments are tidied; set-up is left out.
    """
    bare = replace(options, pad_before_s=0.0, pad_after_s=0.0)
    candidates = [Thresholds(onset, round(onset * OFFSET_RATIO, 3)) for onset in ONSETS]
    found = [
        [bool(find_highlights(t, len(t) * TICK_S, c, bare)) for t in timelines] for c in candidates
    ]
    scores = np.array([f1_score(funny, np.array(called, bool)) for called in found])
    best = np.flatnonzero(scores >= scores.max() - 1e-9)
    middle = int(best[(len(best) - 1) // 2])
    return candidates[middle], float(scores[middle])


def _called(
    timelines: Sequence[Timeline], thresholds: Thresholds, options: HighlightOptions
) -> np.ndarray:
    """Whether there is a moment in each clip, (n,)."""
    found = (find_highlights(t, len(t) * TICK_S, thresholds, options) for t in timelines)
    return np.array([bool(moments) for moments in found], bool)


def _is_hit(span: Span, wanted: list[Span]) -> bool:
    """Whether half of a highlight is funny."""
    return sum(overlap_s(span, w) for w in wanted) >= 0.5 * (span[1] - span[0])
