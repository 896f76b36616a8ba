"""What people said of clips: every answer is on the disk before the next clip shows.

labels.sqlite holds the answers, one a row; undo marks a row and deletes nothing. Beside it,
labels.log gets every answer first, a line each with a checksum: what a torn database lost is read
from there, and the other way round. Several processes may write at once.
"""

import json
import os
import sqlite3
import threading
import time
import uuid
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from math import isfinite
from pathlib import Path
from typing import Any

from funny.errors import DatasetError
from funny.files import disk_message
from funny.learn.journal import append, entries

NAME, LOG = "labels.sqlite", "labels.log"
SKIP = "skip"
LABELS = ("funny", "ordinary", SKIP)
_BUSY_S = 30.0
_TABLE = """
CREATE TABLE IF NOT EXISTS answers (
    uid TEXT PRIMARY KEY,
    annotator TEXT NOT NULL,
    clip TEXT NOT NULL,
    label TEXT NOT NULL CHECK (label IN ('funny', 'ordinary', 'skip')),
    start_s REAL NOT NULL,
    end_s REAL NOT NULL,
    took_s REAL NOT NULL,
    at_s REAL NOT NULL,
    undone_s REAL,
    checksum INTEGER NOT NULL
)
"""
# What says nothing of the file itself: somebody else writes, or the disk is in the way.
_IN_THE_WAY = ("locked", "full", "readonly", "unable to open", "disk I/O")


@dataclass(frozen=True)
class Answer:
    """What somebody said of a clip, once."""

    annotator: str
    clip: str
    """Id of the clip."""
    label: str
    """`funny`, `ordinary` or `skip`."""
    start_s: float
    """Edges of the clip as the person left them."""
    end_s: float
    took_s: float
    """How long the person looked, in seconds."""
    at_s: float
    """When, in seconds since 1970."""
    uid: str = ""
    """Given when it is written; the same in every copy."""
    undone_s: float | None = None
    """When it was taken back, or None."""

    def __post_init__(self) -> None:
        for name in ("start_s", "end_s", "took_s", "at_s"):
            value = float(getattr(self, name))
            if not isfinite(value):
                raise DatasetError(f"{self.clip}: {name}: expected finite seconds, got {value}.")
            object.__setattr__(self, name, value)

    @property
    def holds(self) -> bool:
        """Whether it was not taken back."""
        return self.undone_s is None


_COLUMNS = tuple(field.name for field in fields(Answer))
_INSERT = (
    f"INSERT OR IGNORE INTO answers ({', '.join(_COLUMNS)}, checksum) "
    f"VALUES ({', '.join(':' + name for name in _COLUMNS)}, :checksum)"
)
_SELECT = f"SELECT {', '.join(_COLUMNS)}, checksum FROM answers ORDER BY rowid"
_UNDO = "UPDATE answers SET undone_s = ? WHERE uid = ? AND undone_s IS NULL"


class Labels:
    """The answers of one dataset, from `Labels(folder)` to `close()`.

    A torn database is mended from the log and a damaged one set aside when this is made; `notes`
    says so. Nobody needs to hold it open: each call is whole by itself.

    Raises:
        DatasetError: If the folder cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self.path, self._log = folder / NAME, folder / LOG
        self.notes: list[str] = []
        self._turn = threading.RLock()
        with self._told():
            folder.mkdir(parents=True, exist_ok=True)
            self._base = self._opened()
            self._reconcile()

    def __enter__(self) -> "Labels":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the database."""
        self._base.close()

    def add(self, answer: Answer) -> Answer:
        """Keeps an answer; when this returns, it is on the disk.

        Returns:
            The answer with its uid.

        Raises:
            DatasetError: If it cannot be written, or its label is none.
        """
        if answer.label not in LABELS:
            raise DatasetError(f"{answer.clip}: expected {', '.join(LABELS)}, got {answer.label}.")
        kept = replace(answer, uid=uuid.uuid4().hex)
        with self._told():
            append(self._log, {"answer": asdict(kept)})
            self._commit([_statement({"answer": asdict(kept)})])
        return kept

    def undo(self, annotator: str) -> Answer | None:
        """Takes back the last answer of a person that holds; None if there is none.

        Raises:
            DatasetError: If it cannot be written.
        """
        mine = [answer for answer in self.answers() if answer.annotator == annotator]
        if not mine:
            return None
        with self._told():
            undone = {"uid": mine[-1].uid, "undone_s": time.time()}
            append(self._log, {"undo": undone})
            self._commit([(_UNDO, (undone["undone_s"], undone["uid"]))])
        return mine[-1]

    def answers(self, undone: bool = False) -> list[Answer]:
        """All answers in the order in which they were given.

        Args:
            undone: Also those that were taken back.

        Raises:
            DatasetError: If the database cannot be read.
        """
        with self._told():
            found = self._all()
        return [answer for answer in found if undone or answer.holds]

    def answered(self, annotator: str) -> set[str]:
        """Ids of the clips of which a person said something."""
        query = "SELECT clip FROM answers WHERE annotator = ? AND undone_s IS NULL"
        with self._told():
            return {clip for (clip,) in self._base.execute(query, (annotator,))}

    def take_over(self, other: Path) -> int:
        """Takes in the answers of another labels.sqlite; twice changes nothing more.

        Args:
            other: The file, or the folder that holds it.

        Returns:
            How many were new.

        Raises:
            DatasetError: If there is none, or it cannot be read.
        """
        folder = other if other.is_dir() else other.parent
        if not ((folder / NAME).is_file() or (folder / LOG).is_file()):
            raise DatasetError(f"{other}: holds no {NAME}. Give the folder that holds one.")
        with Labels(folder) as theirs:
            found, known = theirs.answers(undone=True), self._all()
        with self._told():
            for entry in _missing(found, known):
                append(self._log, entry)
            self._commit(list(map(_statement, _missing(found, known))))
        return len({a.uid for a in found} - {a.uid for a in known})

    def _all(self) -> list[Answer]:
        return _rows(self._base)

    def _commit(self, statements: Sequence[tuple[str, Any]]) -> None:
        self._base.execute("BEGIN IMMEDIATE")
        try:
            for statement, values in statements:
                self._base.execute(statement, values)
            self._base.execute("COMMIT")
        except BaseException:
            if self._base.in_transaction:
                self._base.execute("ROLLBACK")
            raise

    def _opened(self) -> sqlite3.Connection:
        try:
            return _connected(self.path)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if any(word in str(error) for word in _IN_THE_WAY):
                raise
            self._set_aside(error)
            return _connected(self.path)

    def _set_aside(self, error: Exception) -> None:
        names = (self.path.with_name(f"{NAME}.damaged-{n}") for n in range(1, 1000))
        aside = next(path for path in names if not path.exists())
        os.replace(self.path, aside)
        for tail in ("-wal", "-shm"):
            journal = self.path.with_name(NAME + tail)
            if journal.exists():
                os.replace(journal, aside.with_name(aside.name + tail))
        self.notes.append(
            f"{self.path} was damaged ({error}); it was set aside as {aside.name}, and what was "
            f"said was read again from {LOG}."
        )

    def _reconcile(self) -> None:
        """Gives database and log what only the other has."""
        logged, damaged = _logged(self._log)
        kept = self._all()
        if absent := list(_missing(logged, kept)):
            self._commit(list(map(_statement, absent)))
            self.notes.append(f"{self.path} lacked {len(absent)} entries; {LOG} had them.")
        unlogged = list(_missing(kept, logged))
        for entry in unlogged:
            append(self._log, entry)
        if damaged and unlogged:
            self.notes.append(
                f"{self._log} was damaged in {damaged} lines; what they said was in {NAME}."
            )

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            with self._turn:
                yield
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if not any(word in str(error) for word in _IN_THE_WAY):
                raise DatasetError(
                    f"{self.path}: is damaged ({error}). Start again: it is made anew from {LOG}."
                ) from error
            raise DatasetError(
                f"{self.path}: cannot be used ({error}). Free some space or choose another "
                "folder; what was answered before is kept."
            ) from error
        except OSError as error:
            message = disk_message(self.path, error)
            raise DatasetError(f"{message} What was answered before is kept.") from error


