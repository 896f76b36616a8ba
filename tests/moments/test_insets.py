"""A shot that a crop would spoil is shown whole or wider: the whole of it, and in its own shape."""

import numpy as np
import pytest

from funny.moments.insets import HEAD, WHOLE, insets
from funny.moments.people import Shot
from funny.moments.scenes import Scene, largest_window

SHORT = (1080, 1920)
CROP = largest_window(9 / 16, 16 / 9)
FAR, NEAR, NEARER = (0.4, 0.2, 0.1, 0.2), (0.4, 0.2, 0.22, 0.5), (0.3, 0.2, 0.3, 0.6)

HIGH = (0.45, 0.1, 0.1, 0.8)


def film(*faces, width=1920, height=1080):
    """One shot of a second for each face; None has none."""
    shots = []
    for n, face in enumerate(faces):
        times_s = np.arange(n, n + 1, 0.2)
        tracks = () if face is None else (np.tile(np.array(face, float), (len(times_s), 1)),)
        shots.append(Shot(float(n), n + 1.0, times_s, tracks))
    speakers = [shot.tracks[0] if shot.tracks else shot.without_faces() for shot in shots]
    return Scene(width, height, float(len(faces)), shots, speakers)


def spans(found, window=None):
    """When insets are shown: those of one window, or all."""
    return sorted(span for one in found for span in one.spans_s if window in (None, one.window))


@pytest.mark.parametrize(
    ("faces", "whole", "wider"),
    [
        pytest.param([None], [(0, 1)], [], id="nobody"),
        pytest.param([FAR], [], [], id="far"),
        pytest.param([NEAR], [], [(0, 1)], id="near"),
        pytest.param([HIGH, NEAR], [], [(1, 2)], id="high-where-nothing-is-cropped"),
        pytest.param([FAR, None, FAR], [(1, 2)], [], id="a-title-between"),
        pytest.param([None, None, FAR, None], [(0, 2), (3, 4)], [], id="two-titles-and-one"),
        pytest.param([NEAR, None, NEARER, FAR], [(1, 2)], [(0, 1), (2, 3)], id="all-kinds"),
    ],
)
def test_shots_are_shown_whole_or_wider_or_cropped(faces, whole, wider):
    found = insets(film(*faces), CROP, SHORT)
    assert spans(found, WHOLE) == whole
    assert sorted(set(spans(found)) - set(whole)) == wider


def test_a_face_seen_once_is_enough_for_a_crop():
    """Or the picture would change to and fro inside a shot."""
    scene = film(FAR)
    scene.speakers[0][1:] = np.nan
    assert insets(scene, CROP, SHORT) == ()


@pytest.mark.parametrize("face", [NEAR, NEARER])
def test_a_near_face_is_given_hair_and_chin(face):
    (one,) = insets(film(face), CROP, SHORT)
    assert HEAD * face[2] > CROP[0]
    assert 1.2 * HEAD * face[2] < one.window[0] < 1
    assert one.window[1] == 1


def test_bands_are_never_thin():
    (one,) = insets(film((0.4, 0.2, 0.2, 0.4)), CROP, SHORT)
    assert one.place[1] >= 0.08 * SHORT[1]


def test_near_faces_have_one_window():
    """A cut from one to the other changes the view, not the frame around it."""
    (one,) = insets(film(NEAR, NEARER), CROP, SHORT)
    assert one.spans_s == ((0.0, 2.0),)


@pytest.mark.parametrize("size", [SHORT, (1080, 1080), (360, 640), (72, 128)])
@pytest.mark.parametrize(
    "picture", [(1920, 1080), (1280, 720), (640, 480), (480, 480), (720, 1280)]
)
def test_it_has_the_pictures_shape_and_is_in_the_middle(picture, size):
    crop = largest_window(size[0] / size[1], picture[0] / picture[1])
    scene = film(None, (0.1, 0.1, 0.7, 0.7), width=picture[0], height=picture[1])
    for one in insets(scene, crop, size):
        left, top, width, height = one.place
        shape = one.window[0] * picture[0] / (one.window[1] * picture[1])
        assert width / height == pytest.approx(shape, rel=2.1 / min(width, height))
        assert not (left % 2 or top % 2 or width % 2 or height % 2)
        assert abs(size[0] - 2 * left - width) <= 2 and abs(size[1] - 2 * top - height) <= 2
        assert size[0] - width <= 2 or size[1] - height <= 2


def test_a_picture_of_the_shorts_shape_needs_none():
    assert insets(film(None, NEARER, width=1080, height=1920), (1.0, 1.0), SHORT) == ()
