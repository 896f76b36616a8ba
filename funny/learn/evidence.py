"""The signs in a video: from what lies beside it, and from what is heard in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from funny.errors import DatasetError, MediaError
from funny.grid import s_to_tick, tick_count
from funny.learn.beside.folder import Beside, read_beside, video_folders
from funny.learn.cues.chat import Delay, chat_cues, chat_delay, laughing_rate, unusual
from funny.learn.cues.comments import comment_cues
from funny.learn.cues.cue import Cue
from funny.learn.cues.replayed import replayed_cues
from funny.learn.cues.sound import laughter_cues, loudness_cues
from funny.learn.cues.subtitles import subtitle_cues
from funny.learn.manifest import SourceVideo
from funny.records import Analysis, Signals

Watch = Callable[[Path], Analysis]
"""Gives the signals of a video, as serving sees it: `Analyzer.analyze`."""


# So long people laugh, as far as nobody says how long.
_LAUGH_S = 3.0


@dataclass(frozen=True, eq=False)
class Evidence:
    """The signs in one video."""

    video: SourceVideo
    cues: tuple[Cue, ...]
    signals: Signals | None = None
    """None if nobody watched it."""
    notes: tuple[str, ...] = ()
    """What was missing or damaged."""
    delay: Delay | None = None
    """How late its chat is; None without chat."""
    closed_s: tuple[tuple[float, float], ...] = ()
    """Spans of which nothing is known, so that nothing ordinary is drawn from them."""


def gather(
    folder: Path, watch: Watch | None = None, told: Callable[[str], None] = lambda _: None
) -> tuple[list[Evidence], list[str]]:
    """The signs in all videos of a dataset, and notes on those that cannot be read.

    Args:
        folder: Holds `videos/ID/`.
        watch: Gives signals; without it nothing is heard, and no face is seen.
        told: Told the id of every video before it is read.

    Raises:
        DatasetError: If there is no video that can be read.
    """
    found: list[Evidence] = []
    notes: list[str] = []
    for place in video_folders(folder):
        told(place.name)
        try:
            one = evidence(read_beside(place), folder, watch)
        except (DatasetError, MediaError) as error:
            notes.append(f"passed over: {error}")
            continue
        if twin := _twin(one.video, found):
            notes.append(f"passed over: {one.video.id} is the same video as {twin}")
        else:
            found.append(one)
    if not found:
        raise DatasetError(f"{folder}: no video can be read; {notes[0]}")
    return found, notes


def _twin(video: SourceVideo, found: Sequence[Evidence]) -> str | None:
    """Id of a video with the same bytes, if there is one."""
    shas = {other.video.sha: other.video.id for other in found if other.video.sha}
    return shas.get(video.sha)


def evidence(beside: Beside, folder: Path, watch: Watch | None = None) -> Evidence:
    """The signs in one video.

    Args:
        beside: What lies beside it.
        folder: Of the dataset; the video's path is kept relative to it.
        watch: Gives signals.

    Raises:
        DatasetError: If nobody knows how long it is.
        MediaError: If it cannot be watched.
    """
    seen = watch(beside.file) if watch else None
    video = _video(beside, folder, seen)
    signals = seen.signals if seen else None
    heard = [*laughter_cues(signals), *loudness_cues(signals)] if signals else []
    told = [*subtitle_cues(beside.tracks), *_comments(beside, video.duration_s)]
    chat, delay = _chat(beside, video.duration_s, _laughter(video.duration_s, signals, told))
    cues = (*heard, *told, *chat, *replayed_cues(beside.info.heatmap.rows))
    inside = tuple(cue for cue in cues if cue.time_s < video.duration_s)
    return Evidence(video, inside, signals, beside.notes, delay)


def _video(beside: Beside, folder: Path, seen: Analysis | None) -> SourceVideo:
    duration_s = seen.video.duration_s if seen else beside.info.duration_s
    if duration_s is None or duration_s <= 0:
        raise DatasetError(
            f"{beside.file}: no info.json says how long it is. Leave --quick out to watch it."
        )
    path, info = beside.file.relative_to(folder), beside.info
    facts = (info.streamer, info.title or beside.file.stem, info.url)
    return SourceVideo(
        beside.id, path.as_posix(), duration_s, *facts, seen.video.sha if seen else ""
    )


def _comments(beside: Beside, duration_s: float) -> list[Cue]:
    info = beside.info
    return comment_cues(info.comments.rows if info.comments else (), duration_s, info.chapters_s)


def _laughter(duration_s: float, signals: Signals | None, told: list[Cue]) -> np.ndarray:
    """How surely somebody laughs at each tick, by ear, subtitles or comments, (t,)."""
    laughter = np.zeros(tick_count(duration_s))
    if signals is not None:
        laughter[: len(signals)] = signals.laughter[: len(laughter)]
    for cue in told:
        here = slice(s_to_tick(cue.time_s), s_to_tick(cue.time_s + _LAUGH_S) + 1)
        laughter[here] = np.maximum(laughter[here], cue.strength)
    return laughter


def _chat(
    beside: Beside, duration_s: float, laughter: np.ndarray
) -> tuple[list[Cue], Delay | None]:
    if not beside.chat.rows:
        return [], None
    rate = laughing_rate(beside.chat.rows, duration_s)
    delay = chat_delay(unusual(rate), laughter)
    return chat_cues(rate, delay), delay
