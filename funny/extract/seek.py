"""Seek a face in a whole picture, again and again, without looking harder than it pays."""

import numpy as np

from funny.extract.boxes import region_pixels
from funny.extract.faces import FACE_FRACTION, FaceBatch, FaceDetector, sure_faces
from funny.records import Region

GLANCE_FRACTION = 2 * FACE_FRACTION
"""A face this high is found by a glance, in a quarter of the time."""
CLOSE_LOOK_TICKS = 4
"""In a scene that goes on, smaller faces are sought this often."""

_CUT = 20.0
"""Mean difference of brightness, of 255, from which on a picture is of another scene."""
_SAMPLE_PX = 24


class FaceSeeker:
    """Finds the largest face of a picture, in a region of it.

    A picture that changed nothing holds no new face. A new scene is looked at closely; in one that
    goes on without a face, small ones are looked for once in a while.
    """

    def __init__(self, detector: FaceDetector, region: Region) -> None:
        self._detector, self._region = detector, region
        self._seen: np.ndarray | None = None
        self._glances = 0

    @property
    def state(self) -> tuple[bool, int]:
        """Whether the last picture was sought in vain, and how many glances there were."""
        return self._seen is not None, self._glances

    def resume(self, state: tuple[bool, int], picture: np.ndarray) -> None:
        """Goes on from a state, after the picture that was the last one then."""
        in_vain, self._glances = state
        self._seen = picture if in_vain else None

    def find(self, picture: np.ndarray) -> np.ndarray | None:
        """Box of the largest face: left, top, right, bottom in pixels; None if there is none."""
        before = self._seen
        if before is not None and is_same(before, picture):
            return None
        if before is None or self._glances >= CLOSE_LOOK_TICKS or is_cut(before, picture):
            return largest(self.look_closely(picture))
        self._glances += 1
        return largest(self._faces(picture, GLANCE_FRACTION))

    def look_closely(self, picture: np.ndarray) -> FaceBatch:
        """All faces of a picture, whatever was seen before."""
        self._glances = 1
        return self._faces(picture, FACE_FRACTION)

    def _faces(self, picture: np.ndarray, fraction: float) -> FaceBatch:
        left, top, right, bottom = region_pixels(self._region, picture)
        part = picture[top:bottom, left:right]
        faces = sure_faces(self._detector, part, picture.shape[0], fraction).scaled(1.0, left, top)
        self._seen = None if len(faces) else picture
        return faces


def largest(faces: FaceBatch) -> np.ndarray | None:
    """Box of the largest face; None if there is none."""
    return faces.boxes[np.argmax(faces.areas)] if len(faces) else None


def is_same(before: np.ndarray, picture: np.ndarray) -> bool:
    """Whether two pictures are equal in every pixel; nearly always a few of them tell."""
    if before is picture or before.shape != picture.shape:
        return before is picture
    few = (slice(None, None, _SAMPLE_PX), slice(None, None, _SAMPLE_PX))
    return np.array_equal(before[few], picture[few]) and np.array_equal(before, picture)


def is_cut(before: np.ndarray, picture: np.ndarray) -> bool:
    """Whether two pictures of one video are of different scenes, by a sample of their pixels."""
    if before.shape != picture.shape:
        return True
    samples = [p[::_SAMPLE_PX, ::_SAMPLE_PX].astype(np.float32) for p in (before, picture)]
    return bool(np.abs(samples[1] - samples[0]).mean() > _CUT)
