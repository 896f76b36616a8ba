"""Thumbnails: the picture that was planted as the best one, and a small animation about it."""

import os
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from funny.errors import Cancelled, MediaError, OptionError
from funny.extract.video import probe
from funny.moments.animation import MOST_BYTES
from funny.moments.choice import Moment
from funny.moments.stills import (
    ThumbnailOptions,
    best_time_s,
    expression,
    make_thumbnails,
)
from funny.records import Highlight
from tests.faces import canvas, hopper, paste
from tests.media import Movie, Sound, sine, steady, write_media
from tests.values import analysis_of, signals_of

RATE, LENGTH_S = 10, 5
WHOLE = Highlight(0.0, 5.0, 2.5, 0.9)


def portrait(blur=0.0):
    picture = canvas(480, 360)
    paste(picture, hopper(), 150, 100, 20)
    return cv2.GaussianBlur(picture, (0, 0), blur) if blur else picture


def always(index, width, height):
    return portrait()


def sharp_near_3s(index, width, height):
    return portrait(0 if 28 <= index < 33 else 3)


def sharp_at_3s(index, width, height):
    return portrait(0 if index == 30 else 3)


def fades_out(index, width, height):
    share = np.clip((40 - index) / 10, 0.3, 1)
    return (portrait() * share).astype(np.uint8)


def face_from_4s_on(index, width, height):
    rng = np.random.default_rng(0)
    detailed = rng.integers(0, 255, (height, width, 3)).astype(np.uint8)
    return portrait() if index >= 40 else detailed


def other_shot_from_3s_on(index, width, height):
    picture = portrait()
    return picture if index < 30 else 255 - picture[:, ::-1] // 2


def noise(index, width, height):
    return np.random.default_rng(index).integers(0, 255, (height, width, 3)).astype(np.uint8)


def analysed(path, picture=always, **columns):
    write_media(path, Movie(steady(RATE, LENGTH_S), 480, 360, picture=picture))
    signals = signals_of(2 * LENGTH_S, **columns)
    return replace(analysis_of(2 * LENGTH_S, (WHOLE,)), video=probe(path), signals=signals)


def happy_at(*seconds):
    ticks = np.arange(2 * LENGTH_S) / 2
    return np.isin(ticks, seconds) * 0.9


def best(analysis, detector, cuts_s=()):
    return best_time_s(analysis, WHOLE, np.array(cuts_s), detector)


@pytest.mark.parametrize("at_s", [0.5, 2.0, 4.0])
def test_it_is_when_the_face_shows_most(tmp_path, detector, at_s):
    found = analysed(tmp_path / "a.mp4", happiness=happy_at(at_s))
    assert best(found, detector) == pytest.approx(at_s, abs=0.25)


def test_of_equal_faces_it_is_the_sharp_one(tmp_path, detector):
    found = analysed(tmp_path / "a.mp4", sharp_near_3s, happiness=0.5)
    assert 2.8 <= best(found, detector) < 3.3


def test_a_picture_with_a_face_is_better_than_one_with_more_detail(tmp_path, detector):
    found = analysed(tmp_path / "a.mp4", face_from_4s_on, happiness=happy_at(1.0))
    assert best(found, detector) >= 4


def test_no_picture_of_a_fade_is_taken(tmp_path, detector):
    found = analysed(tmp_path / "a.mp4", fades_out, happiness=happy_at(4.5))
    assert best(found, detector) < 3.8


def test_no_picture_beside_a_cut_is_taken(tmp_path, detector):
    found = analysed(tmp_path / "a.mp4", sharp_at_3s, happiness=happy_at(3.0))
    assert best(found, detector) == pytest.approx(3.0)
    assert abs(best(found, detector, [3.0]) - 3.0) >= 0.12


def test_without_any_face_it_is_still_a_picture(tmp_path, detector):
    found = analysed(tmp_path / "a.mp4", noise, found=False)
    assert 0 <= best(found, detector) < 5


def test_nothing_is_known_of_a_video_that_is_shorter_than_a_tick():
    assert expression(signals_of(0), np.array([0.0, 0.1])) == pytest.approx([0.05, 0.05])


