"""Signs → clips that may be funny: where several agree, with set-up and payoff inside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from funny.grid import s_to_tick, s_to_ticks, tick_to_s
from funny.learn.cues.cue import KINDS, Cue
from funny.learn.manifest import FUNNY, LONGEST_S, SHORTEST_S, Clip, SourceVideo

LEAST_STRENGTH = 0.4
"""Weaker moments are not proposed; loudness alone or replays alone do not reach it."""
NEAR_EDGE = 0.45
"""What signs are worth at the start and end of a stream: greetings are no highlights."""

_EDGE_SHARE, _EDGE_S = 0.05, (8.0, 300.0)
# Payoffs closer than this are one moment.
_APART_S = 8.0
# So much of a clip is set-up; the rest is payoff, this much where nobody knows how long it is.
SETUP_S, _PAYOFF_S = 3.0, 4.0
# Kinds that say how long people laughed.
_MEASURED = ("label", "laughter")
# Kinds that are seconds off either way.
_ROUGH = ("chat", "comment")
_EXACTNESS = {kind: rank for rank, kind in enumerate(KINDS)}


@dataclass(frozen=True)
class _Moment:
    """Signs that speak of one moment."""

    anchor: Cue
    """The sign that it was found by."""
    cues: tuple[Cue, ...]
    """The strongest of each kind, the most exact first."""
    near: frozenset[Cue]
    """All that speak of it."""
    strength: float

    @property
    def payoff_s(self) -> float:
        """Where people begin to laugh: what the most exact sign says, or the mean of rough ones."""
        if self.cues[0].kind not in _ROUGH:
            return self.cues[0].time_s
        rough_s = [cue.time_s for cue in self.cues if cue.kind in _ROUGH]
        return sum(rough_s) / len(rough_s)


def candidates(video: SourceVideo, cues: Sequence[Cue]) -> list[Clip]:
    """The clips of a video that may be funny, the surest first; none overlaps another."""
    chosen: list[tuple[_Moment, Clip]] = []
    for moment in _moments(cues, video.duration_s):
        clip = _clip(video, moment)
        if clip and all(_is_another(moment, clip, *other) for other in chosen):
            chosen.append((moment, clip))
    return [clip for _, clip in chosen]


def edge_s(duration_s: float) -> float:
    """How much of both ends of a stream is greeting, waiting and farewell."""
    shortest_s, longest_s = _EDGE_S
    return min(longest_s, max(shortest_s, _EDGE_SHARE * duration_s))


def is_near_edge(time_s: float, duration_s: float) -> bool:
    """Whether a time lies in the start or the end of a stream."""
    return not edge_s(duration_s) <= time_s < duration_s - edge_s(duration_s)


def _moments(cues: Sequence[Cue], duration_s: float) -> list[_Moment]:
    """What the signs say around each of them, the surest first."""
    exact = [cue for cue in cues if cue.is_exact]
    found = [_moment(anchor, cues, duration_s) for anchor in exact]
    strong = [moment for moment in found if moment.strength >= LEAST_STRENGTH]
    return sorted(strong, key=lambda m: (-m.strength, _EXACTNESS[m.anchor.kind], m.payoff_s))


def _moment(anchor: Cue, cues: Sequence[Cue], duration_s: float) -> _Moment:
    near = [cue for cue in cues if cue == anchor or _reaches(cue, anchor.time_s)]
    best = tuple(_best(near))
    strength = _agreed(best)
    if best[0].kind != "label" and is_near_edge(best[0].time_s, duration_s):
        strength *= NEAR_EDGE
    return _Moment(anchor, best, frozenset(near), strength)


def _reaches(cue: Cue, time_s: float) -> bool:
    reach_s = KINDS[cue.kind].reach_s
    return cue.start_s - reach_s <= time_s <= cue.end_s + reach_s


def _best(cues: Sequence[Cue]) -> Iterator[Cue]:
    """The strongest of each kind, the most exact kind first."""
    for kind in KINDS:
        if of_kind := [cue for cue in cues if cue.kind == kind]:
            yield max(of_kind, key=lambda cue: cue.strength)


def _agreed(cues: Sequence[Cue]) -> float:
    """How sure several signs are together: each takes its share of the doubt that is left."""
    doubt = 1.0
    for cue in cues:
        doubt *= 1 - KINDS[cue.kind].weight * min(1.0, cue.strength)
    return 1 - doubt


def _clip(video: SourceVideo, moment: _Moment) -> Clip | None:
    """A clip with set-up and payoff; None where the video is too short."""
    ticks = _clip_ticks(moment.cues[0])
    last = s_to_tick(video.duration_s) - ticks
    if last < 0:
        return None
    start_s = tick_to_s(min(last, max(0, s_to_ticks(moment.payoff_s - SETUP_S))))
    votes = tuple(cue.vote for cue in moment.cues)
    span = (start_s, start_s + tick_to_s(ticks))
    name = clip_id(video.id, start_s)
    return Clip(name, video.id, *span, FUNNY, None, round(moment.strength, 3), votes)


def _clip_ticks(cue: Cue) -> int:
    """Length of a clip in ticks."""
    payoff_s = cue.end_s - cue.time_s if cue.kind in _MEASURED else _PAYOFF_S
    return s_to_ticks(min(LONGEST_S, max(SHORTEST_S, SETUP_S + payoff_s)))


def clip_id(video_id: str, start_s: float) -> str:
    """The name of a clip: the same whenever it is proposed again."""
    return f"{video_id}-{round(start_s * 1000):08d}"


def _is_another(moment: _Moment, clip: Clip, other: _Moment, taken: Clip) -> bool:
    """Whether a moment is not the one that was chosen already."""
    is_far = abs(moment.payoff_s - other.payoff_s) >= _APART_S
    return is_far and not clip.overlaps(taken) and moment.anchor not in other.near
