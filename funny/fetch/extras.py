"""What comes with a video: subtitles by people and by machines, and the replay of the chat."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from yt_dlp.networking.exceptions import RequestError
from yt_dlp.utils import YoutubeDLError

from funny.fetch.folders import LIVE_CHAT
from funny.fetch.options import FetchOptions
from funny.fetch.ytdlp import Downloader, load_file

_CHAT = "live_chat"
_FORMATS = ("vtt", "json3", "srt")


def load_extras(ydl: Downloader, info: dict[str, Any], options: FetchOptions) -> tuple[str, ...]:
    """Puts them into the working folder; returns notes about those that could not be had."""
    notes = []
    for name, source in _wanted(info, options):
        if Path(name).is_file():
            continue
        # A chat that broke off cannot be gone on with: it would begin again below what is there.
        with suppress(FileNotFoundError):
            Path(f"{name}.part").unlink()
        try:
            load_file(ydl, {"http_headers": info.get("http_headers"), **source}, f"{name}")
        except (YoutubeDLError, RequestError, OSError, ValueError, KeyError, TypeError) as error:
            said = " ".join(str(error).split())[:120]
            notes.append(f"{name} could not be had ({said}).")
    return tuple(notes)


def _wanted(info: dict[str, Any], options: FetchOptions) -> Iterator[tuple[str, dict[str, Any]]]:
    """File names, and where their content is from."""
    written, heard = info.get("subtitles") or {}, info.get("automatic_captions") or {}
    for language in options.subtitles:
        for tracks, name in ((written, language), (_as_spoken(heard), f"{language}.auto")):
            track = next((t for code, t in tracks.items() if _is_in(code, language)), None)
            if source := _best(track or []):
                yield f"{name}.{source['ext']}", source
    chat = written.get(_CHAT)
    if options.live_chat and chat and chat[-1].get("protocol") != "youtube_live_chat":
        yield LIVE_CHAT, chat[-1]


def _as_spoken(heard: dict[str, Any]) -> dict[str, Any]:
    """Without those that a machine has translated, where the site says which are the original."""
    return {code: t for code, t in heard.items() if code.endswith("-orig")} or heard


def _is_in(code: str, language: str) -> bool:
    return code == language or code.startswith(f"{language}-")


def _best(track: list[dict[str, Any]]) -> dict[str, Any] | None:
    by_format = {source.get("ext"): source for source in track}
    return next((by_format[ext] for ext in _FORMATS if ext in by_format), None)
