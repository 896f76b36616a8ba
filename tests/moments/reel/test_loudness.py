"""Sounds are brought to a loudness, and no peak of the stored file is above the limit."""

import math

import numpy as np
import pytest

from funny.errors import Cancelled
from funny.moments.encoding import Encoding
from funny.moments.reel.loudness import TRUE_PEAK_DB, measured, store_at
from funny.moments.reel.sound import RAW_WORDS
from tests.media import sine

RATE = 48_000


def raw(tmp_path, samples):
    """Words that name a file of these samples (n,) on both channels."""
    path = tmp_path / "a.f32"
    path.write_bytes(np.repeat(samples[:, None], 2, 1).astype(np.float32).tobytes())
    return [*RAW_WORDS, "-i", str(path)]


def tone(db, seconds=4.0):
    """A sine at 997 Hz on both channels: its loudness is its peak (EBU Tech 3341)."""
    return sine(10 ** (db / 20), seconds, RATE, 997.0)


def words_spoken(level):
    """Noise in bursts that die away: peaks 20 dB above its loudness, as speech has."""
    times = np.arange(8 * RATE) / RATE
    noise = np.random.default_rng(0).standard_normal(len(times))
    return level * noise * np.exp(-8 * (times % 0.33)) * (times % 1 < 0.7)


@pytest.mark.parametrize("db", [-33.0, -23.0, -14.0])
def test_the_loudness_of_a_sine_is_known(tmp_path, db):
    found = measured(raw(tmp_path, tone(db)))
    assert found.lufs == pytest.approx(db, abs=0.1)
    assert found.peak_db == pytest.approx(db, abs=0.1)


def test_the_peak_between_samples_is_found(tmp_path):
    between = np.sin(np.arange(4 * RATE) * np.pi / 2 + np.pi / 4)  # samples at 0.707 of its peak
    assert measured(raw(tmp_path, between)).peak_db == pytest.approx(0, abs=0.7)


@pytest.mark.parametrize("quality", ["small", "high"])
@pytest.mark.parametrize(
    ("samples", "lufs"),
    [
        pytest.param(tone(-40.0), -14.0, id="quiet-tone"),
        pytest.param(tone(-3.0), -14.0, id="loud-tone"),
        pytest.param(tone(-20.0), -23.0, id="to-broadcast"),
        pytest.param(words_spoken(0.05), -14.0, id="quiet-speech"),
        pytest.param(words_spoken(2.0).clip(-1, 1), -14.0, id="clipped-speech"),
        pytest.param(tone(-30.0, 0.5), -14.0, id="half-a-second"),
    ],
)
def test_the_stored_sound_has_the_loudness_and_no_peak_above_the_limit(
    tmp_path, samples, lufs, quality
):
    target = tmp_path / "a.m4a"
    encoding = Encoding(quality=quality)
    told = store_at(lufs, raw(tmp_path, samples), target, encoding, lambda done_s: None)
    found = measured(["-i", str(target)])
    assert told == found
    assert found.lufs == pytest.approx(lufs, abs=0.5)
    assert found.peak_db <= TRUE_PEAK_DB


@pytest.mark.parametrize(
    "samples",
    [
        pytest.param(np.zeros(2 * RATE), id="silence"),
        pytest.param(tone(-0.1, 0.2), id="too-short-to-measure"),
        pytest.param(tone(-20.0, 0.001), id="a-millisecond"),
    ],
)
def test_what_has_no_loudness_is_left_as_it_is(tmp_path, samples):
    before = raw(tmp_path, samples)
    found = store_at(-14.0, before, tmp_path / "a.m4a", Encoding(), lambda done_s: None)
    assert found.lufs == -70.0
    assert found.peak_db <= max(measured(before).peak_db, -20.0) or found.peak_db <= TRUE_PEAK_DB
    assert found.peak_db < 0 or math.isinf(found.peak_db)


def test_the_noise_of_an_empty_room_stays_noise(tmp_path):
    hiss = 10 ** (-70 / 20) * np.random.default_rng(0).standard_normal(4 * RATE)
    before = raw(tmp_path, hiss)
    found = store_at(-14.0, before, tmp_path / "a.m4a", Encoding(), lambda done_s: None)
    assert found.lufs - measured(before).lufs == pytest.approx(30, abs=2.5)


def test_a_peak_stays_where_it_was(tmp_path):
    clicks = words_spoken(0.02)
    clicks[RATE : RATE + 480] += tone(-1.0, 0.01)
    target = tmp_path / "a.m4a"
    store_at(-14.0, raw(tmp_path, clicks), target, Encoding(quality="high"), lambda done_s: None)
    from tests.moments.reel.reels import sound_of

    stored = sound_of(target)[: len(clicks)]
    spectra = np.fft.rfft(clicks, 2 * len(clicks)), np.fft.rfft(stored, 2 * len(clicks))
    lag = int(np.fft.irfft(spectra[1] * spectra[0].conj()).argmax())
    assert lag <= 24  # half a millisecond


def test_work_can_be_stopped(tmp_path):
    def stop(done_s):
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        store_at(-14.0, raw(tmp_path, tone(-20.0)), tmp_path / "a.m4a", Encoding(), stop)
