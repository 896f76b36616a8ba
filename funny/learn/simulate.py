"""Whole conversations of simulated signals, after the hypothesis of what is funny.

Funny is a change seen and heard together: calm and quiet → surprised and louder → laughing and
loud. Everything else that moves one of the two alone is a trap: a shout, a slam, a polite smile,
music without a face. Gains, speaking levels, how sure the emotion model is, gaps of the face
detector and the noise of everything vary from one conversation to the next.
"""

from dataclasses import dataclass

import numpy as np

from funny.grid import tick_times
from funny.records import EMOTIONS, ModelInfo, Signals

SIMULATED = ModelInfo("simulated", "funny.learn.simulate", "")

_VALENCE = np.array([-0.51, -0.3, -0.60, -0.64, 0.81, 0.0, -0.63, 0.40])
_AROUSAL = np.array([0.59, 0.1, 0.35, 0.60, 0.51, 0.0, -0.27, 0.67])


@dataclass(frozen=True)
class Kind:
    """How one kind of moment looks and sounds; ranges are uniform, levels are in dB."""

    share: float
    """How often it is drawn."""
    length_s: tuple[float, float]
    level_db: tuple[float, float]
    """Above the conversation's speaking level."""
    faces: tuple[str, ...]
    """Emotions, one of which is shown; empty for no face."""
    jitter_db: float = 3.0
    pauses: float = 0.0
    """Share of ticks at which the voice pauses, or laughter draws breath."""
    start: str | None = None
    """Emotion of the first tick or two."""


KINDS: dict[str, Kind] = {
    "talk": Kind(8, (4, 30), (-2, 2), ("neutral", "neutral", "sadness", "anger"), pauses=0.15),
    "laugh": Kind(5, (2, 9), (2, 14), ("happiness",), pauses=0.3, start="surprise"),
    "loud_nonlaugh": Kind(2, (2, 9), (3, 16), ("neutral", "anger", "surprise", "fear", "disgust")),
    "slam": Kind(1, (0.5, 2), (6, 20), ("neutral", "surprise")),
    "smile": Kind(2, (3, 14), (-15, 1), ("happiness",), pauses=0.15),
    "smile_silent": Kind(1, (2, 10), (-30, -15), ("happiness",)),
    "smile_after_shout": Kind(0.5, (2, 5), (-4, 2), ("happiness",), start="happiness"),
    "surprise": Kind(1, (1, 5), (-2, 5), ("surprise",)),
    "anger": Kind(1, (3, 12), (0, 9), ("anger", "disgust", "contempt")),
    "noface_music": Kind(1.5, (4, 20), (-8, 10), (), jitter_db=2.0),
    "noface_talk": Kind(1.0, (3, 15), (-3, 4), (), pauses=0.15),
    "noface_loud": Kind(0.7, (2, 8), (4, 14), ()),
    "silence": Kind(1, (2, 12), (-45, -15), ("neutral",), jitter_db=1.0),
}

# Mouths of people who speak look happy or surprised most often.
_MISREAD = ("happiness", "happiness", "surprise", "sadness", "anger", "fear", "neutral")

# A laugh grows out of calm talk: that is the set-up.
_SET_UP = "talk"


@dataclass(frozen=True, eq=False)
class Conversation:
    """Simulated signals with their truth."""

    signals: Signals
    funny: np.ndarray
    """(t,) whether each tick lies in a laugh."""


def conversation(rng: np.random.Generator, minutes: float = 6.0) -> Conversation:
    """One conversation of about the given length."""
    kinds = _plan(rng, minutes * 60)
    habits = _Habits(rng)
    parts = [_segment(rng, name, habits) for name in kinds]
    emotions, found, db, funny = (np.concatenate(c) for c in zip(*parts, strict=True))
    found &= rng.random(len(found)) >= habits.dropout
    return Conversation(_signals(emotions, found, db), funny)


def _plan(rng: np.random.Generator, total_s: float) -> list[str]:
    names = list(KINDS)
    shares = np.array([KINDS[n].share for n in names])
    plan, length_s = [], 0.0
    while length_s < total_s:
        name = str(rng.choice(names, p=shares / shares.sum()))
        step = [_SET_UP, name] if name == "laugh" and rng.random() < 0.8 else [name]
        plan += step
        length_s += sum(float(np.mean(KINDS[n].length_s)) for n in step)
    return plan


