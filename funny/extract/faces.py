"""Find faces in a picture (MTCNN of facenet-pytorch)."""

from dataclasses import dataclass

import cv2
import numpy as np
import torch

from funny.device import device
from funny.extract.boxes import crop, squared

FACE_FRACTION = 0.04
"""A face this high, as a fraction of the picture's height, is still found."""

MIN_FACE_PX = 20
SURE = 0.95
"""Confidence at which a new face is taken up."""

_MAX_ENLARGED = 4.0
_MIN_SIDE_PX = 24
_LAST_NET_PX = 48


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

        nets = MTCNN(min_face_size=MIN_FACE_PX, device=device(per_picture=True))
        self._mtcnn = nets.to(memory_format=torch.channels_last)

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

    def refined(self, picture: np.ndarray, box: np.ndarray) -> tuple[np.ndarray, float]:
        """The face in a box about it, looked at by the last network of the cascade alone.

        Args:
            picture: RGB uint8 (h, w, 3).
            box: Left, top, right, bottom in pixels; a fifth of a face beside it is still mended.

        Returns:
            The box that the network draws instead, and its confidence that there is a face.
        """
        area = squared(box)
        part = torch.from_numpy(crop(picture, area, _LAST_NET_PX)).to(self._mtcnn.device)
        x = (part.permute(2, 0, 1)[None].float() - 127.5) / 128
        with torch.inference_mode():
            moved, _, sure = self._mtcnn.onet(x)
        return area + moved[0].cpu().numpy() * (area[2] - area[0]), float(sure[0, 1])

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


def sure_faces(
    detector: FaceDetector, part: np.ndarray, height: int, fraction: float = FACE_FRACTION
) -> FaceBatch:
    """Everything in a part of a picture that is surely a face.

    Args:
        detector: Face detector.
        part: Where to look.
        height: Of the whole picture, in pixels.
        fraction: Height of the smallest face to find, of the whole picture's.
    """
    scale = min(_MAX_ENLARGED, MIN_FACE_PX / (fraction * height))
    faces = detector.detect(part, MIN_FACE_PX, scale)
    return faces.where(faces.confidence >= SURE)
