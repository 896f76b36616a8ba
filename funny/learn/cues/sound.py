"""What is heard: sudden loudness, and laughter."""

from collections.abc import Iterator

import numpy as np

from funny.grid import TICK_S, runs, s_to_tick
from funny.learn.cues.baseline import local_z
from funny.learn.cues.cue import Cue, joined
from funny.records import Signals
from funny.score.features import loudness_db

_LOUD_Z, _LOUDEST_Z = 2.5, 6.0
_AROUND_S = 60.0
_LEAST_SPREAD_DB = 2.0
# What stays loud for longer has become the usual: music, a game.
_SUDDEN_S = 12.0
_HEARD = 0.5
_SAME_LAUGH_S = 1.5
_SHORTEST_LAUGH_S = 1.0


def loudness_cues(signals: Signals) -> list[Cue]:
    """Where it is suddenly louder than in the half minute before and after."""
    z = loudness_z(signals)
    return joined(_loud(z), TICK_S) if len(z) else []


def loudness_z(signals: Signals) -> np.ndarray:
    """How much louder each tick is than its surroundings, (t,)."""
    return local_z(loudness_db(signals.rms), _AROUND_S, _LEAST_SPREAD_DB)


def _loud(z: np.ndarray) -> Iterator[Cue]:
    for first, last in runs(z >= _LOUD_Z):
        if (last - first) * TICK_S <= _SUDDEN_S:
            top = float(z[first:last].max())
            strength = float(np.clip((top - _LOUD_Z + 1) / (_LOUDEST_Z - _LOUD_Z + 1), 0, 1))
            span = (first * TICK_S, last * TICK_S)
            yield Cue("loudness", *span, span[0], strength, f"{top:.1f} spreads above the usual")


def laughter_cues(signals: Signals) -> list[Cue]:
    """Where laughter is heard."""
    heard = [Cue("laughter", *span, span[0], 1.0) for span in _spans(signals.laughter >= _HEARD)]
    laughs = [cue for cue in joined(heard, _SAME_LAUGH_S) if _lasts(cue)]
    return [_judged(cue, signals.laughter) for cue in laughs]


def _spans(mask: np.ndarray) -> Iterator[tuple[float, float]]:
    return ((first * TICK_S, last * TICK_S) for first, last in runs(mask))


def _lasts(cue: Cue) -> bool:
    return cue.end_s - cue.start_s >= _SHORTEST_LAUGH_S


def _judged(cue: Cue, laughter: np.ndarray) -> Cue:
    heard = laughter[s_to_tick(cue.start_s) : s_to_tick(cue.end_s)]
    note = f"laughter heard for {cue.end_s - cue.start_s:g} s, {heard.max():.2f}"
    return Cue("laughter", cue.start_s, cue.end_s, cue.time_s, float(heard.mean()), note)
