"""Whole conversations of simulated signals, after an idea of what is funny.

Funny is where somebody laughs aloud, best after calm talk and with a laughing face, but also unseen
or on a straight face. What moves face or voice without a laugh is a trap: a shout, a slam, a polite
smile, a cheer, music without a face. Gains, speaking levels, how sure the emotion model is, gaps of
the face detector and the noise of everything vary from one conversation to the next.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

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
    sound: str = "speech"
    """A key of HEARD."""
    jitter_db: float = 3.0
    pauses: float = 0.0
    """Share of ticks at which the voice pauses, or laughter draws breath."""
    start: str | None = None
    """Emotion of the first tick or two."""
    is_funny: bool = False


_PLAIN = ("neutral", "neutral", "neutral", "sadness", "anger", "surprise")
_EXCITED = ("surprise", "happiness", "anger", "fear", "neutral", "disgust")
_SMILE = ("happiness",)
# Wide open mouths and squeezed eyes are read as other emotions at times.
_LAUGHING = (*_SMILE * 6, "surprise", "fear", "disgust")

# Whoever laughs aloud, seen or not, makes a moment funny; nothing else does.
KINDS: dict[str, Kind] = {
    "talk": Kind(8, (4, 30), (-2, 2), ("neutral", "neutral", "sadness", "anger"), pauses=0.15),
    "laugh": Kind(3, (2, 9), (-2, 14), _LAUGHING, "laugh", 3, 0.3, "surprise", True),
    "laugh_talking": Kind(1, (2, 8), (-2, 10), _LAUGHING, "laugh_over_speech", 3, 0.2, None, True),
    "laugh_unsmiling": Kind(1.8, (2, 7), (-4, 10), _PLAIN, "laugh", 3, 0.3, None, True),
    "laugh_unseen": Kind(1.5, (2, 7), (-4, 10), (), "laugh", 3, 0.3, None, True),
    "laugh_of_guest": Kind(0.8, (2, 7), (-4, 8), _PLAIN, "laugh_over_speech", 3, 0.2, None, True),
    "chuckle": Kind(1.4, (1, 2.5), (-9, 5), (*_SMILE, "neutral"), "laugh", 3, 0.2, None, True),
    "shout": Kind(2, (2, 9), (3, 16), _EXCITED, "shout"),
    "shout_game": Kind(1, (2, 8), (0, 14), _EXCITED, "shout_over_effect"),
    "cheer": Kind(1, (2, 9), (-2, 14), ("neutral", "happiness", "surprise"), "crowd"),
    "slam": Kind(1, (0.5, 2), (6, 20), ("neutral", "surprise"), "effect"),
    "game": Kind(1, (3, 12), (-6, 10), ("neutral", "neutral", "surprise"), "game"),
    "smile": Kind(2, (3, 14), (-15, 1), _SMILE, pauses=0.15),
    "smile_loud": Kind(1.5, (3, 10), (2, 14), _SMILE, pauses=0.15),
    "smile_silent": Kind(1, (2, 10), (-30, -15), _SMILE, "none"),
    "smile_music": Kind(0.7, (4, 10), (-6, 8), _SMILE, "speech_over_music"),
    "smile_after_shout": Kind(0.5, (2, 5), (-4, 2), _SMILE, start="happiness"),
    "surprise": Kind(1, (1, 5), (-2, 5), ("surprise",)),
    "anger": Kind(1, (3, 12), (0, 9), ("anger", "disgust", "contempt")),
    "music_drop": Kind(0.7, (3, 10), (0, 12), ("neutral",), "music", 2),
    "noface_music": Kind(1.5, (4, 20), (-8, 10), (), "music", 2),
    "noface_talk": Kind(1, (3, 15), (-3, 4), (), pauses=0.15),
    "noface_loud": Kind(0.7, (2, 8), (4, 14), (), "shout_over_effect"),
    "silence": Kind(1, (2, 12), (-45, -15), ("neutral",), "none", 1),
}

HEARD: dict[str, tuple[float, float]] = {
    "speech": (-3.5, 1.8),
    "laugh": (2.0, 2.2),
    "laugh_over_speech": (0.5, 2.2),
    "shout": (-2.0, 2.2),
    "shout_over_effect": (-2.5, 2.0),
    "crowd": (-2.5, 2.2),
    "effect": (-3.0, 2.0),
    "game": (-3.5, 2.0),
    "music": (-4.0, 1.8),
    "speech_over_music": (-4.0, 1.8),
    "none": (-4.5, 1.5),
}
"""Log-odds of laughter in a tick of each sound, mean and standard deviation: set by hand. Released
heads were not trained on them but on recorded sound (models/recorded_sound.py)."""

# Mouths of people who speak look happy or surprised most often.
_MISREAD = ("happiness", "happiness", "surprise", "sadness", "anger", "fear", "neutral")

UNSEEN_LAUGHS = ("laugh_unsmiling", "laugh_unseen", "laugh_of_guest")
"""Kinds that are funny for the ear alone: who cannot tell a laugh from a shout learns only wrong
things of them."""

# A laugh grows out of calm talk: that is the set-up.
_SET_UP = "talk"


@dataclass(frozen=True, eq=False)
class Conversation:
    """Simulated signals with their truth."""

    signals: Signals
    funny: np.ndarray
    """(t,) whether each tick lies in a laugh."""
    kinds: np.ndarray = field(default_factory=lambda: np.zeros(0, str))
    """(t,) the name in KINDS of each tick's moment; empty if nobody wrote it down."""


