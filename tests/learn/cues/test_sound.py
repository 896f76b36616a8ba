"""What is heard."""

import numpy as np
import pytest

from funny.learn.cues.sound import laughter_cues, loudness_cues
from tests.values import block, signals_of

RNG = np.random.default_rng(0)


def rms(*spans, ticks=400, db=20.0):
    """Talk at one level, louder by some dB in spans."""
    talk_db = -30 + RNG.normal(0, 2, ticks)
    return 10 ** ((talk_db + block(ticks, *spans, high=db)) / 20)


def spans(cues):
    return [(cue.start_s, cue.end_s) for cue in cues]


@pytest.mark.parametrize(
    "signals",
    [
        pytest.param(signals_of(0), id="none"),
        pytest.param(signals_of(1), id="one-tick"),
        pytest.param(signals_of(400, rms=0.0), id="silence"),
        pytest.param(signals_of(400, rms=0.3), id="one-level"),
        pytest.param(signals_of(400, rms=rms()), id="talk"),
    ],
)
def test_nothing_happens(signals):
    assert [c for c in loudness_cues(signals) if c.strength > 0.5] == []
    assert laughter_cues(signals) == []


def test_a_shout_is_sudden():
    (found,) = [c for c in loudness_cues(signals_of(400, rms=rms((100, 103)))) if c.strength > 0.5]
    assert (found.start_s, found.end_s, found.time_s) == (100, 103, 100)
    assert found.strength == 1


def test_gain_changes_nothing():
    levels = rms((100, 103))
    quiet, loud = (loudness_cues(signals_of(400, rms=levels * gain)) for gain in (0.01, 1.0))
    assert spans(quiet) == spans(loud)


def test_a_part_that_stays_loud_is_not_sudden():
    found = loudness_cues(signals_of(400, rms=rms((60, 180))))
    assert [c for c in found if c.strength > 0.5] == []


def test_laughter_with_breath_between_is_one_laugh():
    laughter = block(100, (10, 12), (13, 16), high=0.9)
    (found,) = laughter_cues(signals_of(100, laughter=laughter))
    assert (found.start_s, found.end_s, found.time_s) == (10, 16, 10)
    assert found.strength == pytest.approx(0.9 * 10 / 12)
    assert found.note == "laughter heard for 6 s, 0.90"


def test_one_tick_is_no_laugh():
    assert laughter_cues(signals_of(100, laughter=block(100, (10, 10.5)))) == []


def test_unlikely_laughter_is_none():
    assert laughter_cues(signals_of(100, laughter=block(100, (10, 15), high=0.4))) == []
