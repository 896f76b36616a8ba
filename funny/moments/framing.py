"""Where a crop looks: it holds still, glides when it must, and jumps only where the picture cuts.

The way of a crop is the shortest one that keeps a face within a dead zone (a taut string, Davies
and Kovac 2001), with long rests moved to where the face mostly is, and all corners rounded. So a
still speaker is watched by a still camera, a walking one by an even pan, and nothing overshoots.
Pure arithmetic on one coordinate: seconds and fractions of the picture.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

EASE_S = 0.6
"""A glide begins this long before its corner and is at full speed this long after it."""
REST_S = 1.0
"""A crop that stays for so long is moved to where the face mostly is meanwhile."""
_JITTER_SAMPLES = 5
_SETTLED = 1.2
"""Reach of a rest that is moved, in reaches."""
_SAME = 1e-9
# Frames are stamped in whole ticks of a clock; a jump comes a little before its frame.
_JUST_BEFORE_S = 0.002


@dataclass(frozen=True, eq=False)
class Stretch:
    """The way of a crop in one shot, [start_s, end_s): straight lines with rounded corners."""

    start_s: float
    end_s: float
    times_s: np.ndarray
    """(k,) when the corners are, rising."""
    values: np.ndarray
    """(k,) where the crop's centre would be then, if corners were not rounded."""

    def knots(self) -> dict[float, float]:
        """The way after its start as a sum of c · max(0, t - knot)³: each knot, and its c."""
        speeds = np.diff(self.values) / np.diff(self.times_s)
        changes = np.diff(speeds, prepend=0.0, append=0.0)
        found: dict[float, float] = {}
        for bend_s, change in zip(self.times_s, changes, strict=True):
            # A corner averaged under a triangle of EASE_S both ways.
            for by_s, part in ((-EASE_S, 1), (0.0, -2), (EASE_S, 1)):
                knot_s = round(float(bend_s + by_s), 3)
                found[knot_s] = found.get(knot_s, 0.0) + part * float(change) / (6 * EASE_S**2)
        return found

    def at(self, times_s: np.ndarray) -> np.ndarray:
        """Where the crop's centre is at times (n,): (n,)."""
        where = np.full(len(times_s), float(self.values[0]))
        for knot_s, factor in self.knots().items():
            where += factor * np.maximum(np.asarray(times_s) - knot_s, 0) ** 3
        return where

    def expression(self) -> str:
        """The same as an expression of ffmpeg's in `t`."""
        cubes = [f"{c:.15g}*pow(max(t-{k:.3f},0),3)" for k, c in self.knots().items() if c]
        return halving([f"{self.values[0]:.9g}", *cubes], lambda k, one, two: f"({one}+{two})")


@dataclass(frozen=True)
class Path:
    """The way of a crop's centre along one side of the picture, shot after shot."""

    stretches: tuple[Stretch, ...]

    def at(self, times_s: np.ndarray) -> np.ndarray:
        """Where the centre is at times (n,), as fractions of the picture: (n,)."""
        times_s = np.asarray(times_s, float)
        where = self.stretches[0].at(times_s)
        for stretch in self.stretches[1:]:
            later = times_s >= stretch.start_s - _JUST_BEFORE_S
            where = np.where(later, stretch.at(times_s), where)
        return where

    def expression(self) -> str:
        """The same as an expression of ffmpeg's in `t`."""
        begin_s = [stretch.start_s - _JUST_BEFORE_S for stretch in self.stretches]
        return halving(
            [stretch.expression() for stretch in self.stretches],
            lambda k, before, after: f"if(lt(t,{begin_s[k]:.6f}),{before},{after})",
        )


def halving(parts: Sequence[str], join: Callable[[int, str, str], str], first: int = 0) -> str:
    """Parts of an expression in one, joined half by half, since ffmpeg nests only so deep.

    `join` is told the number of the part with which the second half begins.
    """
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    before, after = parts[:half], parts[half:]
    return join(first + half, halving(before, join, first), halving(after, join, first + half))


def still(where: float, length_s: float) -> Path:
    """The way of a crop that never moves."""
    return Path((_resting(0.0, length_s, where),))


def _resting(start_s: float, end_s: float, where: float) -> Stretch:
    return Stretch(start_s, end_s, np.array([start_s]), np.array([where]))


