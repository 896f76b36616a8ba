"""Who is who in the faces of a moment: one track for each face in each shot; pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from funny.records import Signals

_ANOTHER = 1.0
"""Unlikeness from which on a face is not the same one a moment later."""
_SAME_SIZE = 2.0
_LEAST_SHARE = 0.3
"""Of a shot, in which a face must be seen to count beside another."""
_TICK_REACH_S = 0.3


@dataclass(frozen=True, eq=False)
class Shot:
    """The looks at one shot, [start_s, end_s)."""

    start_s: float
    end_s: float
    times_s: np.ndarray
    """(n,) when it was looked at, from the moment's beginning."""
    tracks: tuple[np.ndarray, ...]
    """Each (n, 4): one face's x, y, w, h as fractions of the picture, NaN where it is not seen;
    the largest and most often seen first."""

    def without_faces(self) -> np.ndarray:
        """A track of nobody, (n, 4)."""
        return np.full((len(self.times_s), 4), np.nan)


def shots(
    length_s: float, cuts_s: Sequence[float], times_s: np.ndarray, boxes: Sequence[np.ndarray]
) -> list[Shot]:
    """Sorts looks at a moment into shots, and their faces into tracks.

    Args:
        length_s: Length of the moment, which begins at 0.
        cuts_s: When new shots begin, rising.
        times_s: (n,) when it was looked at, rising.
        boxes: n arrays (k, 4) of x, y, w, h as fractions of the picture.
    """
    edges = [0.0, *cuts_s, length_s]
    found = []
    for start_s, end_s in pairwise(edges):
        inside = np.flatnonzero((times_s >= start_s - 1e-3) & (times_s < end_s - 1e-3))
        tracks = _tracks([boxes[k] for k in inside.tolist()])
        found.append(Shot(start_s, end_s, times_s[inside], tracks))
    return found


def _tracks(looks: list[np.ndarray]) -> tuple[np.ndarray, ...]:
    tracks: list[np.ndarray] = []
    for look, boxes in enumerate(looks):
        free = list(range(len(tracks)))
        for box in boxes[np.argsort(-_areas(boxes))]:
            home = _nearest(box, [(k, _last(tracks[k])) for k in free])
            if home is None:
                tracks.append(np.full((len(looks), 4), np.nan))
                home = len(tracks) - 1
            else:
                free.remove(home)
            tracks[home][look] = box
    return tuple(_joined(sorted(tracks, key=lambda track: -_weight(track))))


def _joined(tracks: list[np.ndarray]) -> list[np.ndarray]:
    """Joins faces of one size that are never seen together: one that was lost for a while."""
    joined: list[np.ndarray] = []
    for track in tracks:
        home = next((k for k, other in enumerate(joined) if _may_be_one(track, other)), None)
        if home is None:
            joined.append(track)
        else:
            joined[home] = np.where(seen(track)[:, None], track, joined[home])
    return joined


def _may_be_one(track: np.ndarray, other: np.ndarray) -> bool:
    heights = [float(np.nanmedian(t[:, 3])) for t in (track, other)]
    is_apart = not (seen(track) & seen(other)).any()
    return is_apart and max(heights) < _SAME_SIZE * min(heights)


def _nearest(box: np.ndarray, others: list[tuple[int, np.ndarray]]) -> int | None:
    """The number of the box that is most like one; None if none is."""
    unlike, nearest = min(
        ((_unlikeness(box, other), k) for k, other in others), default=(np.inf, -1)
    )
    return nearest if unlike < _ANOTHER else None


def _last(track: np.ndarray) -> np.ndarray:
    return track[seen(track)][-1]


def seen(track: np.ndarray) -> np.ndarray:
    """Where a track (n, 4) has a box: (n,)."""
    return np.isfinite(track[:, 0])


def centres(track: np.ndarray) -> np.ndarray:
    """The middles of boxes (n, 4): (n, 2)."""
    return track[:, :2] + track[:, 2:] / 2


def _areas(boxes: np.ndarray) -> np.ndarray:
    return boxes[:, 2] * boxes[:, 3]


def _weight(track: np.ndarray) -> float:
    return float(np.sqrt(np.nan_to_num(_areas(track))).sum())


def _unlikeness(box: np.ndarray, other: np.ndarray) -> float:
    """How far a box is from another, in its sizes, and how much they differ in size."""
    moved = (centres(box[None]) - centres(other[None]))[0] / other[2:]
    sizes = np.log(box[2:] / other[2:])
    return float(np.hypot(*moved) + np.abs(sizes).mean())


def speaker(shot: Shot, signals: Signals, start_s: float) -> np.ndarray:
    """The track of a shot that the analysis followed, or its first; nobody's without faces.

    Args:
        shot: A shot.
        signals: Those of the whole video.
        start_s: When the moment begins in it.
    """
    if not shot.tracks:
        return shot.without_faces()
    ticks = np.flatnonzero(signals.face_found)
    votes = [_agreements(track, shot.times_s + start_s, signals, ticks) for track in shot.tracks]
    return shot.tracks[int(np.argmax(votes))]


def _agreements(
    track: np.ndarray, times_s: np.ndarray, signals: Signals, ticks: np.ndarray
) -> float:
    """At how many looks a track is the face that the analysis followed."""
    if not len(ticks):
        return 0.0
    nearest = ticks[np.abs(signals.times_s[ticks][None] - times_s[:, None]).argmin(axis=1)]
    near = np.abs(signals.times_s[nearest] - times_s) <= _TICK_REACH_S
    boxes = signals.face_box[nearest]
    return float(
        sum(
            _unlikeness(box, other) < _ANOTHER
            for box, other in zip(track[near], boxes[near], strict=True)
            if np.isfinite(box[0])
        )
    )


def pair(shot: Shot) -> tuple[np.ndarray, np.ndarray] | None:
    """Tracks of the two who are on screen together, from left to right; None if there are none."""
    often = [t for t in shot.tracks if seen(t).mean() >= _LEAST_SHARE]
    if len(often) < 2:
        return None
    first, second = often[:2]
    left, right = sorted((first, second), key=lambda t: float(np.nanmedian(centres(t)[:, 0])))
    return left, right


def together(shot: Shot) -> float:
    """How long two are on screen together in a shot, in seconds."""
    both = pair(shot)
    if both is None:
        return 0.0
    share = float((seen(both[0]) & seen(both[1])).mean())
    return share * (shot.end_s - shot.start_s)
