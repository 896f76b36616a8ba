"""Simulated conversations follow the hypothesis, and a seed makes them again."""

import numpy as np
import pytest

from funny.learn.simulate import KINDS, SIMULATED, conversation
from funny.score.features import loudness_db

MINUTES = 3.0


@pytest.fixture(scope="module")
def conversations():
    return [conversation(np.random.default_rng(seed), MINUTES) for seed in range(12)]


def columns(talk):
    s = talk.signals
    return s.times_s, s.emotions, s.face_found, s.face_box, s.rms, talk.funny


def test_a_seed_makes_the_same_again(conversations):
    again = conversation(np.random.default_rng(3), MINUTES)
    for one, other in zip(columns(conversations[3]), columns(again), strict=True):
        np.testing.assert_array_equal(one, other)
    assert len(conversations[3].funny) != len(conversations[4].funny)


@pytest.mark.parametrize("minutes", [0.05, 0.5, 2.0])
def test_shapes(minutes):
    talk = conversation(np.random.default_rng(0), minutes)
    ticks = len(talk.signals)
    assert (talk.funny.shape, talk.funny.dtype) == ((ticks,), bool)
    assert ticks >= minutes * 60  # at least half of what was asked for, twice a second
    assert talk.signals.emotion_model == SIMULATED


def test_faces_are_probabilities_or_nothing(conversations):
    for talk in conversations:
        sums = talk.signals.emotions[:, :8].sum(1)
        np.testing.assert_allclose(sums, talk.signals.face_found, atol=1e-9)
        assert not talk.signals.face_box[~talk.signals.face_found].any()
        assert talk.signals.rms.max() <= 1


def test_every_conversation_has_calm_and_most_have_laughs(conversations):
    shares = [talk.funny.mean() for talk in conversations]
    assert max(shares) < 0.6
    assert np.median(shares) > 0.03


def test_laughs_are_louder_and_happier_than_the_rest(conversations):
    db, happy, funny = [], [], []
    for talk in conversations:
        level = loudness_db(talk.signals.rms)
        db.append(level - np.median(level[~talk.funny]))
        happy.append(talk.signals.emotion("happiness"))
        funny.append(talk.funny)
    db, happy, funny = map(np.concatenate, (db, happy, funny))
    assert np.median(db[funny]) > np.median(db[~funny]) + 3
    assert happy[funny].mean() > happy[~funny].mean() + 0.3


def test_traps_move_face_or_voice_alone():
    """Nothing but a laugh is happy and loud at once."""
    happy_and_loud = {n for n, k in KINDS.items() if "happiness" in k.faces and k.level_db[1] > 2}
    assert happy_and_loud == {"laugh"}
