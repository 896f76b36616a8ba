"""A clip's ticks, what lies around them, and what is refused."""

import numpy as np
import pytest

from funny.errors import DatasetError
from funny.learn.examples import AROUND, REACH, around, clip_ticks
from funny.learn.manifest import Clip
from funny.score.features import FEATURES
from tests.study import examples_of


def clip(start_s, end_s):
    return Clip("c", "v", start_s, end_s, "funny")


@pytest.mark.parametrize(
    ("start_s", "end_s", "ticks", "wanted"),
    [
        pytest.param(0.0, 5.0, 40, (0, 10), id="from-the-first-tick"),
        pytest.param(0.0, 7.0, 40, (0, 14), id="longest"),
        pytest.param(3.0, 9.0, 40, (6, 12), id="on-the-grid"),
        pytest.param(3.3, 9.3, 40, (6, 12), id="off-the-grid"),
        pytest.param(13.0, 20.0, 40, (26, 14), id="to-the-last-tick"),
        pytest.param(13.3, 20.0, 40, (26, 13), id="rounded"),
        pytest.param(14.4, 19.6, 40, (28, 10), id="rounded-up-and-moved-inside"),
        pytest.param(0.0, 4.998, 40, (0, 10), id="a-millisecond-short"),
        pytest.param(0.0, 7.002, 40, (0, 14), id="a-millisecond-long"),
        pytest.param(13.0, 20.001, 40, (26, 14), id="a-millisecond-beyond-the-end"),
    ],
)
def test_the_ticks_of_a_clip(start_s, end_s, ticks, wanted):
    assert clip_ticks(clip(start_s, end_s), ticks) == wanted


def test_a_clip_beyond_the_end_is_named_with_a_remedy():
    with pytest.raises(DatasetError, match=r"clip c: ends at 20.5 s, .* to 20 s only. Move"):
        clip_ticks(clip(14.0, 20.5), 40)


@pytest.mark.parametrize("first", [0, 3, 13, 20, 26])
def test_what_lies_around_a_clip(first):
    x = np.arange(40.0)[:, None]
    found = around(x, first)[:, 0]
    assert len(found) == AROUND
    wanted = np.clip(np.arange(first - REACH, first + 14 + REACH), 0, 39)
    np.testing.assert_array_equal(found, wanted)


def test_the_clips_themselves_are_padded_with_zeros():
    clips = examples_of(2, 4)
    np.testing.assert_array_equal(clips.mask.sum(1), clips.ticks)
    assert not clips.x[~clips.mask].any()
    np.testing.assert_array_equal(clips.x[:, :10], clips.around[:, REACH : REACH + 10])


def test_some_of_them():
    clips = examples_of(2, 4)
    assert clips.take(np.array([1, 0])).ids.tolist() == clips.ids[[1, 0]].tolist()
    few = clips.only(("laughter", "happiness"))
    assert few.features == ("laughter", "happiness")
    np.testing.assert_array_equal(few.x[..., 0], clips.x[..., FEATURES.index("laughter")])


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_is_named_with_a_remedy(value):
    clips = examples_of(2, 4)
    clips.around[2, 5, 3] = value
    with pytest.raises(DatasetError, match=f"{clips.ids[2]}: holds numbers .* --again"):
        clips.take(np.arange(4))
