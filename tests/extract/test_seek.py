"""A lost face is sought closely where that pays, by glances where it does not, never in vain."""

import numpy as np
import pytest

from funny.extract.faces import FACE_FRACTION, FaceBatch
from funny.extract.follow import FaceFollower
from funny.extract.seek import CLOSE_LOOK_TICKS, GLANCE_FRACTION, FaceSeeker, is_cut
from tests.faces import HOPPER_BOX, canvas, hopper, paste

WHOLE = (0.0, 0.0, 1.0, 1.0)


class Watched:
    """A detector that finds nothing, and says how small a face it was asked for each time."""

    def __init__(self):
        self.fractions = []

    def detect(self, picture, min_face_px, scale=1.0):
        self.fractions.append(min_face_px / scale / picture.shape[0])
        return FaceBatch.empty()


def noisy(seed, grey=120):
    """A picture of one scene, like the others of it but for noise."""
    noise = np.random.default_rng(seed).integers(-5, 6, (360, 640, 3))
    return (canvas(grey=grey) + noise).astype(np.uint8)


def looks(pictures):
    """What each picture cost: `close`, `glance` or nothing."""
    detector, found = Watched(), []
    seeker = FaceSeeker(detector, WHOLE)
    for picture in pictures:
        before = len(detector.fractions)
        assert seeker.find(picture) is None
        found.append(
            "close"
            if detector.fractions[before:] == [pytest.approx(FACE_FRACTION)]
            else "glance"
            if detector.fractions[before:] == [pytest.approx(GLANCE_FRACTION)]
            else ""
        )
    return found


STILL = noisy(0)


@pytest.mark.parametrize(
    ("pictures", "expected"),
    [
        pytest.param([STILL], ["close"], id="first"),
        pytest.param([STILL] * 9, ["close"] + [""] * 8, id="one-frame-for-long"),
        pytest.param([STILL, STILL.copy()], ["close", ""], id="another-frame-that-is-the-same"),
        pytest.param(
            [noisy(n) for n in range(2 * CLOSE_LOOK_TICKS + 1)],
            (["close"] + ["glance"] * (CLOSE_LOOK_TICKS - 1)) * 2 + ["close"],
            id="a-scene-that-goes-on",
        ),
        pytest.param(
            [noisy(0), noisy(1), noisy(2, grey=200), noisy(3, grey=200)],
            ["close", "glance", "close", "glance"],
            id="a-cut",
        ),
        pytest.param([STILL, STILL[:180, :320]], ["close"] * 2, id="another-size"),
    ],
)
def test_a_picture_costs_what_it_may_show(pictures, expected):
    assert looks(pictures) == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param(noisy(1), False, id="noise"),
        pytest.param(noisy(1, grey=130), False, id="a-little-brighter"),
        pytest.param(noisy(1, grey=200), True, id="another-scene"),
        pytest.param(canvas(320, 180), True, id="another-size"),
    ],
)
def test_a_cut_is_told_from_a_scene_that_goes_on(other, expected):
    assert is_cut(noisy(0), other) == expected


def with_face(height, seed):
    picture = noisy(seed)
    return picture, paste(picture, hopper(), height * 360, 300, 100)


@pytest.mark.parametrize(
    ("height", "ticks"),
    [
        pytest.param(0.15, 1, id="a-facecam-at-once"),
        pytest.param(0.05, CLOSE_LOOK_TICKS, id="a-small-face-within-two-seconds"),
    ],
)
def test_a_face_that_comes_into_a_scene_is_found(detector, height, ticks):
    follower = FaceFollower(detector)
    assert follower.find(noisy(0)) is None
    found = [follower.find(with_face(height, 1 + n)[0]) for n in range(ticks)]
    _, face = with_face(height, 0)
    assert np.abs(found[-1] - face).max() < 0.25 * height * 360


@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.2, 0.0), (-0.1, 0.15), (0.0, -0.2)])
def test_a_box_beside_the_face_is_mended(detector, shift):
    face = np.array(HOPPER_BOX, float)
    height = face[3] - face[1]
    box, confidence = detector.refined(hopper(), face + height * np.array([*shift, *shift]))
    assert confidence > 0.85
    assert np.abs(box - face).max() < 0.25 * height


def test_where_there_is_no_face_there_is_no_confidence(detector):
    _, confidence = detector.refined(canvas(), np.array([100.0, 100.0, 200.0, 200.0]))
    assert confidence < 0.5


def test_a_face_that_sits_still_is_followed_for_minutes(detector):
    picture, face = with_face(0.3, 0)
    follower = FaceFollower(detector)
    boxes = [follower.find(picture) for _ in range(240)]
    assert np.abs(np.array(boxes) - face).max() < 0.25 * 0.3 * 360
