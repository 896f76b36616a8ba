"""Ordinary clips: of the same videos, alike in length; most away from signs and alike in face.

Some are traps: loud moments that nobody reacted to. Were loudness in funny clips only, a head
would learn nothing else.
"""

from collections.abc import Sequence

import numpy as np

from funny.grid import s_to_tick, s_to_ticks, tick_to_s
from funny.learn.candidates import SETUP_S, clip_id, edge_s
from funny.learn.cues.cue import Cue
from funny.learn.evidence import Evidence
from funny.learn.manifest import ORDINARY, Clip, Vote
from funny.learn.traps import is_sign, traps

MARGINS_S = (10.0, 5.0, 2.0)
"""How far away from signs, if there is room."""
# How sure it is, by the margin, that nothing funny happens there.
_SURE = {10.0: 0.9, 5.0: 0.75, 2.0: 0.6}
TRAP_EVERY = 3
"""One in so many is a trap, as far as there are any."""
_TRAP_SURE = 0.5
# Of so many places, the one whose share of face fits best is taken.
_DRAWN = 24


class Room:
    """Where in a video ordinary clips may still lie."""

    def __init__(self, evidence: Evidence, taken: Sequence[Clip]) -> None:
        self.video = evidence.video
        self._ticks = s_to_tick(evidence.video.duration_s)
        self._edge = s_to_ticks(edge_s(evidence.video.duration_s))
        self._traps = traps(evidence)
        used = [(clip.start_s, clip.end_s) for clip in taken]
        self._taken = self._covered([*used, *evidence.closed_s], 0.0)
        spans = [(cue.start_s, cue.end_s) for cue in evidence.cues if _keeps_away(cue)]
        self._signs = {margin_s: self._covered(spans, margin_s) for margin_s in MARGINS_S}
        self._faces = np.zeros(self._ticks)
        if evidence.signals is not None:
            found = evidence.signals.face_found[: self._ticks]
            self._faces[: len(found)] = found

    def face(self, clip: Clip) -> float:
        """Share of a clip's ticks that show a face."""
        return float(self._faces[s_to_tick(clip.start_s) : s_to_tick(clip.end_s)].mean())

    def draw(
        self, length_s: float, face: float, margin_s: float, rng: np.random.Generator
    ) -> Clip | None:
        """An ordinary clip, which takes its place; None if there is no room.

        Args:
            length_s: How long.
            face: Share of ticks that show a face, to come close to.
            margin_s: Away from signs; one of MARGINS_S.
            rng: Draws the places to choose from.
        """
        ticks = s_to_ticks(length_s)
        places = self._places(ticks, margin_s)
        if not len(places):
            return None
        drawn = rng.permutation(places)[:_DRAWN]
        faces = np.array([self._faces[place : place + ticks].mean() for place in drawn])
        place = int(drawn[np.abs(faces - face).argmin()])
        return self._take(place, ticks, _SURE[margin_s])

    def trap(self, length_s: float) -> Clip | None:
        """The loudest trap that is left, which takes its place; None if there is none."""
        ticks = s_to_ticks(length_s)
        while self._traps:
            cue = self._traps.pop(0)
            place = s_to_tick(max(0.0, cue.time_s - SETUP_S))
            is_inside = self._edge <= place and place + ticks <= self._ticks - self._edge
            if is_inside and not self._taken[place : place + ticks].any():
                return self._take(place, ticks, _TRAP_SURE, (cue.vote,))
        return None

    def _take(self, place: int, ticks: int, sure: float, votes: tuple[Vote, ...] = ()) -> Clip:
        self._taken[place : place + ticks] = True
        start_s, end_s = tick_to_s(place), tick_to_s(place + ticks)
        name = clip_id(self.video.id, start_s)
        return Clip(name, self.video.id, start_s, end_s, ORDINARY, None, sure, votes)

    def _places(self, ticks: int, margin_s: float) -> np.ndarray:
        """First ticks of the free stretches of some length, away from both ends of the stream."""
        is_free = ~(self._taken | self._signs[margin_s])
        is_free[: self._edge] = is_free[len(is_free) - self._edge :] = False
        counts = np.cumsum(np.concatenate([[0], is_free]))
        return np.flatnonzero(counts[ticks:] - counts[:-ticks] == ticks)

    def _covered(self, spans: Sequence[tuple[float, float]], margin_s: float) -> np.ndarray:
        covered = np.zeros(self._ticks, bool)
        for start_s, end_s in spans:
            covered[s_to_tick(start_s - margin_s) : s_to_tick(end_s + margin_s) + 1] = True
        return covered


def _keeps_away(cue: Cue) -> bool:
    # One that is not exact names no clip.
    return cue.is_exact and is_sign(cue)


def ordinary_clips(rooms: dict[str, Room], funny: Sequence[Clip], seed: int) -> list[Clip]:
    """As many ordinary clips as funny ones, as far as there is room.

    Args:
        rooms: By id of the video; what is drawn is taken from them.
        funny: The clips to match, those that matter most first.
        seed: Draws them; the same clips come out again.
    """
    rng = np.random.default_rng(seed)
    found = [
        (n % TRAP_EVERY == 0 and _trap(rooms, clip)) or _partner(rooms, clip, rng)
        for n, clip in enumerate(funny)
    ]
    return [clip for clip in found if clip]


def _trap(rooms: dict[str, Room], clip: Clip) -> Clip | None:
    """A trap as long as a funny clip: from its own video if there is one, else from another."""
    own = rooms[clip.video]
    others = (room for room in rooms.values() if room is not own)
    drawn = (room.trap(clip.length_s) for room in (own, *others))
    return next((trap for trap in drawn if trap), None)


def _partner(rooms: dict[str, Room], clip: Clip, rng: np.random.Generator) -> Clip | None:
    """One like a funny clip: from its own video if there is room, else from another."""
    own = rooms[clip.video]
    face = own.face(clip)
    others = [room for room in rooms.values() if room is not own]
    for room in (own, *(others[i] for i in rng.permutation(len(others)))):
        for margin_s in MARGINS_S:
            if drawn := room.draw(clip.length_s, face, margin_s, rng):
                return drawn
    return None
