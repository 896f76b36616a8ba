"""Where a fetched video lies: one folder a video, named after its id, never after its title.

ID/
  video.mp4 (.mkv, .webm)   the video; it is there when it is whole, and only then
  info.json                 what the site says of it, as yt-dlp writes it
  ko.vtt, ko.auto.vtt       subtitles, by people and by machines
  live_chat.json            the replay of the chat, one JSON a line
  fetched.json              where it is from, and what was got
  partial-…                 what came before a download broke off; the next run goes on from there
"""

import hashlib
import json
import os
import re
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from funny.files import write_json

RECORD, INFO, LIVE_CHAT, PARTIAL = "fetched.json", "info.json", "live_chat.json", "partial-"
_LONGEST = 80
# For pages without ids yt-dlp makes them from file names, which are not unique.
_WITHOUT_IDS = ("generic", "html5")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Fetched:
    """A video that was fetched, and what came with it."""

    url: str
    """The address that was asked for; empty for a file of this machine."""
    id: str
    """As the site writes it."""
    site: str
    """yt-dlp's name of the extractor: `youtube`, `twitch:vod`, `generic`; may be empty."""
    title: str
    streamer: str
    """The channel or the uploader; may be empty."""
    duration_s: float | None
    """As the site states it, if it does."""
    video: Path
    info: Path
    subtitles: tuple[Path, ...] = ()
    live_chat: Path | None = None
    notes: tuple[str, ...] = ()
    """What a person should know: what could not be had."""
    item: int | None = None
    """Its number in the playlist that was asked for."""
    is_new: bool = True
    """Whether it was fetched now, and not before."""

    @property
    def folder(self) -> Path:
        """Where all of it lies."""
        return self.video.parent

    @property
    def sentence(self) -> str:
        """What it is and where it lies, for people."""
        whose = f" by {self.streamer}" if self.streamer else ""
        when = "fetched" if self.is_new else "fetched before"
        notes = "".join(f" {note}" for note in self.notes)
        return f"Source: {self.title}{whose}, {when}: {self.video}.{notes}"

    def to_json(self) -> dict[str, Any]:
        """The same as plain values, for programs."""
        paths = {"video": str(self.video), "info": str(self.info)}
        chat = str(self.live_chat) if self.live_chat else None
        return {
            **asdict(self),
            **paths,
            "subtitles": [*map(str, self.subtitles)],
            "live_chat": chat,
        }

    def save(self) -> None:
        """Writes the record, beside and renamed into place."""
        names = {
            "video": self.video.name,
            "info": self.info.name,
            "subtitles": [path.name for path in self.subtitles],
            "live_chat": self.live_chat.name if self.live_chat else None,
        }
        write_whole(self.folder / RECORD, {**asdict(self), **names})


def write_whole(path: Path, content: dict[str, Any]) -> None:
    """Writes JSON beside, and renames it into place."""
    beside = path.with_name(f".{path.name}.partial")
    write_json(beside, content)
    os.replace(beside, path)


def read_fetched(folder: Path) -> Fetched | None:
    """The video that a folder holds, if it is whole."""
    try:
        found = json.loads((folder / RECORD).read_text("utf-8"))
        chat = found["live_chat"]
        fetched = Fetched(
            **{
                **found,
                "video": folder / found["video"],
                "info": folder / found["info"],
                "subtitles": tuple(folder / name for name in found["subtitles"]),
                "live_chat": folder / chat if chat else None,
                "notes": tuple(found["notes"]),
            }
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return replace(fetched, is_new=False) if fetched.video.is_file() else None


def fetched_before(folder: Path, url: str, item: int | None = None) -> Fetched | None:
    """The video of an address that lies in one of the folders inside, if it is whole."""
    for inside in sorted(folder.glob(f"*/{RECORD}")):
        fetched = read_fetched(inside.parent)
        if fetched and (fetched.url, fetched.item) == (url, item):
            return fetched
    return None


def folder_of(parent: Path, info: dict[str, Any]) -> Path:
    """The folder for a video, from what its site says of it: its id, made harmless."""
    named, site = str(info["id"]), _site(info)
    name = re.sub(r"[^\w.-]|^[.-]|\.$", "_", named, flags=re.ASCII)[:_LONGEST] or "_"
    is_own = name == named and not _RESERVED.fullmatch(name) and site not in _WITHOUT_IDS
    there = read_fetched(parent / name) if is_own else None
    if is_own and (there is None or (there.site, there.id) == (site, named)):
        return parent / name
    page = info.get("webpage_url", "") if site in _WITHOUT_IDS else ""
    return parent / f"{name}-{_digest(site, named, page)}"


def partial_name(info: dict[str, Any]) -> str:
    """The name under which a video lies until it is whole: one for each of its formats."""
    return PARTIAL + _digest(_site(info), info["id"], info.get("format_id"))


def _site(info: dict[str, Any]) -> str:
    return str(info.get("extractor") or "")


def _digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:8]


def fetched_of(info: dict[str, Any], folder: Path, url: str) -> Fetched:
    """The record of a video as its site describes it; the video itself is still to come."""
    return Fetched(
        url=url,
        id=str(info["id"]),
        site=_site(info),
        title=str(info.get("title") or ""),
        streamer=str(info.get("channel") or info.get("uploader") or info.get("creator") or ""),
        duration_s=info.get("duration"),
        video=folder / "video.mp4",
        info=folder / INFO,
        subtitles=tuple(sorted(p for p in folder.glob("*.*") if p.suffix in SUBTITLES)),
        live_chat=folder / LIVE_CHAT if (folder / LIVE_CHAT).is_file() else None,
    )


SUBTITLES = (".vtt", ".srt", ".json3")


def tidy(folder: Path, keeps_partial: bool) -> None:
    """Takes away what a killed download leaves, except what the next one can go on from."""
    partial = list(folder.glob(f"{PARTIAL}*"))
    if read_fetched(folder) or not any(p.stat().st_size for p in partial if p.suffix != ".ytdl"):
        keeps_partial = False
    half_made = [path for path in partial if ".temp." in path.name or not keeps_partial]
    for path in (*half_made, *folder.glob(".*.partial")):
        with suppress(OSError):
            path.unlink()
    with suppress(OSError):  # it holds something
        folder.rmdir()
