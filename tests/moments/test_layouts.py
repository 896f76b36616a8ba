"""Layouts: every window has the shape of its panel and is inside the picture, with its face."""

import numpy as np
import pytest

from funny.moments.layouts import SHAPES, lay_out, size_of
from funny.moments.people import Shot
from funny.moments.scenes import Scene

LENGTH_S, TIMES = 8.0, np.arange(0, 8, 0.2)
FRAMES = np.arange(0, 8, 1 / 30)
CAM = (0.82, 0.76, 0.08, 0.16)
LEFT, RIGHT = (0.15, 0.3, 0.12, 0.28), (0.7, 0.25, 0.12, 0.28)


def track(box, shakes=0.004):
    return np.array(box) + np.random.default_rng(0).normal(0, shakes, (len(TIMES), 4))


def scene(*boxes, width=1920, height=1080, cam=None, speaker=0):
    tracks = tuple(track(box) for box in boxes)
    shot = Shot(0.0, LENGTH_S, TIMES, tracks)
    return Scene(
        *(width, height, LENGTH_S, [shot]),
        speakers=[tracks[speaker] if tracks else shot.without_faces()],
        cam=cam,
    )


@pytest.mark.parametrize(
    ("shape", "lines", "size"),
    [
        ("vertical", 1, (2, 4)),
        ("vertical", 2160, (1080, 1920)),
        ("vertical", 1080, (1080, 1920)),
        ("vertical", 720, (720, 1280)),
        ("vertical", 481, (480, 854)),
        ("square", 1080, (1080, 1080)),
        ("square", 361, (360, 360)),
    ],
)
def test_a_short_is_even_and_not_much_larger_than_its_source(shape, lines, size):
    assert size_of(shape, lines) == size


