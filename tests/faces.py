"""Real faces from packages, cut to any size and pasted anywhere."""

from functools import cache

import cv2
import numpy as np

HOPPER_BOX = (170, 112, 351, 337)
"""Left, top, right, bottom of the face, as the detector draws it on the whole photo."""
ASTRONAUT_BOX = (181, 61, 269, 175)


@cache
def hopper():
    """Grace Hopper, who keeps a straight face; RGB (600, 512, 3)."""
    from matplotlib.cbook import get_sample_data
    from PIL import Image

    photo = Image.open(get_sample_data("grace_hopper.jpg", asfileobj=False))
    return np.asarray(photo.convert("RGB"))


@cache
def astronaut():
    """Eileen Collins, who smiles; RGB (512, 512, 3)."""
    from skimage.data import astronaut

    return astronaut()


def canvas(width=640, height=360, grey=120):
    return np.full((height, width, 3), grey, np.uint8)


def paste(picture, photo, face_px, x, y):
    """Puts a photo with its upper left corner at x, y; returns where its face now is."""
    box = np.array(HOPPER_BOX if photo is hopper() else ASTRONAUT_BOX, float)
    scale = face_px / (box[3] - box[1])
    small = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    room = picture[y:, x:]
    height, width = np.minimum(small.shape[:2], room.shape[:2])
    room[:height, :width] = small[:height, :width]
    return box * scale + [x, y, x, y]
