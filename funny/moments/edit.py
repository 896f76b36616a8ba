"""What a person does to the list of moments: move, add, remove, keep, plain edges, merge, undo.

The history holds what the person decided, never a list of moments. The list is made anew from two
things: what the machine found (`Edits.found`), and what the person decided (`Decisions`). So the
machine can decide again at any time (a threshold moved) without losing the person's work, and an
undo after that takes back the person's last step, not the machine's.

Decisions name moments by number. A moment of the machine is known by its peak: found again at the
same tick it has the same number, even if other thresholds had hidden it in between. A peak that
moved, as it may while a video is still being read, takes the number of the moment that it came
from. Numbers are given once, and neither undo nor redo gives one back.

    edits = Edits.started(analysis.highlights)
    edits = edits.moved(2, 61.5, 70.0, analysis).removed(3)
    edits = apply(edits, {"op": "undo"}, analysis)
"""

import reprlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from funny.errors import OptionError
from funny.grid import TICK_S, s_to_tick
from funny.moments.highlights import Span, highlight_in
from funny.moments.reasons import with_reasons
from funny.records import Analysis, Highlight

HISTORY = 200
"""Number of steps that can be undone."""

Key = tuple[int, int]
"""What a moment of the machine is known by: tick of its peak, and place among equal ticks."""

# A browser's sums of seconds may miss a tick by this much.
_ROUNDING_S = 1e-6
# A browser counts no further without gaps.
_LARGEST_ID = 2**53


@dataclass(frozen=True)
class Moment:
    """A highlight with a number that stays, whatever its rank becomes."""

    id: int
    highlight: Highlight
    by_hand: bool = False
    """Whether its span was set by a person."""


@dataclass(frozen=True)
class HandMade:
    """A span that a person set, as a highlight."""

    id: int
    highlight: Highlight
    beside: frozenset[Span] = frozenset()
    """Machine-made spans that it overlaps much, and that the person saw when setting it."""


@dataclass(frozen=True)
class Decisions:
    """All that a person decided, by the number of the moment."""

    made: tuple[HandMade, ...] = ()
    """What was moved, added or merged."""
    unkept: frozenset[int] = frozenset()
    removed: frozenset[int] = frozenset()
    plain: frozenset[int] = frozenset()
    """What has its plain edges, where the machine chose better ones."""

    @property
    def on_the_list(self) -> tuple[HandMade, ...]:
        """What was made by hand and not removed since."""
        return tuple(m for m in self.made if m.id not in self.removed)

    @property
    def settled(self) -> frozenset[int]:
        """Numbers whose span is no longer for the machine to decide."""
        return self.removed | {m.id for m in self.made}

    def making(self, made: HandMade) -> "Decisions":
        """The same, and this moment has a span made by hand."""
        others = (m for m in self.made if m.id != made.id)
        return replace(self, made=(*others, made), plain=self.plain - {made.id})

    def keeping(self, id: int, kept: bool) -> "Decisions":
        """The same, and this moment is kept or not."""
        return replace(self, unkept=self.unkept - {id} if kept else self.unkept | {id})

    def plainly(self, id: int, plain: bool) -> "Decisions":
        """The same, and this moment has its plain edges or those that the machine chose."""
        return replace(self, plain=self.plain | {id} if plain else self.plain - {id})

    def removing(self, id: int) -> "Decisions":
        """The same, and this moment is gone."""
        return replace(self, removed=self.removed | {id})


