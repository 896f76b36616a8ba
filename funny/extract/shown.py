"""Which frames of a video need decoding: those that are looked at, and what these need.

At 30 frames a second one frame in fifteen is on screen at a tick. Of the others a decoder passes
over those that no other refers to, as soon as it is told which they may be: half of the frames of
many videos, and two thirds of those that are streamed.
"""

from bisect import bisect_right, insort
from collections import deque
from collections.abc import Callable, Iterator
from fractions import Fraction
from heapq import heappop, heappush
from itertools import chain, repeat
from math import ceil
from typing import Any

import av

from funny.extract.video import SAME_INSTANT_S, Choice, presented_s
from funny.grid import TICK_S

_REORDERED = 16
"""Frames are shown in another order than they are sent, by as many at most."""
_AHEAD = 2 * _REORDERED
"""Packets looked ahead."""


def references_only(
    packets: Iterator[av.Packet], origin: Fraction
) -> Iterator[tuple[av.Packet, bool]]:
    """No frame is wanted for itself: only those that others refer to are decoded."""
    return ((packet, False) for packet in packets)


def shown_at_ticks(
    packets: Iterator[av.Packet], origin: Fraction
) -> Iterator[tuple[av.Packet, bool]]:
    """Frames are wanted that are on screen at a tick; so are those of which that is not known."""
    return _judged(packets, origin, _is_shown_at_a_tick)


def shown_from(start_s: float) -> Choice:
    """Frames are wanted that are on screen at a time or later, or of which that is not known."""

    def is_shown(_: float, until_s: float) -> bool:
        return until_s > start_s + SAME_INSTANT_S

    return lambda packets, origin: _judged(packets, origin, is_shown)


def _judged(
    packets: Iterator[av.Packet], origin: Fraction, is_shown: Callable[[float, float], bool]
) -> Iterator[tuple[av.Packet, bool]]:
    """Says of each packet whether its frame is wanted, given from when to when that is shown."""
    waiting: deque[av.Packet] = deque()
    known: list[float] = []
    for packet in packets:
        waiting.append(packet)
        _learn(known, presented_s(packet, origin))
        if len(waiting) > _AHEAD:
            yield waiting[0], _is_wanted(presented_s(waiting.popleft(), origin), known, is_shown)
    for packet in waiting:
        yield packet, _is_wanted(presented_s(packet, origin), known, is_shown)


def _learn(known: list[float], stamp_s: float | None) -> None:
    """Takes a stamp into those that are around, in their order."""
    if stamp_s is not None:
        insort(known, stamp_s)
    del known[: -3 * _AHEAD]


def _is_wanted(
    stamp_s: float | None, known: list[float], is_shown: Callable[[float, float], bool]
) -> bool:
    """Whether a frame is shown when it should be; the last ones always count."""
    if stamp_s is None:
        return True
    after = bisect_right(known, stamp_s)
    return after == len(known) or is_shown(stamp_s, known[after])


def _is_shown_at_a_tick(stamp_s: float, until_s: float) -> bool:
    """Whether a frame is on screen at a tick; the first ones always count."""
    if stamp_s < TICK_S:
        return True
    tick = ceil((stamp_s - SAME_INSTANT_S) / TICK_S)
    return tick * TICK_S < until_s - SAME_INSTANT_S


def in_order(
    frames: Iterator[tuple[float | None, av.VideoFrame]],
) -> Iterator[tuple[float | None, av.VideoFrame]]:
    """Decoded frames, each with the earliest stamp that is left, counted from the first one.

    AVI states when frames are sent, some frames before the first is shown; decoders give them in
    the order in which they are shown.
    """
    waiting, stamps = deque[Any](), list[float]()
    delay_s: float | None = None
    for stamp_s, frame in chain(frames, repeat((None, None), _REORDERED)):
        waiting.append(frame)
        if stamp_s is not None:
            heappush(stamps, stamp_s)
        if len(waiting) > _REORDERED:
            earliest_s = heappop(stamps) if stamps else None
            if delay_s is None:
                delay_s = earliest_s if earliest_s is not None and earliest_s < TICK_S else 0.0
            yield None if earliest_s is None else earliest_s - delay_s, waiting.popleft()
