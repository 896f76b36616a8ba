"""Where nobody speaks: the gaps between words and between sentences, in any sound.

Speech over music or a game is never silent, so what counts as a gap is relative to the seconds
around it: near the bottom of what is heard there.
"""

from functools import lru_cache

import numpy as np

from funny.envelope import decibels
from funny.grid import STEP_HZ, runs
from funny.moments.highlights import Span
from funny.records import Signals

PAUSE_S = 0.3
"""A gap this long parts sentences, or thoughts; shorter ones part words."""

_GAP_STEPS = 5
"""Shorter gaps, as before a p or a t, are inside words."""
_WORD_STEPS = 5
"""Shorter bursts, as of a key or a mouse, are no words."""
_SMOOTHED_STEPS = 3
_AROUND_BLOCKS = 5
"""What is usual is judged by the seconds around: as many before and as many after."""
_LOW, _HIGH = 0.05, 0.98
_LEAST_DB, _MOST_DB = 6.0, 40.0
_SPEECH_FROM = 0.35


@lru_cache(maxsize=2)
def quiet_of(signals: Signals) -> list[Span]:
    """The gaps of a video's sound; kept, since a moved threshold asks again."""
    return gaps(signals.envelope)


def gaps(envelope: np.ndarray) -> list[Span]:
    """The stretches in which nobody speaks, in seconds and in order; 0.1 s at least.

    Where nothing is quieter than anything else there is none, unless it is quiet for this video.

    Args:
        envelope: Loudness of every 20 ms, uint8 (n,).
    """
    if not len(envelope):
        return []
    loud = _smoothed(decibels(envelope)) > _speech_from_db(envelope)
    quiet = _joined(~_joined(loud, _GAP_STEPS), _WORD_STEPS)
    return [(first / STEP_HZ, last / STEP_HZ) for first, last in runs(quiet)]


def _smoothed(db: np.ndarray) -> np.ndarray:
    padded = np.pad(db, _SMOOTHED_STEPS // 2, mode="edge")
    return np.convolve(padded, np.full(_SMOOTHED_STEPS, 1 / _SMOOTHED_STEPS), mode="valid")


def _joined(mask: np.ndarray, shorter_than: int) -> np.ndarray:
    """The same mask without its short interruptions; what begins or ends it is none."""
    joined = mask.copy()
    for first, last in runs(~mask):
        if last - first < shorter_than and first > 0 and last < len(mask):
            joined[first:last] = True
    return joined


def _speech_from_db(envelope: np.ndarray) -> np.ndarray:
    """Loudness above which somebody speaks, (n,), a second at a time."""
    blocks = np.pad(envelope, (0, -len(envelope) % STEP_HZ), mode="edge").reshape(-1, STEP_HZ)
    around = np.pad(blocks, ((_AROUND_BLOCKS, _AROUND_BLOCKS), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(around, 2 * _AROUND_BLOCKS + 1, axis=0)
    usual = _between(envelope[None])
    local = _between(windows.reshape(len(blocks), -1))  # (seconds,)
    speech = np.where(np.isfinite(local), local, usual)
    return np.repeat(speech, STEP_HZ)[: len(envelope)]


def _between(heard: np.ndarray) -> np.ndarray:
    """What parts low from high in each row of an envelope, in dB, (n, m) → (n,); -inf: nothing."""
    count = heard.shape[1]
    low, high = (int(part * (count - 1)) for part in (_LOW, _HIGH))
    ranked = np.partition(heard, (low, high), axis=1)
    bottom_db, top_db = decibels(ranked[:, low]), decibels(ranked[:, high])
    range_db = np.minimum(top_db - bottom_db, _MOST_DB)
    speech_db = top_db - range_db * (1 - _SPEECH_FROM)
    return np.where(range_db < _LEAST_DB, -np.inf, speech_db)
