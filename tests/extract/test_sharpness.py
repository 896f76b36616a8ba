"""A sharp face is worth more than a blurred one, however large it is in the picture."""

import cv2
import numpy as np
import pytest

from funny.extract.sharpness import sharpness
from tests.faces import canvas, hopper, paste


def shown(blur, face_px=200):
    picture = canvas(1280, 720)
    left, top, right, bottom = paste(picture, hopper(), face_px, 100, 50)
    picture = cv2.GaussianBlur(picture, (0, 0), blur) if blur else picture
    return picture, np.array([left, top, right - left, bottom - top]) / [1280, 720, 1280, 720]


def test_nothing_is_not_sharp():
    assert sharpness(canvas()) == 0


def test_the_more_blurred_the_less_sharp():
    found = [sharpness(*shown(blur)) for blur in (0, 1, 2, 4)]
    assert found == sorted(found, reverse=True)
    assert found[0] > 5 * found[-1]


def test_only_the_face_counts():
    picture, box = shown(4)
    picture[:, 700:] = np.random.default_rng(0).integers(0, 255, (720, 580, 3))
    assert sharpness(picture, box) == pytest.approx(sharpness(*shown(4)), rel=0.01)
