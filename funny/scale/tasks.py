"""What is to be done of a video, in tasks that any worker can take, and what comes back."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from funny.records import VideoInfo

Ticks = tuple[int, int | None]
"""Ticks [first, last) of a video; without a last one, to its end."""


@dataclass(frozen=True, eq=False)
class Look:
    """Find out what a file is."""

    of: int
    """Number of the video in the batch, as in every task."""
    path: Path


@dataclass(frozen=True, eq=False)
class Listen:
    """Measure the whole sound track."""

    of: int
    video: VideoInfo
    name: str = "sound"
    """Of its part among those that are kept."""


@dataclass(frozen=True, eq=False)
class Watch:
    """Watch one stretch of minutes."""

    of: int
    video: VideoInfo
    ticks: Ticks

    @property
    def name(self) -> str:
        """Of its part among those that are kept."""
        first, last = self.ticks
        return f"ticks-{first}-{'end' if last is None else last}"


@dataclass(frozen=True, eq=False)
class Join:
    """Join what was heard and seen, score it and decide."""

    of: int
    video: VideoInfo
    sound: bytes
    """What `Listen` gave."""
    stretches: tuple[bytes, ...]
    """What `Watch` gave for every stretch, in order."""


@dataclass(frozen=True, eq=False)
class Recall:
    """Score and decide by signals that an earlier analysis has left on the worker's machine."""

    of: int
    video: VideoInfo


Task = Look | Listen | Watch | Join | Recall
Part = Listen | Watch


@dataclass(frozen=True)
class Looked:
    """What a file is, and what there is to do."""

    video: VideoInfo
    stretches: tuple[Ticks, ...]
    key: str
    """What its signals follow from: the content, the models, the options."""
    is_known: bool
    """Whether its signals are kept where this worker is."""
    recorded: str
    """When the file was last written, as YYYY-MM-DD."""


@dataclass(frozen=True)
class Made:
    """What there is to tell of an analysed video."""

    files: dict[str, bytes]
    """The files of its folder by name."""
    summary: dict[str, Any]
    """Plain JSON values for the table and the page; see `funny.scale.summary`."""


@dataclass(frozen=True)
class Loaded:
    """With what a worker works; all workers of a batch must have the same."""

    stamp: str
    """What results follow from, besides the content."""
    models: tuple[str, ...]
    """Names of the models."""


@dataclass(frozen=True)
class Answer:
    """What came of a task: what it gives, or why there is nothing."""

    value: Any = None
    problem: str = ""
