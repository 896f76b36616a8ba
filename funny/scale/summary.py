"""What the table and the page of a batch tell of a video: its curve in few numbers, its moments."""

from typing import Any

import numpy as np

from funny.moments.handoff.words import SIGNALS
from funny.moments.reasons import reason_text
from funny.records import Analysis, Highlight

SCHEMA = "funny.batch/1"
POINTS = 240
"""Numbers of a curve, at most."""


def summary_of(analysis: Analysis) -> dict[str, Any]:
    """The summary of an analysis, as plain JSON values.

    `curve` holds the highest score of each of at most POINTS equal parts of the video, in
    hundredths; `moments` all highlights by rank, their reasons in English (`text`) and Korean.
    """
    moments = enumerate(analysis.highlights, 1)
    return {
        "schema": SCHEMA,
        "sha": analysis.video.sha,
        "duration_s": analysis.video.duration_s,
        "curve": curve_of(analysis.timeline.scores),
        "moments": [_moment(rank, highlight) for rank, highlight in moments],
        "notes": [note.text for note in analysis.notes],
    }


def curve_of(scores: np.ndarray, points: int = POINTS) -> list[int]:
    """The peaks of a curve (t,), 0..1, in at most so many numbers, 0..100."""
    if not len(scores):
        return []
    count = min(points, len(scores))
    starts = np.arange(count) * len(scores) // count
    return [round(100 * float(peak)) for peak in np.maximum.reduceat(scores, starts)]


def _moment(rank: int, highlight: Highlight) -> dict[str, Any]:
    spans = {name: round(getattr(highlight, name), 3) for name in ("start_s", "end_s", "peak_s")}
    return {
        "rank": rank,
        **spans,
        "score": round(highlight.score, 4),
        "reasons": [reason.signal for reason in highlight.reasons],
        "text": _text(highlight, "en"),
        "text_ko": _text(highlight, "ko"),
    }


def _text(highlight: Highlight, language: str) -> str:
    return "; ".join(reason_text(reason, SIGNALS[language]) for reason in highlight.reasons)
