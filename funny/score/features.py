"""The numbers a head looks at: twelve a tick and the laughter that is heard, in a fixed order."""

from collections.abc import Sequence

import numpy as np

from funny.grid import runs, s_to_ticks
from funny.records import EMOTION_COLUMNS, Signals

FEATURES_12 = (*EMOTION_COLUMNS, "loudness", "loudness_change")
"""The mission's own twelve."""
FEATURES = (*FEATURES_12, "laughter")

LONGEST_BRIDGE_S = 1.0
"""A face lost for no longer than this is bridged; what is longer is zeros and the mark."""

SILENCE_DB = -80.0
"""Silence, relative to the loudest tick: relative, so that gain changes nothing."""

# The MAD of a normal distribution is 0.6745 standard deviations.
_MAD_TO_STD = 1 / 0.6745
_LEAST_SPREAD_DB = 1.0
_LARGEST_Z = 6.0


def features(signals: Signals, names: Sequence[str] = FEATURES) -> np.ndarray:
    """The features of every tick.

    Args:
        signals: Signals of a whole video.
        names: Which of FEATURES, in the order that is wanted.

    Returns:
        (t, len(names)) float32.
    """
    face = bridged(signals.emotions, signals.face_found)
    return in_order(names, face, loudness(signals.rms), signals.laughter)


def loudness(rms: np.ndarray) -> np.ndarray:
    """Loudness and its change as a head sees them, (t,) → (t, 2)."""
    db = loudness_db(rms)
    return np.stack([robust_z(db), change(db)], axis=1)


def in_order(
    names: Sequence[str], face: np.ndarray, loud: np.ndarray, laughter: np.ndarray
) -> np.ndarray:
    """Features in the order that is wanted: (t, 10), (t, 2), (t,) → (t, len(names)) float32."""
    wanted = [FEATURES.index(name) for name in names]
    return np.hstack([face, loud, laughter[:, None]])[:, wanted].astype(np.float32)


def loudness_db(rms: np.ndarray) -> np.ndarray:
    """Loudness in dB relative to the loudest tick, not below SILENCE_DB, shape (t,)."""
    loudest = float(rms.max(initial=0.0))
    if loudest == 0:
        return np.full(len(rms), SILENCE_DB)
    relative = rms.astype(np.float64) / loudest
    return 20 * np.log10(np.maximum(relative, 10 ** (SILENCE_DB / 20)))


def robust_z(db: np.ndarray) -> np.ndarray:
    """Distance from the median in units of the MAD, scaled as a standard deviation; shape (t,).

    Digital silence says nothing about a voice, so median and MAD are those of the ticks that
    sound, if any do. Values are clipped to ±6.
    """
    sounding = db[db > SILENCE_DB]
    reference = sounding if len(sounding) else db
    if not len(reference):
        return np.zeros(0)
    median = np.median(reference)
    spread = np.median(np.abs(reference - median)) * _MAD_TO_STD
    return np.clip((db - median) / max(spread, _LEAST_SPREAD_DB), -_LARGEST_Z, _LARGEST_Z)


def change(db: np.ndarray) -> np.ndarray:
    """Difference to the tick before in dB (in dB, the ratio); 0 at the first tick; shape (t,)."""
    return np.diff(db, prepend=db[:1])


def bridged(emotions: np.ndarray, face_found: np.ndarray) -> np.ndarray:
    """Emotions with short gaps bridged linearly and longer ones zero, shape (t, 10)."""
    out = np.where(face_found[:, None], emotions, 0.0)
    for first, last in runs(~face_found):
        is_inside = first > 0 and last < len(out)
        if is_inside and last - first <= s_to_ticks(LONGEST_BRIDGE_S):
            weight = (np.arange(first, last) - first + 1)[:, None] / (last - first + 1)
            out[first:last] = (1 - weight) * out[first - 1] + weight * out[last]
    return out