@dataclass(frozen=True)
class Segment:
    """A stretch of one kind."""

    kind: Kind
    ticks: int
    name: str = ""
    """Of the kind, in KINDS."""


SoundMaker = Callable[
    [np.random.Generator, Sequence[Segment], "Habits"], tuple[np.ndarray, np.ndarray]
]
"""Gives the RMS of every tick and the probability of laughter in it, (t,) each."""


def conversation(
    rng: np.random.Generator, minutes: float = 6.0, sound: SoundMaker | None = None
) -> Conversation:
    """One conversation of about the given length.

    Args:
        rng: Draws everything.
        minutes: About how long.
        sound: What is heard; numbers after HEARD if nothing else is given.
    """
    return conversations(rng, 1, minutes, sound)[0]


def conversations(
    rng: np.random.Generator, tellings: int, minutes: float = 6.0, sound: SoundMaker | None = None
) -> list[Conversation]:
    """Conversations that sound the same and are seen on different faces.

    Args:
        rng: Draws everything.
        tellings: How many; sound takes longer to make than faces.
        minutes: About how long each.
        sound: What is heard; numbers after HEARD if nothing else is given.
    """
    habits = Habits(rng)
    segments = [_drawn(rng, name) for name in _plan(rng, minutes * 60)]
    heard = (sound or simulated_sound)(rng, segments, habits)
    funny = np.concatenate([np.full(s.ticks, s.kind.is_funny) for s in segments])
    kinds = np.repeat([s.name for s in segments], [s.ticks for s in segments])
    faces = [_faces(rng, segments, habits if i == 0 else Habits(rng)) for i in range(tellings)]
    return [Conversation(_signals(*seen, *heard), funny, kinds) for seen in faces]


def _faces(
    rng: np.random.Generator, segments: Sequence[Segment], habits: "Habits"
) -> tuple[np.ndarray, np.ndarray]:
    """Emotions (t, 8) and face found (t,) of all segments."""
    parts = [_face(rng, segment, habits) for segment in segments]
    emotions, found = (np.concatenate(column) for column in zip(*parts, strict=True))
    return emotions, found & (rng.random(len(found)) >= habits.dropout)


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


def _drawn(rng: np.random.Generator, name: str) -> Segment:
    return Segment(KINDS[name], max(1, round(rng.uniform(*KINDS[name].length_s) * 2)), name)


class Habits:
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
        self.bed_db = self.voice_db - rng.uniform(2, 42)
        """Room tone, game sound or a music bed under everything."""
        self.is_mute = rng.random() < 0.06
        """A recording without sound: the face is all there is."""


def simulated_sound(
    rng: np.random.Generator, segments: Sequence[Segment], habits: Habits
) -> tuple[np.ndarray, np.ndarray]:
    """Levels and laughter that no sound was made for: RMS (t,) and probability (t,)."""
    db = np.concatenate([_levels(rng, segment, habits) for segment in segments])
    odds = np.concatenate([rng.normal(*HEARD[s.kind.sound], s.ticks) for s in segments])
    with_bed = 10 ** (db / 10) + 10 ** (habits.bed_db / 10)
    if habits.is_mute:
        return np.zeros(len(db)), np.zeros(len(db))
    return np.minimum(1.0, np.sqrt(with_bed)), 1 / (1 + np.exp(-odds))


def _levels(rng: np.random.Generator, segment: Segment, habits: Habits) -> np.ndarray:
    kind, ticks = segment.kind, segment.ticks
    db = habits.voice_db + rng.uniform(*kind.level_db) + rng.normal(0, kind.jitter_db, ticks)
    pauses = rng.random(ticks) < kind.pauses
    return db - pauses * rng.uniform(3, 25, ticks)


def _face(
    rng: np.random.Generator, segment: Segment, habits: Habits
) -> tuple[np.ndarray, np.ndarray]:
    """Emotions (t, 8) and face found (t,) of one segment."""
    emotions = _emotions(rng, segment.kind, segment.ticks, habits)
    found = np.full(segment.ticks, bool(segment.kind.faces))
    if segment.kind.is_funny and rng.random() < 0.1:  # thrown back or covered while laughing
        found[segment.ticks // 3 :] = False
    return emotions, found


def _emotions(rng: np.random.Generator, kind: Kind, ticks: int, habits: Habits) -> np.ndarray:
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


def _misread(rng: np.random.Generator, habits: Habits, ticks: int) -> list[tuple[str, int, int]]:
    """Emotions that are read where they are not, for up to two seconds."""
    starts = np.flatnonzero(rng.random(ticks) < habits.misread)
    return [
        (str(rng.choice(_MISREAD)), int(first), int(first + rng.integers(1, 5))) for first in starts
    ]


def _signals(
    emotions: np.ndarray, found: np.ndarray, rms: np.ndarray, laughter: np.ndarray
) -> Signals:
    circumplex = np.stack([emotions @ _VALENCE, emotions @ _AROUSAL], axis=1)
    columns = np.hstack([emotions, circumplex]) * found[:, None]
    boxes = np.tile([0.4, 0.2, 0.2, 0.3], (len(rms), 1)) * found[:, None]
    times_s = tick_times(len(rms))
    return Signals(times_s, columns, found, boxes, rms, SIMULATED, laughter, SIMULATED)
