"""What a recording may do to a scene, and the scorer still finds what is funny."""

from dataclasses import replace

import numpy as np
import pytest

from funny.learn.metrics import average_precision
from funny.learn.simulate import conversation
from funny.pipeline import AnalyzeOptions
from funny.score.timeline import score
from funny.weights.heads import load_head

DEFAULT = AnalyzeOptions().head
SEEDS = (1, 2, 3, 4, 5, 6)  # of 0 the recording is mute
MOST = 0.05
"""By how much average precision over ticks may fall."""


@pytest.fixture(scope="module")
def talks():
    return {seed: conversation(np.random.default_rng(seed), 8.0) for seed in SEEDS}


@pytest.fixture(scope="module", params=[DEFAULT, "conv1d-12"])
def head(request):
    return load_head(request.param)


def scores_of(signals, head):
    return score(signals, head.net, head.config, head.info).scores


def fall(talk, changed, head):
    """How much average precision falls when the signals change."""
    before, after = (scores_of(signals, head) for signals in (talk.signals, changed))
    return average_precision(talk.funny, before) - average_precision(talk.funny, after)


def amplified(signals, gain_db):
    return replace(signals, rms=signals.rms * 10 ** (gain_db / 20))


def on_a_bed(signals, below_speech_db):
    """A steady loud sound under everything, so far below the median level."""
    bed = np.median(signals.rms) * 10 ** (-below_speech_db / 20)
    return replace(signals, rms=np.hypot(signals.rms, bed))


def without_faces(signals, share, seed=0):
    """The detector misses a share of the faces."""
    found = signals.face_found & (np.random.default_rng(seed).random(len(signals)) >= share)
    columns = {"emotions": signals.emotions, "face_box": signals.face_box}
    seen = {name: column * found[:, None] for name, column in columns.items()}
    return replace(signals, face_found=found, **seen)


@pytest.mark.parametrize("gain_db", [-12, 12])
@pytest.mark.parametrize("seed", SEEDS)
def test_gain_changes_no_score(talks, head, seed, gain_db):
    signals = talks[seed].signals
    louder = scores_of(amplified(signals, gain_db), head)
    np.testing.assert_allclose(louder, scores_of(signals, head), atol=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_tenth_of_the_faces_may_be_missed(talks, head, seed):
    talk = talks[seed]
    changed = without_faces(talk.signals, 0.1)
    assert 0 < changed.face_found.sum() < talk.signals.face_found.sum()
    assert fall(talk, changed, head) <= MOST


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bed_of_sound_at_six_db_below_speech(talks, seed):
    assert fall(talks[seed], on_a_bed(talks[seed].signals, 6), load_head(DEFAULT)) <= MOST


def test_a_bed_of_sound_on_average_without_heard_laughter(talks):
    """Loudness is half of what twelve numbers know: single conversations lose more."""
    head = load_head("conv1d-12")
    falls = [fall(talk, on_a_bed(talk.signals, 6), head) for talk in talks.values()]
    assert np.mean(falls) <= 2 * MOST


@pytest.mark.parametrize("seed", SEEDS)
def test_the_head_of_twelve_numbers_does_not_miss_laughter(talks, seed):
    signals = talks[seed].signals
    head, deaf = load_head("conv1d-12"), replace(signals, laughter=np.zeros(len(signals)))
    np.testing.assert_array_equal(scores_of(deaf, head), scores_of(signals, head))


def test_what_does_matter_is_missed(talks):
    """The measure above notices: without its ears the head of thirteen falls far."""
    head = load_head(DEFAULT)
    falls = [
        fall(talk, replace(talk.signals, laughter=np.zeros(len(talk.funny))), head)
        for talk in talks.values()
    ]
    assert np.mean(falls) > 0.15
