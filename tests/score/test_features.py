"""The numbers of a tick, worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from funny.learn.simulate import conversation
from funny.score.features import (
    FEATURES,
    FEATURES_12,
    SILENCE_DB,
    bridged,
    change,
    features,
    loudness_db,
    robust_z,
)
from tests.values import signals_of

LOUDNESS, CHANGE, HAPPINESS, LAUGHTER = (
    FEATURES.index(n) for n in ("loudness", "loudness_change", "happiness", "laughter")
)


def test_the_twelve_and_their_order():
    emotions = "anger contempt disgust fear happiness neutral sadness surprise valence arousal"
    assert [*emotions.split(), "loudness", "loudness_change"] == list(FEATURES_12)
    assert (*FEATURES_12, "laughter") == FEATURES


def planted():
    return signals_of(
        3,
        happiness=[0.1, 0.2, 0.3],
        valence=[-1, 0, 1],
        rms=[0.1, 0.1, 0.2],
        laughter=[0.25, 0.5, 0.75],
    )


def test_every_feature_lies_in_its_column():
    x = features(planted())
    assert (x.shape, x.dtype) == ((3, 13), np.float32)
    np.testing.assert_allclose(x[:, :10], planted().emotions, atol=1e-6)
    np.testing.assert_allclose(x[:, CHANGE], [0, 0, 6.0206], atol=1e-3)
    assert x[:, LAUGHTER].tolist() == [0.25, 0.5, 0.75]


@pytest.mark.parametrize(
    "names",
    [
        pytest.param((), id="none"),
        pytest.param(("laughter",), id="the-last"),
        pytest.param(("laughter", "happiness", "anger"), id="some-in-another-order"),
        pytest.param(FEATURES_12, id="the-mission-s-twelve"),
        pytest.param(FEATURES[::-1], id="all-backwards"),
    ],
)
def test_features_are_those_that_are_named_in_that_order(names):
    wanted = [FEATURES.index(name) for name in names]
    np.testing.assert_array_equal(features(planted(), names), features(planted())[:, wanted])


def test_a_feature_that_there_is_not_is_an_error():
    with pytest.raises(ValueError):
        features(planted(), ("happiness", "pitch"))


def test_laughter_changes_no_other_number():
    np.testing.assert_array_equal(
        features(planted(), FEATURES_12),
        features(replace(planted(), laughter=np.zeros(3)), FEATURES_12),
    )


@pytest.mark.parametrize(
    ("rms", "loudness"),
    [
        pytest.param([], [], id="no-ticks"),
        pytest.param([0.3], [0], id="one-tick"),
        pytest.param([0.0], [0], id="one-silent-tick"),
        pytest.param([0, 0, 0], [0, 0, 0], id="all-silent"),
        pytest.param([0.2, 0.2, 0.2], [0, 0, 0], id="all-alike"),
        pytest.param([0, 0.2, 0.2], [-6, 0, 0], id="silence-is-clipped"),
    ],
)
def test_edges_of_loudness(rms, loudness):
    x = features(signals_of(len(rms), rms=rms))
    assert x.shape == (len(rms), 13)
    np.testing.assert_allclose(x[:, LOUDNESS], loudness, atol=1e-6)


def test_loudness_is_the_robust_z_of_its_video():
    db = np.array([-30.0, -26, -24, -21, -20, -19, -17, -12, -9])
    median = -20.0
    mad = 4.0  # of the distances 10 6 4 1 0 1 3 8 11
    np.testing.assert_allclose(robust_z(db), (db - median) / (mad / 0.6745))
    x = features(signals_of(9, rms=10 ** (db / 20)))
    np.testing.assert_allclose(x[:, LOUDNESS], (db - median) / (mad / 0.6745), atol=1e-5)


def test_silence_is_no_part_of_the_median():
    db = np.array([-30.0, -20, -10])
    with_silence = np.concatenate([np.full(20, SILENCE_DB), db])
    np.testing.assert_allclose(robust_z(with_silence)[-3:], robust_z(db))


@pytest.mark.parametrize("gain", [0.01, 10.0])
def test_gain_changes_nothing(gain):
    signals = conversation(np.random.default_rng(1), 1.0).signals
    quiet = replace(signals, rms=signals.rms * 0.01)
    louder = replace(signals, rms=quiet.rms * gain)
    np.testing.assert_allclose(features(louder), features(quiet), atol=1e-6)


def test_gain_does_not_move_the_floor_of_silence():
    rms = np.array([0.0, 1e-7, 0.001, 0.1])
    np.testing.assert_allclose(loudness_db(rms * 10), loudness_db(rms), atol=1e-9)


@pytest.mark.parametrize(
    ("rms", "db"),
    [
        pytest.param([], [], id="no-ticks"),
        pytest.param([0, 0], [SILENCE_DB, SILENCE_DB], id="silence"),
        pytest.param([1.0, 0.1, 0.01], [0, -20, -40], id="decades"),
        pytest.param([1.0, 1e-9], [0, SILENCE_DB], id="almost-silence"),
    ],
)
def test_loudness_in_db(rms, db):
    np.testing.assert_allclose(loudness_db(np.array(rms, float)), db, atol=1e-9)


@pytest.mark.parametrize(
    ("amplitudes", "changes_db"),
    [
        pytest.param([], [], id="no-ticks"),
        pytest.param([0.2], [0], id="first"),
        pytest.param([0.1, 0.2], [0, 6.0206], id="double"),
        pytest.param([0.2, 0.1, 0.1], [0, -6.0206, 0], id="half-and-steady"),
        pytest.param([0.01, 1.0, 0.1], [0, 40, -20], id="decades"),
    ],
)
def test_change_is_the_difference_to_the_tick_before(amplitudes, changes_db):
    db = loudness_db(np.array(amplitudes, float))
    np.testing.assert_allclose(change(db), changes_db, atol=1e-4)


@pytest.mark.parametrize(
    ("found", "happiness"),
    [
        pytest.param("", [], id="no-ticks"),
        pytest.param(".", [0], id="one-without"),
        pytest.param("....", [0, 0, 0, 0], id="never"),
        pytest.param("#..#", [0.0, 0.3, 0.6, 0.9], id="two-bridged"),
        pytest.param("#.#", [0.0, 0.3, 0.6], id="one-bridged"),
        pytest.param("#...#", [0, 0, 0, 0, 1.2], id="three-zero"),
        pytest.param(".##", [0, 0.3, 0.6], id="gap-at-the-start"),
        pytest.param("##..", [0, 0.3, 0, 0], id="gap-at-the-end"),
        pytest.param("#.#.#", [0, 0.3, 0.6, 0.9, 1.2], id="two-gaps"),
    ],
)
def test_gaps_of_the_face(found, happiness):
    found = np.array([c == "#" for c in found], bool)
    emotions = np.zeros((len(found), 10))
    emotions[:, HAPPINESS] = np.where(found, 0.3 * np.arange(len(found)), 9.9)
    np.testing.assert_allclose(bridged(emotions, found)[:, HAPPINESS], happiness, atol=1e-9)


def test_bridging_leaves_its_input():
    emotions, found = np.ones((3, 10)), np.array([True, False, True])
    bridged(emotions, found)[:] = 5
    assert (emotions == 1).all()
