"""Subtitles: WebVTT, SRT and YouTube's json3, written by people or by a machine.

YouTube's automatic subtitles roll: every line is shown again above the next one. A line that was
on screen just before is not said twice.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

from funny.learn.beside.rows import NO_SENSE, Rows, listed, read_rows
from funny.learn.beside.times import seconds_of

SUFFIXES = (".vtt", ".srt", ".json3")

_CLOCK = r"(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_SPAN = re.compile(rf"({_CLOCK})\s*-->\s*({_CLOCK})")
_WORD_TIME = re.compile(rf"<({_CLOCK})>")
_TAG = re.compile(r"</?[^<>]*>")
# Rolling lines come again at once; the same line after a pause was said again.
_AT_ONCE_S = 0.3


@dataclass(frozen=True)
class Caption:
    """A line, or a word with a time of its own."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True)
class Track:
    """The subtitles of one file."""

    name: str
    captions: Rows[Caption]
    is_automatic: bool
    """Whether a machine wrote them."""


@dataclass(frozen=True)
class _Block:
    """What is on screen for a while, line by line."""

    start_s: float
    end_s: float
    lines: tuple[str, ...]


def read_track(path: Path) -> Track:
    """Reads one file of subtitles; damaged rows are counted and passed over.

    Raises:
        OSError: If the file cannot be read.
    """
    text = path.read_text("utf-8-sig", errors="replace").replace("\r\n", "\n")
    if path.suffix == ".json3":
        return _json3_track(path.name, text)
    blocks = read_rows((part for part in re.split(r"\n{2,}", text) if "-->" in part), _block)
    said = tuple(_rolled(blocks.rows))
    return Track(path.name, Rows(said, blocks.damaged), bool(_WORD_TIME.search(text)))


def _block(text: str) -> Iterable[_Block]:
    head, _, rest = text[text.index("-->") :].partition("\n")
    span = _SPAN.search(text)
    if span is None:
        raise ValueError(f"no times in {head!r}")
    start_s, end_s = (seconds_of(time) for time in span.groups())
    lines = tuple(line for line in rest.split("\n") if _plain(line))
    yield _Block(start_s, max(start_s, end_s), lines)


def _plain(line: str) -> str:
    return " ".join(unescape(_TAG.sub("", line)).split())


def _rolled(blocks: Iterable[_Block]) -> Iterator[Caption]:
    shown, shown_until_s = set[str](), float("-inf")
    for block in blocks:
        is_rolling = block.start_s - shown_until_s < _AT_ONCE_S
        new = [line for line in block.lines if not (is_rolling and _plain(line) in shown)]
        yield from _captions(block, new)
        shown, shown_until_s = {_plain(line) for line in block.lines}, block.end_s


def _captions(block: _Block, lines: list[str]) -> Iterator[Caption]:
    """The lines as one caption, or one a word where words have times."""
    text = " ".join(lines)
    said, *timed = _WORD_TIME.split(text)
    words = [(block.start_s, said)]
    words += [(seconds_of(t), w) for t, w in zip(timed[::2], timed[1::2], strict=True)]
    return _words([(time_s, _plain(word)) for time_s, word in words], block.end_s)


def _words(words: list[tuple[float, str]], end_s: float) -> Iterator[Caption]:
    """A caption a word; each lasts until the next one begins."""
    for (start_s, text), (next_s, _) in pairwise([*words, (end_s, "")]):
        if text:
            yield Caption(start_s, max(start_s, next_s), text)


def _json3_track(name: str, text: str) -> Track:
    try:
        found = json.loads(text)
        events = listed(found["events"])
    except NO_SENSE:
        return Track(name, Rows(damaged=1), False)
    said = read_rows(events, _event)
    # Only a machine's subtitles are put together word by word.
    is_automatic = any(isinstance(e, dict) and e.get("aAppend") for e in events)
    return Track(name, said, is_automatic)


def _event(event: Any) -> Iterable[Caption]:
    if "segs" not in event or event.get("aAppend"):
        return ()
    start_s = seconds_of(event["tStartMs"]) / 1000
    words = [
        (start_s + seconds_of(seg.get("tOffsetMs", 0)) / 1000, _plain(seg["utf8"]))
        for seg in event["segs"]
    ]
    return list(_words(words, start_s + seconds_of(event.get("dDurationMs", 0)) / 1000))