SCENES = {
    "nobody": scene(),
    "one": scene((0.4, 0.2, 0.2, 0.4)),
    "one-at-the-side": scene((0.93, 0.05, 0.07, 0.14)),
    "two": scene(LEFT, RIGHT),
    "close-together": scene((0.38, 0.3, 0.1, 0.2), (0.5, 0.3, 0.1, 0.2)),
    "cheek-to-cheek": scene((0.3, 0.3, 0.2, 0.36), (0.52, 0.3, 0.2, 0.36)),
    "facecam": scene(CAM),
    "facecam-with-edges": scene(CAM, cam=(0.75, 0.7, 0.25, 0.3)),
    "upright": scene((0.3, 0.2, 0.4, 0.2), width=1080, height=1920),
    "tall": scene((0.3, 0.2, 0.4, 0.2), width=1080, height=2400),
    "old-television": scene((0.3, 0.2, 0.3, 0.4), width=640, height=480),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("layout", ["auto", "follow", "two", "streamer", "fit"])
@pytest.mark.parametrize("name", SCENES)
def test_nothing_is_squashed_and_no_window_leaves_the_picture(name, layout, shape):
    what, size = SCENES[name], size_of(shape, 1080)
    made = lay_out(layout, what, size)
    assert (made.width, made.height) == size
    for panel in made.panels:
        w, h = panel.window
        pixels = w * what.width / (h * what.height)
        assert pixels == pytest.approx(panel.width / panel.height, rel=1e-6)
        for way, side in ((panel.x, w), (panel.y, h)):
            where = way.at(FRAMES)
            assert side / 2 - 1e-6 <= where.min()
            assert where.max() <= 1 - side / 2 + 1e-6


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("layout", ["follow", "two", "streamer"])
def test_panels_fill_the_short_without_overlap(layout, shape):
    made = lay_out(layout, SCENES["two"], size_of(shape, 1080))
    filled = np.zeros((made.height, made.width), int)
    for panel in made.panels:
        assert not {panel.left % 2, panel.top % 2, panel.width % 2, panel.height % 2} - {0}
        filled[panel.top : panel.top + panel.height, panel.left : panel.left + panel.width] += 1
    assert (filled == 1).all()


def face_in_window(panel, box):
    """Middle of a box in a panel, as fractions of the panel."""
    x, y, w, h = box
    middle = np.array([x + w / 2, y + h / 2])
    centre = np.array([panel.x.at(FRAMES)[0], panel.y.at(FRAMES)[0]])
    return (middle - centre) / panel.window + 0.5


NEAR_LEFT, NEAR_RIGHT = (0.2, 0.2, 0.2, 0.5), (0.6, 0.25, 0.2, 0.5)


@pytest.mark.parametrize("left_and_right", [(LEFT, RIGHT), (NEAR_LEFT, NEAR_RIGHT)])
@pytest.mark.parametrize("shape", SHAPES)
def test_two_are_left_and_right_or_above_and_below_each_by_itself(shape, left_and_right):
    left, right = left_and_right
    first, second = lay_out("two", scene(left, right), size_of(shape, 1080)).panels
    assert (first.left, first.top) == (0, 0)
    for panel, own, other in ((first, left, right), (second, right, left)):
        assert face_in_window(panel, own) == pytest.approx((0.5, 0.42), abs=0.16)
        other_side = np.array(other) + ([0, 0, 0, 0] if other is right else [other[2], 0, 0, 0])
        assert not 0 < face_in_window(panel, (*other_side[:2], 0.0, 0.0))[0] < 1


def test_a_head_that_hardly_fits_keeps_its_ears():
    """Small moves are followed as soon as there is no room for them."""
    box, width = np.array((0.4, 0.2, 0.19, 0.4)), 0.19
    moved = np.tile(box, (len(TIMES), 1))
    moved[:, 0] += np.where(TIMES < 4, -0.025, 0.025)
    what = Scene(1920, 1080, LENGTH_S, [Shot(0.0, LENGTH_S, TIMES, (moved,))], [moved])
    (panel,) = lay_out("follow", what, (1080, 1920)).panels
    middle = moved[:, 0] + width / 2
    is_still = np.abs(TIMES - 4) > 1
    off = np.abs(panel.x.at(TIMES) - middle)[is_still]
    assert (off + 0.8 * width).max() <= panel.window[0] / 2 + 0.005


def test_a_close_up_never_loses_brow_or_chin():
    """However near the other one is."""
    boxes = (0.3, 0.3, 0.2, 0.36), (0.52, 0.3, 0.2, 0.36)
    for panel, (_, y, _, h) in zip(
        lay_out("two", SCENES["cheek-to-cheek"], (1080, 1920)).panels, boxes, strict=True
    ):
        top = panel.y.at(FRAMES)[0] - panel.window[1] / 2
        assert top < y and y + h < top + panel.window[1]


def test_one_of_two_who_goes_leaves_the_panels_as_they_are():
    both = (track(LEFT), track(RIGHT))
    alone = Shot(4.0, 8.0, TIMES[20:], (both[0][20:],))
    together = Shot(0.0, 4.0, TIMES[:20], (both[0][:20], both[1][:20]))
    what = Scene(1920, 1080, LENGTH_S, [together, alone], [both[0][:20], both[0][20:]])
    for panel in lay_out("two", what, (1080, 1920)).panels:
        assert np.ptp(panel.x.at(FRAMES)) < 0.02


@pytest.mark.parametrize(
    ("layout", "name"), [("two", "one"), ("two", "nobody"), ("streamer", "nobody")]
)
def test_without_the_faces_that_it_needs_a_layout_is_follow(layout, name):
    assert lay_out(layout, SCENES[name], (1080, 1920)).name == "follow"


def test_the_facecam_is_above_and_not_in_the_game():
    upper, lower = lay_out("streamer", SCENES["facecam-with-edges"], (1080, 1920)).panels
    assert (upper.top, lower.top, upper.height + lower.height) == (0, upper.height, 1920)
    assert (face_in_window(upper, CAM) > 0.2).all()
    assert (face_in_window(upper, CAM) < 0.8).all()
    x, w = lower.x.at(FRAMES)[0], lower.window[0]
    assert x + w / 2 <= 0.75 + 1e-6


def test_the_facecam_shows_nothing_beyond_its_edges():
    upper, _ = lay_out("streamer", SCENES["facecam-with-edges"], (1080, 1920)).panels
    (x, y), (w, h) = (upper.x.at(FRAMES)[0], upper.y.at(FRAMES)[0]), upper.window
    assert x - w / 2 >= 0.75 - 1e-6
    assert y - h / 2 >= 0.7 - 1e-6


def test_the_face_is_in_the_middle_with_its_eyes_on_the_upper_third():
    what = scene((0.3, 0.3, 0.2, 0.1), width=1080, height=2400)
    (panel,) = lay_out("follow", what, (1080, 1080)).panels
    assert face_in_window(panel, (0.3, 0.3, 0.2, 0.1))[1] == pytest.approx(0.4, abs=0.02)
