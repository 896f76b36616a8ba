"""What outlives the server: which work there is, what was decided in it, and what became of jobs.

One SQLite file beside the folders of the works. Whatever is written is whole or not there, also if
the power fails; the pictures and numbers themselves lie in the folders.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from funny.moments.edit import Decisions, Edits
from funny.pipeline import AnalyzeOptions

_TABLES = """
    CREATE TABLE IF NOT EXISTS works (
        name TEXT PRIMARY KEY, visitor TEXT NOT NULL, video TEXT NOT NULL, preview TEXT NOT NULL,
        options TEXT NOT NULL, edits TEXT NOT NULL, looked_at_s REAL NOT NULL);
    CREATE TABLE IF NOT EXISTS jobs (
        id INTEGER PRIMARY KEY, work TEXT NOT NULL REFERENCES works ON DELETE CASCADE,
        kind TEXT NOT NULL, state TEXT NOT NULL, stage TEXT NOT NULL, reason TEXT NOT NULL,
        changed_s REAL NOT NULL);
    CREATE INDEX IF NOT EXISTS jobs_of_work ON jobs (work);
"""
_COLUMNS = "name, visitor, video, preview, options, edits, looked_at_s"

OPEN_STATES = ("queued", "running")
STATES = (*OPEN_STATES, "done", "failed", "cancelled")
"""What a job can be."""


@dataclass(frozen=True)
class Row:
    """One work, as it is kept."""

    name: str
    visitor: str
    video: str
    preview: str
    options: str
    """JSON of the options chosen last; empty if none were."""
    edits: str
    """JSON of what the visitor decided; empty if nothing was."""
    looked_at_s: float
    """When somebody last looked, in seconds since 1970."""


@dataclass(frozen=True)
class JobRow:
    """What became of a job."""

    id: int
    work: str
    kind: str
    """`analyze`, `cut`, ..."""
    state: str
    """One of STATES."""
    stage: str
    reason: str
    """Why it failed."""


class Kept:
    """The file in which works and jobs are kept; safe to use from any thread.

    Args:
        path: The file; made if it is not there.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA foreign_keys = ON")
        self._file.executescript(_TABLES)

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._file.close()

    def works(self) -> list[Row]:
        """All works."""
        return [Row(*found) for found in self._rows(f"SELECT {_COLUMNS} FROM works")]

    def write(self, row: Row) -> None:
        """Keeps a work in place of what was kept of it."""
        marks = ", ".join("?" * len(_COLUMNS.split(", ")))
        changes = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", ")[1:])
        self._rows(
            f"INSERT INTO works ({_COLUMNS}) VALUES ({marks}) "
            f"ON CONFLICT (name) DO UPDATE SET {changes}",
            astuple(row),
        )

    def looked_at(self, name: str) -> None:
        """Somebody looks at a work."""
        self._rows("UPDATE works SET looked_at_s = ? WHERE name = ?", (time.time(), name))

    def remove(self, name: str) -> None:
        """Forgets a work and its jobs."""
        self._rows("DELETE FROM works WHERE name = ?", (name,))

    def job_begins(self, work: str, kind: str) -> int:
        """A job is asked for; returns its number."""
        asked = (work, kind, OPEN_STATES[0], "", "", time.time())
        sql = "INSERT INTO jobs (work, kind, state, stage, reason, changed_s) VALUES (?, ?, ?, ?, ?, ?)"
        ((number,),) = self._rows(f"{sql} RETURNING id", asked)
        return int(number)

    def job_is(self, number: int, state: str, stage: str, reason: str = "") -> None:
        """What a job is now."""
        sql = "UPDATE jobs SET state = ?, stage = ?, reason = ?, changed_s = ? WHERE id = ?"
        self._rows(sql, (state, stage, reason, time.time(), number))

    def jobs(self, work: str) -> list[JobRow]:
        """The jobs of a work, in the order in which they were asked for."""
        sql = "SELECT id, work, kind, state, stage, reason FROM jobs WHERE work = ? ORDER BY id"
        return [JobRow(*found) for found in self._rows(sql, (work,))]

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._file.execute(sql, values).fetchall()


@dataclass(frozen=True)
class _Edits:
    """What is kept of edits; what the machine finds is found again."""

    decisions: Decisions
    past: tuple[Decisions, ...]
    future: tuple[Decisions, ...]
    ids: tuple[tuple[int, int, int], ...]
    next_id: int


_EDITS = TypeAdapter(_Edits)
_OPTIONS = TypeAdapter(AnalyzeOptions)


def edits_text(edits: Edits) -> str:
    """Edits as JSON."""
    ids = tuple((tick, place, number) for (tick, place), number in edits.ids.items())
    kept = _Edits(edits.decisions, edits.past, edits.future, ids, edits.next_id)
    return _EDITS.dump_json(kept).decode()


def edits_of(text: str) -> Edits:
    """The edits of such JSON, to be given what the machine found; none if it is none."""
    try:
        kept = _EDITS.validate_json(text)
    except ValueError:
        return Edits()
    ids = {(tick, place): number for tick, place, number in kept.ids}
    return Edits((), kept.decisions, kept.past, kept.future, ids, kept.next_id)


def options_text(options: AnalyzeOptions | None) -> str:
    """Options as JSON; empty if there are none."""
    return "" if options is None else _OPTIONS.dump_json(options).decode()


def options_of(text: str) -> AnalyzeOptions | None:
    """The options of such JSON; None if it is none."""
    try:
        return _OPTIONS.validate_json(text) if text else None
    except ValueError:
        return None
