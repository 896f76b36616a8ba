"""Training learns what was planted, and a seed trains the same head again."""

import numpy as np
import pytest
import torch

from funny.learn.simulate import Conversation
from funny.learn.train import TrainOptions, cut_clips, train
from funny.score.features import FEATURES
from funny.score.heads import HEADS
from tests.values import signals_of


def toy(seed, ticks=400):
    """A conversation in which happiness with a loud voice, and nothing else, is funny."""
    rng = np.random.default_rng(seed)
    happiness, level, funny = np.full(ticks, 0.05), np.full(ticks, 0.05), np.zeros(ticks, bool)
    for first in range(10, ticks - 10, 40):
        kind = rng.integers(0, 3)  # nothing, a smile, a laugh
        happiness[first : first + 6] = 0.9 if kind else 0.05
        level[first : first + 6] = 0.5 if kind == 2 else 0.05
        funny[first : first + 6] = kind == 2
    noise = rng.normal(1, 0.05, ticks)
    return Conversation(signals_of(ticks, happiness=happiness, rms=level * noise), funny)


@pytest.fixture(scope="module")
def clips():
    return cut_clips([toy(seed) for seed in range(4)], 100, seed=0)


def options(kind="conv1d", **changes):
    return TrainOptions(kind=kind, **{"steps": 60, "batch": 64, "learning_rate": 0.01, **changes})


def test_cut_clips(clips):
    assert (clips.x.shape, clips.mask.shape) == ((400, 14, len(FEATURES)), (400, 14))
    assert set(clips.mask.sum(1)) == {10, 11, 12, 13, 14}
    assert not clips.x[~clips.mask].any()
    assert 0.05 < clips.funny.mean() < 0.6


def test_a_head_of_other_numbers_is_trained_on_those(clips):
    names = ("laughter", "happiness", "loudness")
    some = cut_clips([toy(seed) for seed in range(4)], 100, 0, names)
    np.testing.assert_array_equal(some.x, clips.x[:, :, [FEATURES.index(n) for n in names]])
    net = train(some, options(steps=1))
    assert net.config.features == names
    assert net.mean.shape == (3,)


def test_a_clip_is_funny_if_it_holds_a_funny_tick():
    talk = toy(0)
    for funny in (np.zeros(400, bool), np.ones(400, bool)):
        cut = cut_clips([Conversation(talk.signals, funny)], 20, seed=0)
        assert (cut.funny == funny[0]).all()


def test_the_same_seed_cuts_the_same_clips(clips):
    again = cut_clips([toy(seed) for seed in range(4)], 100, seed=0)
    other = cut_clips([toy(seed) for seed in range(4)], 100, seed=1)
    np.testing.assert_array_equal(clips.x, again.x)
    assert not np.array_equal(clips.x, other.x)


@pytest.mark.parametrize("kind", HEADS)
def test_a_seed_trains_the_same_weights_twice(clips, kind):
    one, two = (train(clips, options(kind, steps=5)).state_dict() for _ in range(2))
    assert all(torch.equal(one[name], two[name]) for name in one)
    other = train(clips, options(kind, steps=5, seed=1)).state_dict()
    assert not torch.equal(one["out.weight"], other["out.weight"])


@pytest.mark.parametrize("kind", HEADS)
@torch.no_grad()
def test_training_separates_a_planted_set(clips, kind):
    with torch.enable_grad():
        net = train(clips, options(kind))
    unseen = cut_clips([toy(seed) for seed in (10, 11)], 100, seed=2)
    scores = net.probability(torch.from_numpy(unseen.x), torch.from_numpy(unseen.mask)).numpy()
    assert ((scores > 0.5) == unseen.funny).mean() > 0.9
    assert not net.training


def test_progress_is_told_of_every_step(clips):
    seen = []
    train(clips, options(steps=3), lambda step, loss: seen.append((step, loss > 0)))
    assert seen == [(0, True), (1, True), (2, True)]


def test_the_head_standardises_by_what_it_was_trained_on(clips):
    net = train(clips, options(steps=2))
    np.testing.assert_allclose(net.mean, clips.x[clips.mask].mean(0), atol=1e-5)
    assert (net.std > 0).all()
