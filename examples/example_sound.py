"""The sound of the example video: babble, laughs, a slam and music; nothing is recorded."""

import itertools

import numpy as np
from scipy.signal import butter, fftconvolve, sosfilt

RATE = 48_000
SEED = 20
LEVEL_DBFS = {
    "talk": -30.0,
    "laugh": -16.5,
    "loud_nonlaugh": -15.0,
    "smile_talk": -32.0,
    "noface_music": -31.0,
}
ROOM_TONE_DBFS = -66.0
# AAC overshoots by 3 dB in noise; the decoded sound has to stay below -1 dBFS.
CEILING = 10 ** (-4.5 / 20)
# First three formants in Hz of a few vowels: a, e, i, o, u, ə.
VOWELS = np.array(
    [
        (800, 1250, 2700),
        (530, 1850, 2600),
        (320, 2250, 2900),
        (500, 950, 2600),
        (350, 850, 2500),
        (550, 1450, 2600),
    ]
)


def times(duration_s: float) -> np.ndarray:
    """The time of each sample in seconds, shape (samples,)."""
    return np.arange(round(duration_s * RATE)) / RATE


def noise(duration_s: float, band_hz: tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    """White noise of unit power before it is cut to a band, shape (samples,)."""
    sections = butter(2, band_hz, "bandpass", fs=RATE, output="sos")
    return sosfilt(sections, rng.standard_normal(round(duration_s * RATE)))


def voice(pitch_hz: np.ndarray, formants_hz: np.ndarray) -> np.ndarray:
    """A sum of harmonics, each as loud as the formants let it through.

    Args:
        pitch_hz: (samples,) fundamental frequency.
        formants_hz: (3, samples) or (3, 1) resonances of the mouth.
    """
    phase = 2 * np.pi * np.cumsum(pitch_hz) / RATE
    sound = np.zeros_like(pitch_hz)
    for harmonic in range(1, 33):
        away = (harmonic * pitch_hz - formants_hz) / np.array([[90.0], [120.0], [180.0]])
        passed = (np.array([[1.0], [0.5], [0.25]]) / (1 + away**2)).sum(axis=0) + 0.03
        sound += passed * np.sin(harmonic * phase) / harmonic
    return sound


def syllables(
    duration_s: float,
    lengths_s: tuple[float, float],
    counts: tuple[int, int],
    pauses_s: tuple[float, float],
    rng: np.random.Generator,
) -> np.ndarray:
    """Start, length and place in the phrase (0 to 1) of each syllable, shape (3, syllables)."""
    spans: list[tuple[float, float, float]] = []
    time_s = 0.1
    while True:
        for place in np.linspace(0, 1, rng.integers(*counts)):
            length_s = rng.uniform(*lengths_s)
            if time_s + length_s > duration_s:
                return np.array(spans).T
            spans.append((time_s, length_s, place))
            time_s += length_s
        time_s += rng.uniform(*pauses_s)


def bump(x: np.ndarray) -> np.ndarray:
    """A rise and a slower fall over 0 ≤ x ≤ 1, zero elsewhere."""
    return np.sin(np.pi * np.clip(x, 0, 1) ** 0.7) ** 1.2


def talk(duration_s: float, rng: np.random.Generator) -> np.ndarray:
    """Calm babble: three to five syllables a second, gliding vowels, phrases and pauses."""
    t = times(duration_s)
    starts, lengths, places = syllables(duration_s, (0.2, 0.32), (5, 11), (0.35, 0.7), rng)
    middles = starts + lengths / 2
    mouth = VOWELS[rng.integers(len(VOWELS), size=len(starts))]
    formants = np.stack([np.interp(t, middles, column) for column in mouth.T])
    accents = rng.uniform(0.5, 1, len(starts))
    pitch = np.interp(t, middles, 165 * (1.02 - 0.22 * places + 0.14 * accents))
    hiss = noise(duration_s, (3500, 8000), rng)
    loudness, breath = np.zeros_like(t), np.zeros_like(t)
    for start, length, accent in zip(starts, lengths, accents, strict=True):
        loudness += accent * bump((t - start) / length)
        breath += rng.choice([0, 0.03, 0.08]) * bump((t - start) / (0.35 * length))
    return voice(pitch * vibrato(t), formants) * loudness + hiss * breath


def vibrato(t: np.ndarray) -> np.ndarray:
    """Small slow changes of pitch, without which a voice sounds like a machine."""
    return 1 + 0.008 * np.sin(2 * np.pi * 5.3 * t) + 0.012 * np.sin(2 * np.pi * 1.7 * t)


def laugh(duration_s: float, rng: np.random.Generator) -> np.ndarray:
    """One person's bouts of five "ha" a second, falling in pitch and strength."""
    t = times(duration_s)
    starts, lengths, places = syllables(duration_s, (0.18, 0.22), (6, 10), (0.25, 0.45), rng)
    steps = np.searchsorted(starts, t, side="right") - 1
    inside = (t - starts[steps.clip(0)]) / lengths[steps.clip(0)]
    pitch = 310 * rng.uniform(0.8, 1.15) * (1.2 - 0.4 * places[steps.clip(0)])
    glide = pitch * (1.08 - 0.2 * np.clip(inside, 0, 1)) * vibrato(t)
    strength = (1 - 0.45 * places[steps.clip(0)]) * (steps >= 0)
    vowel = np.array([[820.0], [1300.0], [2700.0]])
    ha = voice(glide, vowel) * bump((inside - 0.25) / 0.7)
    breath = 0.16 * noise(duration_s, (700, 3500), rng) * bump(inside / 0.55)
    return strength * (ha + breath)


def company(duration_s: float, rng: np.random.Generator) -> np.ndarray:
    """One laugh in front and two softer ones behind."""
    return sum(gain * laugh(duration_s, rng) for gain in (1.0, 0.25, 0.2))


def slam(duration_s: float, rng: np.random.Generator) -> np.ndarray:
    """A door falling shut: a bang, a low thump, a bounce and things rattling after it."""
    t = times(duration_s)
    sound = np.zeros_like(t)
    for start, gain in ((0.08, 1.0), (0.42, 0.5)):
        after = np.maximum(t - start, 0)
        bang = 0.8 * noise(duration_s, (150, 5000), rng) * np.exp(-after / 0.15)
        thump = np.sin(2 * np.pi * 70 * after) * np.exp(-after / 0.25)
        sound += gain * (t >= start) * (bang + thump)
    for start in rng.uniform(0.6, duration_s - 0.2, 16):
        rattle = noise(duration_s, (900, 3500), rng) * np.exp(-np.maximum(t - start, 0) / 0.05)
        sound += 3.5 * np.exp(-start) * (t >= start) * rattle
    return sound


def music(duration_s: float, rng: np.random.Generator) -> np.ndarray:
    """Soft broken chords of C, A minor, F and G, no two notes equally loud."""
    t = times(duration_s)
    sound = np.zeros_like(t)
    chords = [(48, 60, 64, 67), (45, 60, 64, 69), (53, 60, 65, 69), (43, 59, 62, 67)]
    starts = np.arange(0.1, duration_s, 0.35)
    for start, note in zip(starts, itertools.chain(*chords), strict=False):
        after = np.maximum(t - start, 0)
        pitch_hz = 440 * 2 ** ((note - 69) / 12)
        partials = [np.sin(2 * np.pi * k * pitch_hz * after) / k**2 for k in (1, 2, 3)]
        pluck = np.minimum(after / 0.01, 1) * np.exp(-after / 0.8)
        sound += rng.uniform(0.7, 1) * pluck * sum(partials)
    return sound


SOUNDS = {
    "talk": talk,
    "smile_talk": talk,
    "laugh": company,
    "loud_nonlaugh": slam,
    "noface_music": music,
}


def in_a_room(sound: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The sound with a short echo that differs between left and right, shape (samples, 2)."""
    t = times(0.35)[:, None]
    echo = rng.standard_normal((len(t), 2)) * np.exp(-t / 0.06)
    echo *= 0.35 / np.linalg.norm(echo, axis=0)
    echo[0] = 1
    return fftconvolve(sound[:, None], echo, axes=0)


def at_level(sound: np.ndarray, level_dbfs: float, samples: int) -> np.ndarray:
    """The sound made so loud that its first samples have the given RMS."""
    rms = np.sqrt(np.mean(sound[:samples] ** 2))
    return sound * 10 ** (level_dbfs / 20) / rms


def room_tone(duration_s: float, rng: np.random.Generator) -> np.ndarray:
    """The faint hum of an empty room, shape (samples, 2)."""
    channels = [noise(duration_s, (60, 600), rng) for _ in range(2)]
    return at_level(np.stack(channels, axis=1), ROOM_TONE_DBFS, len(channels[0]))


def soundtrack(parts: list[tuple[str, float]]) -> np.ndarray:
    """The sound of the whole video, shape (samples, 2), peaks below CEILING.

    Args:
        parts: Kind and length in seconds, in order; a kind without a sound is silence.
    """
    track = room_tone(sum(duration_s for _, duration_s in parts), np.random.default_rng(SEED))
    start_s = 0.0
    for index, (kind, duration_s) in enumerate(parts):
        if kind in SOUNDS:
            # Own randomness per part: changing one leaves the others as they were.
            sound = part_sound(kind, duration_s, np.random.default_rng([SEED, index]))
            first = round(start_s * RATE)
            track[first : first + len(sound)] += sound[: len(track) - first]
        start_s += duration_s
    return CEILING * np.tanh(track / CEILING)


def part_sound(kind: str, duration_s: float, rng: np.random.Generator) -> np.ndarray:
    """One part at its level, with an echo that outlasts it, shape (samples + echo, 2)."""
    dry = SOUNDS[kind](duration_s, rng)
    fade = np.clip((duration_s - times(duration_s)) / 0.25, 0, 1)
    return at_level(in_a_room(dry * fade, rng), LEVEL_DBFS[kind], len(dry))
