"""A planted cut near a time is found to the frame, and decoded for only where something changed."""

from fractions import Fraction

import numpy as np
import pytest

from funny.extract.cuts import CUT, Changes, CutFinder
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


def written(path, picture, times_s=None, start_s=0.0):
    movie = Movie(times_s or steady(FPS, SECONDS), picture=picture)
    return write_media(path, movie, start_s=start_s)


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
    cut_s = shown_s[CUT_AT]
    changes = changes_of(2 * SECONDS, **{f"t{int(2 * cut_s) + 1}": 90})
    found = CutFinder(probe(tmp_path / name), changes)(cut_s - 0.3, cut_s + 0.3)
    assert found == [pytest.approx(cut_s, abs=0.001)]


def test_avi_does_not_say_when_a_frame_is_shown(tmp_path):
    written(tmp_path / "a.avi", cut, [Fraction(n, FPS) for n in range(SECONDS * FPS + 1)])
    assert CutFinder(probe(tmp_path / "a.avi"), changes_of(8, t5=90))(1.7, 2.7) == []


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