def test_expression_is_more_for_a_laugh_than_for_a_calm_face():
    laughing = signals_of(4, happiness=np.array([0, 0.9, 0, 0]), arousal=np.array([0, 0.5, 0, 0]))
    shown = expression(laughing, np.array([0.0, 0.4, 0.6, 1.4]))
    assert shown == pytest.approx([0.05, 1.2, 1.2, 0.05], abs=0.01)


def made(analysis, folder, detector, **options):
    moments = [Moment(1, h) for h in analysis.highlights]
    return make_thumbnails(analysis, moments, folder, detector, ThumbnailOptions(**options))


@pytest.mark.parametrize("picture", ["jpg", "png"])
@pytest.mark.parametrize("animated", ["webp", "gif", "none"])
def test_files_hold_what_their_names_say(tmp_path, detector, picture, animated):
    found = analysed(tmp_path / "a.mp4", happiness=happy_at(2.5))
    (one,) = made(found, tmp_path / "out", detector, picture=picture, animated=animated)
    assert one.picture.name == f"01_00-00-00_score-0.90.{picture}"
    still = Image.open(one.picture)
    assert (still.format, still.size) == ({"jpg": "JPEG", "png": "PNG"}[picture], (480, 360))
    assert np.abs(np.asarray(still.convert("RGB")).astype(int) - portrait()).mean() < 8
    if animated == "none":
        assert one.animation is None
        assert sorted((tmp_path / "out").iterdir()) == [one.picture]
    else:
        moving = Image.open(one.animation)
        assert moving.format == animated.upper()
        assert moving.width <= 480
        assert one.animation.stat().st_size <= MOST_BYTES


def test_an_animation_of_much_detail_is_small_too(tmp_path, detector):
    found = analysed(tmp_path / "a.mp4", noise, found=False)
    (one,) = made(found, tmp_path / "out", detector, animated="gif")
    assert one.animation.stat().st_size <= MOST_BYTES


def test_a_wide_picture_is_upright_and_at_its_full_size(tmp_path, detector):
    path = tmp_path / "a.mp4"
    movie = Movie(steady(RATE, LENGTH_S), 480, 360, rotation=90, picture=always)
    write_media(path, movie, Sound(sine(0.1, 5)))
    found = replace(analysis_of(10, (WHOLE,)), video=probe(path), signals=signals_of(10))
    (one,) = made(found, tmp_path / "out", detector, animated="none")
    still = np.asarray(Image.open(one.picture)).astype(int)
    assert np.abs(still - portrait()).mean() < 8


def test_no_moment_gives_nothing(tmp_path, detector):
    assert make_thumbnails(analysed(tmp_path / "a.mp4"), [], tmp_path / "out", detector) == []


@pytest.mark.parametrize("share", [0.0, 0.3, 0.75])
def test_stopping_leaves_no_half_file(tmp_path, detector, share):
    def stop(done, total):
        if done >= share * total:
            raise Cancelled("stopped")

    found = analysed(tmp_path / "a.mp4")
    with pytest.raises(Cancelled):
        make_thumbnails(found, [Moment(1, WHOLE)], tmp_path / "out", detector, None, stop)
    assert list((tmp_path / "out").iterdir()) == []


def test_sound_alone_is_refused(tmp_path, detector):
    path = tmp_path / "a.wav"
    write_media(path, None, Sound(sine(0.5, 5)))
    found = replace(analysis_of(10, (WHOLE,)), video=probe(path))
    with pytest.raises(MediaError, match="has no picture to make thumbnails of"):
        made(found, tmp_path / "out", detector)


def test_a_full_disk_is_one_sentence(tmp_path, detector, monkeypatch):
    found = analysed(tmp_path / "a.mp4")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / f".01_00-00-00_score-0.90.{os.getpid()}.partial").symlink_to("/dev/full")
    with pytest.raises(MediaError, match="No space left on device") as refusal:
        made(found, tmp_path / "out", detector)
    assert "\n" not in str(refusal.value)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [({"picture": "bmp"}, "--picture bmp"), ({"animated": "avi"}, "--animated avi")],
)
def test_options_that_cannot_work_are_refused(options, words):
    with pytest.raises(OptionError, match=f"{words}: expected"):
        ThumbnailOptions(**options)
