"""Where the results of a batch lie: a folder a video, each there whole or not at all.

OUT/
  NAME-SHA8/        what `funny analyze` leaves of it, and batch.json, which is written last
  highlights.parquet, videos.csv, index.html    of all of them
  .work/            parts of videos that are not done
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from funny.errors import FunnyError
from funny.files import disk_message, write_json
from funny.scale.parts import WORK
from funny.scale.summary import SCHEMA
from funny.scale.tasks import Made

RECORD = "batch.json"
_LONGEST = 80


@dataclass(frozen=True)
class Result:
    """A video that is done."""

    name: str
    path: str
    """Of the video."""
    url: str
    """Where it was fetched from; empty for a file."""
    folder: str
    """Name of the folder of its results."""
    recorded: str
    """When its file was last written, as YYYY-MM-DD."""
    stamp: str
    """What it follows from, besides the content."""
    summary: dict[str, Any]
    """As `funny.scale.summary` has it."""

    @property
    def sha(self) -> str:
        """Identity of its content."""
        return self.summary["sha"]

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.summary["duration_s"]

    @property
    def moments(self) -> list[dict[str, Any]]:
        """Its highlights by rank."""
        return self.summary["moments"]

    @property
    def best(self) -> float:
        """Score of its funniest moment; 0 if it has none."""
        return self.moments[0]["score"] if self.moments else 0.0


class Results:
    """The results in a folder, those of earlier runs too."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._of = {result.sha: result for result in _there(out)}

    def __iter__(self) -> Iterator[Result]:
        return iter(sorted(self._of.values(), key=lambda result: (result.name, result.sha)))

    def known(self, sha: str, stamp: str) -> Result | None:
        """The result of a content under the same models and options, if it is there."""
        there = self._of.get(sha)
        return there if there and there.stamp == stamp else None

    def moved(self, result: Result, name: str, path: Path, url: str) -> Result:
        """A result that is there, of a video that may have another name now."""
        self._of[result.sha] = found = replace(result, name=name, path=str(path), url=url)
        if found != result:
            write_json(self.out / found.folder / RECORD, asdict(found))
        return found

    def save(
        self, name: str, path: Path, url: str, recorded: str, stamp: str, made: Made
    ) -> Result:
        """Puts a result into its folder, in the place of one of the same content.

        Raises:
            FunnyError: If it cannot be written; what was there before still is.
        """
        sha = made.summary["sha"]
        there = self._of.get(sha)
        folder = there.folder if there else folder_name(name, sha)
        result = Result(name, str(path), url, folder, recorded, stamp, made.summary)
        try:
            _put(self.out, folder, made.files, asdict(result))
        except OSError as error:
            raise FunnyError(disk_message(self.out / folder, error)) from error
        self._of[sha] = result
        return result


def _there(out: Path) -> Iterator[Result]:
    for path in sorted(out.glob(f"[!.]*/{RECORD}")):
        with suppress(OSError, ValueError, TypeError, KeyError):
            result = Result(**json.loads(path.read_text("utf-8")))
            if result.summary["schema"] == SCHEMA:
                yield replace(result, folder=path.parent.name)


def folder_name(name: str, sha: str) -> str:
    """The folder for a video: its name made harmless, and the beginning of its identity."""
    harmless = re.sub(r"[^\w()\[\] .-]", "_", name)[:_LONGEST].strip(" .") or "video"
    return f"{harmless}-{sha[:8]}"


def _put(out: Path, name: str, files: dict[str, bytes], record: dict[str, Any]) -> None:
    """Writes a folder beside, and renames it into place."""
    work = out / WORK
    work.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix="made-", dir=work) as staging:
            new, old = Path(staging, "new"), Path(staging, "old")
            new.mkdir()
            for file, content in files.items():
                (new / file).write_bytes(content)
            write_json(new / RECORD, record)
            _swap(new, out / name, old)
    finally:
        with suppress(OSError):  # it holds parts
            work.rmdir()


def _swap(new: Path, place: Path, old: Path) -> None:
    """Renames a folder into place; if that fails, what was there comes back."""
    with suppress(FileNotFoundError):
        os.rename(place, old)
    try:
        os.rename(new, place)
    except OSError:
        if old.exists():
            os.rename(old, place)
        raise