@dataclass(frozen=True)
class Edits:
    """The list of moments, with what came before and what was undone.

    Every operation leaves this value as it is and returns another. Each is one step to undo and
    forgets what was undone, but for `redecided`, and but for those that change nothing to see.
    """

    found: tuple[Moment, ...] = ()
    """What the machine found last, also where a person decided otherwise."""
    decisions: Decisions = Decisions()
    past: tuple[Decisions, ...] = field(default=(), repr=False)
    """Decisions before each step, the latest last; at most HISTORY."""
    future: tuple[Decisions, ...] = field(default=(), repr=False)
    """Decisions that were undone, the next to redo last."""
    ids: Mapping[Key, int] = field(default_factory=dict, repr=False, hash=False)
    """Numbers of all the machine ever found, by tick of the peak and place among equal ticks."""
    next_id: int = 1

    @classmethod
    def started(cls, highlights: Sequence[Highlight]) -> "Edits":
        """Nothing decided yet but what is kept; moments are numbered from 1 in the order given."""
        edits = cls().redecided(highlights)
        unkept = frozenset(m.id for m in edits.found if not m.highlight.kept)
        return replace(edits, decisions=Decisions(unkept=unkept))

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """The list, ranked as `find_highlights` ranks: the funniest first, then the earlier."""
        made = self.decisions.on_the_list
        by_hand = [Moment(m.id, m.highlight, by_hand=True) for m in made]
        rest = [m for m in self.found if m.id not in self.decisions.settled]
        machine = [m for m in rest if not any(_gives_way(m.highlight, h) for h in made)]
        return tuple(sorted(map(self._judged, (*machine, *by_hand)), key=_rank))

    @property
    def highlights(self) -> tuple[Highlight, ...]:
        """The list without numbers, for `Analysis.highlights`."""
        return tuple(m.highlight for m in self.moments)

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return bool(self.past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to redo."""
        return bool(self.future)

    def by_id(self, id: int) -> Moment:
        """The moment on the list that has this number.

        Raises:
            OptionError: If there is none.
        """
        for moment in self.moments:
            if moment.id == id:
                return moment
        raise OptionError(
            f"moment {id}: it is not on the list; if you removed it, undo brings it back."
        )

    def moved(self, id: int, start_s: float, end_s: float, analysis: Analysis) -> "Edits":
        """The moment has another span; peak, score and reasons are those of the span.

        Args:
            id: Number of the moment.
            start_s: Where the span begins in seconds; cut off at the ends of the video.
            end_s: Where it ends.
            analysis: Whose timeline and signals the span is read from.

        Raises:
            OptionError: If the number is unknown, or less than a tick is left of the span.
        """
        return self._making(self.by_id(id).id, (start_s, end_s), analysis)

    def added(self, start_s: float, end_s: float, analysis: Analysis) -> "Edits":
        """There is one moment more, made by hand, under a number that was never used.

        Args:
            start_s: Where it begins in seconds; cut off at the ends of the video.
            end_s: Where it ends.
            analysis: Whose timeline and signals the span is read from.

        Raises:
            OptionError: If less than a tick is left of the span.
        """
        counted = replace(self, next_id=self.next_id + 1)
        return counted._making(self.next_id, (start_s, end_s), analysis)

    def removed(self, id: int) -> "Edits":
        """The moment is gone, also when the machine finds it again.

        Raises:
            OptionError: If the number is unknown.
        """
        return self._step(self.decisions.removing(self.by_id(id).id))

    def keeping(self, id: int, kept: bool) -> "Edits":
        """The moment is kept, or stays on the list without becoming a clip.

        Raises:
            OptionError: If the number is unknown.
        """
        return self._step(self.decisions.keeping(self.by_id(id).id, kept))

    def edged(self, id: int, plain: bool) -> "Edits":
        """The moment has its plain edges, or again those that the machine chose.

        Edges that a person set stay as they are.

        Raises:
            OptionError: If the number is unknown.
        """
        return self._step(self.decisions.plainly(self.by_id(id).id, plain))

    def merged(self, id: int, other: int, analysis: Analysis) -> "Edits":
        """Two moments are one, from the first start to the last end, under the lower number.

        It is kept if either was. Moments between the two stay as they are.

        Raises:
            OptionError: If a number is unknown, or both are the same.
        """
        if id == other:
            raise OptionError(f"moment {id}: expected another moment to merge with, got itself.")
        one, two = self.by_id(id).highlight, self.by_id(other).highlight
        span = min(one.start_s, two.start_s), max(one.end_s, two.end_s)
        lower, higher = sorted((id, other))
        decisions = self.decisions.removing(higher).keeping(lower, one.kept or two.kept)
        return self._making(lower, span, analysis, decisions)

    def undone(self) -> "Edits":
        """The person's last step is taken back; the same if there is none."""
        if not self.past:
            return self
        future = (*self.future, self.decisions)
        return replace(self, decisions=self.past[-1], past=self.past[:-1], future=future)

    def redone(self) -> "Edits":
        """The step undone last is done again; the same if there is none."""
        if not self.future:
            return self
        past = (*self.past, self.decisions)
        return replace(self, decisions=self.future[-1], past=past, future=self.future[:-1])

    def redecided(self, highlights: Sequence[Highlight]) -> "Edits":
        """The machine decided anew; what the person decided stays. This is no step to undo.

        What is kept is for the person to say: `kept` of these highlights is not read.

        A moment with a known peak has its number again, and with it all that was decided of it:
        its own span, whether it is kept, that it was removed. One with a new peak takes the number
        of a moment that is no longer found and that it overlaps by more than half of the shorter.
        A moment that overlaps one made by
        hand by more than half of the shorter is left out, unless the person saw just these two
        side by side; undoing the one made by hand brings it in.
        """
        seen = dict(zip(_keys(highlights), highlights, strict=True))
        moved = self._moved(seen)
        ids = {k: n for k, n in self.ids.items() if n not in moved.values()} | moved
        fresh = [key for key in seen if key not in ids]
        ids |= {key: self.next_id + n for n, key in enumerate(fresh)}
        found = tuple(Moment(ids[key], highlight) for key, highlight in seen.items())
        return replace(self, found=found, ids=ids, next_id=self.next_id + len(fresh))

    def _moved(self, seen: Mapping[Key, Highlight]) -> dict[Key, int]:
        """The new peaks to which moments moved that are no longer found, with their numbers."""
        stays = {self.ids[key] for key in seen if key in self.ids}
        gone = [m for m in self.found if m.id not in stays]
        moved = {}
        for key, highlight in seen.items():
            came_from = next((m for m in gone if _crowd(m.highlight, highlight)), None)
            if key not in self.ids and came_from is not None:
                gone.remove(came_from)
                moved[key] = came_from.id
        return moved

    def _judged(self, moment: Moment) -> Moment:
        kept, is_plain = moment.id not in self.decisions.unkept, moment.id in self.decisions.plain
        highlight = moment.highlight.with_plain_edges() if is_plain else moment.highlight
        return replace(moment, highlight=replace(highlight, kept=kept))

    def _making(
        self, id: int, span: Span, analysis: Analysis, decisions: Decisions | None = None
    ) -> "Edits":
        """A step after which a moment has this span, with decisions that are part of the step."""
        highlight = _highlight(_inside(span, analysis), analysis)
        # As the machine found them: whether their edges are plain may change later.
        seen = {m.id for m in self.moments if not m.by_hand and m.id != id}
        found = [m.highlight for m in self.found if m.id in seen]
        beside = frozenset(_span(h) for h in found if _crowd(h, highlight))
        return self._step((decisions or self.decisions).making(HandMade(id, highlight, beside)))

    def _step(self, decisions: Decisions) -> "Edits":
        past = (*self.past, self.decisions)[-HISTORY:]
        after = replace(self, decisions=decisions, past=past, future=())
        # An undo that changes nothing looks broken.
        return self if after.moments == self.moments else after


def _rank(moment: Moment) -> tuple[float, float, int]:
    return -moment.highlight.score, moment.highlight.start_s, moment.id


def _keys(highlights: Sequence[Highlight]) -> list[Key]:
    """The keys of moments; a saved list may hold two with one peak."""
    ticks = [s_to_tick(h.peak_s) for h in highlights]
    return [(tick, ticks[:n].count(tick)) for n, tick in enumerate(ticks)]


def _span(highlight: Highlight) -> Span:
    return highlight.start_s, highlight.end_s


def _gives_way(highlight: Highlight, made: HandMade) -> bool:
    return _crowd(highlight, made.highlight) and _span(highlight) not in made.beside


def _crowd(one: Highlight, two: Highlight) -> bool:
    """Whether two overlap by more than half of the shorter."""
    overlap_s = min(one.end_s, two.end_s) - max(one.start_s, two.start_s)
    return overlap_s > min(one.length_s, two.length_s) / 2


def _inside(span: Span, analysis: Analysis) -> Span:
    """The part of a span that lies in the video."""
    length_s = min(analysis.video.duration_s, len(analysis.timeline) * TICK_S)
    start_s, end_s = (float(np.clip(time_s, 0.0, length_s)) for time_s in span)
    if not end_s - start_s >= TICK_S - _ROUNDING_S:
        raise OptionError(
            f"moment from {span[0]:g} s to {span[1]:g} s: expected at least {TICK_S:g} s "
            f"inside the video, which is {length_s:g} s long."
        )
    return start_s, end_s


def _highlight(span: Span, analysis: Analysis) -> Highlight:
    timeline = analysis.timeline
    return with_reasons(highlight_in(timeline, span), analysis.signals, timeline.contributions)


def apply(edits: Edits, operation: Mapping[str, Any], analysis: Analysis) -> Edits:
    """Does what the page asks for.

    Args:
        edits: The list so far.
        operation: Plain values from a browser, so nothing is taken for granted: `op`, which is
            `move`, `add`, `remove`, `keep`, `edges`, `merge`, `undo` or `redo`, and what the
            operation needs: `id` and `other` are numbers of moments, `start_s` and `end_s` are
            finite seconds, `kept` and `plain` are true or false. Anything more is ignored.
        analysis: Whose timeline and signals new spans are read from.

    Raises:
        OptionError: If the operation is not one of these, or cannot be done.
    """
    if not isinstance(operation, Mapping):
        raise OptionError(f"edit: expected an operation, got {_shown(operation)}.")
    name = operation.get("op")
    if not isinstance(name, str) or name not in _OPERATIONS:
        raise OptionError(f"edit: expected one of {', '.join(_OPERATIONS)}, got {_shown(name)}.")
    todo = _OPERATIONS[name]
    values = [_FIELDS[needed](needed, operation.get(needed)) for needed in todo.fields]
    return todo.method(edits, *values, *[analysis] * todo.sets_a_span)


class _Operation(NamedTuple):
    method: Callable[..., Edits]
    fields: tuple[str, ...] = ()
    sets_a_span: bool = False


def _number(name: str, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _LARGEST_ID:
        return value
    raise OptionError(f"{name}: expected the number of a moment, got {_shown(value)}.")


def _seconds(name: str, value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # Whole numbers have no limit in JSON, and NaN compares to nothing.
    if is_number and abs(value) <= sys.float_info.max:
        return float(value)
    raise OptionError(f"{name}: expected a finite number of seconds, got {_shown(value)}.")


def _flag(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise OptionError(f"{name}: expected true or false, got {_shown(value)}.")


def _shown(value: Any) -> str:
    """A value short enough for a sentence; a browser may send a megabyte."""
    is_plain = value is None or isinstance(value, str | float | bool)
    return reprlib.repr(value) if is_plain else type(value).__name__


_FIELDS: Mapping[str, Callable[[str, Any], Any]] = {
    "id": _number,
    "other": _number,
    "start_s": _seconds,
    "end_s": _seconds,
    "kept": _flag,
    "plain": _flag,
}
_OPERATIONS: Mapping[str, _Operation] = {
    "move": _Operation(Edits.moved, ("id", "start_s", "end_s"), sets_a_span=True),
    "add": _Operation(Edits.added, ("start_s", "end_s"), sets_a_span=True),
    "remove": _Operation(Edits.removed, ("id",)),
    "keep": _Operation(Edits.keeping, ("id", "kept")),
    "edges": _Operation(Edits.edged, ("id", "plain")),
    "merge": _Operation(Edits.merged, ("id", "other"), sets_a_span=True),
    "undo": _Operation(Edits.undone),
    "redo": _Operation(Edits.redone),
}
