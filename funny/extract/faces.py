"""Find the streamer's face in every picture, and follow it (MTCNN of facenet-pytorch)."""

from dataclasses import dataclass

import cv2
import numpy as np
import torch

from funny.device import device

FACE_FRACTION = 0.04
"""A face this high, as a fraction of the picture's height, is still found."""

MIN_FACE_PX = 20
SURE = 0.95
"""Confidence at which a new face is taken up."""
STILL_SURE = 0.85
"""Confidence at which the face of the tick before is followed."""
ANOTHER = 1.0
"""Unlikeness from which on a face is not the same one a moment later."""

_MAX_ENLARGED = 4.0
_MARGIN = 1.0
"""Surroundings in which the face is followed, in face sizes on every side."""
_FOLLOW_PX = 168
_FOLLOW_MIN_FACE_PX = 32
_MIN_SIDE_PX = 24

Region = tuple[float, float, float, float]
"""x, y, w, h as fractions of the picture."""


@dataclass(frozen=True, eq=False)
class FaceBatch:
    """The faces of one picture."""

    boxes: np.ndarray
    """(n, 4) left, top, right, bottom in pixels."""
    confidence: np.ndarray
    """(n,) 0..1."""

    def __len__(self) -> int:
        return len(self.boxes)

    @staticmethod
    def empty() -> "FaceBatch":
        """A picture without a face."""
        return FaceBatch(np.zeros((0, 4)), np.zeros(0))

    def where(self, mask: np.ndarray) -> "FaceBatch":
        """The faces for which a mask (n,) is true."""
        return FaceBatch(self.boxes[mask], self.confidence[mask])

    def scaled(self, factor: float, left: float, top: float) -> "FaceBatch":
        """The same faces in another picture's pixels: boxes · factor + offset."""
        return FaceBatch(self.boxes * factor + [left, top, left, top], self.confidence)

    @property
    def areas(self) -> np.ndarray:
        """(n,) areas in square pixels."""
        return np.prod(self.boxes[:, 2:] - self.boxes[:, :2], axis=1)


class FaceDetector:
    """MTCNN behind one call: a picture in, a FaceBatch out.

    Zhang et al. 2016, "Joint Face Detection and Alignment Using Multitask Cascaded
    Convolutional Networks"; the weights ship inside facenet-pytorch.
    """

    def __init__(self) -> None:
        from facenet_pytorch import MTCNN

        self._mtcnn = MTCNN(min_face_size=MIN_FACE_PX, device=device(per_picture=True))

    def detect(self, picture: np.ndarray, min_face_px: float, scale: float = 1.0) -> FaceBatch:
        """Faces of one RGB uint8 picture (h, w, 3).

        Args:
            picture: Where to look.
            min_face_px: Height of the smallest face to find, in pixels after scaling.
            scale: Size at which to look; boxes are returned in the picture's own pixels.
        """
        if min(picture.shape[:2]) * scale < max(_MIN_SIDE_PX, min_face_px):
            return FaceBatch.empty()
        small = _resize(picture, scale)
        found = self._run(small, min_face_px)
        return found.scaled(picture.shape[0] / small.shape[0], 0, 0)

    def _run(self, picture: np.ndarray, min_face_px: float) -> FaceBatch:
        # Called below `MTCNN.detect`, where the least size is an argument: threads may share this.
        from facenet_pytorch.models.utils.detect_face import detect_face

        net = self._mtcnn
        nets = (net.pnet, net.rnet, net.onet, net.thresholds, net.factor, net.device)
        with torch.inference_mode():
            faces, _ = detect_face(picture, min_face_px, *nets)
        if not len(faces[0]):
            return FaceBatch.empty()
        rows = np.asarray(faces[0], float)  # (n, 5): box and confidence
        return FaceBatch(rows[:, :4], rows[:, 4])


def _resize(picture: np.ndarray, scale: float) -> np.ndarray:
    if scale == 1:
        return picture
    height, width = picture.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(picture, size, interpolation=how)


