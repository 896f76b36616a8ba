"""What happens while something is watched: plain values, in the order in which they happen."""

from dataclasses import asdict, dataclass
from typing import Any

from funny.moments.reasons import reason_text
from funny.records import Highlight


@dataclass(frozen=True)
class Settled:
    """A score that nothing to come will change."""

    time_s: float
    score: float | None
    """0..1; None in a gap."""


@dataclass(frozen=True)
class Score:
    """How funny it is now, as far as one can say without what is to come."""

    time_s: float
    score: float | None
    """0..1; None in a gap."""
    settled: tuple[Settled, ...] = ()
    """Scores of ticks before that are settled by this one."""


@dataclass(frozen=True)
class Moment:
    """A funny moment that is over."""

    highlight: Highlight


@dataclass(frozen=True)
class Gap:
    """Time in which nothing came; it has no score."""

    start_s: float
    end_s: float


@dataclass(frozen=True)
class Dropped:
    """Pictures were dropped, since the machine is too slow."""

    time_s: float
    """When the last of them would have been seen."""
    pictures: int
    """How many in all."""


Event = Score | Moment | Gap | Dropped

_NAMES = {Score: "score", Moment: "moment", Gap: "gap", Dropped: "dropped"}


def to_json(event: Event) -> dict[str, Any]:
    """An event as plain JSON values; `event` says which it is."""
    name = {"event": _NAMES[type(event)]}
    if isinstance(event, Moment):
        return {**name, **highlight_json(event.highlight)}
    if isinstance(event, Score):
        settled = [{"time_s": s.time_s, "score": _short(s.score)} for s in event.settled]
        return {**name, "time_s": event.time_s, "score": _short(event.score), "settled": settled}
    return {**name, **asdict(event)}


def highlight_json(highlight: Highlight) -> dict[str, Any]:
    """A moment as analysis.json has it, with the sentences of its reasons."""
    values = asdict(highlight)
    reasons = [reason_text(reason) for reason in highlight.reasons]
    times = {name: values[name] for name in ("start_s", "end_s", "peak_s")}
    return {**times, "score": _short(highlight.score), "reasons": reasons}


def _short(score: float | None) -> float | None:
    return None if score is None else round(score, 4)
