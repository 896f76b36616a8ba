"""Beep and flash stay within a frame of each other: clip, reel and short, and three hours in."""

import subprocess
from fractions import Fraction

import numpy as np
import pytest

from funny.moments.choice import Moment
from funny.moments.clips import cut_clips
from funny.moments.cutting import COPY, CutOptions
from funny.moments.ffmpeg import binary
from funny.moments.reel.values import ReelOptions
from funny.moments.reel.write import write_reel
from funny.moments.shorts import ShortOptions, make_shorts
from tests.media import NTSC, Movie, Sound, sine, steady, uneven, write_media
from tests.moments.reel.reels import analysis, frames_of, loud_spans_s, moment

FPS = 25
HOURS_S = 3 * 3600
HEAR_S = 0.012
"""How exactly a beginning is heard after AAC."""


def flashing_at(times_s):
    """White for the first 80 ms of every second, by the time at which a frame is shown."""

    def picture(index, width, height):
        return np.full((height, width), 255 if times_s[index] % 1 < 0.08 else 0, np.uint8)

    return picture


def beeping(seconds):
    return sine(0.5, seconds, hz=1000.0) * (np.arange(seconds * 44_100) % 44_100 < 3528)


def film(path, times_s, seconds):
    movie = Movie(times_s, 128, 72, picture=flashing_at(times_s))
    write_media(path, movie, Sound(beeping(seconds)))
    return path


def clip(path, start_s, end_s, folder, detector):
    (made,) = cut_clips(analysis(path).video, [moment(start_s, end_s)], folder)
    return made


def copy(path, start_s, end_s, folder, detector):
    options = CutOptions(how=COPY)
    (made,) = cut_clips(analysis(path).video, [moment(start_s, end_s)], folder, options)
    return made


def reel(path, start_s, end_s, folder, detector):
    middle_s = (start_s + end_s) / 2
    found = analysis(path, moment(start_s, middle_s - 0.1), moment(middle_s + 0.3, end_s))
    return write_reel(found, ReelOptions(crossfade_s=0.16), folder / "reel.mp4").path


def short(path, start_s, end_s, folder, detector, **options):
    found = analysis(path, audio_track=None)
    moments = [Moment(1, moment(start_s, end_s))]
    (made,) = make_shorts(found, moments, folder, detector, ShortOptions(**options))
    return made.path


def square(path, start_s, end_s, folder, detector):
    return short(path, start_s, end_s, folder, detector, shape="square", layout="fit")


PRODUCTS = [clip, copy, reel, short, square]


def apart_s(path):
    """How far every flash is from the nearest beep, in seconds."""
    times_s, pictures = frames_of(path)
    bright = np.array([picture.mean() for picture in pictures])
    is_lit = bright > (bright.min() + bright.max()) / 2
    flashes_s = times_s[1:][is_lit[1:] & ~is_lit[:-1]]
    beeps_s = np.array([begin for begin, _ in loud_spans_s(path)])
    return np.array([np.abs(beeps_s - flash_s).min() for flash_s in flashes_s])


# Frames that begin with every second, so that a flash is where its beep is.
RATES = {
    "25": steady(25, 9),
    "60": steady(60, 9),
    "variable": [n + t for n in range(9) for t in uneven(0.96) if t < 1] + [Fraction(9)],
}


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("product", PRODUCTS)
def test_they_stay_together(tmp_path, detector, product, rate):
    path = film(tmp_path / "a.mp4", RATES[rate], 9)
    found = apart_s(product(path, 1.37, 7.71, tmp_path / "out", detector))
    assert len(found) >= 5
    # A reel runs at a constant rate, the nearest to the video's.
    frame_s = 1 / 25 if rate == "variable" else 1 / int(rate)
    assert found.max() <= frame_s + HEAR_S * (rate == "60")


@pytest.mark.parametrize("product", PRODUCTS)
def test_an_ntsc_rate_is_no_more_than_a_frame_off(tmp_path, detector, product):
    times_s = steady(NTSC, 9)
    path = film(tmp_path / "a.mp4", times_s, 9)
    found = apart_s(product(path, 1.37, 7.71, tmp_path / "out", detector))
    assert len(found) >= 5
    assert found.max() <= 1 / NTSC + HEAR_S


@pytest.fixture(scope="module")
def three_hours(tmp_path_factory):
    """A minute over and over without encoding anew: flash and beep each second, for three hours."""
    folder = tmp_path_factory.mktemp("hours")
    minute = film(folder / "minute.mkv", steady(FPS, 60), 60)
    path, times = folder / "long.mkv", HOURS_S // 60 + 2
    words = [binary(), "-v", "error", "-stream_loop", str(times - 1), "-i", str(minute)]
    subprocess.run([*words, "-c", "copy", str(path)], check=True)
    return path


@pytest.mark.parametrize("product", PRODUCTS)
def test_three_hours_in_they_are_together(three_hours, tmp_path, detector, product):
    start_s = HOURS_S + 1.37
    found = apart_s(product(three_hours, start_s, start_s + 6.3, tmp_path / "out", detector))
    assert len(found) >= 5
    assert found.max() <= 1 / FPS


def test_what_is_a_frame_off_is_seen(tmp_path):
    """Or nothing here would ever fail."""
    times_s = steady(FPS, 5)
    late = np.concatenate([np.zeros(round(44_100 * 1.5 / FPS)), beeping(5)])
    movie = Movie(times_s, 128, 72, picture=flashing_at(times_s))
    write_media(tmp_path / "a.mp4", movie, Sound(late))
    assert apart_s(tmp_path / "a.mp4").max() > 1 / FPS
