"""Traps: loud moments that nobody reacted to, so that no head learns that loud is funny."""

from collections.abc import Iterator

from funny.learn.cues.cue import KINDS, Cue
from funny.learn.evidence import Evidence

LEAST_WORTH = 0.1
"""A sign worth less says nothing."""
_AUDIENCE = ("chat", "comment", "subtitle", "replayed")
_AWAY_S = 5.0


def is_sign(cue: Cue) -> bool:
    """Whether a cue is worth anything."""
    return KINDS[cue.kind].weight * cue.strength >= LEAST_WORTH


def traps(evidence: Evidence) -> list[Cue]:
    """Sudden loudness with no other sign around it, the loudest first.

    There is none in a video without an audience: that nobody reacted says something only where
    somebody could.
    """
    others = [cue for cue in evidence.cues if cue.kind != "loudness" and is_sign(cue)]
    if not any(cue.kind in _AUDIENCE for cue in others):
        return []
    return sorted(_alone(evidence, others), key=lambda cue: (-cue.strength, cue.time_s))


def _alone(evidence: Evidence, others: list[Cue]) -> Iterator[Cue]:
    for cue in evidence.cues:
        if cue.kind == "loudness" and is_sign(cue) and not any(_is_near(cue, o) for o in others):
            yield cue


def _is_near(one: Cue, other: Cue) -> bool:
    return one.start_s - _AWAY_S <= other.end_s and other.start_s <= one.end_s + _AWAY_S
