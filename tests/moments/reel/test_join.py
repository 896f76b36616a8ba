"""Pieces follow each other block by block, and share those of their crossfades."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from funny.moments.reel.join import joined, mixed_pictures, mixed_sounds
from funny.moments.reel.plan import plan_reel
from funny.moments.reel.values import ReelOptions
from funny.records import Highlight, VideoInfo


class Stream:
    """Blocks that say which piece and which frame they are, and whether it is closed."""

    open_now = 0
    most_open = 0

    @classmethod
    def of(cls, piece):
        cls.open_now += 1
        cls.most_open = max(cls.most_open, cls.open_now)
        try:
            yield from (np.array([piece.rank, frame]) for frame in range(piece.frames))
        finally:
            cls.open_now -= 1


@pytest.fixture(autouse=True)
def counters():
    Stream.open_now = Stream.most_open = 0


def pieces(*lengths, crossfade=0):
    """Pieces of so many frames at 10 a second."""
    found = [
        Highlight(100.0 * n, 100.0 * n + k / 10, 100.0 * n, 0.9) for n, k in enumerate(lengths)
    ]
    video = VideoInfo(Path("a.mp4"), 0.0, 10.0, 64, 64, (), "")
    options = ReelOptions(crossfade_s=crossfade / 10)
    return plan_reel(video, found, Fraction(10), options).pieces


def walk(chosen):
    def together(going, coming, begin, end):
        return np.array([*going, *coming, round(begin, 2), round(end, 2)])

    blocks = joined(((piece, Stream.of(piece)) for piece in chosen), together)
    return [block.tolist() for block in blocks]


def test_one_piece_is_as_it_is():
    assert walk(pieces(3)) == [[1, 0], [1, 1], [1, 2]]


def test_without_a_crossfade_one_follows_the_other():
    assert walk(pieces(2, 1, 2)) == [[1, 0], [1, 1], [2, 0], [3, 0], [3, 1]]


def test_a_crossfade_shares_frames():
    assert walk(pieces(4, 4, crossfade=2)) == [
        *([1, 0], [1, 1]),
        *([1, 2, 2, 0, 0.0, 0.5], [1, 3, 2, 1, 0.5, 1.0]),
        *([2, 2], [2, 3]),
    ]


@pytest.mark.parametrize("crossfade", [0, 1, 3, 40])
def test_a_reel_is_as_long_as_planned_and_holds_two_streams_at_most(crossfade):
    chosen = pieces(*[5, 1, 9, 2, 30] * 16, crossfade=crossfade)
    assert len(walk(chosen)) == chosen[-1].end
    assert Stream.most_open <= 2
    assert Stream.open_now == 0


def test_stopping_closes_what_is_open():
    chosen = pieces(8, 8, crossfade=4)
    blocks = joined(((p, Stream.of(p)) for p in chosen), lambda a, b, *_: a)
    for _ in range(6):
        next(blocks)
    assert Stream.open_now == 2
    blocks.close()
    assert Stream.open_now == 0


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [(0.0, 0.0, [0, 255, 100]), (1.0, 1.0, [255, 0, 100]), (0.4, 0.6, [128, 128, 100])],
)
def test_pictures_are_mixed_by_the_middle_of_a_frame(begin, end, expected):
    going, coming = np.array([0, 255, 100], np.uint8), np.array([255, 0, 100], np.uint8)
    mixed = mixed_pictures(going, coming, begin, end)
    assert mixed.dtype == np.uint8
    assert mixed.tolist() == expected


def test_sounds_keep_their_power():
    rng = np.random.default_rng(0)
    going, coming = rng.standard_normal((2, 48_000, 2)).astype(np.float32)
    mixed = mixed_sounds(going, coming, 0.0, 1.0)
    assert mixed.dtype == np.float32
    power = (mixed.reshape(10, -1) ** 2).mean(1)
    assert power == pytest.approx(np.ones(10), abs=0.05)
    assert mixed[0] == pytest.approx(going[0])
    assert mixed[-1] == pytest.approx(coming[-1], abs=1e-3)
