"""Parts of work come back from bytes as they were; what is no part is refused."""

import numpy as np
import pytest

from funny.extract.audio import Sound
from funny.extract.faces import FaceBatch
from funny.extract.stretches import Span, Stretch
from funny.extract.watching import Watched
from funny.scale.packing import packed, unpacked

rng = np.random.default_rng(1)


def watched(ticks):
    arrays = rng.random((ticks, 10), np.float32), rng.random(ticks) > 0.5
    boxes, changes = rng.random((ticks, 4)), rng.integers(0, 255, ticks, np.uint8)
    return Watched(*arrays, boxes, changes, (1.5, 2.25), 7.0)


STRETCHES = [
    pytest.param(
        Stretch(Span(0, 12), watched(12), FaceBatch(rng.random((2, 4)), rng.random(2)), np.ones(4)),
        id="faces",
    ),
    pytest.param(Stretch(Span(12, None), watched(3), FaceBatch.empty(), None), id="nobody"),
    pytest.param(Stretch(Span(0, None), watched(0), None, None), id="no-picture"),
]


def assert_same(one, other):
    assert type(one) is type(other)
    for name, value in vars(one).items():
        if hasattr(value, "__dict__") and not isinstance(value, np.ndarray):
            assert_same(value, getattr(other, name))
        elif isinstance(value, np.ndarray):
            assert value.dtype == getattr(other, name).dtype
            np.testing.assert_array_equal(value, getattr(other, name))
        else:
            assert value == getattr(other, name)


@pytest.mark.parametrize("stretch", STRETCHES)
def test_a_stretch_comes_back(stretch):
    assert_same(unpacked(Stretch, packed(stretch)), stretch)


def test_sound_comes_back():
    sound = Sound(rng.random(5, np.float32), rng.random(5), rng.random(125), [3.5], 2.5)
    assert_same(unpacked(Sound, packed(sound)), sound)


@pytest.mark.parametrize("content", [b"", b"no archive", packed(Span(1, 2))[:-30]])
def test_half_a_part_is_none(content):
    with pytest.raises(Exception):  # noqa: B017 (an archive raises almost anything)
        unpacked(Span, content)


def test_another_part_is_none():
    with pytest.raises((ValueError, TypeError, LookupError)):
        unpacked(Stretch, packed(Span(1, 2)))
