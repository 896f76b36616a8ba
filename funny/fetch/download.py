"""A URL → a video in a folder, by yt-dlp in a process of its own."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from funny.errors import FetchError
from funny.fetch.failures import INSTALL, SeveralVideos, explain
from funny.fetch.folders import Fetched, fetched_before, read_fetched, tidy
from funny.fetch.gate import checked_url
from funny.fetch.options import FetchOptions
from funny.fetch.process import Event, running

STAGE = "download"
Progress = Callable[[str, float, float], None]
"""Called with STAGE, how many bytes are there, and how many there will be; 0 if nobody knows.

Whatever it raises stops the download; `funny.errors.Cancelled` is meant for that.
"""


def _silent(*_: object) -> None:
    """Reports nothing."""


@dataclass(frozen=True)
class Listed:
    """A video of a playlist."""

    url: str
    item: int | None
    """Its number, if it has no URL of its own."""
    title: str


def fetch(
    url: str, folder: Path, options: FetchOptions | None = None, progress: Progress = _silent
) -> Fetched:
    """Fetches a video into a folder of its own inside `folder`.

    What is there is not fetched again, and what broke off is gone on with. When this returns or
    raises, nothing of the download runs any more.

    Args:
        url: The address of one video.
        folder: Where the folder of the video is to lie.
        options: What may be fetched, and how.
        progress: Told what has come, several times a second; may raise to stop.

    Raises:
        FetchError: If the video cannot be had; says why, and what to do.
        SeveralVideos: If the address is that of several.
    """
    options = options or FetchOptions()
    url = checked_url(url, options.sites)
    if there := fetched_before(folder, url, options.item):
        return there
    return _Download(url, options, progress).run(folder)


def list_videos(
    url: str, limit: int, options: FetchOptions | None = None, progress: Progress = _silent
) -> list[Listed]:
    """The first videos of a playlist or a channel; one that is none holds itself.

    Raises:
        FetchError: If they cannot be had.
    """
    options = options or FetchOptions()
    url = checked_url(url, options.sites)
    done = _Download(url, options, progress).last({"limit": limit})
    return [Listed(**found) for found in done["videos"]]


class _Download:
    """One order, from its start to its last event."""

    def __init__(self, url: str, options: FetchOptions, progress: Progress) -> None:
        self._url, self._options, self._progress = url, options, progress
        self._name: str | None = None
        """Of the folder for the video, once it is known that something is to be downloaded."""
        self._is_hopeless = False

    def run(self, parent: Path) -> Fetched:
        """Fetches a video; whatever happens, nothing but what can be gone on with is left."""
        try:
            done = self.last({"folder": str(parent.absolute())})
        except BaseException:
            self._tidy(parent)
            raise
        fetched = read_fetched(parent / done["name"])
        assert fetched is not None, "the process has said so"
        return replace(fetched, is_new=self._name is not None)

    def last(self, what: Event) -> Event:
        """The last event of a process that did what it was told."""
        done, total = 0.0, 0.0
        with running({**self._order(), **what}, self._options) as events:
            for event in events:
                if event.get("event") == "begins":
                    self._name = event["name"]
                done, total = event.get("done", done), event.get("total", total)
                self._progress(STAGE, done, total)
        if event["event"] == "failed":
            raise self._error(event)
        return event

    def _order(self) -> Event:
        from imageio_ffmpeg import get_ffmpeg_exe

        if find_spec("yt_dlp") is None:
            raise FetchError(f"yt-dlp is missing, which fetches videos. Install it: {INSTALL}")
        options = self._options.to_json()
        return {"url": self._url, "options": options, "ffmpeg": get_ffmpeg_exe()}

    def _error(self, failed: dict[str, Any]) -> FetchError:
        if text := failed.get("text"):
            self._is_hopeless = True
            return SeveralVideos(text) if failed.get("several") else FetchError(text)
        return FetchError(explain(self._url, failed["said"], failed["warnings"]))

    def _tidy(self, parent: Path) -> None:
        if self._name:
            tidy(parent / self._name, keeps_partial=not self._is_hopeless)
        if parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()
