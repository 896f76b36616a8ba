"""What outlives the server: which work there is, what was decided in it, and what became of jobs.

One SQLite file beside the folders of the works. Whatever is written is whole or not there, also if
the power fails; the pictures and numbers themselves lie in the folders.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from funny.errors import MediaError
from funny.moments.edit import Decisions, Edits, Moment
from funny.pipeline import AnalyzeOptions
from funny.ui.exports import Outcome

logger = logging.getLogger(__name__)

_TABLES = """
    CREATE TABLE IF NOT EXISTS works (
        name TEXT PRIMARY KEY, folder TEXT NOT NULL, visitor TEXT NOT NULL,
        video TEXT NOT NULL, preview TEXT NOT NULL, options TEXT NOT NULL,
        decided TEXT NOT NULL, exports TEXT NOT NULL, looked_at_s REAL NOT NULL);
    CREATE TABLE IF NOT EXISTS jobs (
        id INTEGER PRIMARY KEY, work TEXT NOT NULL REFERENCES works ON DELETE CASCADE,
        kind TEXT NOT NULL, state TEXT NOT NULL, stage TEXT NOT NULL, reason TEXT NOT NULL,
        changed_s REAL NOT NULL);
    CREATE INDEX IF NOT EXISTS jobs_of_work ON jobs (work);
"""
_COLUMNS = "name, folder, visitor, video, preview, options, decided, exports, looked_at_s"

# As many steps can be undone after the server began anew.
_STEPS = 20

OPEN_STATES = ("queued", "running")
STATES = (*OPEN_STATES, "done", "failed", "cancelled")
"""What a job can be."""


@dataclass(frozen=True)
class Row:
    """One work, as it is kept."""

    name: str
    folder: str
    """Name of its folder; links to files in it do not tell the name of the work."""
    visitor: str
    video: str
    preview: str
    options: str
    """JSON of the options chosen last; empty if none were."""
    decided: str
    """JSON of the moments, as the machine and the visitor decided; empty before the first."""
    exports: str
    """JSON of what was made of them."""
    looked_at_s: float = field(default_factory=time.time)
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
        """A job is asked for; returns its number, 0 if it could not be kept."""
        asked = (work, kind, OPEN_STATES[0], "", "", time.time())
        columns = "work, kind, state, stage, reason, changed_s"
        sql = f"INSERT INTO jobs ({columns}) VALUES (?, ?, ?, ?, ?, ?) RETURNING id"
        return next((int(number) for (number,) in self._rows(sql, asked)), 0)

    def job_is(self, number: int, state: str, stage: str, reason: str = "") -> None:
        """What a job is now."""
        sql = "UPDATE jobs SET state = ?, stage = ?, reason = ?, changed_s = ? WHERE id = ?"
        self._rows(sql, (state, stage, reason, time.time(), number))

    def jobs(self, work: str) -> list[JobRow]:
        """The jobs of a work, in the order in which they were asked for."""
        sql = "SELECT id, work, kind, state, stage, reason FROM jobs WHERE work = ? ORDER BY id"
        return [JobRow(*found) for found in self._rows(sql, (work,))]

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Does it; where that fails, the disk is full, say, work goes on without being kept."""
        try:
            with self._lock:
                return self._file.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            logger.warning("not kept: %s", error)
            return []


@dataclass(frozen=True)
class _Decided:
    """The moments of a work, and by what they were decided."""

    found: tuple[Moment, ...]
    decisions: Decisions
    past: tuple[Decisions, ...]
    future: tuple[Decisions, ...]
    ids: tuple[tuple[int, int, int], ...]
    next_id: int
    options: dict[str, Any]


_DECIDED = TypeAdapter(_Decided)
_OPTIONS = TypeAdapter(AnalyzeOptions)
_EXPORTS = TypeAdapter(dict[str, Outcome])


def decided_text(edits: Edits, options: Mapping[str, Any]) -> str:
    """Moments as JSON, with the last steps to undo, and the options that decide moments."""
    ids = tuple((tick, place, number) for (tick, place), number in edits.ids.items())
    steps = (edits.past[-_STEPS:], edits.future[-_STEPS:])
    decided = {name: options[name] for name in ("threshold", "highlights")}
    kept = _Decided(edits.found, edits.decisions, *steps, ids, edits.next_id, decided)
    return _DECIDED.dump_json(kept).decode()


def decided_of(text: str) -> tuple[Edits, dict[str, Any]]:
    """The moments and options of such JSON.

    Raises:
        MediaError: If it is none.
    """
    try:
        kept = _DECIDED.validate_json(text)
    except ValueError as error:
        raise MediaError("The moments of this video cannot be read. Analyse it again.") from error
    ids = {(tick, place): number for tick, place, number in kept.ids}
    edits = Edits(kept.found, kept.decisions, kept.past, kept.future, ids, kept.next_id)
    return edits, kept.options


def options_text(options: AnalyzeOptions | None) -> str:
    """Options as JSON; empty if there are none."""
    return "" if options is None else _OPTIONS.dump_json(options).decode()


def options_of(text: str) -> AnalyzeOptions | None:
    """The options of such JSON; None if it is none."""
    try:
        return _OPTIONS.validate_json(text) if text else None
    except ValueError:
        return None


def exports_text(exports: Mapping[str, Outcome]) -> str:
    """What was made, as JSON."""
    return _EXPORTS.dump_json(dict(exports)).decode()


def exports_of(text: str) -> dict[str, Outcome]:
    """What was made, of such JSON, as far as its files are still there."""
    try:
        made = _EXPORTS.validate_json(text)
    except ValueError:
        return {}
    return {kind: one for kind, one in made.items() if all(f.exists() for f in one.files)}
