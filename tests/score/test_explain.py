"""What moved the score is said of the sense that did."""

from dataclasses import replace
from itertools import chain

import numpy as np
import pytest
import torch

from funny.grid import runs
from funny.learn.simulate import conversation
from funny.pipeline import AnalyzeOptions
from funny.records import SENSES
from funny.score.explain import columns_of, contributions, integrated_gradients
from funny.score.features import FEATURES, FEATURES_12, features
from funny.score.heads import Head, HeadConfig
from funny.score.timeline import score
from funny.weights.heads import load_head
from tests.values import HEAD, signals_of

TICKS, PEAK = 60, 30
CLIP = {"first": PEAK - 6, "ticks": 12}
RELEASED = [AnalyzeOptions().head, "conv1d-12"]
SEEDS = (1, 2, 3, 4, 5)  # of 0 the recording is mute


class Weighted(Head):
    """A head whose log-odds are a weighted sum of the highest values of a clip."""

    def __init__(self, names=FEATURES, shift=-4.0, **weights):
        super().__init__(HeadConfig(kind="", features=names))
        self.weights = torch.tensor([float(weights.get(name, 0)) for name in names])
        self.shift = shift

    def forward(self, x, mask):
        highest = x.masked_fill(~mask[..., None], -1e9).amax(1)
        return highest @ self.weights + self.shift