class FaceFollower:
    """Sticks to one face from tick to tick; takes the largest when it has lost it.

    Following looks only near the last box, at a size at which the face is easily found: that is
    an order of magnitude faster than searching the picture, and other faces cannot distract it.
    """

    def __init__(self, detector: FaceDetector, region: Region | None = None) -> None:
        self._detector = detector
        self._region = region or (0.0, 0.0, 1.0, 1.0)
        self._last: np.ndarray | None = None

    def find(self, picture: np.ndarray) -> np.ndarray | None:
        """Box of the face to watch: left, top, right, bottom in pixels; None if there is none."""
        self._last = self._follow(picture)
        if self._last is None:
            self._last = self._search(picture)
        return self._last

    def _search(self, picture: np.ndarray) -> np.ndarray | None:
        left, top, right, bottom = region_pixels(self._region, picture)
        faces = sure_faces(self._detector, picture[top:bottom, left:right], picture.shape[0])
        faces = faces.scaled(1.0, left, top)
        return faces.boxes[np.argmax(faces.areas)] if len(faces) else None

    def _follow(self, picture: np.ndarray) -> np.ndarray | None:
        if self._last is None:
            return None
        around = scaled_box(squared(self._last), 1 + 2 * _MARGIN)
        # Always one size: networks keep a plan for every size they have met, and that adds up.
        part = crop(picture, around, _FOLLOW_PX)
        scale = (around[2] - around[0]) / _FOLLOW_PX
        faces = self._detector.detect(part, _FOLLOW_MIN_FACE_PX)
        faces = faces.where(faces.confidence >= STILL_SURE).scaled(scale, *around[:2])
        return _same_face(self._last, self._inside_region(faces, picture))

    def _inside_region(self, faces: FaceBatch, picture: np.ndarray) -> FaceBatch:
        left, top, right, bottom = region_pixels(self._region, picture)
        x, y = ((faces.boxes[:, :2] + faces.boxes[:, 2:]) / 2).T
        return faces.where((left <= x) & (x <= right) & (top <= y) & (y <= bottom))


def sure_faces(detector: FaceDetector, part: np.ndarray, height: int) -> FaceBatch:
    """Everything in a part of a picture of some height that is surely a face, small ones too."""
    scale = min(_MAX_ENLARGED, MIN_FACE_PX / (FACE_FRACTION * height))
    faces = detector.detect(part, MIN_FACE_PX, scale)
    return faces.where(faces.confidence >= SURE)


def region_pixels(region: Region, picture: np.ndarray) -> tuple[int, int, int, int]:
    """A region of fractions as left, top, right, bottom in pixels, inside the picture."""
    height, width = picture.shape[:2]
    x, y, w, h = region
    left, top = int(x * width), int(y * height)
    return left, top, min(width, round((x + w) * width)), min(height, round((y + h) * height))


def _same_face(last: np.ndarray, faces: FaceBatch) -> np.ndarray | None:
    """The face nearest in place and size, unless none is near."""
    if not len(faces):
        return None
    distance = unlikeness(last, faces.boxes)
    nearest = int(np.argmin(distance))
    return faces.boxes[nearest] if distance[nearest] < ANOTHER else None


def unlikeness(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """How far boxes (n, 4) are from one, in its sizes, and how much they differ in size: (n,)."""
    side = np.sqrt(np.prod(box[2:] - box[:2]))
    sides = np.sqrt(np.prod(boxes[:, 2:] - boxes[:, :2], axis=1))
    moved = (boxes[:, :2] + boxes[:, 2:] - box[:2] - box[2:]) / 2
    return np.hypot(*moved.T) / side + np.abs(np.log(sides / side))


def crop(picture: np.ndarray, box: np.ndarray, size: int) -> np.ndarray:
    """The part of a picture in a box as RGB uint8 (size, size, 3); what lies outside is black."""
    height, width = picture.shape[:2]
    left, top = np.floor(box[:2]).astype(int)
    right, bottom = np.maximum(np.ceil(box[2:]).astype(int), (left + 1, top + 1))
    inside = picture[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
    padded = cv2.copyMakeBorder(
        inside,
        *(max(0, -top), max(0, bottom - height), max(0, -left), max(0, right - width)),
        borderType=cv2.BORDER_CONSTANT,
    )
    shrinks = padded.shape[0] > size
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return cv2.resize(padded, (size, size), interpolation=how)


def scaled_box(box: np.ndarray, factor: float) -> np.ndarray:
    """A box with the same centre and another size."""
    centre, half = (box[:2] + box[2:]) / 2, (box[2:] - box[:2]) / 2 * factor
    return np.concatenate([centre - half, centre + half])


def squared(box: np.ndarray) -> np.ndarray:
    """The square with the centre of a box and its longer side."""
    centre, half = (box[:2] + box[2:]) / 2, max(box[2:] - box[:2]) / 2
    return np.concatenate([centre - half, centre + half])


def as_fractions(box: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """The part of a pixel box inside the picture as x, y, w, h in fractions of it, shape (4,)."""
    size = np.array(picture.shape[1::-1])
    corner, opposite = np.clip(box[:2] / size, 0, 1), np.clip(box[2:] / size, 0, 1)
    return np.concatenate([corner, opposite - corner])
