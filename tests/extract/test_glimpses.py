"""All faces of a moment are seen five times a second, new ones soon, and each cut at once."""

from functools import partial

import numpy as np
import pytest

from funny.extract.glimpses import GLIMPSE_S, glimpses
from funny.extract.video import probe
from tests.faces import astronaut, canvas, hopper, paste
from tests.media import Movie, steady, write_media

RATE = 10


def still(index, width, height):
    return canvas(width, height)


def one(index, width, height):
    picture = canvas(width, height)
    paste(picture, hopper(), 90, 20 + 4 * index, 60)
    return picture


def second_comes(index, width, height):
    picture = one(0, width, height)
    if index >= 12:
        paste(picture, astronaut(), 80, 340, 60)
    return picture


def swapped(index, width, height):
    picture = canvas(width, height)
    paste(picture, hopper(), 90, 20 if index < 15 else 380, 60)
    return picture


def seen(tmp_path, detector, picture, cuts_s=()):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(RATE, 3), 640, 360, picture=picture))
    return glimpses(probe(path), detector, 0.0, 3.0, np.array(cuts_s))


def test_a_picture_without_a_face_has_none(tmp_path, detector):
    found = seen(tmp_path, detector, still)
    assert [len(g.boxes) for g in found] == [0] * 15


def test_a_moving_face_is_where_it_is(tmp_path, detector):
    found = seen(tmp_path, detector, one)
    assert [g.time_s for g in found] == pytest.approx(np.arange(15) * GLIMPSE_S)
    where = [g.boxes[0][0] + g.boxes[0][2] / 2 for g in found]
    planted = [paste(canvas(), hopper(), 90, 20 + 4 * round(g.time_s * RATE), 60) for g in found]
    assert where == pytest.approx([(b[0] + b[2]) / 2 / 640 for b in planted], abs=0.02)


def test_a_second_face_is_found_soon(tmp_path, detector):
    counts = {round(g.time_s, 1): len(g.boxes) for g in seen(tmp_path, detector, second_comes)}
    assert counts[1.0] == 1
    assert counts[1.8] == counts[2.8] == 2


def test_the_first_picture_of_a_shot_is_looked_at(tmp_path, detector):
    found = {round(g.time_s, 2): g.boxes for g in seen(tmp_path, detector, swapped, [1.5])}
    assert found[1.4][0][0] < 0.3
    assert found[1.5][0][0] > 0.5


def test_in_a_new_shot_new_faces_are_found_at_once(tmp_path, detector):
    def comes(index, width, height):
        return second_comes(index - 3, width, height)

    counts = {
        cut_s: {round(g.time_s, 2): len(g.boxes) for g in seen(tmp_path, detector, comes, [cut_s])}
        for cut_s in (0.9, 1.5)
    }
    assert counts[1.5][1.4] == 1
    assert counts[1.5][1.5] == 2


def test_it_tells_how_far_it_is_and_may_be_stopped(tmp_path, detector):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(RATE, 3), 640, 360, picture=partial(still)))
    told = []

    def stop(done_s):
        told.append(done_s)
        if done_s >= 1:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        glimpses(probe(path), detector, 0.0, 3.0, np.zeros(0), stop)
    assert told == pytest.approx(np.arange(6) * GLIMPSE_S)
