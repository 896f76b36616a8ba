"""Heard as it comes is what is heard of a file."""

import numpy as np
import pytest

from funny.extract.audio import measure_sound
from funny.extract.video import probe
from funny.grid import SAMPLE_RATE
from funny.scale.live.listening import Ear, Listeners
from funny.weights.laughter import load_laughter_model
from tests.media import Sound, write_media


@pytest.fixture(scope="module")
def listeners():
    return Listeners(load_laughter_model(causal=True), load_laughter_model())


def samples(seconds):
    rng = np.random.default_rng(3)
    level = np.repeat(rng.random(int(seconds * 2)), SAMPLE_RATE // 2)
    return (rng.standard_normal(len(level)) * level * 0.2).clip(-1, 1).astype(np.float32)


def hear(ear, sound, size, begin_s=0.0):
    for at in range(0, len(sound), size):
        ear.hear(begin_s + at / SAMPLE_RATE, sound[at : at + size])


def test_the_numbers_are_those_of_the_file(listeners, tmp_path):
    sound = samples(40)
    write_media(tmp_path / "a.wav", None, Sound(sound, SAMPLE_RATE))
    file = measure_sound(probe(tmp_path / "a.wav"), None, listeners.later.hearing())
    ear = Ear(listeners)
    hear(ear, (np.round(sound * 32767) / 32768).astype(np.float32), 1000)
    ear.finish()
    assert (ear.ticks, ear.settled) == (80, 80)
    assert ear.rms(0, 80) == pytest.approx(file.rms, abs=1e-4)
    assert ear.laughter(0, 80) == pytest.approx(file.laughter, abs=1e-3)
    assert np.abs(ear.envelope(0, 80).astype(int) - file.envelope).max() <= 1


def test_now_is_known_at_once_and_for_good_after_two_seconds_and_a_half(listeners):
    ear = Ear(listeners)
    hear(ear, samples(30), 2205)
    assert (ear.ticks, ear.settled) == (59, 55)


def test_silence_is_where_nothing_came_and_the_rest_stays_in_its_place(listeners):
    ear, sound = Ear(listeners), samples(5)
    hear(ear, sound, 2000)
    hear(ear, sound, 2000, begin_s=15.0)
    assert not ear.rms(10, 30).any()
    assert ear.rms(30, 40) == pytest.approx(ear.rms(0, 10), abs=1e-6)


def test_what_was_heard_is_not_heard_again(listeners):
    once, twice, sound = Ear(listeners), Ear(listeners), samples(6)
    once.hear(0.0, sound)
    twice.hear(0.0, sound[: 4 * SAMPLE_RATE])
    twice.hear(2.0, sound[2 * SAMPLE_RATE :])
    assert twice.length_s == once.length_s
    assert twice.rms(0, 12) == pytest.approx(once.rms(0, 12))
