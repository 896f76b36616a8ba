"""Sound of whole conversations, mixed from free recordings and synthetic voices, with its truth.

A soundscape is what a microphone would have heard: one or two people who talk, laughs of every
kind, shouts, crowds, game sound and music, in a room, over a bed, at any level.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.signal import butter, fftconvolve, sosfilt

sys.path.insert(0, str(Path(__file__).parents[1]))

import synthetic_voice
from sounds import Clip

from funny.grid import SAMPLE_RATE, SAMPLES_PER_TICK

_FADE = SAMPLE_RATE // 50
# A laugh this far below everything else is not heard.
_AUDIBLE_DB = -8.0


class Cast:
    """The sounds of one conversation: who talks, what is played, in which room."""

    def __init__(self, clips: Sequence[Clip], rng: np.random.Generator) -> None:
        self._by_kind: dict[str, list[Clip]] = {}
        for clip in clips:
            self._by_kind.setdefault(clip.kind, []).append(clip)
        self._voices = [self._voice(rng) for _ in range(2)]
        self._room = _impulse(rng) if rng.random() < 0.5 else None
        self._colour = _colour(rng)

    def _voice(self, rng: np.random.Generator) -> list[Clip]:
        """Everything that one source says; sources, not files, are drawn."""
        speech = self._by_kind["speech"]
        source = rng.choice(sorted({clip.source for clip in speech}))
        return [clip for clip in speech if clip.source == source]

    def in_room(self, samples: np.ndarray) -> np.ndarray:
        """What a voice sounds like at the microphone."""
        x = sosfilt(self._colour, samples)
        if self._room is not None:
            x = fftconvolve(x, self._room)[: len(x)]
        return x.astype(np.float32)

    def speech(self, rng: np.random.Generator, length: int) -> np.ndarray:
        """Talk of one of the two people, with pauses between sentences."""
        voice = self._voices[int(rng.random() < 0.3)]
        if rng.random() < 0.3:
            return synthetic_voice.babble(length / SAMPLE_RATE, rng)[:length]
        return _row(rng, lambda: _drawn(rng, voice), length, (0.05, 0.7))

    def laugh(self, rng: np.random.Generator, length: int) -> np.ndarray:
        """One person's laughter, or several people's."""
        count = 1 if rng.random() < 0.7 else int(rng.integers(2, 16))
        levels = rng.uniform(0.2, 1.0, count)
        return _unit(sum(level * self._one_laugh(rng, length) for level in levels))

    def _one_laugh(self, rng: np.random.Generator, length: int) -> np.ndarray:
        if rng.random() < 0.25:
            return _fit(synthetic_voice.laugh(length / SAMPLE_RATE, rng), length)
        laughs = self._by_kind["laugh"]
        source = rng.choice(sorted({clip.source for clip in laughs}))
        own = [clip for clip in laughs if clip.source == source]
        speed = rng.uniform(0.85, 1.2)
        return _row(rng, lambda: _at_speed(_drawn(rng, own), speed), length, (0.0, 0.35))

    def shout(self, rng: np.random.Generator, length: int) -> np.ndarray:
        """Cries, one after the other."""
        if rng.random() < 0.25:
            return _row(
                rng, lambda: synthetic_voice.shout(rng.uniform(0.4, 2), rng), length, (0.1, 1)
            )
        return _row(rng, lambda: self._any(rng, "shout"), length, (0.05, 0.8))

    def crowd(self, rng: np.random.Generator, length: int) -> np.ndarray:
        """Applause, cheering, a stadium."""
        return _row(rng, lambda: self._any(rng, "crowd"), length, (0.0, 0.0))

    def effect(self, rng: np.random.Generator, length: int) -> np.ndarray:
        """Noises of games and things."""
        return _row(rng, lambda: self._any(rng, "effect"), length, (0.0, 0.6))

    def music(self, rng: np.random.Generator, length: int) -> np.ndarray:
        """A piece of music."""
        clip = self._by_kind["music"][rng.integers(len(self._by_kind["music"]))].samples
        start = int(rng.integers(0, max(1, len(clip) - length)))
        return _fit(clip[start:], length)

    def _any(self, rng: np.random.Generator, kind: str) -> np.ndarray:
        return _at_speed(_drawn(rng, self._by_kind[kind]), rng.uniform(0.8, 1.25))


def _drawn(rng: np.random.Generator, clips: Sequence[Clip]) -> np.ndarray:
    return clips[rng.integers(len(clips))].samples


def _row(
    rng: np.random.Generator,
    draw: Callable[[], np.ndarray],
    length: int,
    gap_s: tuple[float, float],
) -> np.ndarray:
    """Sounds one after the other with gaps, cut to a length."""
    out = np.zeros(length, np.float32)
    at = int(rng.uniform(0, gap_s[1]) * SAMPLE_RATE * 0.5)
    while at < length:
        part = _faded(draw())[: length - at]
        out[at : at + len(part)] += part * rng.uniform(0.7, 1.3)
        at += len(part) + int(rng.uniform(*gap_s) * SAMPLE_RATE)
    return out


def _faded(samples: np.ndarray) -> np.ndarray:
    n = min(_FADE, len(samples) // 2)
    ramp = np.linspace(0, 1, n, dtype=np.float32)
    out = samples.copy()
    out[:n] *= ramp
    out[len(out) - n :] *= ramp[::-1]
    return out


def _at_speed(samples: np.ndarray, speed: float) -> np.ndarray:
    """Played faster and higher, or slower and lower."""
    at = np.arange(0, len(samples) - 1, speed)
    return np.interp(at, np.arange(len(samples)), samples).astype(np.float32)


def _fit(samples: np.ndarray, length: int) -> np.ndarray:
    return np.resize(samples, length) if len(samples) else np.zeros(length, np.float32)


def _unit(samples: np.ndarray) -> np.ndarray:
    """At the RMS of its sounding part, one."""
    power = samples.astype(np.float64) ** 2
    sounding = power[power > power.max(initial=0) * 1e-5]
    level = np.sqrt(sounding.mean()) if len(sounding) else 1.0
    return (samples / max(level, 1e-9)).astype(np.float32)


def _impulse(rng: np.random.Generator) -> np.ndarray:
    """A room: decaying noise after the direct sound."""
    decay_s = rng.uniform(0.1, 0.6)
    t = np.arange(int(decay_s * SAMPLE_RATE)) / SAMPLE_RATE
    tail = rng.standard_normal(len(t)) * np.exp(-6.9 * t / decay_s) * rng.uniform(0.005, 0.05)
    tail[0] = 1.0
    return tail.astype(np.float32)


def _colour(rng: np.random.Generator) -> np.ndarray:
    """A microphone: it lets through a band, telephone-like at worst."""
    low, high = rng.uniform(50, 250), rng.uniform(4000, 10_500)
    return butter(1, (low, high), "bandpass", fs=SAMPLE_RATE, output="sos")


@dataclass(frozen=True)
class Part:
    """One stretch of a soundscape."""

    sounds: tuple[tuple[str, float], ...]
    """Names of Cast's methods, and their level in dB relative to the part's."""
    ticks: int
    level_db: float
    """dBFS of the sounding part; -inf for silence."""


def render(
    parts: Sequence[Part], bed: tuple[str, float], cast: Cast, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The samples of a soundscape, and in which ticks laughter can be heard.

    Args:
        parts: What is heard, in order.
        bed: What lies under everything: a method of Cast or `noise`, and its level in dBFS.
        cast: Whose sounds.
        rng: Draws what the parts leave open.

    Returns:
        samples (ticks · 11,025,) and (ticks,) bool.
    """
    total = sum(part.ticks for part in parts) * SAMPLES_PER_TICK
    laughs, rest = np.zeros(total, np.float32), _bed(bed, total, cast, rng)
    at = 0
    for part in parts:
        length = part.ticks * SAMPLES_PER_TICK
        for name, relative_db in part.sounds:
            level = 10 ** ((part.level_db + relative_db) / 20)
            sound = _unit(cast.in_room(getattr(cast, name)(rng, length))) * level
            (laughs if name == "laugh" else rest)[at : at + length] += sound
        at += length
    return laughs + rest, audible(laughs, rest)


def audible(laughs: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """Ticks in which laughter is heard over the rest; short breaths between bouts count."""
    a, b = (_tick_power(x) for x in (laughs, rest))
    heard = a > np.maximum(b * 10 ** (_AUDIBLE_DB / 10), 1e-9)
    between = np.zeros_like(heard)
    between[1:-1] = heard[:-2] & heard[2:] & (a[1:-1] > 0)
    return heard | between


def _tick_power(samples: np.ndarray) -> np.ndarray:
    return (samples.reshape(-1, SAMPLES_PER_TICK).astype(np.float64) ** 2).mean(1)


def _bed(bed: tuple[str, float], total: int, cast: Cast, rng: np.random.Generator) -> np.ndarray:
    name, level_db = bed
    noise = rng.standard_normal(total).astype(np.float32)
    if name == "noise":
        return noise * 10 ** (level_db / 20)
    out = noise * 10 ** ((level_db - 35) / 20)
    step = 60 * SAMPLE_RATE
    for first in range(0, total, step):
        length = min(step, total - first)
        out[first : first + length] += _unit(getattr(cast, name)(rng, length)) * 10 ** (
            level_db / 20
        )
    return out
