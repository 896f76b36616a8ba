"""A head is trained on ticks as it scores them: by the least funny clip that holds each."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from funny.learn.simulate import conversation
from funny.learn.ticks import REACH, least_logits, ticks_of, train_on_ticks
from funny.learn.train import TrainOptions
from funny.score.features import FEATURES, FEATURES_12, features
from funny.score.heads import HEADS, MAX_CLIP_TICKS
from funny.score.timeline import raw_scores, tick_scores


@pytest.fixture(scope="module")
def talks():
    return [conversation(np.random.default_rng(seed), 1.0) for seed in (1, 2, 3)]


@pytest.mark.parametrize("names", [FEATURES_12, FEATURES], ids=["12", "13"])
def test_every_tick_of_every_conversation_is_there(talks, names):
    ticks = ticks_of(talks, names)
    wanted = np.concatenate([features(t.signals, names) for t in talks])
    np.testing.assert_array_equal(ticks.x[ticks.at], wanted)
    np.testing.assert_array_equal(ticks.funny, np.concatenate([t.funny for t in talks]))
    assert ticks.features == names


def test_kinds_can_be_left_out_and_are_still_seen_by_their_neighbours(talks):
    kinds = np.concatenate([t.kinds for t in talks])
    whole, asked = ticks_of(talks), ticks_of(talks, without=("talk", "laugh"))
    left = ~np.isin(kinds, ("talk", "laugh"))
    assert 0 < left.sum() < len(left)
    np.testing.assert_array_equal(asked.at, whole.at[left])
    np.testing.assert_array_equal(asked.funny, whole.funny[left])
    np.testing.assert_array_equal(asked.x, whole.x)


def test_a_conversation_without_kinds_leaves_nothing_out(talks):
    talk = replace(talks[0], kinds=np.zeros(0, str))
    assert len(ticks_of([talk], without=("talk",)).at) == len(talk.funny)


def test_a_conversation_stands_still_beyond_its_ends(talks):
    ticks, first_length = ticks_of(talks), len(talks[0].signals)
    for tick, step in ((0, -1), (first_length - 1, 1), (first_length, -1), (-1, 1)):
        row = int(ticks.at[tick])
        beyond = ticks.x[[row + step * k for k in range(1, REACH + 1)]]
        assert (beyond == ticks.x[row]).all()


@pytest.mark.parametrize("length", [10, 12, 14])
@pytest.mark.parametrize("kind", HEADS)
@torch.inference_mode()
def test_the_least_clip_is_that_of_the_timeline(talks, kind, length):
    torch.manual_seed(0)
    net, ticks = HEADS[kind]().eval(), ticks_of(talks)
    found = torch.sigmoid(least_logits(net, ticks.x, ticks.at, length))
    wanted = [tick_scores(features(t.signals), net, length, MAX_CLIP_TICKS) for t in talks]
    np.testing.assert_allclose(found, np.concatenate(wanted), atol=1e-5)


def options(**changes):
    return TrainOptions(**{"steps": 60, "batch": 32, "learning_rate": 0.01, **changes})


def test_a_seed_trains_the_same_weights_twice(talks):
    one, two, other = (
        train_on_ticks(ticks_of(talks), options(steps=4, seed=seed)).state_dict()
        for seed in (0, 0, 1)
    )
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert not torch.equal(one["out.weight"], other["out.weight"])


def test_training_learns_which_ticks_are_funny(talks):
    net = train_on_ticks(ticks_of(talks), options())
    assert not net.training
    for talk in talks:
        scores = raw_scores(features(talk.signals), net, net.config)
        assert scores[talk.funny].mean() > scores[~talk.funny].mean() + 0.2
