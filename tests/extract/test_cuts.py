"""A planted cut is found to the frame; a flash, a fade, a pan or a lively game is none."""

from fractions import Fraction

import numpy as np
import pytest

from funny.errors import MediaError
from funny.extract.cuts import CUT, Changes, CutFinder, cuts_between
from funny.extract.video import probe
from funny.records import VideoInfo
from tests.media import NTSC, Movie, steady, uneven, write_media

FPS, SECONDS = 25, 4
CUT_AT = 53
"""Frame at 2.12 s, between two ticks and two key frames."""


def scene(seed, width, height, shift=0):
    """A picture (h, w) of large grey blocks, moved to the left by some pixels."""
    blocks = np.random.default_rng(seed).integers(30, 226, (6, 40)).astype(np.uint8)
    rows = np.arange(height) * 6 // height
    columns = (np.arange(width) + shift) * 8 // width % 40
    return blocks[rows][:, columns]


def cut(index, width, height):
    return scene(int(index >= CUT_AT), width, height)


def cut_behind_a_face(index, width, height):
    """The lower half stays: a face, a chat, a frame around the game."""
    picture = cut(index, width, height)
    picture[height // 2 :] = scene(9, width, height)[height // 2 :]
    return picture


def cut_in_a_pan(index, width, height):
    return scene(int(index >= CUT_AT), width, height, shift=index)


def two_cuts(index, width, height):
    return scene(int(index >= CUT_AT) + int(index >= CUT_AT + 10), width, height)


def flash(index, width, height):
    is_lit = CUT_AT <= index < CUT_AT + 3
    return np.full((height, width), 255, np.uint8) if is_lit else scene(0, width, height)


def fade(index, width, height):
    """From one scene to the next within a second."""
    share = np.clip((index - 40) / FPS, 0, 1)
    mixed = (1 - share) * scene(0, width, height) + share * scene(1, width, height)
    return mixed.astype(np.uint8)


def pan(index, width, height):
    return scene(0, width, height, shift=3 * index)


def still(index, width, height):
    return scene(0, width, height)


def noise(index, width, height):
    return np.random.default_rng(index).integers(0, 256, (height, width)).astype(np.uint8)


def written(path, picture, times_s=None, start_s=0.0):
    movie = Movie(times_s or steady(FPS, SECONDS), picture=picture)
    return write_media(path, movie, start_s=start_s)


@pytest.mark.parametrize(
    "picture",
    [pytest.param(p, id=p.__name__) for p in (still, noise, flash, fade, pan)],
)
def test_what_is_no_cut(tmp_path, picture):
    written(tmp_path / "a.mp4", picture)
    assert cuts_between(tmp_path / "a.mp4", 0, SECONDS) == []


@pytest.mark.parametrize(
    ("picture", "frames"),
    [
        pytest.param(cut, [CUT_AT], id="plain"),
        pytest.param(cut_behind_a_face, [CUT_AT], id="half-of-the-picture-stays"),
        pytest.param(cut_in_a_pan, [CUT_AT], id="in-a-pan"),
        pytest.param(two_cuts, [CUT_AT, CUT_AT + 10], id="two"),
    ],
)
def test_a_cut_is_found(tmp_path, picture, frames):
    times_s = written(tmp_path / "a.mp4", picture)
    assert cuts_between(tmp_path / "a.mp4", 0, SECONDS) == pytest.approx(times_s[frames])


@pytest.mark.parametrize(
    ("name", "times_s", "start_s"),
    [
        pytest.param("a.mkv", steady(NTSC, SECONDS), 3600, id="29.97fps-from-1h"),
        pytest.param("a.ts", steady(FPS, SECONDS), 3600, id="ts-from-1h"),
        pytest.param("a.mp4", steady(60, SECONDS), 0, id="60fps"),
        pytest.param("a.mp4", uneven(SECONDS, (16, 40, 33)), 0, id="variable-rate"),
    ],
)
def test_the_frame_is_the_one_that_players_show(tmp_path, name, times_s, start_s):
    shown_s = written(tmp_path / name, cut, times_s, start_s)
    found = cuts_between(tmp_path / name, shown_s[CUT_AT] - 0.3, shown_s[CUT_AT] + 0.3)
    assert found == [pytest.approx(shown_s[CUT_AT], abs=0.001)]


@pytest.mark.parametrize(
    ("span", "is_found"),
    [
        pytest.param((0.0, 2.1), False, id="before"),
        pytest.param((2.0, 2.121), True, id="to-the-frame"),
        pytest.param((2.119, 3.0), True, id="from-the-frame"),
        pytest.param((2.13, 4.0), False, id="after"),
        pytest.param((9.0, 9.5), False, id="past-the-end"),
    ],
)
def test_only_what_was_asked_for(tmp_path, span, is_found):
    written(tmp_path / "a.mp4", cut)
    assert len(cuts_between(tmp_path / "a.mp4", *span)) == is_found


def test_avi_does_not_say_when_a_frame_is_shown(tmp_path):
    written(tmp_path / "a.avi", cut, [Fraction(n, FPS) for n in range(SECONDS * FPS + 1)])
    assert cuts_between(tmp_path / "a.avi", 0, SECONDS) == []


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(MediaError):
        cuts_between(tmp_path / "gone.mp4", 0, 1)


def grey(level, height=360, width=640):
    return np.full((height, width, 3), level, np.uint8)


STILL = grey(100)


@pytest.mark.parametrize(
    ("pictures", "expected"),
    [
        pytest.param([], [], id="none"),
        pytest.param([STILL], [0], id="first"),
        pytest.param([None, STILL], [0, 0], id="nothing-before"),
        pytest.param([STILL, STILL, grey(100)], [0, 0, 0], id="same"),
        pytest.param([STILL, grey(140), grey(90)], [0, 40, 50], id="brighter-and-darker"),
        pytest.param([grey(0), grey(255)], [0, 255], id="black-to-white"),
        pytest.param([STILL, None, grey(140)], [0, 0, 40], id="nothing-between"),
        pytest.param([STILL, grey(140, 720, 1280)], [0, 40], id="another-size"),
        pytest.param([STILL, grey(140, 640, 360)], [0, 0], id="another-shape"),
        pytest.param([grey(100, 2, 2), grey(140, 2, 2)], [0, 40], id="tiny"),
    ],
)
def test_changes_from_tick_to_tick(pictures, expected):
    changes = Changes()
    for tick, picture in enumerate(pictures):
        changes.add(tick, picture)
    column = changes.column(len(pictures))
    assert (column.tolist(), column.dtype) == (expected, np.uint8)


def test_changes_of_the_first_ticks_only():
    changes = Changes()
    for tick, level in enumerate((0, 50, 60, 200)):
        changes.add(tick, grey(level))
    assert changes.column(3).tolist() == [0, 50, 10]


def changes_of(ticks, **at):
    column = np.full(ticks, at.pop("rest", 0), np.uint8)
    for tick, change in at.items():
        column[int(tick[1:])] = change
    return column


@pytest.mark.parametrize(
    ("changes", "is_found"),
    [
        pytest.param(changes_of(8), False, id="nothing-was-seen-to-change"),
        pytest.param(changes_of(8, t5=int(CUT) - 1), False, id="a-little"),
        pytest.param(changes_of(8, t5=int(CUT)), True, id="enough"),
        pytest.param(changes_of(8, t2=90), False, id="elsewhere"),
        pytest.param(changes_of(8, t5=30, rest=30), False, id="as-much-as-all-around"),
        pytest.param(changes_of(8, t5=60, rest=30), True, id="more-than-all-around"),
    ],
)
def test_only_where_the_picture_changed_is_anything_decoded(tmp_path, changes, is_found):
    written(tmp_path / "a.mp4", cut)
    found = CutFinder(probe(tmp_path / "a.mp4"), changes)(1.7, 2.7)
    assert found == pytest.approx([2.12] * is_found)


@pytest.mark.parametrize(
    ("span", "is_found"),
    [
        pytest.param((1.0, 2.1), False, id="before"),
        pytest.param((2.1, 2.2), True, id="around"),
        pytest.param((2.2, 3.0), False, id="after"),
    ],
)
def test_cuts_outside_a_span_are_none_of_it(tmp_path, span, is_found):
    written(tmp_path / "a.mp4", cut)
    found = CutFinder(probe(tmp_path / "a.mp4"), changes_of(8, t5=90))(*span)
    assert found == pytest.approx([2.12] * is_found)


def test_what_was_found_is_not_read_again(tmp_path):
    path = tmp_path / "a.mp4"
    written(path, cut)
    finder = CutFinder(probe(path), changes_of(8, t5=90))
    before = finder(1.7, 2.7)
    path.unlink()
    assert finder(1.7, 2.7) == before != []


def test_a_video_that_is_gone_has_no_cuts(tmp_path):
    video = VideoInfo(tmp_path / "gone.mp4", 4.0, 25, 64, 64, (), "")
    assert CutFinder(video, changes_of(8, t5=90))(1.7, 2.7) == []
