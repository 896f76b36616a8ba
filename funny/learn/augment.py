"""Clips as they might have been as well: louder, a moment frozen, a face lost, half a second later.

Only what changes nothing of the label is changed, and only to what extraction could give.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from funny.learn.examples import AROUND, Examples
from funny.records import EMOTION_COLUMNS

_LARGEST_Z = 6.0
_LEAST_LOST, _MOST_LOST = 3, 14


@dataclass(frozen=True)
class Augmentation:
    """How much clips are changed while a head is trained on them."""

    gain: float = 0.3
    """Standard deviation of how much louder a clip is, in the unit of `loudness`."""
    time_mask: float = 0.1
    """Share of clips in which a tick or two say what the one before them said."""
    face_dropout: float = 0.1
    """Share of clips in which the face is lost for more than a second."""
    shift_ticks: int = 1
    """How far a clip's edges are moved at most; what it shows is its own video's."""

    def scaled(self, strength: float) -> "Augmentation":
        """The same, stronger or weaker; 0 changes nothing."""
        return replace(
            self,
            gain=self.gain * strength,
            time_mask=min(1.0, self.time_mask * strength),
            face_dropout=min(1.0, self.face_dropout * strength),
            shift_ticks=round(self.shift_ticks * strength),
        )


def changed(examples: Examples, how: Augmentation, rng: np.random.Generator) -> np.ndarray:
    """The clips with what lies around them, changed at random, (n, 40, f).

    Args:
        examples: The clips; they stay as they are.
        how: How much they are changed.
        rng: Draws all of it, equally often whatever `how` says.
    """
    count, names = len(examples), examples.features
    shift = rng.integers(-how.shift_ticks, how.shift_ticks + 1, (count, 1))
    rows = np.clip(_frozen(count, how.time_mask, rng) + shift, 0, AROUND - 1)
    x = examples.around[np.arange(count)[:, None], rows]  # (n, 40, f)
    louder = rng.normal(0, 1, (count, 1, 1)) * how.gain
    level = _columns(names, ("loudness",))
    x[:, :, level] = np.clip(x[:, :, level] + louder, -_LARGEST_Z, _LARGEST_Z)
    x[:, :, _columns(names, EMOTION_COLUMNS)] *= _seen(count, how.face_dropout, rng)[..., None]
    return x


def _frozen(count: int, share: float, rng: np.random.Generator) -> np.ndarray:
    """Which tick each tick shows, (n, 40): some show the one before them."""
    at = rng.integers(1, AROUND, (count, 1))
    length = rng.integers(1, 3, (count, 1)) * (rng.random((count, 1)) < share)
    steps = np.arange(AROUND)
    return np.where((steps >= at) & (steps < at + length), at - 1, steps)


def _seen(count: int, share: float, rng: np.random.Generator) -> np.ndarray:
    """Whether a face is seen at each tick, (n, 40); a gap this long is not bridged."""
    at = rng.integers(0, AROUND - _LEAST_LOST, (count, 1))
    length = rng.integers(_LEAST_LOST, _MOST_LOST, (count, 1)) * (rng.random((count, 1)) < share)
    steps = np.arange(AROUND)
    return (steps < at) | (steps >= at + length)


def _columns(names: Sequence[str], wanted: Sequence[str]) -> list[int]:
    return [names.index(name) for name in wanted if name in names]
