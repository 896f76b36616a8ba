"""A moment planted somewhere is found there."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from funny.learn.simulate import KINDS, Kind, _Habits, _segment, _signals
from funny.score.features import FEATURES
from funny.score.heads import Head, HeadConfig
from funny.score.timeline import clip_lengths, clip_scores, eroded, score, tick_scores
from funny.weights.heads import load_head
from tests.values import HEAD, signals_of

CONFIG = HeadConfig()
HAPPINESS = FEATURES.index("happiness")
LONG = 40


class Happiest(Head):
    """A head by which a clip is as funny as its happiest tick."""

    def probability(self, x, mask):
        return torch.where(mask, x[:, :, HAPPINESS], 0.0).amax(1)


class Mean(Head):
    """A head by which a clip is as funny as it is happy on average."""

    def probability(self, x, mask):
        return (x[:, :, HAPPINESS] * mask).sum(1) / mask.sum(1)


def scored(happiness, net=None):
    happiness = np.asarray(happiness, float)
    signals = signals_of(len(happiness), happiness=happiness)
    return score(signals, net or Happiest(), CONFIG, HEAD)


def impulses(ticks, *places):
    happiness = np.zeros(ticks)
    happiness[list(places)] = 1.0
    return happiness


def test_clips_of_5_6_and_7_seconds():
    assert clip_lengths(CONFIG) == (10, 12, 14)
    assert clip_lengths(replace(CONFIG, min_ticks=10, max_ticks=10)) == (10,)


def test_no_ticks_have_no_scores():
    timeline = scored([])
    assert len(timeline) == 0
    assert timeline.head == HEAD


@pytest.mark.parametrize("ticks", [1, 5, 9, 10, 11, LONG])
def test_an_impulse_is_found_at_its_tick_wherever_it_is(ticks):
    found = [scored(impulses(ticks, place)).scores for place in range(ticks)]
    np.testing.assert_array_equal(found, np.eye(ticks))


@pytest.mark.parametrize("net", [Happiest(), Mean()], ids=["happiest", "mean"])
@pytest.mark.parametrize("ticks", [1, 2, 5, 9, 10, 14, 15, LONG])
def test_a_steady_signal_gives_a_steady_score(ticks, net):
    timeline = scored(np.full(ticks, 0.25), net)
    np.testing.assert_allclose(timeline.scores, 0.25, atol=1e-6)
    assert len(timeline) == ticks


def test_two_impulses_give_two_peaks():
    scores = scored(impulses(LONG, 10, 30)).scores
    assert np.flatnonzero(scores == 1).tolist() == [10, 30]
    assert (scores[11:30] == 0).all()


@pytest.mark.parametrize("length", [10, 12, 14])
def test_padding_to_the_longest_clip_changes_nothing(length):
    net = load_head("conv1d").net
    x = np.random.default_rng(0).normal(size=(30, 12)).astype(np.float32)
    np.testing.assert_allclose(
        clip_scores(x, net, length, 14), clip_scores(x, net, length, length), atol=1e-6
    )


def test_erosion_by_hand():
    assert eroded(np.array([0.1, 0.9, 0.5, 0.7]), 2).tolist() == [0.1, 0.5, 0.5]


def test_many_clips_are_scored_in_parts(monkeypatch):
    x = np.random.default_rng(0).random((60, 12)).astype(np.float32)
    at_once = tick_scores(x, Happiest(), 10, 14)
    monkeypatch.setattr("funny.score.timeline._BATCH_CLIPS", 7)
    np.testing.assert_array_equal(tick_scores(x, Happiest(), 10, 14), at_once)


def simulated(rng, *names):
    """Signals of simulated segments in a row, and the ticks at which each begins."""
    habits = _Habits(rng)
    habits.dropout, habits.misread, habits.is_mute = 0.0, 0.0, False
    parts = [_segment(rng, name, habits) for name in names]
    emotions, found, db, _ = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _signals(emotions, found, db), np.cumsum([0, *(len(p[1]) for p in parts)])


@pytest.mark.parametrize("seed", range(8))
def test_the_released_head_finds_a_laugh_in_calm_talk(seed, monkeypatch):
    laugh = Kind(1, (4, 6), (8, 10), ("happiness",))
    monkeypatch.setitem(KINDS, "laugh", laugh)
    rng = np.random.default_rng(seed)
    signals, begins = simulated(rng, "talk", "talk", "talk", "laugh", "talk", "talk", "talk")
    head = load_head("conv1d")
    scores = score(signals, head.net, head.config, head.info).scores
    assert begins[3] <= int(scores.argmax()) < begins[4]
    assert scores.max() > 0.5
