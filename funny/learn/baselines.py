"""What a head must beat: formulas that need no training, one number a tick."""

from collections.abc import Callable

import numpy as np

from funny.grid import s_to_ticks
from funny.records import EMOTIONS
from funny.score.features import FEATURES

_CALM_S = 3.0


def random(x: np.ndarray) -> np.ndarray:
    """Chance."""
    return np.random.default_rng(len(x)).random(len(x))


def loudness(x: np.ndarray) -> np.ndarray:
    """Robust z of the level in dB."""
    return _column(x, "loudness")


def smile(x: np.ndarray) -> np.ndarray:
    """Probability of happiness."""
    return _column(x, "happiness")


def product(x: np.ndarray) -> np.ndarray:
    """Smile times loudness, the latter between 0 and 1."""
    return smile(x) / (1 + np.exp(-loudness(x)))


def tension(x: np.ndarray) -> np.ndarray:
    """The hypothesis as a formula: change of emotion times change of loudness, from calm to now."""
    face, level = x[:, : len(EMOTIONS)].astype(np.float64), loudness(x)
    moved = np.abs(face - _before(face)).sum(1)
    return moved * np.maximum(0, level - _before(level[:, None])[:, 0])


def laughter(x: np.ndarray) -> np.ndarray:
    """The laughter that is heard, alone."""
    return _column(x, "laughter")


def _column(x: np.ndarray, name: str) -> np.ndarray:
    return x[:, FEATURES.index(name)].astype(np.float64)


def _before(columns: np.ndarray) -> np.ndarray:
    """Mean of the seconds before each tick, (t, c)."""
    ticks = s_to_ticks(_CALM_S)
    padded = np.concatenate([np.repeat(columns[:1], ticks, axis=0), columns])
    sums = np.cumsum(np.concatenate([np.zeros_like(padded[:1]), padded]), axis=0)
    return (sums[ticks:-1] - sums[: -ticks - 1]) / ticks


BASELINES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    f.__name__: f for f in (random, loudness, smile, product, tension, laughter)
}
"""By name: FEATURES of every tick (t, 13) → one number a tick (t,)."""
