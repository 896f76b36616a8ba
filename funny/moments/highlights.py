"""Timeline → highlights: two thresholds, then tidied spans, then set-up, then ranks.

After `Binarize` of pyannote.audio (Gelly & Gauvain 2015, "Minimum word error training of
RNN-based voice activity detection"): measure, decide and tidy are separate steps.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from funny.errors import OptionError
from funny.grid import TICK_S, runs, s_to_tick, s_to_ticks
from funny.records import Highlight, Timeline

Span = tuple[float, float]
"""Half-open [start_s, end_s)."""

EDGES = ("editor", "plain")
"""Who chooses where a highlight begins and ends."""

_AT_LEAST_0 = ("min_length_s", "pad_before_s", "setup_reach_s", "pad_after_s", "merge_gap_s")

PEAK_REACH_S = 1.0
"""How far around a tick its height is judged when a peak is looked for."""


@dataclass(frozen=True)
class Thresholds:
    """Where a moment begins and ends; tuned apart from the weights, and stored beside them."""

    onset: float = 0.5
    """Score at which a moment is one."""
    offset: float = 0.3
    """Score below which it is over."""

    def __post_init__(self) -> None:
        if not 0 <= self.offset <= self.onset <= 1:
            raise OptionError(
                f"thresholds: expected 0 <= offset <= onset <= 1, "
                f"got offset {self.offset}, onset {self.onset}."
            )

    def at(self, onset: float) -> "Thresholds":
        """The same pair with another onset; the offset keeps its ratio to it.

        Raises:
            OptionError: If the onset is not in 0..1.
        """
        if not 0 <= onset <= 1:
            raise OptionError(f"--threshold {onset}: expected a number from 0 to 1.")
        return Thresholds(onset, onset * (self.offset / self.onset if self.onset else 0.0))

    def to_json(self) -> dict[str, Any]:
        """The same as plain JSON values."""
        return asdict(self)


@dataclass(frozen=True)
class HighlightOptions:
    """How moments are tidied; all in seconds."""

    top: int | None = None
    """Number of highlights to keep, the funniest; None keeps all."""
    min_length_s: float = 1.5
    """Shorter moments are dropped; counted without set-up."""
    max_length_s: float = 60.0
    """Longer highlights are cut down around their peak; counted with set-up."""
    pad_before_s: float = 3.0
    """Set-up shown before a moment."""
    setup_reach_s: float = 8.0
    """How far before a moment its set-up may begin, to begin in a pause."""
    pad_after_s: float = 1.0
    merge_gap_s: float = 2.0
    """Moments this close are one."""
    edges: str = "editor"
    """`editor`: at cuts and in pauses, see `funny.moments.edges`; `plain`: as the numbers say."""

    def __post_init__(self) -> None:
        if self.edges not in EDGES:
            raise OptionError(f"--edges {self.edges}: expected one of {', '.join(EDGES)}.")
        for name in _AT_LEAST_0:
            if not 0 <= getattr(self, name) < float("inf"):
                raise OptionError(f"{_flag(name)}: expected at least 0, got {getattr(self, name)}.")
        if not max(self.min_length_s, 1.0) <= self.max_length_s:
            raise OptionError(
                f"--max-length {self.max_length_s}: expected at least 1 s and at least "
                f"--min-length {self.min_length_s}."
            )
        if self.top is not None and self.top < 0:
            raise OptionError(f"--top {self.top}: expected at least 0.")


def _flag(name: str) -> str:
    return "--" + name.removesuffix("_s").replace("_", "-")


def find_highlights(
    timeline: Timeline, duration_s: float, thresholds: Thresholds, options: HighlightOptions
) -> list[Highlight]:
    """The funny moments of a timeline, the funniest first; reasons are added elsewhere."""
    moments = above(timeline, thresholds)
    moments = merged(moments, options.merge_gap_s)
    moments = [m for m in moments if m[1] - m[0] >= options.min_length_s]
    padded = [(a - options.pad_before_s, b + options.pad_after_s) for a, b in moments]
    inside = merged([(max(0.0, a), min(duration_s, b)) for a, b in padded], 0.0)
    highlights = [highlight_in(timeline, span, options.max_length_s) for span in inside]
    return sorted(highlights, key=lambda h: (-h.score, h.start_s))[: options.top]


def above(timeline: Timeline, thresholds: Thresholds) -> list[Span]:
    """Spans that reach the onset somewhere and stay at or above the offset."""
    scores = timeline.scores
    return [
        (first * TICK_S, last * TICK_S)
        for first, last in runs(scores >= thresholds.offset)
        if scores[first:last].max() >= thresholds.onset
    ]


def merged(spans: list[Span], gap_s: float) -> list[Span]:
    """Spans in order, those at most gap_s apart joined; the input is not modified."""
    out: list[Span] = []
    for start_s, end_s in sorted(spans):
        if out and start_s - out[-1][1] <= gap_s:
            out[-1] = (out[-1][0], max(out[-1][1], end_s))
        else:
            out.append((start_s, end_s))
    return out


def highlight_in(timeline: Timeline, span: Span, max_length_s: float = float("inf")) -> Highlight:
    """The highlight that a span makes: its peak, and the score there; without reasons."""
    peak_s = peak_in(timeline, span)
    start_s, end_s = _cut_down(span, peak_s, max_length_s)
    first, last = _ticks(timeline, span)
    return Highlight(start_s, end_s, peak_s, float(timeline.scores[first:last].max()))


def _ticks(timeline: Timeline, span: Span) -> tuple[int, int]:
    """First tick of a span, and the one after its last."""
    first = s_to_tick(span[0])
    return first, max(first + 1, int(np.searchsorted(timeline.times_s, span[1] - 1e-6)))


def smoothed(scores: np.ndarray) -> np.ndarray:
    """Mean of each tick and the second on either side, near ticks counting more; (t,) → (t,)."""
    reach = s_to_ticks(PEAK_REACH_S)
    weights = np.concatenate([np.arange(1, reach + 2), np.arange(reach, 0, -1)]).astype(float)
    padded = np.pad(scores.astype(np.float64), reach, mode="edge")
    return np.convolve(padded, weights / weights.sum(), mode="valid")


def peak_in(timeline: Timeline, span: Span) -> float:
    """Where a span is funniest over a second or two; of a plateau, its middle.

    A score that stands out for one tick is more often the edge of a moment than its height.
    """
    first, last = _ticks(timeline, span)
    inside = smoothed(timeline.scores)[first:last]
    top = np.flatnonzero(inside >= inside.max() - 1e-6)
    tick = first + int(top[(len(top) - 1) // 2])
    return max(span[0], float(timeline.times_s[tick]))


def _cut_down(span: Span, peak_s: float, max_length_s: float) -> Span:
    """At most max_length_s of a span, with the peak two thirds in: laughter follows its cause."""
    start_s, end_s = span
    if end_s - start_s <= max_length_s:
        return span
    start_s = float(np.clip(peak_s - max_length_s * 2 / 3, start_s, end_s - max_length_s))
    return start_s, start_s + max_length_s
