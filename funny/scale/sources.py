"""Which videos are meant: by a folder, a list, an address, or a file."""

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from funny.errors import OptionError
from funny.fetch.gate import checked_url, looks_like_url

SUFFIXES = (
    *(".mp4", ".m4v", ".mov", ".mkv", ".webm", ".ts", ".mts", ".m2ts", ".flv", ".avi"),
    *(".wmv", ".mpg", ".mpeg", ".ogv", ".3gp", ".mxf"),
)
"""Files that a folder is searched for."""

_HEADS = ("path", "file", "video", "url", "source", "address")
"""First words of a table whose first line is no video."""


@dataclass(frozen=True)
class Source:
    """A video that was asked for: a file, or an address that it is still to be fetched from."""

    name: str
    path: Path | None = None
    url: str = ""
    item: int | None = None
    """Its number in the list behind the address."""


def sources_of(given: Sequence[str | Path], out: Path) -> list[Source]:
    """The videos that are meant, each once, in the order they are given; those of folders by name.

    Args:
        given: Folders, lists (text, or CSV with the video in the first column), addresses of
            videos and playlists, video files.
        out: Where the results lie; no source, even if it lies in a folder of sources.

    Raises:
        OptionError: If one is not there or cannot be read, or there is no video at all.
        FetchError: If an address cannot be one.
    """
    found = {_identity(source): source for one in given for source in _sources(one, out)}
    if not found:
        names = ", ".join(map(str, given))
        raise OptionError(f"{names}: holds no video. Name a folder, a list or an address of some.")
    return list(found.values())


def _identity(source: Source) -> tuple[str, str]:
    return (os.path.abspath(source.path) if source.path else "", source.url)


def _sources(given: str | Path, out: Path) -> Iterator[Source]:
    if isinstance(given, str) and looks_like_url(given):
        yield _of_address(given)
        return
    path = Path(given)
    if path.is_dir():
        yield from _in_folder(path, out)
    elif not path.is_file():
        raise OptionError(f"{path}: is not there. Name a folder, a list of videos, or a video.")
    elif path.suffix.lower() in SUFFIXES:
        yield Source(path.stem, path)
    else:
        yield from _in_list(path)


def _of_address(address: str) -> Source:
    parts = urlsplit(address)
    if parts.scheme.lower() == "file":
        path = Path(url2pathname(parts.path))
        return Source(path.stem, path)
    url = checked_url(address, None)
    return Source(url, url=url)


def _in_folder(folder: Path, out: Path) -> Iterator[Source]:
    """The videos in a folder and its folders; hidden ones are none."""
    for at, folders, files in os.walk(folder):
        inside = (name for name in folders if not name.startswith("."))
        folders[:] = sorted(n for n in inside if not _is_same(Path(at, n), out))
        for name in sorted(files):
            path = Path(at, name)
            if path.suffix.lower() in SUFFIXES and not name.startswith("."):
                yield Source(path.stem, path)


def _is_same(folder: Path, out: Path) -> bool:
    return os.path.realpath(folder) == os.path.realpath(out)


def _in_list(path: Path) -> Iterator[Source]:
    """The videos of a list; what is no absolute path lies beside it."""
    for line in _lines(path):
        if looks_like_url(line):
            yield _of_address(line)
        else:
            video = path.parent / line
            yield Source(video.stem, video)


def _lines(path: Path) -> Iterator[str]:
    try:
        # A file's name need not be UTF-8; the byte-order mark is a spreadsheet's.
        text = path.read_text("utf-8-sig", errors="surrogateescape")
    except OSError as error:
        raise OptionError(f"{path}: cannot be read ({error.strerror}).") from error
    if "\0" in text:
        raise OptionError(
            f"{path}: is neither a list of videos nor a video by its name "
            f"({', '.join(SUFFIXES)}). Put its name into a list to have it read."
        )
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    yield from _first_column(lines) if path.suffix.lower() == ".csv" else lines


def _first_column(lines: Iterable[str]) -> Iterator[str]:
    for number, row in enumerate(csv.reader(lines)):
        first = row[0].strip() if row else ""
        if first and not (number == 0 and first.lower() in _HEADS):
            yield first
