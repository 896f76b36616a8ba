"""Boxes around faces: left, top, right, bottom in pixels, and the pictures in them."""

import cv2
import numpy as np

from funny.records import Region

ANOTHER = 1.0
"""Unlikeness from which on a face is not the same one a moment later."""


def region_pixels(region: Region, picture: np.ndarray) -> tuple[int, int, int, int]:
    """A region of fractions as left, top, right, bottom in pixels, inside the picture."""
    height, width = picture.shape[:2]
    x, y, w, h = region
    left, top = int(x * width), int(y * height)
    return left, top, min(width, round((x + w) * width)), min(height, round((y + h) * height))


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
    return _resized(padded, size)


def _resized(picture: np.ndarray, size: int) -> np.ndarray:
    """A picture as a square; halving what is much too large first is as good, and quicker."""
    while min(picture.shape[:2]) >= 4 * size:
        height, width = picture.shape[0] // 2, picture.shape[1] // 2
        picture = cv2.resize(
            picture[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA
        )
    how = cv2.INTER_AREA if picture.shape[0] > size else cv2.INTER_LINEAR
    return cv2.resize(picture, (size, size), interpolation=how)


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
