"""Whose turn it is: one job at a time, visitors in turn, and only so many may wait."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition

from funny.errors import BusyError


@dataclass(frozen=True, eq=False)
class Ticket:
    """A place in the queue."""

    visitor: str
    """Whose it is."""


class Turns:
    """A queue for one job at a time.

    A visitor's next job comes after everybody else's first one, whoever asked before; so nobody
    waits longer because another visitor has more to do.

    Args:
        most: How many may wait.
        most_each: How many of one visitor's may be unfinished.
    """

    def __init__(self, most: int = 20, most_each: int = 3) -> None:
        self._most, self._most_each = most, most_each
        self._changed = Condition()
        self._running: Ticket | None = None
        self._waiting: list[Ticket] = []
        self._turns = 0
        self._last_turn: dict[str, int] = {}
        """Which turn was the last one of a visitor who has something waiting."""

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def ask(self, visitor: str) -> Ticket:
        """A place in the queue; give it back by `leave`, whatever happens.

        Raises:
            BusyError: If as many as may wait do, or that visitor has as many as one may.
        """
        with self._changed:
            unfinished = [t for t in (self._running, *self._waiting) if t and t.visitor == visitor]
            if len(unfinished) >= self._most_each:
                raise BusyError(own=len(unfinished))
            if self._running is not None and len(self._waiting) >= self._most:
                raise BusyError(waiting=len(self._waiting))
            ticket = Ticket(visitor)
            self._waiting.append(ticket)
            return ticket

    def wait(self, ticket: Ticket, at_most_s: float) -> bool:
        """Whether it is that ticket's turn now, or within a while; if so, nobody else's is."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._is_next(ticket), at_most_s):
                return False
            self._waiting.remove(ticket)
            self._running = ticket
            self._turns += 1
            self._last_turn[ticket.visitor] = self._turns
            return True

    def leave(self, ticket: Ticket) -> None:
        """The job is done, or wants no turn any more."""
        with self._changed:
            if self._running is ticket:
                self._running = None
            if ticket in self._waiting:
                self._waiting.remove(ticket)
            waits = {t.visitor for t in self._waiting}
            self._last_turn = {v: turn for v, turn in self._last_turn.items() if v in waits}
            self._changed.notify_all()

    def before(self, ticket: Ticket) -> int:
        """How many jobs are before that one, the one at work among them."""
        with self._changed:
            return self._order().index(ticket) + (self._running is not None)

    @contextmanager
    def held(self, visitor: str) -> Iterator[Ticket]:
        """A place in the queue, given back at the end; errors are those of `ask`."""
        ticket = self.ask(visitor)
        try:
            yield ticket
        finally:
            self.leave(ticket)

    def _is_next(self, ticket: Ticket) -> bool:
        return self._running is None and self._order()[0] is ticket

    def _order(self) -> list[Ticket]:
        """Everybody's first job, then everybody's second; who had a turn last comes last."""
        jobs = Counter([self._running.visitor] if self._running else [])
        places: list[tuple[int, int, int]] = []
        for number, ticket in enumerate(self._waiting):
            last_turn = self._last_turn.get(ticket.visitor, 0)
            places.append((jobs[ticket.visitor], last_turn, number))
            jobs[ticket.visitor] += 1
        return [self._waiting[number] for *_, number in sorted(places)]