def stretch(
    start_s: float,
    end_s: float,
    times_s: np.ndarray,
    wanted: np.ndarray,
    reach: float,
    bounds: tuple[float, float],
    resting: float = 0.5,
) -> Stretch:
    """The way of a crop in one shot.

    Args:
        start_s: When the shot begins.
        end_s: When it ends.
        times_s: (n,) when the face was looked for, rising.
        wanted: (n,) where the crop's centre should be then; NaN where no face was seen. The crop
            holds while the face is lost.
        reach: How far the centre may be from there before the crop moves.
        bounds: The least and the greatest centre at which the crop is inside the picture.
        resting: Where the centre is if the face is never seen.
    """
    low, high = bounds
    if not np.isfinite(wanted).any():
        return _resting(start_s, end_s, min(max(resting, low), high))
    target = np.clip(_without_jitter(_filled(wanted)), low, high)
    corners_s, values = _taut(times_s, target - reach, target + reach)
    values = _settled(corners_s, values, times_s, target, reach)
    return Stretch(start_s, end_s, corners_s, np.clip(values, low, high))


def _filled(wanted: np.ndarray) -> np.ndarray:
    """Where it was last seen, or where it is first seen."""
    seen = np.flatnonzero(np.isfinite(wanted))
    last = np.searchsorted(seen, np.arange(len(wanted)), side="right") - 1
    return wanted[seen[np.maximum(last, 0)]]


def _without_jitter(wanted: np.ndarray) -> np.ndarray:
    """The running median: boxes jump now and then. At its ends it is of fewer boxes."""
    last = len(wanted) - 1
    halves = [max(1, min(_JITTER_SAMPLES // 2, k, last - k)) for k in range(len(wanted))]
    return np.array([np.median(wanted[max(0, k - h) : k + h + 1]) for k, h in enumerate(halves)])


def _taut(
    times_s: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The corners of the shortest way between two walls, both ends free: times and values."""
    corners = [(0, _where_it_starts(lower, upper))]
    while corners[-1][0] < len(times_s) - 1:
        corners.append(_next_corner(*corners[-1], times_s, lower, upper))
    index, values = zip(*corners, strict=True)
    return times_s[list(index)], np.array(values)


def _where_it_starts(lower: np.ndarray, upper: np.ndarray) -> float:
    """A value that fits between the walls for as long as any does, on the side it leaves to."""
    floor, ceiling = np.maximum.accumulate(lower), np.minimum.accumulate(upper)
    shut = np.flatnonzero(floor > ceiling)
    if not len(shut):
        return float(floor[-1] + ceiling[-1]) / 2
    first = shut[0]
    return float(ceiling[first - 1] if lower[first] > ceiling[first - 1] else floor[first - 1])


def _next_corner(
    at: int, value: float, times_s: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> tuple[int, float]:
    """How far a straight line goes: to the wall that it must bend around, or to the end."""
    steps_s = times_s[at + 1 :] - times_s[at]
    least, most = (lower[at + 1 :] - value) / steps_s, (upper[at + 1 :] - value) / steps_s
    floor, ceiling = np.maximum.accumulate(least), np.minimum.accumulate(most)
    shut = np.flatnonzero(floor > ceiling + _SAME)
    until = int(shut[0]) if len(shut) else len(steps_s)
    if len(shut):
        is_up = least[until] > ceiling[until - 1]
    elif floor[-1] <= _SAME and ceiling[-1] >= -_SAME:
        return len(times_s) - 1, value
    else:
        is_up = ceiling[-1] < 0
    # The wall that limits the line is where it bends: the upper one if it has to go up after.
    wall, slopes = (upper, most) if is_up else (lower, least)
    limit = ceiling[until - 1] if is_up else floor[until - 1]
    touched = int(np.flatnonzero(np.abs(slopes[:until] - limit) <= _SAME)[-1])
    return at + 1 + touched, float(wall[at + 1 + touched])


def _settled(
    corners_s: np.ndarray, values: np.ndarray, times_s: np.ndarray, target: np.ndarray, reach: float
) -> np.ndarray:
    """Rests moved to where the face mostly is, and pans so that they do not trail behind it."""
    off = target - np.interp(times_s, corners_s, values)
    moves = np.array([_middle(off[np.abs(times_s - c) <= REST_S], reach) for c in corners_s])
    for k in np.flatnonzero(np.abs(np.diff(values)) <= _SAME):
        begin_s, end_s = corners_s[k], corners_s[k + 1]
        if end_s - begin_s >= REST_S:
            moves[k : k + 2] = _middle(off[(times_s >= begin_s) & (times_s <= end_s)], reach)
    return values + moves


def _middle(off: np.ndarray, reach: float) -> float:
    """How far off a face mostly is, or as much of it as leaves no other place out of reach."""
    most = _SETTLED * reach
    return float(np.clip(np.median(off), off.max() - most, off.min() + most))
