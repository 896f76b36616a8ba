"""What each kind of sign found, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from funny.learn.cues.cue import KINDS
from funny.learn.evidence import Evidence
from funny.learn.manifest import FUNNY, Clip, Manifest


@dataclass(frozen=True)
class Tally:
    """One row of the table."""

    cue: str
    found: int
    """Signs of this kind in all videos."""
    clips: int
    """Funny clips that such a sign speaks for."""
    alone: int
    """Those of them that no other sign speaks for."""
    strength: float
    """Its mean strength in them."""


def tally(found: Sequence[Evidence], manifest: Manifest) -> list[Tally]:
    """A row for each kind of sign that a video has, whether it found anything or not."""
    funny = [clip for clip in manifest.clips if clip.proposed == FUNNY]
    counts = [cue.kind for evidence in found for cue in evidence.cues]
    return [_row(kind, counts.count(kind), funny) for kind in KINDS if kind != "label"]


def _row(kind: str, found: int, funny: Sequence[Clip]) -> Tally:
    votes = [vote.strength for clip in funny for vote in clip.votes if vote.cue == kind]
    alone = sum({vote.cue for vote in clip.votes} == {kind} for clip in funny)
    return Tally(kind, found, len(votes), alone, sum(votes) / len(votes) if votes else 0.0)
