"""Cuts are found to the frame; flashes, fades, pans and busy pictures are none."""

from fractions import Fraction
from functools import partial

import numpy as np
import pytest

from funny.extract.shots import cuts_between
from funny.extract.video import probe
from tests.media import NTSC, Movie, steady, uneven, write_media


def scene(seed, height, width):
    """A picture of its own (h, w, 3): smooth, with colours that another scene has not."""
    coarse = np.random.default_rng(seed).integers(30, 220, (4, 5, 3))
    return np.kron(coarse, np.ones((-(-height // 4), -(-width // 5), 1)))[:height, :width]


def grainy(picture, index):
    grain = np.random.default_rng(index).normal(0, 6, picture.shape)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def scenes(starts, index, width, height):
    """A new scene at each of some frames."""
    return grainy(scene(int(np.searchsorted(starts, index, side="right")), height, width), index)


def flash(index, width, height):
    picture = scene(0, height, width)
    return grainy(picture if index not in (40, 41) else np.full_like(picture, 250), index)


def fade(index, width, height):
    share = np.clip((index - 30) / 25, 0, 1)
    return grainy((1 - share) * scene(0, height, width) + share * scene(1, height, width), index)


def pan(index, width, height):
    return grainy(np.roll(scene(0, height, width), 6 * index, axis=1), index)


def busy(index, width, height):
    return scene(index, height, width).astype(np.uint8)


def half_stays(index, width, height):
    """The lower half goes on: a face, a chat, a frame around the game."""
    picture = scenes([50], index, width, height)
    picture[height // 2 :] = grainy(scene(9, height, width), index)[height // 2 :]
    return picture


def cut_in_a_pan(index, width, height):
    moved = np.roll(scene(int(index >= 50), height, width), index, axis=1)
    return grainy(moved, index)


def still(index, width, height):
    return scene(0, height, width).astype(np.uint8)


def each_twice(index, width, height):
    return pan(index // 2, width, height)


def found_in(tmp_path, picture, times_s, start_s=0.0, end_s=100.0, name="a.mp4"):
    path = tmp_path / name
    shown = write_media(path, Movie(times_s, 160, 90, picture=picture))
    return cuts_between(probe(path), start_s, end_s), shown


@pytest.mark.parametrize(
    "times_s",
    [
        pytest.param(steady(25, 4), id="25fps"),
        pytest.param(steady(NTSC, 4), id="29.97fps"),
        pytest.param(uneven(30, (16, 40, 33, 150)), id="variable-rate"),
    ],
)
def test_cuts_are_where_they_were_planted(tmp_path, times_s):
    starts = [20, 31, 70]
    found, shown = found_in(tmp_path, partial(scenes, starts), times_s)
    assert found == pytest.approx(shown[starts], abs=0.002)


@pytest.mark.parametrize(
    ("start_s", "end_s", "inside"),
    [
        pytest.param(0.8, 2.0, [1.24], id="begins-with-a-cut"),
        pytest.param(0.81, 1.24, [], id="ends-before-a-cut"),
        pytest.param(1.0, 4.0, [1.24, 2.8], id="inside"),
        pytest.param(3.0, 3.5, [], id="none"),
    ],
)
def test_only_cuts_inside_the_span_count(tmp_path, start_s, end_s, inside):
    found, _ = found_in(tmp_path, partial(scenes, [20, 31, 70]), steady(25, 4), start_s, end_s)
    assert found == pytest.approx(inside, abs=0.002)


@pytest.mark.parametrize("picture", [half_stays, cut_in_a_pan])
def test_a_cut_is_found_in_what_goes_on(tmp_path, picture):
    found, shown = found_in(tmp_path, picture, steady(25, 4))
    assert found == pytest.approx(shown[[50]], abs=0.002)


@pytest.mark.parametrize("picture", [still, flash, fade, pan, busy, each_twice])
def test_what_is_no_cut_is_not_taken_for_one(tmp_path, picture):
    found, _ = found_in(tmp_path, picture, steady(25, 4))
    assert not len(found)


def test_a_single_picture_has_no_cut(tmp_path):
    found, _ = found_in(tmp_path, busy, steady(Fraction(1), 1))
    assert not len(found)
