"""Settled scores → moments, each as soon as nothing to come can change it.

The rules are those of a file analysis (`funny.moments.highlights`), applied to the stretch since
the last moment that was told of.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil

import numpy as np

from funny.grid import TICK_S, runs, s_to_ticks, tick_times, tick_to_s
from funny.moments.highlights import (
    HighlightOptions,
    Thresholds,
    above,
    find_highlights,
    merged,
)
from funny.records import Edge, Edges, Highlight, ModelInfo, Timeline

Scores = Callable[[int, int], np.ndarray]
"""Settled scores of ticks [first, last)."""

Dress = Callable[[Sequence[Highlight], int, int], list[Highlight]]
"""Given plain highlights of ticks [first, last), as if the video were these, and the two; gives
them with reasons and edges."""

_LONGEST = 2
"""A moment that goes on and on is told of when it is as many times as long as it may be shown."""


class Decider:
    """Says which moments are over.

    Args:
        thresholds: Where a moment begins and ends.
        options: How moments are tidied.
        scores: Gives settled scores.
        dress: Adds to highlights what a file analysis adds.
        head: What made the scores.
    """

    def __init__(
        self,
        thresholds: Thresholds,
        options: HighlightOptions,
        scores: Scores,
        dress: Dress,
        head: ModelInfo,
    ) -> None:
        self._thresholds, self._options = thresholds, replace(options, top=None)
        self._scores, self._dress, self._head = scores, dress, head
        self._first = 0
        # Moments closer than this become one: they are near, or their set-up and time after touch.
        self._near_s = max(options.merge_gap_s, options.pad_before_s + options.pad_after_s)
        self._apart = s_to_ticks(self._near_s) + 1
        self._behind = self._apart + s_to_ticks(max(options.setup_reach_s, options.pad_before_s))

    def over(self, settled: int) -> list[Highlight]:
        """The moments that are over when so many ticks are settled."""
        scores = self._scores(self._first, settled)
        decided = _decided(scores, self._thresholds.offset)
        found = merged(above(self._timeline(scores), self._thresholds), self._near_s)
        if not found:
            self._first = max(self._first, self._first + decided - self._behind)
            return []
        first, last = (s_to_ticks(time_s) for time_s in found[0])
        is_endless = (last - first) * TICK_S > _LONGEST * self._options.max_length_s
        if decided - last < self._apart and not is_endless:
            return []
        window = scores[: last + self._apart]
        return self._told(window, last, tick_to_s(len(window)))

    def rest(self, settled: int, length_s: float) -> list[Highlight]:
        """The moments that are left at the end, which is at a time in the last tick."""
        left_s = length_s - tick_to_s(self._first)
        return self._told(self._scores(self._first, settled), settled - self._first, left_s)

    def _timeline(self, scores: np.ndarray) -> Timeline:
        """A timeline of the ticks before which all is decided, as if the video began there."""
        return Timeline(tick_times(len(scores)), scores, self._head)

    def _told(self, scores: np.ndarray, until: int, length_s: float) -> list[Highlight]:
        """The moments of some ticks; what comes next begins after them."""
        first = self._first
        timeline = self._timeline(scores)
        plain = find_highlights(timeline, length_s, self._thresholds, self._options)
        found = self._dress(plain, first, first + len(scores))
        self._first += max([until, *(ceil(h.end_s / TICK_S) for h in found)])
        return sorted((shifted(h, tick_to_s(first)) for h in found), key=lambda h: h.start_s)


def _decided(scores: np.ndarray, offset: float) -> int:
    """Ticks of which it is known whether they belong to a moment: those before one that goes on."""
    spans = list(runs(scores >= offset))
    return spans[-1][0] if spans and spans[-1][1] == len(scores) else len(scores)


def shifted(highlight: Highlight, by_s: float) -> Highlight:
    """The same highlight so much later."""
    edges = highlight.edges
    if edges is not None:
        start, end = (Edge(e.kind, e.plain_s + by_s) for e in (edges.start, edges.end))
        edges = Edges(start, end)
    times = {n: getattr(highlight, n) + by_s for n in ("start_s", "end_s", "peak_s")}
    return replace(highlight, edges=edges, **times)
