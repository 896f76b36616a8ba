"""The edges of a facecam are found over a game that moves."""

import numpy as np
import pytest

from funny.extract.facecam import facecam

WIDTH, HEIGHT = 480, 270


def pictures(cam, count=8, border=0):
    """A game of moving noise with a facecam, whose person moves, at left, top, right, bottom."""
    rng = np.random.default_rng(0)
    left, top, right, bottom = cam
    shown = []
    for k in range(count):
        coarse = rng.integers(0, 255, (HEIGHT // 10, WIDTH // 10, 1))
        picture = np.repeat(np.kron(coarse, np.ones((10, 10, 1))), 3, axis=2).astype(np.uint8)
        picture = np.roll(picture, rng.integers(0, 10, 2), axis=(0, 1))
        if border:
            picture[top - border : bottom + border, left - border : right + border] = 255
        picture[top:bottom, left:right] = 60
        person = (left + right) // 2 - 12 + k
        picture[top + 20 : bottom, person : person + 24] = 180
        shown.append(picture)
    return shown


def face_in(cam):
    left, top, right, _ = cam
    middle = (left + right) / 2
    return np.array([(middle - 12) / WIDTH, (top + 20) / HEIGHT, 24 / WIDTH, 30 / HEIGHT])


@pytest.mark.parametrize(
    "cam",
    [
        pytest.param((380, 180, 480, 270), id="lower-right-corner"),
        pytest.param((0, 0, 120, 90), id="upper-left-corner"),
        pytest.param((360, 170, 460, 250), id="away-from-the-sides"),
        pytest.param((180, 190, 290, 270), id="at-the-bottom"),
    ],
)
@pytest.mark.parametrize("border", [0, 3])
def test_the_edges_are_found(cam, border):
    if border and (min(cam) < border or cam[2] == WIDTH or cam[3] == HEIGHT):
        pytest.skip("no border beyond the picture")
    found = facecam(pictures(cam, border=border), face_in(cam))
    assert found is not None
    x, y, w, h = np.array(found) * [WIDTH, HEIGHT, WIDTH, HEIGHT]
    assert (x, y, x + w, y + h) == pytest.approx(cam, abs=4)


def test_a_person_without_a_frame_has_none():
    rng = np.random.default_rng(1)
    shown = [rng.integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8) // 20 for _ in range(8)]
    assert facecam(shown, face_in((380, 180, 480, 270))) is None
