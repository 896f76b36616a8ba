"""The layout suits what is to be seen."""

import numpy as np
import pytest

from funny.moments.layouts import size_of
from funny.moments.people import Shot
from funny.moments.scenes import Scene, chosen
from tests.moments.test_layouts import CAM, LENGTH_S, SCENES, TIMES, track


@pytest.mark.parametrize(
    ("name", "vertical", "square"),
    [
        ("nobody", "follow", "follow"),
        ("one", "follow", "follow"),
        ("one-at-the-side", "streamer", "streamer"),
        ("two", "two", "two"),
        ("close-together", "follow", "follow"),
        ("cheek-to-cheek", "fit", "follow"),
        ("facecam", "streamer", "streamer"),
        ("upright", "follow", "fit"),
        ("tall", "fit", "fit"),
        ("old-television", "follow", "follow"),
    ],
)
def test_the_layout_suits_the_scene(name, vertical, square):
    found = [chosen(SCENES[name], size_of(shape, 1080)) for shape in ("vertical", "square")]
    assert found == [vertical, square]


def test_a_face_that_wanders_is_no_facecam():
    boxes = track(CAM)
    boxes[:, 0] -= np.linspace(0, 0.4, len(boxes))
    what = Scene(1920, 1080, LENGTH_S, [Shot(0.0, LENGTH_S, TIMES, (boxes,))], [boxes])
    assert chosen(what, (1080, 1920)) == "follow"
