"""A moment planted somewhere is found there."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from funny.learn.simulate import KINDS, Habits, Kind, Segment, _faces, _signals, simulated_sound
from funny.pipeline import AnalyzeOptions
from funny.score.features import FEATURES, features
from funny.score.heads import Head, HeadConfig
from funny.score.timeline import (
    calibrated,
    clip_lengths,
    clip_scores,
    eroded,
    raw_scores,
    score,
    tick_scores,
)
from funny.weights.heads import load_head
from tests.values import HEAD, signals_of

CONFIG = HeadConfig()
HAPPINESS = FEATURES.index("happiness")
LONG = 40
NEARLY = 2e-6
"""Calibration keeps scores this far from 0 and 1."""


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
    np.testing.assert_allclose(found, np.eye(ticks), atol=NEARLY)


@pytest.mark.parametrize("net", [Happiest(), Mean()], ids=["happiest", "mean"])
@pytest.mark.parametrize("ticks", [1, 2, 5, 9, 10, 14, 15, LONG])
def test_a_steady_signal_gives_a_steady_score(ticks, net):
    timeline = scored(np.full(ticks, 0.25), net)
    np.testing.assert_allclose(timeline.scores, 0.25, atol=1e-6)
    assert len(timeline) == ticks


def test_two_impulses_give_two_peaks():
    scores = scored(impulses(LONG, 10, 30)).scores
    np.testing.assert_allclose(scores, impulses(LONG, 10, 30), atol=NEARLY)


@pytest.mark.parametrize("length", [10, 12, 14])
def test_padding_to_the_longest_clip_changes_nothing(length):
    net = load_head("conv1d").net
    x = np.random.default_rng(0).normal(size=(30, len(FEATURES))).astype(np.float32)
    np.testing.assert_allclose(
        clip_scores(x, net, length, 14), clip_scores(x, net, length, length), atol=1e-6
    )


def test_erosion_by_hand():
    assert eroded(np.array([0.1, 0.9, 0.5, 0.7]), 2).tolist() == [0.1, 0.5, 0.5]


def test_many_clips_are_scored_in_parts(monkeypatch):
    x = np.random.default_rng(0).random((60, len(FEATURES))).astype(np.float32)
    at_once = tick_scores(x, Happiest(), 10, 14)
    monkeypatch.setattr("funny.score.timeline._BATCH_CLIPS", 7)
    np.testing.assert_array_equal(tick_scores(x, Happiest(), 10, 14), at_once)


def logit(p):
    return np.log(p / (1 - p))


@pytest.mark.parametrize(
    ("scale", "shift", "wanted"),
    [
        pytest.param(1, 0, [1e-6, 0.2, 0.5, 0.8, 1 - 1e-6], id="as-it-is"),
        pytest.param(1, logit(0.8), [4e-6, 0.5, 0.8, 16 / 17, 1], id="odds-times-four"),
        pytest.param(2, 0, [0, 1 / 17, 0.5, 16 / 17, 1], id="odds-squared"),
        pytest.param(0, logit(0.3), [0.3] * 5, id="no-scale"),
        pytest.param(-1, 0, [1, 0.8, 0.5, 0.2, 0], id="backwards"),
    ],
)
def test_calibration_by_hand(scale, shift, wanted):
    scores = calibrated(np.array([0, 0.2, 0.5, 0.8, 1]), scale, shift)
    np.testing.assert_allclose(scores, wanted, atol=NEARLY)
    assert scores.dtype == np.float32


@pytest.mark.parametrize("scale", [1.0, 50.0])
def test_calibrated_scores_stay_probabilities(scale):
    scores = calibrated(np.linspace(0, 1, 101), scale, 0.0)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert (np.diff(scores) >= 0).all()


def test_a_timeline_is_calibrated_after_clips_have_voted():
    config = replace(CONFIG, calibration=(0.5, 1.0))
    signals = signals_of(LONG, happiness=np.random.default_rng(0).random(LONG))
    raw = raw_scores(features(signals), Mean(), CONFIG)
    timeline = score(signals, Mean(), config, HEAD)
    np.testing.assert_allclose(logit(timeline.scores), 0.5 * logit(raw) + 1, atol=1e-4)


def simulated(rng, *names):
    """Signals of simulated segments in a row, and the ticks at which each begins."""
    habits = Habits(rng)
    habits.dropout, habits.misread, habits.is_mute = 0.0, 0.0, False
    segments = [Segment(KINDS[n], round(rng.uniform(*KINDS[n].length_s) * 2)) for n in names]
    seen, heard = _faces(rng, segments, habits), simulated_sound(rng, segments, habits)
    return _signals(*seen, *heard), np.cumsum([0, *(s.ticks for s in segments)])


def place_of_the_best(name, seed):
    """The highest score of a laugh in calm talk, and whether it lies in the laugh."""
    signals, begins = simulated(
        np.random.default_rng(seed), "talk", "talk", "talk", "laugh", "talk", "talk", "talk"
    )
    head = load_head(name)
    scores = score(signals, head.net, head.config, head.info).scores
    return scores.max(), begins[3] <= int(scores.argmax()) < begins[4]


@pytest.mark.parametrize("seed", range(8))
def test_the_default_head_finds_a_laugh_in_calm_talk(seed, monkeypatch):
    monkeypatch.setitem(KINDS, "laugh", Kind(1, (4, 6), (8, 10), ("happiness",), "laugh"))
    highest, is_inside = place_of_the_best(AnalyzeOptions().head, seed)
    assert is_inside
    assert highest > 0.5


def test_the_head_of_12_numbers_finds_most_laughs_in_calm_talk(monkeypatch):
    # It cannot tell a laugh from a smile over loud speech, so it is never sure.
    monkeypatch.setitem(KINDS, "laugh", Kind(1, (4, 6), (8, 10), ("happiness",), "laugh"))
    assert sum(place_of_the_best("conv1d-12", seed)[1] for seed in range(8)) >= 5
