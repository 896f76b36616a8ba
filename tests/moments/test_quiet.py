"""Planted gaps are found in speech, over music and in noise; none is found inside a word."""

import numpy as np
import pytest

from funny.envelope import FLOOR_DB, UNITS_PER_DB
from funny.grid import STEP_HZ
from funny.moments.quiet import gaps


def envelope(seconds, *bursts, loud=-20.0, low=-60.0):
    """An envelope that is loud in each half-open span of seconds, and low elsewhere."""
    times_s = np.arange(round(seconds * STEP_HZ)) / STEP_HZ
    db = np.full(len(times_s), low)
    for start_s, end_s in bursts:
        db[(times_s >= start_s - 1e-6) & (times_s < end_s - 1e-6)] = loud
    return np.rint((db - FLOOR_DB) * UNITS_PER_DB).astype(np.uint8)


def talk(seconds, *silent, word_s=0.4, gap_s=0.2):
    """Words with short gaps between them, but for the spans in which nobody speaks."""
    starts = np.arange(0, seconds, word_s + gap_s)
    words = [(s, s + word_s) for s in starts.tolist()]
    return [w for w in words if not any(a < w[1] and w[0] < b for a, b in silent)]


@pytest.mark.parametrize(
    "heard",
    [
        pytest.param(envelope(0), id="nobody-measured"),
        pytest.param(envelope(0.02), id="one-step"),
        pytest.param(envelope(20), id="the-same-noise-throughout"),
        pytest.param(envelope(20, low=-120), id="silence-throughout"),
        pytest.param(envelope(20, (0, 20)), id="loud-throughout"),
        pytest.param(envelope(20, (5, 6), loud=-55.0), id="hardly-louder"),
    ],
)
def test_where_nothing_is_quieter_there_is_no_gap(heard):
    assert gaps(heard) == []


@pytest.mark.parametrize(
    ("loud", "low"),
    [
        pytest.param(-20, -120, id="over-silence"),
        pytest.param(-20, -60, id="over-room-tone"),
        pytest.param(-45, -70, id="quiet-microphone"),
        pytest.param(-15, -30, id="over-music"),
        pytest.param(-12, -20, id="over-a-loud-game"),
    ],
)
def test_a_pause_is_found_whatever_lies_under_the_words(loud, low):
    pause = (6.0, 7.2)
    heard = envelope(15, *talk(15, pause), loud=loud, low=low)
    (found,) = (g for g in gaps(heard) if g[1] - g[0] > 0.5)
    assert found == pytest.approx((5.8, 7.2), abs=0.04)


def test_gaps_between_words_are_found_too():
    found = gaps(envelope(12, *talk(12)))
    assert len(found) == 20
    assert all(end_s - start_s == pytest.approx(0.2, abs=0.05) for start_s, end_s in found)


@pytest.mark.parametrize(
    ("gap_s", "is_found"),
    [
        pytest.param(0.04, False, id="before-a-p"),
        pytest.param(0.06, False, id="before-a-long-t"),
        pytest.param(0.14, True, id="between-words"),
        pytest.param(0.5, True, id="pause"),
    ],
)
def test_a_gap_inside_a_word_is_none(gap_s, is_found):
    heard = envelope(12, *talk(5), (5.0, 5.4), (5.4 + gap_s, 6.2), *[(6.4, 12)])
    found = [g for g in gaps(heard) if 5.1 < g[0] < 5.6]
    assert len(found) == is_found
    if is_found:
        assert found[0] == pytest.approx((5.4, 5.4 + gap_s), abs=0.04)


@pytest.mark.parametrize(
    ("click_s", "pieces"),
    [pytest.param(0.02, 1, id="a-key"), pytest.param(0.3, 2, id="a-word")],
)
def test_a_click_is_no_word(click_s, pieces):
    pause = (5.0, 7.0)
    heard = envelope(12, *talk(12, pause), (6.0, 6.0 + click_s))
    assert len([g for g in gaps(heard) if g[0] < 6.9 and g[1] > 5.1]) == pieces


def test_a_whisper_among_shouts_is_judged_by_its_own_seconds():
    shouts, whispers = talk(30), [(s + 60, e + 60) for s, e in talk(30)]
    heard = np.maximum(envelope(90, *shouts, loud=-10), envelope(90, *whispers, loud=-45))
    assert len([g for g in gaps(heard) if 65 < g[0] < 85]) > 25


def test_where_nobody_speaks_for_long_it_is_quiet_throughout():
    heard = envelope(80, *talk(20), *((s + 60, e + 60) for s, e in talk(20)))
    longest = max(gaps(heard), key=lambda g: g[1] - g[0])
    assert longest == pytest.approx((20.2, 60), abs=0.04)


def test_gaps_are_in_order_and_apart():
    rng = np.random.default_rng(0)
    heard = np.repeat(rng.integers(60, 220, 600), 5).astype(np.uint8)
    found = np.array(gaps(heard))
    assert len(found) > 20
    assert (found[:, 1] - found[:, 0] >= 0.1 - 1e-6).all()
    assert (found[1:, 0] > found[:-1, 1]).all()
