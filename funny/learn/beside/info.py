"""info.json as yt-dlp writes it: who and what, 'most replayed', chapters, comments.

The fields are described in yt_dlp/extractor/common.py.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from funny.learn.beside.rows import NO_SENSE, Rows, listed, read_rows
from funny.learn.beside.times import seconds_of


@dataclass(frozen=True)
class Bin:
    """One of the equal parts of a video, and how often it is played again."""

    start_s: float
    end_s: float
    value: float
    """0..1; 1 is the part that is replayed most."""


@dataclass(frozen=True)
class Comment:
    """What somebody wrote under a video."""

    text: str
    likes: int = 0


@dataclass(frozen=True)
class Info:
    """What info.json says of a video; everything may be missing."""

    id: str = ""
    title: str = ""
    streamer: str = ""
    url: str = ""
    duration_s: float | None = None
    views: int | None = None
    heatmap: Rows[Bin] = field(default_factory=Rows)
    chapters_s: tuple[float, ...] = ()
    """Where chapters begin."""
    comments: Rows[Comment] | None = None
    """None if nobody asked for them."""
    automatic: frozenset[str] = frozenset()
    """Languages of which there are only automatic subtitles."""


def read_info(path: Path) -> Info:
    """Reads info.json.

    Raises:
        OSError: If the file cannot be read.
        ValueError: If it is no JSON object.
    """
    try:
        found = json.loads(path.read_text("utf-8-sig", errors="replace"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(found, dict):
        raise ValueError(f"expected an object, got {type(found).__name__}")
    return info_of(found)


def info_of(found: dict[str, Any]) -> Info:
    """What the fields of an info.json say."""
    chapters = read_rows(listed(found.get("chapters")), lambda row: [seconds_of(row["start_time"])])
    comments = found.get("comments")
    return Info(
        id=_text(found, "id"),
        title=_text(found, "title"),
        streamer=_text(found, "channel") or _text(found, "uploader"),
        url=_text(found, "webpage_url"),
        duration_s=_number(found.get("duration")),
        views=_whole(found.get("view_count")),
        heatmap=read_rows(listed(found.get("heatmap")), _bin),
        chapters_s=chapters.rows,
        comments=None if comments is None else read_rows(listed(comments), _comment),
        automatic=_automatic(found),
    )


def _text(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""


def _number(value: Any) -> float | None:
    try:
        return seconds_of(value)
    except NO_SENSE:
        return None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _bin(row: Any) -> Iterable[Bin]:
    start_s, end_s, value = (seconds_of(row[key]) for key in ("start_time", "end_time", "value"))
    if not (0 <= start_s < end_s and 0 <= value <= 1):
        raise ValueError(f"no part of a video: {row}")
    yield Bin(start_s, end_s, value)


def _comment(row: Any) -> Iterable[Comment]:
    text = row["text"]
    if not isinstance(text, str):
        raise TypeError("a comment without text")
    yield Comment(text, max(0, _whole(row.get("like_count")) or 0))


def _automatic(found: dict[str, Any]) -> frozenset[str]:
    tables = [found.get(key) for key in ("automatic_captions", "subtitles")]
    by_machine, by_people = (set(t) if isinstance(t, dict) else set() for t in tables)
    return frozenset(by_machine - by_people)
