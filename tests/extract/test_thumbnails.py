"""Thumbnails show the video at their times, and cost little in long ones."""

import io

import numpy as np
import pytest
from PIL import Image

from funny.errors import Cancelled
from funny.extract.thumbnails import sprite
from funny.extract.video import probe
from tests.disks import is_open
from tests.media import Movie, Sound, number_in, sine, steady, write_media


def pictures_of(found):
    """The thumbnails of a sprite, in order."""
    sheet = np.asarray(Image.open(io.BytesIO(found.jpeg)))
    for i in range(found.count):
        row, column = divmod(i, found.columns)
        top, left = row * found.height, column * found.width
        yield sheet[top : top + found.height, left : left + found.width]


def made(path, *tracks, **how):
    write_media(path, *tracks, **how)
    return sprite(probe(path))


def test_sound_alone_has_none(tmp_path):
    assert made(tmp_path / "a.mp4", None, Sound(sine(0.5, 2))) is None


@pytest.mark.parametrize("start_s", [0.0, 3600.0], ids=["from-0", "from-an-hour"])
def test_each_shows_the_picture_of_its_second(tmp_path, start_s):
    found = made(tmp_path / "a.mkv", Movie(steady(10, 6)), start_s=start_s)
    assert (found.count, found.every_s, found.width) == (6, 1.0, 128)
    assert [number_in(picture) for picture in pictures_of(found)] == [0, 10, 20, 30, 40, 50]


def test_of_a_long_video_key_frames_at_or_before_the_time(tmp_path):
    """At two frames a second with a key frame every 16 s, of 200 s: no more than 200 pictures."""
    movie = Movie(steady(2, 200), options={"preset": "veryfast", "g": "32"})
    found = made(tmp_path / "a.mp4", movie)
    assert (found.count, found.every_s) == (200, 1.0)
    shown = [number_in(picture) for picture in pictures_of(found)]
    wanted = [k * 2 // 32 * 32 for k in range(200)]
    assert shown == wanted


def test_the_shape_of_a_phone_stays(tmp_path):
    found = made(tmp_path / "a.mp4", Movie(steady(10, 2), width=64, height=128))
    assert (found.width, found.height) == (128, 256)


def test_a_turned_picture_stands_upright(tmp_path):
    found = made(tmp_path / "a.mp4", Movie(steady(10, 2), rotation=90))
    assert [number_in(picture) for picture in pictures_of(found)] == [0, 10]


def test_it_tells_how_far_it_is_and_hears_who_stops_it(tmp_path):
    write_media(tmp_path / "a.mp4", Movie(steady(10, 6)))
    video, heard = probe(tmp_path / "a.mp4"), []

    def stop_at_the_third(done, total):
        heard.append((done, total))
        if done == 2:
            raise Cancelled("enough")

    with pytest.raises(Cancelled) as kept:
        sprite(video, stop_at_the_third)
    assert heard == [(0, 6), (1, 6), (2, 6)]
    assert not is_open(video.path), kept
