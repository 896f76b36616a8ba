"""Sources of weights, asked one after the other; what each of them said is kept."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from funny.errors import WeightsError

T = TypeVar("T")


@dataclass(frozen=True)
class Source(Generic[T]):
    """A place that may have weights."""

    name: str
    """`path`, `models`, `runs`, `hub`, `upstream` or `embedded`."""
    load: Callable[[], T]
    """Gives the model, or raises WeightsError with the reason why not."""


@dataclass(frozen=True)
class Attempt:
    """What one source said."""

    source: str
    state: str
    """`used`, `failed`, or `not asked`: one before it had the weights."""
    reason: str
    took_s: float = 0.0


@dataclass(frozen=True)
class Resolved(Generic[T]):
    """A model, and what every source said on the way to it."""

    found: T
    attempts: tuple[Attempt, ...]

    @property
    def failures(self) -> tuple[Attempt, ...]:
        """The sources that were asked in vain."""
        return tuple(a for a in self.attempts if a.state == "failed")


class NoWeights(WeightsError):
    """No source has the weights."""

    def __init__(self, message: str, attempts: tuple[Attempt, ...]) -> None:
        super().__init__(message)
        self.attempts = attempts


def resolve(sources: Sequence[Source[T]], name_of: Callable[[T], str], missing: str) -> Resolved[T]:
    """The model of the first source that has it.

    Args:
        sources: In the order in which they are asked.
        name_of: What to call a model that was found.
        missing: What to say if there is none; `{reasons}` stands for what all of them said,
            `{reason}` for the last.

    Raises:
        NoWeights: If no source has it.
    """
    attempts: list[Attempt] = []
    for place, source in enumerate(sources):
        start = time.monotonic()
        try:
            found = source.load()
        except WeightsError as error:
            took_s = time.monotonic() - start
            attempts.append(Attempt(source.name, "failed", str(error).rstrip("."), took_s))
            continue
        attempts.append(Attempt(source.name, "used", name_of(found), time.monotonic() - start))
        rest = (Attempt(s.name, "not asked", "not needed") for s in sources[place + 1 :])
        return Resolved(found, (*attempts, *rest))
    reasons = "; ".join(f"{a.source}: {a.reason}" for a in attempts)
    raise NoWeights(missing.format(reasons=reasons, reason=attempts[-1].reason), tuple(attempts))
