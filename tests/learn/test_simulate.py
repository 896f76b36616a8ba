"""Simulated conversations follow the hypothesis, and a seed makes them again."""

from itertools import pairwise

import numpy as np
import pytest

from funny.learn.simulate import (
    HEARD,
    KINDS,
    SIMULATED,
    conversation,
    conversations,
    simulated_sound,
)
from funny.score.features import loudness_db

MINUTES = 3.0


@pytest.fixture(scope="module")
def talks():
    return [conversation(np.random.default_rng(seed), MINUTES) for seed in range(12)]


def columns(talk):
    s = talk.signals
    return s.times_s, s.emotions, s.face_found, s.face_box, s.rms, s.laughter, talk.funny


def test_a_seed_makes_the_same_again(talks):
    again = conversation(np.random.default_rng(3), MINUTES)
    for one, other in zip(columns(talks[3]), columns(again), strict=True):
        np.testing.assert_array_equal(one, other)
    assert len(talks[3].funny) != len(talks[4].funny)


@pytest.mark.parametrize("minutes", [0.05, 0.5, 2.0])
def test_shapes(minutes):
    talk = conversation(np.random.default_rng(0), minutes)
    ticks = len(talk.signals)
    assert (talk.funny.shape, talk.funny.dtype) == ((ticks,), bool)
    assert ticks >= minutes * 60  # at least half of what was asked for, twice a second
    assert talk.signals.emotion_model == SIMULATED


def test_faces_are_probabilities_or_nothing(talks):
    for talk in talks:
        sums = talk.signals.emotions[:, :8].sum(1)
        np.testing.assert_allclose(sums, talk.signals.face_found, atol=1e-9)
        assert not talk.signals.face_box[~talk.signals.face_found].any()
        assert talk.signals.rms.max() <= 1


def test_every_conversation_has_calm_and_most_have_laughs(talks):
    shares = [talk.funny.mean() for talk in talks]
    assert max(shares) < 0.6
    assert np.median(shares) > 0.03


def test_laughs_are_louder_and_happier_than_the_rest(talks):
    db, happy, funny = [], [], []
    for talk in talks:
        level = loudness_db(talk.signals.rms)
        db.append(level - np.median(level[~talk.funny]))
        happy.append(talk.signals.emotion("happiness"))
        funny.append(talk.funny)
    db, happy, funny = map(np.concatenate, (db, happy, funny))
    assert np.median(db[funny]) > np.median(db[~funny]) + 1
    assert happy[funny].mean() > 1.5 * happy[~funny].mean()


def test_every_tick_knows_its_kind(talks):
    for talk in talks:
        assert [KINDS[name].is_funny for name in talk.kinds] == talk.funny.tolist()


# What is funny


@pytest.mark.parametrize("name", KINDS)
def test_whoever_laughs_aloud_is_funny_and_nothing_else(name):
    assert KINDS[name].is_funny == KINDS[name].sound.startswith("laugh")


def smiles(kind):
    return kind.faces[:1] == ("happiness",)


@pytest.mark.parametrize(
    "has",
    [
        pytest.param(smiles, id="a-smile"),
        pytest.param(lambda k: k.level_db[1] >= 10, id="loud"),
        pytest.param(
            lambda k: k.faces[:1] == ("happiness",) and k.level_db[1] >= 10, id="loud-smile"
        ),
        pytest.param(lambda k: not k.faces, id="nobody-seen"),
        pytest.param(lambda k: k.level_db[0] < -2, id="quiet"),
        pytest.param(lambda k: "surprise" in k.faces, id="surprise"),
    ],
)
def test_no_sight_and_no_level_tells_a_laugh_from_a_trap(has):
    assert {kind.is_funny for kind in KINDS.values() if has(kind)} == {True, False}


def test_every_sound_of_a_kind_has_its_odds_of_laughter():
    assert {kind.sound for kind in KINDS.values()} == set(HEARD)


class Recorder:
    """A maker of sound that keeps what it is asked for and plants what is heard."""

    def __init__(self):
        self.calls = []

    def __call__(self, rng, segments, habits):
        self.calls.append((rng, list(segments), habits))
        ticks = sum(s.ticks for s in segments)
        return np.linspace(0, 0.5, ticks), np.linspace(1, 0, ticks)


def test_sound_is_made_once_of_all_segments_and_is_what_is_heard():
    rng, sound = np.random.default_rng(0), Recorder()
    one, two = conversations(rng, 2, MINUTES, sound)
    ((its_rng, segments, _),) = sound.calls
    ticks = sum(s.ticks for s in segments)
    assert its_rng is rng
    for talk in (one, two):
        np.testing.assert_array_equal(talk.signals.rms, np.linspace(0, 0.5, ticks))
        np.testing.assert_array_equal(talk.signals.laughter, np.linspace(1, 0, ticks))


