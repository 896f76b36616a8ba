"""Videos for a dataset: fetched from URLs, or taken from files with a sidecar info.json.

DIR/videos/ID/ holds each of them, in the layout of `funny.fetch.folders`.
"""

import json
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from funny.errors import DatasetError, FetchError, FunnyError
from funny.fetch.download import Progress, fetch, list_videos
from funny.fetch.failures import SeveralVideos
from funny.fetch.folders import (
    INFO,
    LIVE_CHAT,
    SUBTITLES,
    Fetched,
    fetched_before,
    fetched_of,
    folder_of,
    read_fetched,
    tidy,
    write_whole,
)
from funny.fetch.gate import checked_url, looks_like_url
from funny.fetch.options import FetchOptions
from funny.files import link_or_copy, staged
from funny.learn.beside.folder import VIDEOS

MAX_HEIGHT = 720
RATE_LIMIT = 5 << 20
SLEEP_S = 1.0
_LONG_PAUSE = 10
"""Between two videos the pause is so many times that before a request."""
_SIDECAR = ".info.json"
_SUFFIXES = (
    ".mp4",
    ".mkv",
    ".webm",
    ".mov",
    ".flv",
    ".ts",
    ".avi",
    ".m4a",
    ".mp3",
    ".opus",
    ".wav",
)

POLITE = FetchOptions(
    sites=None,
    max_height=MAX_HEIGHT,
    rate_limit=RATE_LIMIT,
    sleep_s=SLEEP_S,
    subtitles=("ko", "en"),
    comments=1000,
    live_chat=True,
)
"""What a dataset wants of a video, at a pace that sites bear."""

FETCHED, THERE, LINKED, COPIED, FAILED = "fetched", "there", "linked", "copied", "failed"


@dataclass(frozen=True)
class Collected:
    """What became of one source."""

    source: str
    """The URL or the path."""
    state: str
    """FETCHED, THERE, LINKED, COPIED or FAILED."""
    video: Fetched | None = None
    problem: str = ""
    """Why there is none, and what to do."""


def collect(
    sources: Sequence[str],
    folder: Path,
    options: FetchOptions = POLITE,
    limit: int = 20,
    progress: Progress = lambda *_: None,
) -> Iterator[Collected]:
    """Brings videos into `folder`/videos, one by one; one that cannot be had stops no other.

    Args:
        sources: URLs of videos, playlists and channels; video files with a sidecar info.json
            beside them as yt-dlp names it; folders of those.
        folder: The folder of the dataset.
        options: How URLs are fetched.
        limit: How many videos of a playlist or a channel are taken, at most.
        progress: Told how a download goes on; may raise to stop.

    Yields:
        What became of every video.
    """
    collector = _Collector(folder / VIDEOS, options, limit, progress)
    for source in sources:
        yield from collector.take(source)


class _Collector:
    def __init__(self, folder: Path, options: FetchOptions, limit: int, progress: Progress) -> None:
        self._folder, self._options, self._limit = folder, options, limit
        self._progress = progress
        self._has_asked = False

    def take(self, source: str) -> Iterator[Collected]:
        if not looks_like_url(source):
            yield from _files(Path(source), self._folder)
            return
        try:
            yield self._fetched(source, self._options)
        except SeveralVideos:
            yield from self._list(source)
        except FetchError as error:
            yield Collected(source, FAILED, problem=str(error))

    def _list(self, url: str) -> Iterator[Collected]:
        try:
            videos = list_videos(url, self._limit, self._options, self._progress)
        except FetchError as error:
            yield Collected(url, FAILED, problem=str(error))
            return
        for video in videos:
            try:
                yield self._fetched(video.url, replace(self._options, item=video.item))
            except FetchError as error:
                yield Collected(video.url, FAILED, problem=str(error))

    def _fetched(self, url: str, options: FetchOptions) -> Collected:
        there = fetched_before(self._folder, checked_url(url, options.sites), options.item)
        if there:
            return Collected(url, THERE, there)
        if self._has_asked:
            time.sleep(options.sleep_s * _LONG_PAUSE)
        self._has_asked = True
        found = fetch(url, self._folder, options, self._progress)
        return Collected(url, FETCHED if found.is_new else THERE, found)


def _files(path: Path, folder: Path) -> Iterator[Collected]:
    sidecars = sorted(path.glob(f"*{_SIDECAR}")) if path.is_dir() else []
    for video in [_video_of(sidecar) for sidecar in sidecars] or [path]:
        try:
            yield _taken(video, folder)
        except DatasetError as error:
            yield Collected(str(video), FAILED, problem=str(error))


def _video_of(sidecar: Path) -> Path:
    """The video that a sidecar stands beside, or the name that one would have."""
    stem = sidecar.name.removesuffix(_SIDECAR)
    names = [sidecar.with_name(f"{stem}{suffix}") for suffix in _SUFFIXES]
    return next((path for path in names if path.is_file()), names[0])


def _taken(video: Path, folder: Path) -> Collected:
    """Takes a file of this machine into the dataset.

    Raises:
        DatasetError: If it is not there, has no sidecar, or cannot be taken.
    """
    info = _sidecar_info(video)
    target = folder_of(folder, info)
    if there := read_fetched(target):
        return Collected(str(video), THERE, there)
    tidy(target, keeps_partial=False)  # what broke off there is of no use any more
    try:
        with staged(target) as folder:
            _copy_extras(video, folder)
            write_whole(folder / INFO, info)
            taken = replace(fetched_of(info, folder, ""), video=folder / f"video{video.suffix}")
            taken.save()
            state = LINKED if link_or_copy(video, taken.video) else COPIED
    except FunnyError as error:
        raise DatasetError(str(error)) from error
    return Collected(str(video), state, read_fetched(target))


def _sidecar_info(video: Path) -> dict[str, Any]:
    if not video.is_file() or not video.stat().st_size:
        raise DatasetError(f"{video}: is no file with anything in it. Check the name.")
    sidecar = video.with_name(f"{video.stem}{_SIDECAR}")
    try:
        info = json.loads(sidecar.read_text("utf-8"))
        return {**info, "id": str(info["id"])}
    except FileNotFoundError:
        raise DatasetError(
            f"{video}: has no {sidecar.name} beside it. `yt-dlp --write-info-json` writes it; "
            'by hand, {"id": "a-name", "title": "..."} is enough.'
        ) from None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DatasetError(
            f"{sidecar}: is no info.json of a video ({type(error).__name__}: {error}). "
            "It is a JSON object with an id."
        ) from error


def _copy_extras(video: Path, target: Path) -> None:
    """Subtitles and chat, which yt-dlp names after the video: `clip.ko.vtt`."""
    for path in video.parent.iterdir():
        name = path.name.removeprefix(f"{video.stem}.")
        if name != path.name and (path.suffix in SUBTITLES or name == LIVE_CHAT):
            shutil.copyfile(path, target / (name if "." in name else f"und.{name}"))
