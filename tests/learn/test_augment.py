"""Augmentation changes what it may, as much as it was told, and nothing else."""

import numpy as np
import pytest

from funny.learn.augment import Augmentation, changed
from funny.records import EMOTION_COLUMNS
from funny.score.features import FEATURES, FEATURES_12
from tests.study import examples_of

NONE = Augmentation(0.0, 0.0, 0.0, 0)
FACE = [FEATURES.index(name) for name in EMOTION_COLUMNS]
LOUDNESS = FEATURES.index("loudness")


@pytest.fixture(scope="module")
def examples():
    return examples_of(20, 10)


def of(examples, seed=0, **how):
    return changed(examples, Augmentation(**{**vars(NONE), **how}), np.random.default_rng(seed))


def test_nothing_changes_nothing(examples):
    np.testing.assert_array_equal(of(examples), examples.around)
    assert Augmentation().scaled(0) == NONE


@pytest.mark.parametrize(
    "how",
    [{"gain": 0.5}, {"time_mask": 1.0}, {"face_dropout": 1.0}, {"shift_ticks": 1}],
    ids=lambda how: next(iter(how)),
)
def test_a_seed_changes_the_same_and_the_clips_stay_as_they_are(examples, how):
    before = examples.around.copy()
    one, two, other = (of(examples, seed, **how) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)
    np.testing.assert_array_equal(examples.around, before)
    assert np.isfinite(one).all()


def test_gain_moves_the_level_of_whole_clips_alone(examples):
    found = of(examples, gain=0.5)
    rest = [n for n in range(len(FEATURES)) if n != LOUDNESS]
    np.testing.assert_array_equal(found[:, :, rest], examples.around[:, :, rest])
    moved = found[:, :, LOUDNESS] - examples.around[:, :, LOUDNESS]
    inside = np.abs(found[:, :, LOUDNESS]) < 6
    spread = [np.ptp(row[is_in]) for row, is_in in zip(moved, inside, strict=True)]
    assert max(spread) < 1e-5
    assert 0.35 < moved[:, 0].std() < 0.65
    assert np.abs(of(examples, gain=50.0)[:, :, LOUDNESS]).max() <= 6


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_frozen_tick_is_the_one_before_it(examples, share):
    found = of(examples, time_mask=share)
    is_other = (found != examples.around).any(2)
    assert is_other.any(1).mean() == pytest.approx(share, abs=0.12)
    assert is_other.sum(1).max() <= 2
    for clip, tick in np.argwhere(is_other):
        before = examples.around[clip, max(0, tick - 2) : tick]
        assert (found[clip, tick] == before).all(1).any()


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_lost_face_is_zeros_as_in_extraction(examples, share):
    found = of(examples, face_dropout=share)
    is_lost = (found[:, :, FACE] == 0).all(2)
    assert is_lost.any(1).mean() == pytest.approx(share, abs=0.12)
    lost = is_lost.sum(1)[is_lost.any(1)]
    assert share == 0 or (lost.min() >= 3 and lost.max() <= 13)
    rest = [n for n in range(len(FEATURES)) if n not in FACE]
    np.testing.assert_array_equal(found[:, :, rest], examples.around[:, :, rest])
    np.testing.assert_array_equal(found[~is_lost], examples.around[~is_lost])


def test_a_shift_shows_its_own_videos_ticks(examples):
    found, seen = of(examples, shift_ticks=2), set()
    for clip, around in zip(found, examples.around, strict=True):
        for by in range(-2, 3):
            if np.array_equal(clip[2:-2], around[2 + by : len(around) - 2 + by]):
                seen.add(by)
                break
        else:
            pytest.fail("a clip shows what its video does not")
    assert seen == {-2, -1, 0, 1, 2}


def test_other_features_are_known_by_name(examples):
    few = examples.only(("laughter", *FEATURES_12[::-1]))
    found = of(few, face_dropout=1.0)
    np.testing.assert_array_equal(found[:, :, 0], few.around[:, :, 0])
    assert (found == 0).sum() > (few.around == 0).sum()
