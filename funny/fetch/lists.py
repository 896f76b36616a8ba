"""The videos of a playlist or a channel, without their files."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from funny.fetch.ytdlp import Downloader

_DEEP = 2
"""A channel holds lists: its videos, its streams, its shorts."""


def listed(ydl: Downloader, url: str, limit: int) -> list[dict[str, Any]]:
    """The first videos: of each its URL, its title, and its number if it has no URL of its own."""
    ydl.params["extract_flat"] = "in_playlist"
    ydl.params["playlist_items"] = f"1:{limit}"
    return list(islice(_videos(ydl, url, _DEEP), limit))


def _videos(ydl: Downloader, url: str, deep: int) -> Iterator[dict[str, Any]]:
    info = ydl.extract_info(url, download=False)
    if "entries" not in info:
        yield {"url": url, "item": None, "title": info.get("title") or ""}
        return
    for number, entry in enumerate(info["entries"], 1):
        if not entry:
            continue
        is_link = entry.get("_type") in ("url", "url_transparent")
        if is_link and deep and _is_list(ydl, entry):
            yield from _videos(ydl, entry["url"], deep - 1)
        elif is_link:
            yield {"url": entry["url"], "item": None, "title": entry.get("title") or ""}
        else:
            yield {"url": url, "item": number, "title": entry.get("title") or ""}


def _is_list(ydl: Downloader, entry: dict[str, Any]) -> bool:
    key = entry.get("ie_key")
    if key is None:
        return False
    return key == "YoutubeTab" or ydl.get_info_extractor(key).is_single_video(entry["url"]) is False