def planted():
    """Calm, but for one second in which all that there is is heard and seen."""
    at_peak = (np.arange(TICKS) // 2 == PEAK // 2).astype(float)
    rms = 0.05 + 0.4 * at_peak
    emotions = {"happiness": 0.9 * at_peak, "arousal": 0.8 * at_peak}
    return signals_of(TICKS, rms=rms, laughter=0.95 * at_peak, **emotions)


def explained(net, signals=None):
    signals = planted() if signals is None else signals
    return contributions(signals, net, score(signals, net, net.config, HEAD).scores)


ALONE = [
    pytest.param("happiness", "face", id="face"),
    pytest.param("arousal", "face", id="face-circumplex"),
    pytest.param("loudness", "loudness", id="loudness"),
    pytest.param("loudness_change", "loudness", id="loudness-change"),
    pytest.param("laughter", "laughter", id="laughter"),
]


@pytest.mark.parametrize("ticks", [0, 1, 9, 30])
@pytest.mark.parametrize("names", [FEATURES_12, FEATURES], ids=["12", "13"])
def test_a_number_a_tick_and_sense(ticks, names):
    found = explained(Weighted(names, happiness=8), signals_of(ticks, happiness=0.5, laughter=0.5))
    assert found.shape == (ticks, len(SENSES)) == (ticks, 3)
    assert ((found >= -1) & (found <= 1)).all()


def test_every_number_belongs_to_one_sense():
    columns = [columns_of(Weighted(), sense) for sense in SENSES]
    assert sorted(chain(*columns)) == list(range(len(FEATURES)))
    assert [len(c) for c in columns] == [10, 2, 1]
    assert columns_of(Weighted(FEATURES_12), "laughter") == []


@pytest.mark.parametrize(
    "signals",
    [
        pytest.param(signals_of(TICKS, happiness=0.9, laughter=0.9), id="all-alike"),
        pytest.param(signals_of(1, happiness=0.9, laughter=0.9), id="one-tick"),
    ],
)
def test_an_ordinary_tick_owes_its_score_to_nothing(signals):
    net = Weighted(happiness=5, loudness=1, laughter=5)
    assert not explained(net, signals).any()


@pytest.mark.parametrize(("feature", "sense"), ALONE)
def test_a_head_that_looks_at_one_number_owes_all_to_its_sense(feature, sense):
    added = explained(Weighted(**{feature: 5}))
    others = [i for i, name in enumerate(SENSES) if name != sense]
    assert added[PEAK, SENSES.index(sense)] > 0.3
    assert not added[:, others].any()


@pytest.mark.parametrize(("feature", "sense"), ALONE)
def test_by_gradients_it_owes_all_to_its_sense_too(feature, sense):
    added = integrated_gradients(planted(), Weighted(**{feature: 5}), **CLIP)
    assert added[SENSES.index(sense)] > 1
    assert np.count_nonzero(added) == 1


def test_what_speaks_against_takes_away():
    added = explained(Weighted(shift=4, happiness=-8))[PEAK]
    assert added[0] < -0.3
    assert not added[1:].any()


def test_the_head_of_twelve_numbers_owes_nothing_to_laughter():
    head = load_head("conv1d-12")
    signals = conversation(np.random.default_rng(1), 2.0).signals
    found = explained(head.net, signals)
    assert found[:, :2].any() and not found[:, 2].any()
    assert integrated_gradients(signals, head.net, 10, 12)[2] == 0


def test_the_contribution_is_that_to_the_calibrated_score():
    net = Weighted(laughter=5)
    net.config = replace(net.config, calibration=(2.0, 1.0))
    scores = score(planted(), net, net.config, HEAD).scores
    deaf = score(replace(planted(), laughter=np.zeros(TICKS)), net, net.config, HEAD).scores
    np.testing.assert_allclose(explained(net)[:, 2], scores - deaf, atol=1e-6)


@pytest.mark.parametrize(
    "weights",
    [
        pytest.param({"happiness": 9, "loudness": 0.2, "laughter": 1}, id="face"),
        pytest.param({"happiness": 1, "loudness": 2.0, "laughter": 1}, id="loudness"),
        pytest.param({"happiness": 1, "loudness": 0.2, "laughter": 9}, id="laughter"),
    ],
)
def test_both_ways_say_of_a_sum_what_its_summands_are(weights):
    net, x = Weighted(**weights), features(planted())
    rise = x[PEAK] - np.median(x, axis=0)
    wanted = [weights[n] * rise[FEATURES.index(n)] for n in ("happiness", "loudness", "laughter")]
    by_gradients = integrated_gradients(planted(), net, **CLIP)
    np.testing.assert_allclose(by_gradients, wanted, atol=1e-4)
    assert explained(net)[PEAK].argsort().tolist() == np.argsort(wanted).tolist()


@pytest.fixture(scope="module")
def conversations():
    return [conversation(np.random.default_rng(seed), 6.0) for seed in SEEDS]


def moments(conversations, head):
    """Signals, tick of the peak and first tick of a clip around it, of every moment found."""
    for talk in conversations:
        scores = score(talk.signals, head.net, head.config, head.info).scores
        for first, last in runs(talk.funny):
            peak = first + int(scores[first:last].argmax())
            if scores[peak] >= head.thresholds.onset:
                yield talk.signals, peak, min(max(0, peak - 6), len(scores) - 12)


def log_odds_above_ordinary(signals, net, first):
    x = torch.from_numpy(features(signals, net.config.features))
    calm = x.median(0).values.expand(12, -1)
    with torch.inference_mode():
        whole, ordinary = net(torch.stack([x[first : first + 12], calm]), torch.ones(2, 12) > 0)
    return float(whole - ordinary)


@pytest.mark.parametrize("name", RELEASED)
def test_gradients_add_up_to_the_log_odds(name, conversations):
    head = load_head(name)
    for signals, _, first in moments(conversations, head):
        added = integrated_gradients(signals, head.net, first, 12).sum()
        wanted = log_odds_above_ordinary(signals, head.net, first)
        assert added == pytest.approx(wanted, rel=1e-2, abs=1e-2)


@pytest.mark.parametrize("name", RELEASED)
def test_what_occlusion_names_first_adds_by_gradients_too(name, conversations):
    """They need not name the same sense first: where senses work together, they share unlike."""
    head, agreed = load_head(name), []
    for signals, peak, first in moments(conversations, head):
        by_gradients = integrated_gradients(signals, head.net, first, 12)
        agreed.append(by_gradients[explained(head.net, signals)[peak].argmax()] > 0)
    assert len(agreed) > 10
    assert np.mean(agreed) >= 0.8
