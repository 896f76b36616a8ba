"""One sign that something was funny, and what every kind of sign has in common."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from funny.learn.manifest import Vote

_EXACT_S = 20.0


@dataclass(frozen=True)
class Cue:
    """A sign: that something was funny somewhere in [start_s, end_s]."""

    kind: str
    """A key of KINDS."""
    start_s: float
    end_s: float
    time_s: float
    """Where people begin to laugh, as well as this sign knows."""
    strength: float
    """0..1; how sure this sign is, by its own measure."""
    note: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether it says where something happened; a part of a long video does not."""
        return self.kind != "replayed" or self.end_s - self.start_s <= _EXACT_S

    @property
    def vote(self) -> Vote:
        """The sign as the manifest keeps it."""
        strength, time_s = round(min(1.0, self.strength), 3), round(self.time_s, 2)
        return Vote(self.kind, strength, time_s, self.note)


@dataclass(frozen=True)
class Kind:
    """How much a kind of sign is worth."""

    weight: float
    """0..1; how sure a moment is funny if this sign is as strong as it can be, and the only one."""
    reach_s: float
    """It may speak of a moment that lies this far outside its span."""


# Exact ones first: they decide where a clip lies. Weights are judged, not measured: what names
# laughter itself is worth most; loudness and replays are as often a goal or a fright.
KINDS = {
    "label": Kind(1.0, 0.5),
    "laughter": Kind(0.75, 1.5),
    "subtitle": Kind(0.9, 2.0),
    "loudness": Kind(0.3, 1.5),
    "chat": Kind(0.8, 2.0),
    "comment": Kind(0.6, 3.0),
    "replayed": Kind(0.3, 0.0),
}


def joined(cues: Iterable[Cue], apart_s: float) -> list[Cue]:
    """Cues of one kind in order, those that are less than `apart_s` apart as one."""
    found: list[Cue] = []
    for cue in sorted(cues, key=lambda cue: cue.start_s):
        if found and cue.start_s - found[-1].end_s < apart_s:
            found[-1] = _both(found[-1], cue)
        else:
            found.append(cue)
    return found


def _both(first: Cue, second: Cue) -> Cue:
    stronger = max(first, second, key=lambda cue: cue.strength)
    end_s = max(first.end_s, second.end_s)
    return replace(stronger, start_s=first.start_s, end_s=end_s, time_s=first.time_s)
