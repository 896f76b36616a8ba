"""Edges an editor would choose: at a shot cut, in a pause, between two words, never inside one.

A highlight begins some seconds before its moment. Where that is in the middle of a sentence, it
begins in the last pause before, so that the set-up is whole. Each edge says what it was chosen for
and where it would have been, so that a person can have that back.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from funny.grid import TICK_S
from funny.moments.highlights import HighlightOptions, Span
from funny.moments.quiet import PAUSE_S
from funny.records import Edge, Edges, Highlight

SNAP_S = 0.5
"""How far an edge moves to a cut, or to a gap between words."""
MARGIN_S = 0.1
"""How far an edge stays from the words on either side of its gap, if the gap is long enough."""

_ROUNDING_S = 1e-6

Cuts = Callable[[float, float], Sequence[float]]
"""Given a span, both ends included: the times in it at which a new shot is first on screen."""


@dataclass(frozen=True)
class Place:
    """Where an edge may be."""

    plain_s: float
    """Where it would be, had nobody looked for a better place; inside the room."""
    room: Span
    """From where to where it may move, both included."""

    def around(self, time_s: float) -> Span:
        """The part of the room within reach of a time."""
        return max(self.room[0], time_s - SNAP_S), min(self.room[1], time_s + SNAP_S)

    def distance_s(self, time_s: float) -> float:
        """How far a time is from the plain edge."""
        return abs(time_s - self.plain_s)


def with_edges(
    found: Sequence[Highlight],
    quiet: Sequence[Span],
    cuts: Cuts,
    duration_s: float,
    options: HighlightOptions,
) -> list[Highlight]:
    """The same highlights in the same order, their edges where an editor would put them.

    They stay inside the video, are no longer than they may be, hold their peak, and do not reach
    into each other.

    Args:
        found: Highlights that do not overlap, with plain edges.
        quiet: Stretches in which nobody speaks, in order.
        cuts: Finds shot cuts.
        duration_s: Length of the video in seconds.
        options: Says how long a highlight may be, and how far back its set-up may reach.
    """
    chosen = dict[int, Highlight]()
    free_s = 0.0
    in_time = sorted(range(len(found)), key=lambda n: found[n].start_s)
    starts_s = [*(found[n].start_s for n in in_time), duration_s]
    for n, next_s in zip(in_time, starts_s[1:], strict=True):
        start_s, start = _chosen(_start(found[n], free_s, options), quiet, cuts)
        until_s = min(next_s, start_s + options.max_length_s)
        end_s, end = _chosen(_end(found[n], until_s, duration_s), quiet, cuts)
        chosen[n] = replace(found[n], start_s=start_s, end_s=end_s, edges=Edges(start, end))
        free_s = end_s
    return [chosen[n] for n in range(len(found))]


def _start(highlight: Highlight, free_s: float, options: HighlightOptions) -> Place:
    """Where a highlight may begin: after what was before it, and not too far before its moment."""
    plain_s = highlight.start_s
    back_s = max(SNAP_S, options.setup_reach_s - options.pad_before_s)
    earliest_s = max(free_s, highlight.end_s - options.max_length_s, plain_s - back_s)
    latest_s = min(plain_s + SNAP_S, highlight.peak_s)
    return _place(plain_s, earliest_s, latest_s if plain_s > 0 else plain_s)


def _end(highlight: Highlight, until_s: float, duration_s: float) -> Place:
    """Where a highlight may end: after its peak, and before what comes next."""
    plain_s = highlight.end_s
    if plain_s >= duration_s:
        return _place(plain_s, plain_s, plain_s)
    earliest_s = max(plain_s - SNAP_S, highlight.peak_s + TICK_S)
    return _place(plain_s, earliest_s, min(plain_s + SNAP_S, until_s))


def _place(plain_s: float, earliest_s: float, latest_s: float) -> Place:
    return Place(plain_s, (min(earliest_s, plain_s), max(latest_s, plain_s)))


def _chosen(place: Place, quiet: Sequence[Span], cuts: Cuts) -> tuple[float, Edge]:
    time_s, kind = _choice(place, quiet, cuts)
    return time_s, Edge(kind, place.plain_s)


def _choice(place: Place, quiet: Sequence[Span], cuts: Cuts) -> tuple[float, str]:
    """The time of an edge, and what is there: a cut wins, then a pause, then any gap."""
    if place.room[0] == place.room[1]:
        return place.plain_s, "plain"
    time_s, kind = _in_quiet(place, quiet)
    for wanted_s in (place.plain_s, time_s):
        if shots := cuts(*place.around(wanted_s)):
            return min(shots, key=lambda s: abs(s - wanted_s)), "cut"
    return time_s, kind


def _in_quiet(place: Place, quiet: Sequence[Span]) -> tuple[float, str]:
    """The nearest pause anywhere in the room, else the nearest gap between words within reach."""
    gaps = _gaps_in(place.room, quiet)
    pauses = [gap for gap in gaps if gap[1] - gap[0] >= PAUSE_S - _ROUNDING_S]
    if (pause_s := _nearest(place, place.room, pauses)) is not None:
        return pause_s, "pause"
    if (gap_s := _nearest(place, place.around(place.plain_s), gaps)) is not None:
        return gap_s, "quiet"
    return place.plain_s, "plain"


def _gaps_in(room: Span, quiet: Sequence[Span]) -> Sequence[Span]:
    """The gaps that a room touches."""
    first = bisect_left(quiet, room[0], key=lambda gap: gap[1])
    last = bisect_right(quiet, room[1], key=lambda gap: gap[0])
    return quiet[first:last]


def _nearest(place: Place, room: Span, gaps: Sequence[Span]) -> float | None:
    """The time in a room and inside one of the gaps that is nearest to the plain edge, if any."""
    times_s = (_inside(gap, place.plain_s) for gap in gaps)
    return min((t for t in times_s if room[0] <= t <= room[1]), key=place.distance_s, default=None)


def _inside(gap: Span, time_s: float) -> float:
    """The time in a gap that is nearest to another, off the words on either side."""
    margin_s = min(MARGIN_S, (gap[1] - gap[0]) / 2)
    return float(np.clip(time_s, gap[0] + margin_s, gap[1] - margin_s))
