"""A span begins with what is on screen then, and has every frame after it once."""

from fractions import Fraction

import numpy as np
import pytest

from funny.extract.spans import pictures_at, pictures_between
from funny.extract.video import probe
from tests.media import NTSC, Movie, Sound, number_in, on_screen, sine, steady, uneven, write_media


@pytest.fixture(
    params=[
        pytest.param(("a.mp4", steady(25, 6), 0), id="25fps"),
        pytest.param(("a.mp4", uneven(6), 0), id="variable-rate"),
        pytest.param(("a.mkv", steady(NTSC, 6), 3600), id="mkv-from-1h"),
        pytest.param(("a.ts", steady(NTSC, 6), 3600), id="ts-from-1h"),
        pytest.param(("a.mp4", steady(Fraction(1, 3), 6), 0), id="slides-3s-apart"),
    ]
)
def film(request, tmp_path):
    name, times_s, start_s = request.param
    path = tmp_path / name
    shown = write_media(path, Movie(times_s), Sound(sine(0.1, 6)), start_s=start_s)
    return probe(path), shown


@pytest.mark.parametrize(("start_s", "end_s"), [(0.0, 1.0), (2.3, 4.71), (4.0, 9.0)])
def test_a_span_has_its_frames_and_no_other(film, start_s, end_s):
    video, shown = film
    found = list(pictures_between(video, start_s, end_s, 64))
    numbers = [number_in(picture) for _, picture in found]
    assert numbers[0] in on_screen(shown, start_s)
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    assert numbers[-1] in on_screen(shown, min(end_s, 100.0) - 0.002)
    assert [t for t, _ in found] == pytest.approx(shown[numbers], abs=0.002)


def test_pictures_are_those_on_screen_at_the_times(film):
    video, shown = film
    times_s = [0.0, 0.013, 2.2, 2.21, 4.4, 5.5]
    found = list(pictures_at(video, times_s, 64))
    assert [t for t, _ in found] == times_s
    assert all(number_in(p) in on_screen(shown, t) for t, p in found)


def test_a_late_span_of_a_stream_has_its_frames(tmp_path):
    path = tmp_path / "a.ts"
    movie = Movie(steady(25, 30), options={"preset": "veryfast", "g": "250"})
    shown = write_media(path, movie, start_s=100)
    numbers = [number_in(p) for _, p in pictures_between(probe(path), 27.0, 27.5, 64)]
    assert numbers[0] in on_screen(shown, 27.0)
    assert len(numbers) in (12, 13)


def test_no_time_gives_no_picture(film):
    assert list(pictures_at(film[0], [], 64)) == []


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_pictures_are_upright_square_and_small_enough(tmp_path, turn):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(25, 1), 96, 128, rotation=turn))
    (_, picture), *_ = pictures_between(probe(path), 0.0, 0.1, 64)
    assert picture.shape == (64, 48, 3)
    assert picture.dtype == np.uint8
    assert number_in(picture) == 0


def test_a_file_without_a_picture_has_none(tmp_path):
    path = tmp_path / "a.wav"
    write_media(path, None, Sound(sine(0.1, 2)))
    assert list(pictures_between(probe(path), 0.0, 1.0, 64)) == []
