"""Bursts of laughing in live chat, and how late they come."""

import numpy as np
import pytest

from funny.grid import tick_count
from funny.learn.beside.chat import Message
from funny.learn.cues.chat import (
    USUAL_DELAY_S,
    Delay,
    chat_cues,
    chat_delay,
    laughing_rate,
    unusual,
)
from tests.values import block

LENGTH_S = 1800.0
MOMENTS_S = (200.0, 520.0, 900.0, 1300.0, 1550.0)


def crowd(rng, at_s, people, text="ㅋㅋㅋㅋㅋㅋㅋㅋ", spread_s=2.0):
    return [
        Message(at_s + rng.exponential(spread_s), text, f"u{rng.integers(10_000)}")
        for _ in range(people)
    ]


def talk(rng, rate, text="와", length_s=LENGTH_S):
    times = rng.uniform(0, length_s, rng.poisson(length_s * rate))
    return [Message(t, text, f"u{rng.integers(10_000)}") for t in times]


def in_order(*groups):
    return sorted((m for group in groups for m in group), key=lambda m: m.time_s)


def stream(rng, delay_s, usual=0.3, people=15):
    bursts = [crowd(rng, t + delay_s, people) for t in MOMENTS_S]
    return in_order(talk(rng, 1.0), talk(rng, usual, "ㅋㅋ"), *bursts)


def test_no_chat_is_no_rate():
    assert laughing_rate([], 10.0).tolist() == [0.0] * 20
    assert laughing_rate([], 0.0).tolist() == []
    assert chat_cues(np.zeros(20), Delay(5, True)) == []


@pytest.mark.parametrize("length_s", [0.5, 1.0, 2.0, 3.0])
def test_a_video_shorter_than_the_window(length_s):
    rate = laughing_rate([Message(0.2, "ㅋㅋㅋㅋㅋㅋㅋㅋ")], length_s)
    assert rate.tolist() == [1.0] * tick_count(length_s)


def test_the_rate_is_people_in_five_seconds_weighed_by_how_much_they_laugh():
    messages = [
        Message(10.0, "ㅋㅋㅋㅋㅋㅋㅋㅋ", "a"),
        Message(10.0, "ㅋㅋㅋㅋ", "b"),
        Message(10, "와", "c"),
    ]
    rate = laughing_rate(messages, 30.0)
    assert rate.max() == pytest.approx(1 + 2 / 3)
    assert np.flatnonzero(rate).tolist() == list(range(15, 26))


def test_who_repeats_himself_counts_once():
    bore = [Message(10 + 0.1 * n, "ㅋㅋㅋㅋㅋㅋㅋㅋ", "a") for n in range(50)]
    assert laughing_rate(bore, 30.0).max() <= 2
    strangers = [Message(10 + 0.1 * n, "ㅋㅋㅋㅋㅋㅋㅋㅋ") for n in range(50)]
    assert laughing_rate(strangers, 30.0).max() > 20


def test_messages_after_the_end_are_passed_over():
    assert not laughing_rate([Message(99.0, "ㅋㅋㅋㅋ")], 30.0).any()


@pytest.mark.parametrize("usual", [0.02, 0.3, 3.0, 30.0])
def test_bursts_stand_out_of_a_quiet_chat_and_of_a_lively_one(usual):
    rng = np.random.default_rng(1)
    people = 15 if usual < 3 else round(15 * usual)
    rate = laughing_rate(stream(rng, 5.0, usual, people), LENGTH_S)
    strong = [c for c in chat_cues(rate, Delay(5.0, True)) if c.strength > 0.7]
    assert [min(abs(c.time_s - t) for t in MOMENTS_S) < 3 for c in strong] == [True] * 5


def test_a_crowd_that_does_not_laugh_is_no_burst():
    rng = np.random.default_rng(2)
    spam = crowd(rng, 600.0, 200, "출첵")
    rate = laughing_rate(in_order(talk(rng, 0.3, "ㅋㅋ"), spam), LENGTH_S)
    assert [c for c in chat_cues(rate, Delay(5.0, True)) if c.strength > 0.6] == []


def heard(*spans):
    return block(tick_count(LENGTH_S), *spans, high=0.9)


@pytest.mark.parametrize("delay_s", [0.0, 2.0, 4.5, 8.0, 12.0])
def test_the_delay_is_measured_where_laughter_is_heard(delay_s):
    rng = np.random.default_rng(3)
    z = unusual(laughing_rate(stream(rng, delay_s), LENGTH_S))
    laughs = heard(*((t, t + 4) for t in MOMENTS_S[1:]), (700, 704))
    found = chat_delay(z, laughs)
    assert found.is_measured
    # People answer over some seconds: the burst's middle is later than its first message.
    assert found.delay_s == pytest.approx(delay_s, abs=1.5)


@pytest.mark.parametrize(
    "laughs",
    [
        pytest.param(heard(), id="nothing-heard"),
        pytest.param(heard((20, 24), (410, 414), (1000, 1004)), id="other-laughs"),
        pytest.param(np.ones(tick_count(LENGTH_S)), id="always"),
    ],
)
def test_the_usual_delay_is_taken_where_nothing_says_more(laughs):
    z = unusual(laughing_rate(stream(np.random.default_rng(4), 5.0), LENGTH_S))
    assert chat_delay(z, laughs) == Delay(USUAL_DELAY_S, False)


@pytest.mark.parametrize("ticks", [0, 1, 10, 60])
def test_a_short_stream_has_the_usual_delay(ticks):
    assert chat_delay(np.zeros(ticks), np.zeros(ticks)) == Delay(USUAL_DELAY_S, False)


def test_a_guessed_delay_makes_a_cue_less_exact():
    rate = laughing_rate(stream(np.random.default_rng(5), 6.0), LENGTH_S)
    sure, unsure = (chat_cues(rate, Delay(6.0, measured)) for measured in (True, False))
    assert [(b.start_s, b.end_s) for b in unsure] == [(a.start_s - 2, a.end_s + 2) for a in sure]


def test_what_was_written_before_the_stream_began_is_about_nothing_in_it():
    rng = np.random.default_rng(6)
    rate = laughing_rate(in_order(talk(rng, 0.1), crowd(rng, 0.0, 40, spread_s=0.5)), LENGTH_S)
    assert [c for c in chat_cues(rate, Delay(8.0, True)) if c.end_s <= 0] == []
