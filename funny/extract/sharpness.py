"""How sharp a face is: what a blurred, moving or fading picture lacks."""

import cv2
import numpy as np

from funny.extract.boxes import crop, squared

_SIDE_PX = 160


def sharpness(picture: np.ndarray, box: np.ndarray | None = None) -> float:
    """Variance of the Laplacian of a face, or of the whole picture, at a fixed size.

    Pech-Pacheco et al. 2000, "Diatom autofocusing in brightfield microscopy".

    Args:
        picture: RGB uint8 (h, w, 3).
        box: x, y, w, h of the face as fractions of the picture.
    """
    height, width = picture.shape[:2]
    x, y, w, h = (0.0, 0.0, 1.0, 1.0) if box is None else box
    pixels = np.array([x * width, y * height, (x + w) * width, (y + h) * height])
    part = crop(picture, pixels if box is None else squared(pixels), _SIDE_PX)
    return float(cv2.Laplacian(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), cv2.CV_64F).var())
