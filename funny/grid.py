"""Ticks and seconds: the only home of that arithmetic.

Tick k is the time k/2 s. Its picture is the frame on screen then; its sound is [k/2, k/2 + 0.5) s.
"""

import math
from collections.abc import Iterator

import numpy as np

TICK_HZ = 2
TICK_S = 1 / TICK_HZ
SAMPLE_RATE = 22_050
SAMPLES_PER_TICK, _remainder = divmod(SAMPLE_RATE, TICK_HZ)
assert _remainder == 0, "a tick must hold a whole number of samples"

STEP_HZ = 50
STEP_S = 1 / STEP_HZ
"""A tick is too long to find the gap between two words: a step is not."""
STEPS_PER_TICK, _remainder = divmod(STEP_HZ, TICK_HZ)
assert _remainder == 0, "a tick must hold a whole number of steps"

# Durations come from sums of time stamps; a microsecond past a tick is rounding, not sound.
_ROUNDING_S = 1e-6


def tick_count(duration_s: float) -> int:
    """Number of ticks in a video: ceil(duration · 2)."""
    return max(0, math.ceil((duration_s - _ROUNDING_S) * TICK_HZ))


def tick_times(ticks: int) -> np.ndarray:
    """Times of the first ticks in seconds, shape (ticks,)."""
    return np.arange(ticks) / TICK_HZ


def tick_to_s(tick: int) -> float:
    """Time of a tick in seconds."""
    return tick / TICK_HZ


def s_to_tick(time_s: float) -> int:
    """The tick whose half second holds a time."""
    return max(0, math.floor((time_s + _ROUNDING_S) * TICK_HZ))


def s_to_ticks(length_s: float) -> int:
    """Whole ticks nearest to a length."""
    return round(length_s * TICK_HZ)


def runs(mask: np.ndarray) -> Iterator[tuple[int, int]]:
    """Half-open index spans [first, last) in which a boolean mask is true."""
    padded = np.concatenate([[False], np.asarray(mask, bool), [False]])
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def clock(time_s: float) -> str:
    """Time as HH:MM:SS, rounded down to the second."""
    whole = int(max(0.0, time_s))
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