class _Habits:
    """What stays the same in one conversation: person, microphone, model."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.voice_db = rng.uniform(-48, -16)
        self.sharpness = rng.uniform(2.5, 9.0)
        """How sure the emotion model is."""
        self.flicker = rng.uniform(0.4, 1.6)
        self.misread = rng.choice([0.0, 0.02, 0.05, 0.1])
        """Share of ticks at which a face is taken for another emotion for a moment."""
        self.person = rng.normal(0, 0.5, len(EMOTIONS))
        """How this face leans when it does nothing."""
        self.dropout = rng.choice([0.0, 0.0, 0.03, 0.15])
        self.bed_db = self.voice_db - rng.uniform(8, 45)
        """Room tone, game sound or a music bed under everything."""
        self.is_mute = rng.random() < 0.06
        """A recording without sound: the face is all there is."""
        self.gain_of_laugh = rng.uniform(-2, 3)


def _segment(
    rng: np.random.Generator, name: str, habits: _Habits
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Emotions (t, 8), face found (t,), level in dB (t,) and funny (t,) of one segment."""
    kind = KINDS[name]
    ticks = max(1, round(rng.uniform(*kind.length_s) * 2))
    is_funny = name == "laugh"
    db = _levels(rng, kind, ticks, habits) + (habits.gain_of_laugh if is_funny else 0.0)
    with_bed = 10 * np.log10(10 ** (db / 10) + 10 ** (habits.bed_db / 10))
    if habits.is_mute:
        with_bed = np.full(ticks, -np.inf)
    emotions = _emotions(rng, kind, ticks, habits)
    found = np.full(ticks, bool(kind.faces))
    if is_funny and rng.random() < 0.1:  # thrown back or covered: the face is lost in laughter
        found[ticks // 3 :] = False
    return emotions, found, with_bed, np.full(ticks, is_funny)


def _levels(rng: np.random.Generator, kind: Kind, ticks: int, habits: _Habits) -> np.ndarray:
    db = habits.voice_db + rng.uniform(*kind.level_db) + rng.normal(0, kind.jitter_db, ticks)
    pauses = rng.random(ticks) < kind.pauses
    return db - pauses * rng.uniform(3, 25, ticks)


def _emotions(rng: np.random.Generator, kind: Kind, ticks: int, habits: _Habits) -> np.ndarray:
    """Probabilities (t, 8): a shown emotion in logits, a person's lean, slow and quick noise."""
    logits = np.tile(habits.person, (ticks, 1)) + rng.normal(0, habits.flicker, (ticks, 8))
    logits += rng.normal(0, 0.5, 8)
    for emotion, first, last in _shown(rng, kind, ticks) + _misread(rng, habits, ticks):
        strength = rng.uniform(0.6, 1.2) * habits.sharpness
        logits[first:last, EMOTIONS.index(emotion)] += strength
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def _shown(rng: np.random.Generator, kind: Kind, ticks: int) -> list[tuple[str, int, int]]:
    """Emotions and the ticks [first, last) at which they are shown."""
    if not kind.faces:
        return []
    main = str(rng.choice(kind.faces))
    turn = int(rng.integers(0, min(3, ticks)))
    if kind.start and turn:
        start = kind.start if rng.random() < 0.5 else "neutral"
        return [(start, 0, turn), (main, turn, ticks)]
    return [(main, 0, ticks)]


def _misread(rng: np.random.Generator, habits: _Habits, ticks: int) -> list[tuple[str, int, int]]:
    """Emotions that are read where they are not, for up to two seconds."""
    starts = np.flatnonzero(rng.random(ticks) < habits.misread)
    return [
        (str(rng.choice(_MISREAD)), int(first), int(first + rng.integers(1, 5))) for first in starts
    ]


def _signals(emotions: np.ndarray, found: np.ndarray, db: np.ndarray) -> Signals:
    circumplex = np.stack([emotions @ _VALENCE, emotions @ _AROUSAL], axis=1)
    columns = np.hstack([emotions, circumplex]) * found[:, None]
    boxes = np.tile([0.4, 0.2, 0.2, 0.3], (len(db), 1)) * found[:, None]
    rms = np.minimum(1.0, 10 ** (db / 20))
    return Signals(tick_times(len(db)), columns, found, boxes, rms, SIMULATED)
