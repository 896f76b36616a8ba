"""The manifest: which clips of which videos are learned from, and why; one JSON file a dataset.

DIR/
  manifest.json      this
  labels.sqlite      what people said of its clips, beside it, never in it
  videos/ID/         video, info.json, subtitles, live chat of each video
"""

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from functools import cached_property
from itertools import count
from math import isfinite
from pathlib import Path
from typing import Any

from funny.errors import DatasetError, WeightsError
from funny.files import read_json, replace_json

SCHEMA = "funny.manifest/1"
NAME = "manifest.json"
FUNNY, ORDINARY = "funny", "ordinary"
CLASSES = (ORDINARY, FUNNY)
SHORTEST_S, LONGEST_S = 5.0, 7.0
# Times are written to the millisecond.
_TOLERANCE_S = 0.002


@dataclass(frozen=True)
class Vote:
    """One sign that a clip is funny, or that it is not."""

    cue: str
    """`subtitle`, `chat`, `comment`, `replayed`, `loudness`, `label`, .."""
    strength: float
    """0..1; how sure this sign is, by its own measure."""
    time_s: float
    """Where in the video it points."""
    note: str = ""
    """What a person would want to see: the line, the message, the number."""


@dataclass(frozen=True)
class SourceVideo:
    """A video that clips are taken from."""

    id: str
    path: str
    """Relative to the manifest's folder, or absolute."""
    duration_s: float
    streamer: str = ""
    title: str = ""
    url: str = ""
    sha: str = ""
    """SHA-256 of the bytes, if known: the video must still be this one."""


@dataclass(frozen=True)
class Clip:
    """5–7 s of a video that may be funny."""

    id: str
    video: str
    """Id of its video."""
    start_s: float
    end_s: float
    proposed: str
    """`funny` or `ordinary`: what the signs say."""
    label: str | None = None
    """`funny` or `ordinary`: what an importer or a person said; None until then."""
    strength: float = 0.0
    """0..1: how sure the proposal is."""
    votes: tuple[Vote, ...] = ()

    @property
    def length_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s

    def overlaps(self, other: "Clip") -> bool:
        """Whether two clips show some of the same."""
        is_apart = self.end_s <= other.start_s or other.end_s <= self.start_s
        return self.video == other.video and not is_apart


@dataclass(frozen=True)
class Manifest:
    """Videos and clips; checked when made.

    Raises:
        DatasetError: With the row that is wrong, and what to do.
    """

    folder: Path
    """Where it lies; paths of videos are relative to it."""
    videos: tuple[SourceVideo, ...] = ()
    clips: tuple[Clip, ...] = ()
    notes: tuple[str, ...] = ()
    """What a person should know of how it was made."""

    def __post_init__(self) -> None:
        _refuse_twins("videos", [video.id for video in self.videos])
        _refuse_twins("clips", [clip.id for clip in self.clips])
        for row, video in enumerate(self.videos):
            _refuse(f"videos[{row}] ({video.id})", _problems_of_video(video))
        for row, clip in enumerate(self.clips):
            _refuse(f"clips[{row}] ({clip.id})", _problems_of_clip(clip, self._by_id))

    @property
    def path(self) -> Path:
        """The file that it is kept in."""
        return self.folder / NAME

    @cached_property
    def _by_id(self) -> dict[str, SourceVideo]:
        return {video.id: video for video in self.videos}

    def video_of(self, clip: Clip) -> SourceVideo:
        """The video of a clip."""
        return self._by_id[clip.video]

    def file_of(self, video: SourceVideo) -> Path:
        """Where the file of a video lies."""
        return self.folder / video.path

    def counts(self) -> dict[str, int]:
        """Clips of each class, by their label or, where there is none, by what is proposed."""
        found = Counter(clip.label or clip.proposed for clip in self.clips)
        return {name: found[name] for name in (FUNNY, ORDINARY)}

    def set_aside(self) -> None:
        """Renames the manifest that is there, if any, so that a new one does not replace it."""
        if self.path.exists():
            names = (self.folder / f"manifest.before-{n}.json" for n in count(1))
            os.rename(self.path, next(name for name in names if not name.exists()))

    def save(self) -> None:
        """Writes manifest.json, beside and renamed into place; the old one is there until then.

        Raises:
            FunnyError: If the disk is full or cannot be written.
        """
        rows = {
            "videos": [asdict(video) for video in self.videos],
            "clips": [asdict(clip) for clip in self.clips],
        }
        replace_json(self.path, {"schema": SCHEMA, **rows, "notes": list(self.notes)})