def test_the_truth_of_every_segment_is_that_of_its_kind():
    met = set()
    for seed in range(20):
        sound = Recorder()
        talk = conversation(np.random.default_rng(seed), MINUTES, sound)
        segments = sound.calls[0][1]
        ends = np.cumsum([s.ticks for s in segments])
        assert len(talk.funny) == ends[-1]
        for segment, end in zip(segments, ends, strict=True):
            assert (talk.funny[end - segment.ticks : end] == segment.kind.is_funny).all()
        met |= {s.kind for s in segments}
    assert met == set(KINDS.values())


def test_laughs_grow_out_of_calm_talk():
    before_laughs = []
    for seed in range(12):
        sound = Recorder()
        conversation(np.random.default_rng(seed), MINUTES, sound)
        kinds = [s.kind for s in sound.calls[0][1]]
        before_laughs += [a for a, b in pairwise(kinds) if b is KINDS["laugh"]]
    assert np.mean([kind is KINDS["talk"] for kind in before_laughs]) > 0.6


# Tellings


@pytest.mark.parametrize("count", [0, 1, 5])
def test_as_many_tellings_as_are_asked_for(count):
    assert len(conversations(np.random.default_rng(0), count, 0.5)) == count


def test_one_telling_is_a_conversation():
    (one,) = conversations(np.random.default_rng(3), 1, MINUTES)
    for a, b in zip(
        columns(one), columns(conversation(np.random.default_rng(3), MINUTES)), strict=True
    ):
        np.testing.assert_array_equal(a, b)


def test_tellings_sound_the_same_and_are_seen_on_other_faces():
    tellings = conversations(np.random.default_rng(2), 4, MINUTES)
    first = tellings[0]
    for other in tellings[1:]:
        for name in ("times_s", "rms", "laughter"):
            np.testing.assert_array_equal(
                getattr(first.signals, name), getattr(other.signals, name)
            )
        np.testing.assert_array_equal(first.funny, other.funny)
        assert np.abs(first.signals.emotions - other.signals.emotions).mean() > 0.01


def lean(talk):
    """How a face leans on average over a conversation: mean log-odds of the eight emotions."""
    seen = talk.signals.emotions[talk.signals.face_found, :8]
    logits = np.log(seen + 1e-12)
    return (logits - logits.mean(1, keepdims=True)).mean(0)


def test_tellings_are_of_different_people():
    """Persons lean by half a unit of log-odds; one person telling it six times by half of that."""
    spreads = []
    for seed in range(6):
        tellings = conversations(np.random.default_rng(seed), 6, 6.0)
        spreads.append(np.std([lean(talk) for talk in tellings], axis=0).mean())
    assert np.mean(spreads) > 0.4


# Sound


def heard_at(kinds, seeds=range(12)):
    """Log-odds of laughter at all ticks of some kinds, in recordings that are not mute."""
    odds = []
    for seed in seeds:
        segments = []

        def sound(rng, given, habits, kept=segments):
            kept[:] = given
            return simulated_sound(rng, given, habits)

        laughter = conversation(np.random.default_rng(seed), MINUTES, sound).signals.laughter
        of_kinds = np.concatenate([np.full(s.ticks, s.kind in kinds) for s in segments])
        p = laughter[of_kinds & laughter.any()]
        odds.append(np.log(p / (1 - p)))
    return np.concatenate(odds)


@pytest.mark.parametrize("sound", HEARD)
def test_laughter_is_heard_as_often_as_its_network_hears_it(sound):
    odds = heard_at([kind for kind in KINDS.values() if kind.sound == sound], range(30))
    mean, deviation = HEARD[sound]
    assert len(odds) > 20
    assert odds.mean() == pytest.approx(mean, abs=5 * deviation / np.sqrt(len(odds)))
    assert odds.std() == pytest.approx(deviation, rel=0.35)


def test_a_laugh_is_heard_above_speech_and_all_else():
    laughs, speech = (heard_at([KINDS[name]]) for name in ("laugh", "talk"))
    others = heard_at([kind for kind in KINDS.values() if not kind.is_funny])
    assert laughs.mean() > speech.mean() + 3
    assert laughs.mean() > others.mean() + 3
    assert (laughs > 0).mean() > 0.7 > 0.1 > (others > 0).mean()


def test_some_recordings_are_mute_and_keep_their_faces():
    made = [conversation(np.random.default_rng(seed), 0.5) for seed in range(200)]
    mute = [talk for talk in made if not talk.signals.rms.any()]
    assert 3 <= len(mute) <= 30
    for talk in mute:
        assert not talk.signals.laughter.any()
    assert any(talk.signals.face_found.any() and talk.funny.any() for talk in mute)
