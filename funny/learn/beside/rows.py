"""Rows of a file that others wrote: those that make sense, and how many did not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")

NO_SENSE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading raises that expects other types, keys or numbers."""


@dataclass(frozen=True)
class Rows(Generic[Row]):
    """What could be read of a file."""

    rows: tuple[Row, ...] = ()
    damaged: int = 0
    """How many rows made no sense and were passed over."""

    def __add__(self, other: "Rows[Row]") -> "Rows[Row]":
        return Rows(self.rows + other.rows, self.damaged + other.damaged)


def read_rows(found: Iterable[Any], read: Callable[[Any], Iterable[Row]]) -> Rows[Row]:
    """Reads every row; one that makes no sense is counted and passed over.

    Args:
        found: Rows as they were parsed.
        read: Makes none, one or several values of a row; whatever it trips over is damage.
    """
    rows: list[Row] = []
    damaged = 0
    for row in found:
        try:
            rows.extend(read(row))
        except NO_SENSE:
            damaged += 1
    return Rows(tuple(rows), damaged)


def listed(found: Any) -> list[Any]:
    """A list, or an empty one for anything else."""
    return found if isinstance(found, list) else []
