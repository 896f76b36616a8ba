"""Laughs, shouts and babble that nobody recorded: a sum of harmonics, formed by a mouth.

They widen what the laughter network hears in training: pitches, rhythms and vowels of people whose
laughs are in no free package. Shouts and babble of the same make keep it from learning the make.
"""

import sys
from pathlib import Path

import numpy as np
from scipy.signal import butter, sosfilt

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))

from example_sound import VOWELS, bump

RATE = 22_050
# How much voice is in a laugh beside its breath: full, soft, or hardly any.
_VOICED = (1.0, 0.6, 0.1)


def laugh(length_s: float, rng: np.random.Generator) -> np.ndarray:
    """Bouts of four to seven "ha" a second, each falling in pitch and strength; unit RMS."""
    rate, pitch = rng.uniform(3.5, 7.5), _pitch(rng)
    starts, places = _bouts(length_s, rate, rng)
    vowel = VOWELS[rng.choice(6, p=[0.4, 0.2, 0.1, 0.1, 0.05, 0.15])] * rng.uniform(0.85, 1.2)
    fall, open_share = rng.uniform(0.1, 0.5), rng.uniform(0.45, 0.8)
    step = np.searchsorted(starts, _times(length_s), side="right") - 1
    inside = (_times(length_s) - starts[step.clip(0)]) * rate
    glide = pitch * (1.15 - fall * places[step.clip(0)]) * (1.06 - 0.2 * inside.clip(0, 1))
    strength = (
        (1 - 0.5 * places[step.clip(0)])
        * (step >= 0)
        * rng.uniform(0.6, 1, len(starts))[step.clip(0)]
    )
    voiced = _voice(glide, vowel[:, None]) * bump((inside - 0.2) / open_share)
    breath = _noise(length_s, (600, 4000), rng) * bump(inside / 0.5) * rng.uniform(0.05, 0.6)
    return _unit(strength * (voiced * rng.choice(_VOICED) + breath))


def shout(length_s: float, rng: np.random.Generator) -> np.ndarray:
    """One long vowel, rising or wavering: an excited "aaah" or "oooh"; unit RMS."""
    t = _times(length_s)
    rise = np.interp(
        t, [0, 0.3 * length_s, length_s], [rng.uniform(0.7, 1), 1, rng.uniform(0.6, 1.3)]
    )
    waver = 1 + rng.uniform(0, 0.05) * np.sin(2 * np.pi * rng.uniform(4, 7) * t)
    vowel = VOWELS[rng.integers(6)] * rng.uniform(0.85, 1.2)
    tone = _voice(_pitch(rng) * 1.3 * rise * waver, vowel[:, None])
    return _unit(tone * bump(t / length_s) ** 0.5 + 0.2 * _noise(length_s, (1000, 6000), rng))


def babble(length_s: float, rng: np.random.Generator) -> np.ndarray:
    """Three to six syllables a second with gliding vowels and pauses; unit RMS."""
    t, rate = _times(length_s), rng.uniform(3, 6)
    middles = np.arange(0.1, length_s, 1 / rate)
    middles = middles + rng.uniform(-0.3, 0.3, len(middles)) / rate
    if len(middles) < 2:
        middles = np.array([0.0, length_s])
    mouth = VOWELS[rng.integers(6, size=len(middles))] * rng.uniform(0.85, 1.2)
    formants = np.stack([np.interp(t, middles, column) for column in mouth.T])
    pitch = np.interp(t, middles, _pitch(rng) * rng.uniform(0.8, 1.2, len(middles)))
    accents = np.interp(
        t, middles, rng.uniform(0.2, 1, len(middles)) * (rng.random(len(middles)) > 0.15)
    )
    floor, phrase_s = rng.uniform(0, 0.5), rng.uniform(1.2, 3.5)
    beat = floor + (1 - floor) * np.sin(np.pi * rate * t) ** 2
    speaks = (t % phrase_s) < phrase_s - rng.uniform(0, 0.7)
    hiss = rng.uniform(0, 0.15) * _noise(length_s, (3000, 8000), rng)
    return _unit((_voice(pitch, formants) * accents + hiss) * beat * speaks)


def _bouts(length_s: float, rate: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Starts in seconds of the bursts, and the place of each in its bout, 0..1."""
    starts: list[float] = []
    places: list[float] = []
    time_s = rng.uniform(0, 0.2)
    while time_s < length_s:
        for place in np.linspace(0, 1, rng.integers(3, 12)):
            starts.append(time_s)
            places.append(float(place))
            time_s += rng.uniform(0.85, 1.2) / rate
        time_s += rng.uniform(0.15, 0.6)
    return np.array(starts), np.array(places)


def _pitch(rng: np.random.Generator) -> float:
    return float(rng.uniform(110, 260) if rng.random() < 0.5 else rng.uniform(200, 480))


def _times(length_s: float) -> np.ndarray:
    return np.arange(round(length_s * RATE)) / RATE


def _voice(pitch_hz: np.ndarray, formants_hz: np.ndarray) -> np.ndarray:
    """Harmonics, each as loud as the formants (3, n) or (3, 1) let it through."""
    phase = 2 * np.pi * np.cumsum(pitch_hz) / RATE
    sound = np.zeros_like(pitch_hz)
    for harmonic in range(1, 25):
        away = (harmonic * pitch_hz - formants_hz) / np.array([[90.0], [120.0], [180.0]])
        passed = (np.array([[1.0], [0.5], [0.25]]) / (1 + away**2)).sum(axis=0) + 0.03
        audible = harmonic * pitch_hz < RATE / 2
        sound += audible * passed * np.sin(harmonic * phase) / harmonic
    return sound


def _noise(length_s: float, band_hz: tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    sections = butter(2, band_hz, "bandpass", fs=RATE, output="sos")
    return sosfilt(sections, rng.standard_normal(round(length_s * RATE)))


def _unit(samples: np.ndarray) -> np.ndarray:
    return (samples / max(1e-9, np.sqrt(np.mean(samples**2)))).astype(np.float32)
