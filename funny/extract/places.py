"""Faces seen in many pictures, grouped by where they are: one place, one person."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from funny.extract.boxes import ANOTHER, unlikeness

CERTAIN = 0.99
"""Confidence that a real face has at its best; hands and patterns in clothes stay below."""

WANDERS = 2 * ANOTHER
"""Unlikeness up to which two faces are one that moved, if they never meet."""


@dataclass(frozen=True, eq=False)
class Sighting:
    """One face in one picture."""

    picture: int
    """Its number; two faces of one picture are two people."""
    box: np.ndarray
    """(4,) left, top, right, bottom in pixels."""
    confidence: float
    portrait: np.ndarray
    """RGB (s, s, 3), the face with its surroundings; of one size in all sightings."""

    @property
    def sharpness(self) -> float:
        """How much neighbouring pixels of the portrait differ."""
        grey = self.portrait.mean(axis=2)
        return float(np.square(np.diff(grey, axis=0)).mean() + np.square(np.diff(grey)).mean())


@dataclass(frozen=True, eq=False)
class Place:
    """Where a face is seen, once in a picture at most."""

    seen: list[Sighting]

    @cached_property
    def pictures(self) -> set[int]:
        """Numbers of the pictures in which it is seen."""
        return {sighting.picture for sighting in self.seen}

    @cached_property
    def box(self) -> np.ndarray:
        """Of the face as it mostly is, (4,)."""
        return np.median([sighting.box for sighting in self.seen], axis=0)

    @cached_property
    def bounds(self) -> np.ndarray:
        """Around all its boxes, (4,)."""
        boxes = np.array([sighting.box for sighting in self.seen])
        return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])

    @cached_property
    def side(self) -> float:
        """Size of the face, in pixels."""
        return float(max(self.box[2:] - self.box[:2]))

    @property
    def weight(self) -> float:
        """How often and how large it is seen."""
        return len(self.seen) * self.side

    @property
    def is_certain(self) -> bool:
        """Whether it is a face beyond doubt at least once."""
        return any(sighting.confidence >= CERTAIN for sighting in self.seen)

    @property
    def portrait(self) -> np.ndarray:
        """The sharpest of those that are faces beyond doubt."""
        best = max(self.seen, key=lambda s: (s.confidence >= CERTAIN, s.sharpness))
        return best.portrait


def places(seen: list[Sighting]) -> list[Place]:
    """The places of faces; first those where faces are seen most often and largest."""
    certain = [place for place in _joined(_grouped(seen)) if place.is_certain]
    return sorted(certain, key=lambda place: -place.weight)


def _grouped(seen: list[Sighting]) -> Iterator[Place]:
    """The face with most others like it, together with these; then so with what is left."""
    # Not each face with the next: one that wanders through the picture would chain all places.
    boxes = np.array([sighting.box for sighting in seen])
    distance = np.array([unlikeness(box, boxes) for box in boxes])  # (n, n)
    pictures = np.array([sighting.picture for sighting in seen])
    in_picture = (pictures[:, None] == np.unique(pictures)).astype(np.float32)  # (n, pictures)
    near = (distance < ANOTHER).astype(np.float32)
    while near.any():
        often = np.count_nonzero(near @ in_picture, axis=1)
        middle = int(np.argmax(often))
        like = np.flatnonzero(near[middle])
        like = like[np.argsort(distance[middle, like])]
        _, nearest = np.unique(pictures[like], return_index=True)  # one in each picture
        yield Place([seen[k] for k in like[nearest]])
        near[like[nearest]] = 0
        near[:, like[nearest]] = 0


def _joined(found: Iterable[Place]) -> list[Place]:
    """Joins the places of one who moved a little: near each other, never seen in one picture."""
    joined: list[Place] = []
    for place in found:
        home = next((k for k, other in enumerate(joined) if _is_one(other, place)), None)
        if home is None:
            joined.append(place)
        else:
            joined[home] = Place(joined[home].seen + place.seen)
    return joined


def _is_one(place: Place, other: Place) -> bool:
    if place.pictures & other.pictures:
        return False
    return bool(unlikeness(place.box, other.box[None])[0] < WANDERS)


def area(place: Place, others: Iterable[Place]) -> np.ndarray:
    """Where to look for a face: its bounds and a face on every side, but nobody beside it; (4,)."""
    around = place.bounds + place.side * np.array([-1, -1, 1, 1])
    for other in others:
        if place.pictures & other.pictures:
            around = _parted(around, place.bounds, other.bounds)
    return around


def _parted(around: np.ndarray, own: np.ndarray, other: np.ndarray) -> np.ndarray:
    """An area up to half-way between two boxes, if it reaches the other and they are apart."""
    is_reached = (around[:2] < other[2:]).all() and (other[:2] < around[2:]).all()
    gaps = np.concatenate([own[:2] - other[2:], other[:2] - own[2:]])
    side = int(np.argmax(gaps))  # where the other is: left, top, right or bottom
    if not is_reached or gaps[side] <= 0:
        return around
    parted = around.copy()
    parted[side] = (own[side] + other[(side + 2) % 4]) / 2
    return parted
