"""What a head must beat: formulas that need no training, one number a tick."""

from collections.abc import Callable

import numpy as np

from funny.grid import s_to_ticks
from funny.records import Signals
from funny.score.features import bridged, loudness_db, robust_z

_CALM_S = 3.0


def random(signals: Signals) -> np.ndarray:
    """Chance."""
    return np.random.default_rng(len(signals)).random(len(signals))


def loudness(signals: Signals) -> np.ndarray:
    """Robust z of the level in dB."""
    return robust_z(loudness_db(signals.rms))


def smile(signals: Signals) -> np.ndarray:
    """Probability of happiness."""
    return bridged(signals.emotions, signals.face_found)[:, 4]


def product(signals: Signals) -> np.ndarray:
    """Smile times loudness, the latter between 0 and 1."""
    return smile(signals) / (1 + np.exp(-loudness(signals)))


def tension(signals: Signals) -> np.ndarray:
    """The hypothesis as a formula: change of emotion times change of loudness, from calm to now."""
    face = bridged(signals.emotions, signals.face_found)[:, :8]
    moved = np.abs(face - _before(face)).sum(1)
    level = loudness(signals)
    return moved * np.maximum(0, level - _before(level[:, None])[:, 0])


def laughter(signals: Signals) -> np.ndarray:
    """The laughter that is heard, alone."""
    return signals.laughter


def _before(columns: np.ndarray) -> np.ndarray:
    """Mean of the seconds before each tick, (t, c)."""
    ticks = s_to_ticks(_CALM_S)
    padded = np.concatenate([np.repeat(columns[:1], ticks, axis=0), columns])
    sums = np.cumsum(np.concatenate([np.zeros_like(padded[:1]), padded]), axis=0)
    return (sums[ticks:-1] - sums[: -ticks - 1]) / ticks


BASELINES: dict[str, Callable[[Signals], np.ndarray]] = {
    f.__name__: f for f in (random, loudness, smile, product, tension, laughter)
}