def load_manifest(path: Path) -> Manifest:
    """Reads a manifest.

    Args:
        path: manifest.json, or the folder that holds it.

    Raises:
        DatasetError: If it cannot be read, or a row of it is wrong.
    """
    file = path / NAME if path.is_dir() else path
    try:
        found = read_json(file)
    except WeightsError as error:
        raise DatasetError(f"{file}: cannot be read ({error}). Propose clips first.") from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise DatasetError(f"{file}: is no {SCHEMA}. Make it with `funny dataset propose`.")
    tables = {name: _table(file, found, name) for name in ("videos", "clips", "notes")}
    videos = [_row(SourceVideo, "videos", i, row) for i, row in enumerate(tables["videos"])]
    clips = [_clip(i, row) for i, row in enumerate(tables["clips"])]
    return Manifest(file.parent, tuple(videos), tuple(clips), tuple(map(str, tables["notes"])))


def _table(file: Path, found: dict[str, Any], name: str) -> list[Any]:
    rows = found.get(name, [])
    if not isinstance(rows, list):
        raise DatasetError(f"{file}: {name} is no list. Propose the clips again.")
    return rows


def _clip(index: int, row: Any) -> Clip:
    votes = row.get("votes", ()) if isinstance(row, dict) else ()
    if not isinstance(votes, list | tuple):
        raise DatasetError(f"clips[{index}].votes: is no list. Propose the clips again.")
    made = [_row(Vote, f"clips[{index}].votes", i, vote) for i, vote in enumerate(votes)]
    return _row(
        Clip, "clips", index, {**row, "votes": tuple(made)} if isinstance(row, dict) else row
    )


def _row(kind: Any, table: str, index: int, row: Any) -> Any:
    """One row as its value; fields that a later version adds are passed over."""
    if not isinstance(row, dict):
        text = json.dumps(row, ensure_ascii=False)[:80]
        raise DatasetError(f"{table}[{index}]: expected an object, got {text}. Drop the row.")
    needed = [f.name for f in fields(kind) if f.default is MISSING]
    if missing := [name for name in needed if name not in row]:
        raise DatasetError(f"{table}[{index}]: lacks {', '.join(missing)}. Mend or drop the row.")
    return kind(**{f.name: row[f.name] for f in fields(kind) if f.name in row})


def _refuse_twins(table: str, ids: Sequence[str]) -> None:
    twins = [name for name, count in Counter(map(str, ids)).items() if count > 1]
    if twins:
        raise DatasetError(f"{table}: {twins[0]!r} is there twice. Give every row its own id.")


def _refuse(where: str, problems: Iterator[str]) -> None:
    for problem in problems:
        raise DatasetError(f"{where}: {problem}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _problems_of_video(video: SourceVideo) -> Iterator[str]:
    """What is wrong with a video, the gravest first."""
    for name in ("id", "path", "streamer", "title", "url", "sha"):
        if not isinstance(value := getattr(video, name), str):
            yield f"{name}: expected text, got {value!r}. Mend the row."
    if not (_is_number(video.duration_s) and video.duration_s > 0):
        yield f"duration_s: expected seconds above 0, got {video.duration_s!r}. Mend the row."


def _problems_of_clip(clip: Clip, videos: dict[str, SourceVideo]) -> Iterator[str]:
    """What is wrong with a clip, the gravest first."""
    for name in ("id", "video"):
        if not isinstance(value := getattr(clip, name), str):
            yield f"{name}: expected text, got {value!r}. Mend the row."
    if clip.video not in videos:
        yield f"its video {clip.video!r} is not among the videos. Add it, or drop the clip."
    yield from _problems_of_span(clip, videos[clip.video].duration_s)
    for name in ("proposed", "label"):
        value = getattr(clip, name)
        if value not in CLASSES and not (name == "label" and value is None):
            yield f"{name}: expected funny or ordinary, got {value!r}. Mend the row."
    for strength in (clip.strength, *(vote.strength for vote in clip.votes)):
        if not (_is_number(strength) and 0 <= strength <= 1):
            yield f"strength: expected 0 to 1, got {strength!r}. Mend the row."


def _problems_of_span(clip: Clip, duration_s: float) -> Iterator[str]:
    if not (_is_number(clip.start_s) and _is_number(clip.end_s)):
        yield (
            f"expected finite seconds, got {clip.start_s!r} to {clip.end_s!r}. "
            "Mend the row, or drop it."
        )
    if not SHORTEST_S - _TOLERANCE_S <= clip.length_s <= LONGEST_S + _TOLERANCE_S:
        yield (
            f"is {clip.length_s:.3f} s long, expected {SHORTEST_S:g} to {LONGEST_S:g} s. "
            "Move one of its edges."
        )
    if clip.start_s < 0 or clip.end_s > duration_s + _TOLERANCE_S:
        yield (
            f"[{clip.start_s:g}, {clip.end_s:g}) is not inside its video of {duration_s:g} s. "
            "Move it, or drop it."
        )
