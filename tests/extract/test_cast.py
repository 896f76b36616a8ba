"""Faces that were put into a video are found where they are, those that matter first."""

import io
from itertools import pairwise

import cv2
import numpy as np
import pytest
from PIL import Image

from funny.errors import Cancelled
from funny.extract import cast as module
from funny.extract.cast import faces_found
from funny.extract.follow import FaceFollower
from funny.extract.places import Place, Sighting, area, places
from funny.extract.video import probe
from funny.pipeline import AnalyzeOptions
from tests.faces import astronaut, canvas, hopper, paste
from tests.media import Movie, Sound, sine, steady, write_media

WIDTH, HEIGHT = 640, 360
SECONDS = 24


def filmed(folder, *scenes, **how):
    """A video of as many seconds as there are pictures looked at; scenes one after the other."""
    pictures = [scene for scene in scenes for _ in range(2 * SECONDS // len(scenes))]
    movie = {"options": {"preset": "veryfast", "g": "2"}, "width": WIDTH, "height": HEIGHT, **how}
    movie["picture"] = lambda index, *_: pictures[index]
    write_media(folder / "a.mp4", Movie(steady(2, SECONDS), **movie))
    return probe(folder / "a.mp4")


def scene(*faces):
    """A grey picture with faces: photo, height of the face, left and top of the photo."""
    picture = canvas(WIDTH, HEIGHT)
    return picture, [paste(picture, *face) / [WIDTH, HEIGHT, WIDTH, HEIGHT] for face in faces]


def as_picture(jpeg):
    return np.asarray(Image.open(io.BytesIO(jpeg)))


def holds(region, box, margin=0.0):
    """Whether a face lies in a region, with room around it where the picture has some."""
    x, y, w, h = region
    left, top, right, bottom = box
    room_x, room_y = margin * (right - left), margin * (bottom - top)
    inside = (max(0, left - room_x), max(0, top - room_y))
    opposite = (min(1, right + room_x), min(1, bottom + room_y))
    return x <= inside[0] and y <= inside[1] and x + w >= opposite[0] and y + h >= opposite[1]


def meets(region, box):
    x, y, w, h = region
    return x < box[2] and box[0] < x + w and y < box[3] and box[1] < y + h


def test_sound_alone_has_none(tmp_path, detector):
    write_media(tmp_path / "a.mp4", None, Sound(sine(0.5, 1)))
    assert faces_found(probe(tmp_path / "a.mp4"), detector) is None


def test_a_video_without_a_face_still_has_a_picture(tmp_path, detector):
    cast = faces_found(filmed(tmp_path, canvas(WIDTH, HEIGHT, 90)), detector)
    assert cast.members == ()
    assert (cast.width, cast.height) == (WIDTH, HEIGHT)
    assert as_picture(cast.frame).mean() == pytest.approx(90, abs=2)


CORNERS = ((hopper(), 60, 10, 10), (astronaut(), 60, 480, 190))
NEIGHBOURS = ((hopper(), 70, 100, 60), (astronaut(), 70, 225, 90))


@pytest.mark.parametrize("faces", [CORNERS, NEIGHBOURS], ids=["in-two-corners", "side-by-side"])
def test_two_people_are_two_and_neither_is_in_the_others_region(tmp_path, detector, faces):
    picture, boxes = scene(*faces)
    cast = faces_found(filmed(tmp_path, picture), detector)
    assert [member.share for member in cast.members] == [1, 1]
    members = sorted(cast.members, key=lambda member: member.region[0])
    for member, own, other in zip(members, boxes, boxes[::-1], strict=True):
        assert holds(member.region, own)
        assert not meets(member.region, other)
        options = AnalyzeOptions(face_region=member.region)
        found = FaceFollower(detector, options.face_region).find(picture)
        assert np.abs(found / [WIDTH, HEIGHT, WIDTH, HEIGHT] - own).max() < 0.05


FACECAM, GUEST = (hopper(), 50, 520, 230), (astronaut(), 130, 60, 20)


@pytest.mark.parametrize("exactly", [True, False], ids=["short", "long"])
def test_the_facecam_comes_before_a_larger_face_that_comes_once(
    tmp_path, detector, exactly, monkeypatch
):
    monkeypatch.setattr(module, "_is_quickly_decoded", lambda _: exactly)
    alone, [facecam] = scene(FACECAM)
    both, [guest, _] = scene(GUEST, FACECAM)
    found = faces_found(filmed(tmp_path, *[alone] * 11, both), detector)
    first, second = found.members
    assert (first.share, second.share) == (1, pytest.approx(1 / 12, abs=0.05))
    assert holds(first.region, facecam, margin=0.8)
    assert holds(second.region, guest, margin=0.8)
    shown = as_picture(found.frame)
    assert np.abs(shown.astype(int) - both).mean() < 8, "the picture with most faces is shown"


def test_one_who_leans_is_one_and_one_who_changes_sides_is_two(tmp_path, detector):
    at = [scene((hopper(), 60, x, 100)) for x in (60, 90, 140, 450)]
    found = faces_found(filmed(tmp_path, *[picture for picture, _ in at]), detector)
    left, right = found.members
    assert (left.share, right.share) == (0.75, 0.25)
    assert all(holds(left.region, box) for _, [box] in at[:3])
    assert holds(right.region, at[3][1][0])
    assert not meets(left.region, at[3][1][0])


def test_the_portrait_is_the_sharpest_face(tmp_path, detector):
    sharp, _ = scene((hopper(), 80, 200, 100))
    blurred = cv2.GaussianBlur(sharp, (0, 0), 3)
    blurred[..., 0] = 255  # so that one sees which was taken
    found = faces_found(filmed(tmp_path, blurred, sharp, blurred), detector)
    portrait = as_picture(found.members[0].jpeg)
    assert portrait.shape == (128, 128, 3)
    assert portrait[..., 0].mean() < 200
    assert len(detector.detect(portrait, 40)) == 1


def test_a_face_in_the_corner_has_no_black_beside_it(tmp_path, detector):
    picture = canvas(WIDTH, HEIGHT)
    head = hopper()[100:, 150:]
    picture[: len(head) // 2, : head.shape[1] // 2] = cv2.resize(head, None, fx=0.5, fy=0.5)[:360]
    portrait = as_picture(faces_found(filmed(tmp_path, picture), detector).members[0].jpeg)
    assert portrait[:, 0].mean() > 60
    assert portrait[0].mean() > 60


def test_one_key_frame_speaks_for_the_whole(tmp_path, detector):
    picture, _ = scene(FACECAM)
    video = filmed(tmp_path, picture, options={"preset": "veryfast", "g": "250"})
    told = []
    cast = faces_found(video, detector, lambda *what: told.append(what))
    assert [member.share for member in cast.members] == [1]
    assert told == [("cast", done, 24) for done in range(1, 25)]


def test_a_phone_held_upright(tmp_path, detector):
    picture = canvas(HEIGHT, WIDTH)
    box = paste(picture, hopper(), 90, 60, 200) / [HEIGHT, WIDTH, HEIGHT, WIDTH]
    found = faces_found(filmed(tmp_path, picture, width=HEIGHT, height=WIDTH), detector)
    assert (found.width, found.height) == (HEIGHT, WIDTH)
    assert holds(found.members[0].region, box, margin=0.8)


def test_progress_stops_the_work(tmp_path, detector):
    def stop(stage, done, total):
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        faces_found(filmed(tmp_path, canvas(WIDTH, HEIGHT)), detector, stop)


def seen(picture, left, top=0, side=10, confidence=1.0):
    box = np.array([left, top, left + side, top + side], float)
    return Sighting(picture, box, confidence, np.zeros((4, 4, 3), np.uint8))


def test_nothing_seen_is_no_place():
    assert places([]) == []


def test_what_never_is_a_face_beyond_doubt_is_none():
    assert places([seen(k, 0, confidence=0.98) for k in range(9)]) == []
    assert len(places([seen(0, 0, confidence=0.98), seen(1, 0)])) == 1


def test_a_face_that_walks_through_the_picture_does_not_become_one_place():
    walk = places([seen(k, 8 * k) for k in range(12)])
    assert len(walk) > 1
    assert max(place.bounds[2] - place.bounds[0] for place in walk) < 60


def test_faces_that_meet_are_never_joined():
    pair = [seen(k, left) for k in range(5) for left in (0, 15)]
    assert [sorted(place.pictures) for place in places(pair)] == [list(range(5))] * 2


def test_most_often_and_largest_comes_first():
    crowd = [seen(k, 0, side=10) for k in range(6)] + [seen(k, 100, side=30) for k in range(3)]
    weights = [place.weight for place in places(crowd)]
    assert weights == [90, 60]
    assert all(a >= b for a, b in pairwise(weights))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param((0, 15, 0), (-10, -10, 12.5, 20), id="right-of-it"),
        pytest.param((0, -15, 0), (-2.5, -10, 20, 20), id="left-of-it"),
        pytest.param((0, 0, 14), (-10, -10, 20, 12), id="below-it"),
        pytest.param((0, 0, -14), (-10, -2, 20, 20), id="above-it"),
        pytest.param((0, 5, 5), (-10, -10, 20, 20), id="over-it-cannot-be-parted"),
        pytest.param((0, 40, 0), (-10, -10, 20, 20), id="far-away"),
        pytest.param((1, 15, 0), (-10, -10, 20, 20), id="never-at-the-same-time"),
    ],
)
def test_an_area_ends_half_way_to_another_face(other, expected):
    assert area(Place([seen(0, 0)]), [Place([seen(*other)])]).tolist() == list(expected)
