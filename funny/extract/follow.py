"""Follow one face from tick to tick."""

import numpy as np

from funny.extract.boxes import ANOTHER, crop, region_pixels, scaled_box, squared, unlikeness
from funny.extract.checkpoint import FollowState
from funny.extract.faces import FaceBatch, FaceDetector
from funny.extract.seek import FaceSeeker, largest
from funny.records import Region

STILL_SURE = 0.85
"""Confidence at which the face of the tick before is followed."""

_MARGIN = 1.0
"""Surroundings in which the face is followed, in face sizes on every side."""
_FOLLOW_PX = 168
_FOLLOW_MIN_FACE_PX = 32
_HARDLY_MOVED = 0.1
"""Unlikeness up to which one look at a face draws its box well enough."""


class FaceFollower:
    """Sticks to one face from tick to tick; takes the largest when it has lost it.

    Three looks, each taken only if the one before found nothing, and each ten times as slow: is
    there still a face where it was; is it near by; is there any in the picture. Near by it is
    looked for at a size at which it is easily found, and other faces cannot distract.

    Args:
        detector: Face detector.
        region: Where the face to watch is; None: anywhere.
        followed: Box of the face that was followed before, in pixels; None if there is none.
    """

    def __init__(
        self,
        detector: FaceDetector,
        region: Region | None = None,
        followed: np.ndarray | None = None,
    ) -> None:
        self._detector = detector
        self._region = region or (0.0, 0.0, 1.0, 1.0)
        self._seeker = FaceSeeker(detector, self._region)
        self._last = followed

    @property
    def state(self) -> FollowState:
        """What it knows of the pictures until now."""
        return FollowState(self._last, *self._seeker.state)

    def resume(self, state: FollowState, picture: np.ndarray) -> None:
        """Goes on from a state, after the picture that was the last one then."""
        self._last = state.box
        self._seeker.resume((state.in_vain, state.glances), picture)

    def find(self, picture: np.ndarray) -> np.ndarray | None:
        """Box of the face to watch: left, top, right, bottom in pixels; None if there is none."""
        self._last = self._follow(picture)
        if self._last is None:
            self._last = self._seeker.find(picture)
        return self._last

    def find_anew(self, picture: np.ndarray) -> FaceBatch:
        """Looks at the whole picture, and goes on with the face that it follows, if it is there.

        Boxes are what the detector draws in this picture alone: which faces there are does not
        depend on any picture before, only which of them is taken.
        """
        faces = self._seeker.look_closely(picture)
        self._last = whom_to_follow(self._last, faces)
        return faces

    def _follow(self, picture: np.ndarray) -> np.ndarray | None:
        if self._last is None:
            return None
        found = self._where_it_was(picture, self._last)
        return self._near_by(picture, self._last) if found is None else found

    def _where_it_was(self, picture: np.ndarray, last: np.ndarray) -> np.ndarray | None:
        box, confidence = self._detector.refined(picture, last)
        if confidence >= STILL_SURE and unlikeness(last, box[None])[0] > _HARDLY_MOVED:
            box, confidence = self._detector.refined(picture, box)
        faces = FaceBatch(box[None], np.array([confidence]))
        return self._same_face(picture, last, faces)

    def _near_by(self, picture: np.ndarray, last: np.ndarray) -> np.ndarray | None:
        around = scaled_box(squared(last), 1 + 2 * _MARGIN)
        # Always one size: networks keep a plan for every size they have met, and that adds up.
        part = crop(picture, around, _FOLLOW_PX)
        scale = (around[2] - around[0]) / _FOLLOW_PX
        faces = self._detector.detect(part, _FOLLOW_MIN_FACE_PX)
        return self._same_face(picture, last, faces.scaled(scale, *around[:2]))

    def _same_face(
        self, picture: np.ndarray, last: np.ndarray, faces: FaceBatch
    ) -> np.ndarray | None:
        """The face nearest in place and size, unless none is near."""
        faces = self._inside_region(faces.where(faces.confidence >= STILL_SURE), picture)
        return nearest(last, faces)

    def _inside_region(self, faces: FaceBatch, picture: np.ndarray) -> FaceBatch:
        left, top, right, bottom = region_pixels(self._region, picture)
        x, y = ((faces.boxes[:, :2] + faces.boxes[:, 2:]) / 2).T
        return faces.where((left <= x) & (x <= right) & (top <= y) & (y <= bottom))


def nearest(last: np.ndarray, faces: FaceBatch) -> np.ndarray | None:
    """Box of the face that is like the last one in place and size; None if none is."""
    if not len(faces):
        return None
    distance = unlikeness(last, faces.boxes)
    first = int(np.argmin(distance))
    return faces.boxes[first] if distance[first] < ANOTHER else None


def whom_to_follow(last: np.ndarray | None, faces: FaceBatch) -> np.ndarray | None:
    """Box of the face that was followed, else of the largest; None if there is none."""
    known = None if last is None else nearest(last, faces)
    return largest(faces) if known is None else known
