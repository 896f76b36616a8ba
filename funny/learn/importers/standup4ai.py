"""StandUp4AI: every word of a stand-up show, and whether people laugh after it.

A file a show, ID.csv with `text,timestamp,label`: a word labelled O is followed by no laughter. A
run of others begins with the last word before the laughter and ends with the last that it covers.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from funny.errors import DatasetError
from funny.learn.beside.rows import Rows, read_rows
from funny.learn.beside.times import seconds_of
from funny.learn.cues.cue import Cue

COLUMNS = ("text", "timestamp", "label")

_NONE, _BEGINS = "O", ("B", "U")
# A pause this long may hold a laugh that nobody labelled.
_PAUSE_S = 2.0
# Recognised words are stretched over the laughter that follows them.
_LONGEST_WORD_S = 1.0
_SHORTEST_STRENGTH = 0.4
_QUOTED_WORDS = 8


@dataclass(frozen=True)
class Word:
    """A word and its label."""

    text: str
    start_s: float
    end_s: float
    label: str


def read_words(path: Path) -> Rows[Word]:
    """Reads the words of a show.

    Raises:
        DatasetError: If the file is no such table.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            rows, names = list(table), table.fieldnames or ()
    except (OSError, ValueError, csv.Error) as error:
        raise DatasetError(f"{path}: cannot be read ({error}).") from error
    if not set(COLUMNS) <= set(names):
        raise DatasetError(
            f"{path}: expected the columns {', '.join(COLUMNS)}, got {', '.join(names)}. "
            "Name the files of Examples_label."
        )
    return read_rows(rows, _word)


def _word(row: Any) -> Iterable[Word]:
    start_s, end_s = (seconds_of(time) for time in json.loads(row["timestamp"]))
    if not row["label"] or start_s < 0:
        raise ValueError(f"no label: {row}")
    yield Word(row["text"] or "", start_s, max(start_s, end_s), row["label"].strip())


def laughs(words: Sequence[Word]) -> list[Cue]:
    """The laughs between the words of a show."""
    return [_laugh(words, first, last) for first, last in _labelled(words)]


def _labelled(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """First and last index of each labelled run."""
    first = None
    for index, word in enumerate((*words, Word("", 0, 0, _NONE))):
        if first is not None and (word.label == _NONE or word.label in _BEGINS):
            yield first, index - 1
            first = None
        if first is None and word.label != _NONE:
            first = index


def _laugh(words: Sequence[Word], first: int, last: int) -> Cue:
    start_s = min(words[first].end_s, words[first].start_s + _LONGEST_WORD_S)
    after_s = words[last + 1].start_s if last + 1 < len(words) else words[last].end_s
    end_s = max(start_s, after_s)
    said = " ".join(word.text for word in words[max(0, first + 1 - _QUOTED_WORDS) : first + 1])
    strength = min(1.0, max(_SHORTEST_STRENGTH, end_s - start_s))
    return Cue("label", start_s, end_s, start_s, strength, f"laughter after: {said}")


def unknown(words: Sequence[Word], duration_s: float) -> list[tuple[float, float]]:
    """Spans in which nobody speaks, so that the labels say nothing of them."""
    spoken = [(0.0, 0.0), *((word.start_s, word.end_s) for word in words)]
    pauses = pairwise([*spoken, (duration_s, duration_s)])
    return [(end_s, start_s) for (_, end_s), (start_s, _) in pauses if start_s - end_s >= _PAUSE_S]