def read_answers(folder: Path, notes: list[str] | None = None) -> list[Answer]:
    """The answers that a dataset's folder holds; none if nobody said anything there.

    Args:
        folder: Of the dataset.
        notes: Gets what a person should know: that a file was damaged, and what was done.

    Raises:
        DatasetError: If they cannot be read.
    """
    if not ((folder / NAME).is_file() or (folder / LOG).is_file()):
        return []
    with Labels(folder) as labels:
        if notes is not None:
            notes.extend(labels.notes)
        return labels.answers()


def _connected(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    # What is no UTF-8 any more is found by its checksum.
    base.text_factory = lambda text: text.decode("utf-8", "replace")
    try:
        base.execute("PRAGMA journal_mode = WAL")
        # FULL: a commit is on the disk, not only handed to the system, when it returns.
        base.execute("PRAGMA synchronous = FULL")
        [(found,)] = base.execute("PRAGMA quick_check(1)").fetchall()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        base.execute(_TABLE)
        _rows(base)
    except BaseException:
        base.close()
        raise
    return base


def _rows(base: sqlite3.Connection) -> list[Answer]:
    """All answers, each of which is as it was written: SQLite itself does not look."""
    found: list[Answer] = []
    for *values, checksum in base.execute(_SELECT):
        if (answer := _answer(values, checksum)) is None:
            raise sqlite3.DatabaseError(f"row {len(found) + 1} is not as it was written")
        found.append(answer)
    return found


def _answer(values: Sequence[Any], checksum: int) -> Answer | None:
    try:
        answer = Answer(*values)
    except (TypeError, ValueError, DatasetError):
        return None
    return answer if _checksum(asdict(answer)) == checksum else None


def _checksum(answer: dict[str, Any]) -> int:
    """Of all that never changes."""
    lasting = {name: value for name, value in answer.items() if name != "undone_s"}
    return zlib.crc32(json.dumps(lasting, sort_keys=True).encode())


def _logged(log: Path) -> tuple[list[Answer], int]:
    """The answers of a log with what was taken back, and how many lines of it are damaged."""
    found, damaged = entries(log)
    answers = {e["answer"]["uid"]: e["answer"] for e in found if "answer" in e}
    for undone in (entry["undo"] for entry in found if "undo" in entry):
        if undone["uid"] in answers:
            answers[undone["uid"]]["undone_s"] = undone["undone_s"]
    return [Answer(**{n: answer[n] for n in _COLUMNS}) for answer in answers.values()], damaged


def _missing(of: Sequence[Answer], at: Sequence[Answer]) -> Iterator[dict[str, Any]]:
    """Entries that some answers need to say what others say."""
    there = {answer.uid: answer for answer in at}
    for answer in of:
        if answer.uid not in there:
            yield {"answer": asdict(answer)}
        elif not answer.holds and there[answer.uid].holds:
            yield {"undo": {"uid": answer.uid, "undone_s": answer.undone_s}}


def _statement(entry: dict[str, Any]) -> tuple[str, Any]:
    if "undo" in entry:
        return _UNDO, (entry["undo"]["undone_s"], entry["undo"]["uid"])
    answer = entry["answer"]
    return _INSERT, {**answer, "checksum": _checksum(answer)}
