"""'Most replayed': 100 equal parts of a video, and how often each is played again.

A part of a four-hour stream is 144 s long: it says that something is there, not when. It is a prior
for long videos, never a label.
"""

from collections.abc import Sequence

import numpy as np

from funny.grid import runs
from funny.learn.beside.info import Bin
from funny.learn.cues.cue import Cue

# People start at the beginning, whatever happens there.
_BIASED = 1
_PEAK = 0.4
# A part no longer than a clip is worth its full weight.
_EXACT_S = 7.0


def replayed_cues(bins: Sequence[Bin]) -> list[Cue]:
    """The peaks of the replays, above what is usual in this video."""
    if len(bins) <= _BIASED:
        return []
    excess = _excess(np.array([part.value for part in bins]))
    return [_cue(bins[first:last], excess[first:last]) for first, last in runs(excess >= _PEAK)]


def _excess(values: np.ndarray) -> np.ndarray:
    """How far each part rises above the median, 1 at the highest; shape (n,)."""
    values = values.copy()
    values[:_BIASED] = min(values[_BIASED], np.median(values))
    usual, most = np.median(values), values.max()
    return (values - usual) / (most - usual) if most > usual else np.zeros(len(values))


def _cue(bins: Sequence[Bin], excess: np.ndarray) -> Cue:
    top = bins[int(excess.argmax())]
    length_s = top.end_s - top.start_s
    strength = float(excess.max()) * min(1.0, _EXACT_S / length_s)
    note = f"replayed {top.value:.2f} of the most, a part of {length_s:.1f} s"
    return Cue("replayed", bins[0].start_s, bins[-1].end_s, top.start_s, strength, note)
