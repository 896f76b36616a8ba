"""The folder of one video, `videos/ID/`, as `dataset collect` leaves it or a person fills it.

The video may have any name. Beside it, with or without that name in front: info.json, what yt-dlp
knows of it; ko.vtt, ko.auto.vtt, en.json3 or .srt, subtitles; live_chat.json, rechat.json,
chat.json or chat.csv, live chat.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from funny.errors import DatasetError
from funny.learn.beside.captions import SUFFIXES, Track, read_track
from funny.learn.beside.chat import Message, in_order, read_chat
from funny.learn.beside.info import Info, read_info
from funny.learn.beside.rows import Rows

VIDEOS = "videos"
PICTURE_SUFFIXES = (".mp4", ".mkv", ".webm", ".mov", ".m4v", ".ts", ".flv", ".avi", ".mpg")
SOUND_SUFFIXES = (".m4a", ".mp3", ".opus", ".ogg", ".wav", ".aac", ".flac")
CHAT_ENDS = ("chat.json", "chat.csv")

# What is left where fetching or joining was stopped.
_UNFINISHED = re.compile(r"^partial-|\.(f\d+[-\w]*|temp)\.\w+$")
# YouTube shows 'most replayed' only above about so many views.
_VIEWS_OF_HEATMAP = 50_000

Value = TypeVar("Value")


@dataclass(frozen=True)
class Beside:
    """A video's file and what lies beside it."""

    id: str
    """Name of its folder."""
    file: Path
    info: Info = field(default_factory=Info)
    tracks: tuple[Track, ...] = ()
    chat: Rows[Message] = field(default_factory=Rows)
    notes: tuple[str, ...] = ()
    """What is missing or damaged."""


def video_folders(folder: Path) -> list[Path]:
    """The folders of all videos of a dataset, by name.

    Raises:
        DatasetError: If there are none.
    """
    try:
        found = sorted(p for p in (folder / VIDEOS).iterdir() if p.is_dir() and p.name[0] != ".")
    except OSError as error:
        raise DatasetError(
            f"{folder / VIDEOS}: cannot be read ({error.strerror or error}). "
            "`funny dataset collect` fetches videos; your own go into a folder each."
        ) from error
    if not found:
        raise DatasetError(
            f"{folder / VIDEOS}: is empty. `funny dataset collect` fetches videos; "
            "your own go into a folder each."
        )
    return found


def read_beside(folder: Path) -> Beside:
    """Reads what lies beside a video; what is missing or damaged is noted, not an error.

    Raises:
        DatasetError: If there is no video, or more than one.
    """
    files = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    notes: list[str] = []
    infos = _read_all([p for p in files if p.name.endswith("info.json")], read_info, notes)
    tracks = _read_all([p for p in files if p.suffix in SUFFIXES], read_track, notes)
    chats = _read_all([p for p in files if p.name.endswith(CHAT_ENDS)], read_chat, notes)
    info = next(iter(infos.values()), Info())
    told = tuple(_told(track, info) for track in tracks.values())
    notes += _missing(infos, told, chats)
    notes += _damaged({p.name: read for p, read in chats.items()}, told, info)
    chat = in_order(sum(chats.values(), Rows[Message]()))
    return Beside(folder.name, _video(folder, files), info, told, chat, tuple(notes))


def _video(folder: Path, files: list[Path]) -> Path:
    videos = [p for p in files if p.suffix.lower() in PICTURE_SUFFIXES + SOUND_SUFFIXES]
    whole = [p for p in videos if not _UNFINISHED.search(p.name)]
    if len(whole) != 1:
        found = ", ".join(p.name for p in videos) or "none"
        raise DatasetError(f"{folder}: expected one video, found {found}. Give each a folder.")
    return whole[0]


def _read_all(
    files: list[Path], read: Callable[[Path], Value], notes: list[str]
) -> dict[Path, Value]:
    """Reads each file that can be read; the others are noted."""
    found = {}
    for file in files:
        try:
            found[file] = read(file)
        except (OSError, ValueError) as error:
            notes.append(f"{file.name} cannot be read ({error})")
    return found


def _told(track: Track, info: Info) -> Track:
    """A track that its name, or info.json of its language, says a machine wrote."""
    last = Path(track.name).stem.rpartition(".")[2]
    by_machine = track.is_automatic or last == "auto" or last in info.automatic
    return replace(track, is_automatic=by_machine)


def _missing(
    infos: dict[Path, Info], tracks: tuple[Track, ...], chats: dict[Path, Rows[Message]]
) -> list[str]:
    if not infos:
        notes = ["no info.json: no comments, no 'most replayed', no name of the streamer"]
    else:
        notes = _missing_in(next(iter(infos.values())))
    if not tracks:
        notes.append("no subtitles")
    if not any(chat.rows for chat in chats.values()):
        notes.append("no live chat")
    return notes


def _missing_in(info: Info) -> list[str]:
    notes = []
    if not info.heatmap.rows:
        notes.append(f"no 'most replayed'{_few_views(info.views)}")
    if info.comments is None:
        notes.append("no comments were fetched")
    return notes


def _few_views(views: int | None) -> str:
    if views is None or views >= _VIEWS_OF_HEATMAP:
        return ""
    return f" (it has {views:,} views; about {_VIEWS_OF_HEATMAP:,} are needed)"


def _damaged(chats: dict[str, Rows[Message]], tracks: tuple[Track, ...], info: Info) -> list[str]:
    counts = {name: chat.damaged for name, chat in chats.items()}
    counts |= {track.name: track.captions.damaged for track in tracks}
    counts["'most replayed'"] = info.heatmap.damaged
    counts["comments"] = info.comments.damaged if info.comments else 0
    return [f"{name}: {count} damaged rows passed over" for name, count in counts.items() if count]
