"""The table of highlights: the twin of the curve for those who read or type, not look and drag."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from funny.errors import OptionError
from funny.moments.edit import Edits, Moment
from funny.moments.reasons import reason_text
from funny.records import Edge, Highlight
from funny.ui.strings import STRINGS, reason_words, say

COLUMNS = ("keep", "rank", "start", "end", "length", "score_column", "plain", "reasons")
TYPES = ("bool", "number", *["str"] * 4, "bool", "str")
WIDTHS = ("84px", "46px", "84px", "84px", "68px", "62px", "88px", "280px")
_KEEP, _RANK, _START, _END, *_, _PLAIN, _WHY = range(len(COLUMNS))
READ_ONLY = tuple(i for i in range(len(COLUMNS)) if i not in (_KEEP, _START, _END, _PLAIN))
"""Columns that nobody may type into."""
_LEAST_MOVE_S = 0.05
"""Less would read as 0.0 s."""
_TIME = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6}(?:[.,]\d{1,6})?)")


def headers(language: str) -> list[str]:
    """Headers of the table."""
    return [STRINGS[language][key] for key in COLUMNS]


def rows(edits: Edits, language: str) -> list[list[Any]]:
    """A row a moment, the funniest first."""
    plain = edits.decisions.plain
    return [
        _row(rank, moment, moment.id in plain, language)
        for rank, moment in enumerate(edits.moments, 1)
    ]


def _row(rank: int, moment: Moment, is_plain: bool, language: str) -> list[Any]:
    highlight = moment.highlight
    span = (time_text(highlight.start_s), time_text(highlight.end_s))
    numbers = (f"{highlight.length_s:.1f}", f"{highlight.score:.2f}")
    return [highlight.kept, rank, *span, *numbers, is_plain, _why(moment, language)]


def _why(moment: Moment, language: str) -> str:
    """Why it is a moment; on a line of its own, how its edges were chosen."""
    words = reason_words(language)
    why = " · ".join(reason_text(reason, words) for reason in moment.highlight.reasons)
    why = f"✎ {why}".strip() if moment.by_hand else why
    edges = edges_text(moment.highlight, language)
    return f"{why}\n{say(language, 'edges', edges=edges)}".strip() if edges else why


def edges_text(highlight: Highlight, language: str) -> str:
    """How both edges were chosen: 'pause −2.4 s · shot cut +0.2 s'; empty if nobody did."""
    if highlight.edges is None:
        return ""
    pairs = ((highlight.edges.start, highlight.start_s), (highlight.edges.end, highlight.end_s))
    return " · ".join(_edge_text(edge, time_s, language) for edge, time_s in pairs)


def _edge_text(edge: Edge, time_s: float, language: str) -> str:
    """What an edge was chosen for, and how far it moved for that."""
    kind, moved_s = say(language, f"edge_{edge.kind}"), time_s - edge.plain_s
    if abs(moved_s) < _LEAST_MOVE_S:
        return kind
    moved = f"{moved_s:+.1f}".replace("-", "−")
    return say(language, "edge_moved", kind=kind, moved=moved)


def operations(
    edits: Edits, table: Sequence[Sequence[Any]] | None, language: str
) -> Iterator[dict[str, Any]]:
    """What a person changed in the table, as operations of an edit.

    A row is known by its rank, so one that was added or deleted changes no other.

    Raises:
        OptionError: If a time cannot be read.
    """
    typed = {str(row[_RANK]): row for row in table or () if _is_row(row)}
    for moment, before in zip(edits.moments, rows(edits, language), strict=True):
        if (after := typed.get(str(before[_RANK]))) is not None:
            yield from _changes(moment, before, after, language)


def _is_row(row: Any) -> bool:
    return isinstance(row, list | tuple) and len(row) > _END


def _changes(
    moment: Moment, before: Sequence[Any], after: Sequence[Any], language: str
) -> Iterator[dict[str, Any]]:
    if (kept := _checked(after[_KEEP])) != before[_KEEP]:
        yield {"op": "keep", "id": moment.id, "kept": kept}
    if (after[_START], after[_END]) != (before[_START], before[_END]):
        span = (
            _typed(after[_START], before[_START], moment.highlight.start_s, language),
            _typed(after[_END], before[_END], moment.highlight.end_s, language),
        )
        yield {"op": "move", "id": moment.id, "start_s": span[0], "end_s": span[1]}
    # Rows that were cut short say nothing of their edges.
    if (plain := _checked((*after, *before[len(after) :])[_PLAIN])) != before[_PLAIN]:
        yield {"op": "edges", "id": moment.id, "plain": plain}


def _checked(cell: Any) -> bool:
    """Whether a box is checked; what was pasted into one is text."""
    return cell.strip().lower() == "true" if isinstance(cell, str) else bool(cell)


def _typed(after: Any, before: str, exact_s: float, language: str) -> float:
    """A typed time; what was not touched keeps its exact value."""
    return exact_s if after == before else seconds(after, language)


def time_text(time_s: float) -> str:
    """'0:07.5', '12:34.0', '1:02:03.4'."""
    tenths = round(time_s * 10)
    minutes, seconds = tenths // 600, tenths % 600 / 10
    if minutes < 60:
        return f"{minutes}:{seconds:04.1f}"
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:04.1f}"


def seconds(text: Any, language: str) -> float:
    """Seconds of a time as people type it: '75', '1:15', '1:15.5', '0:01:15'.

    Raises:
        OptionError: If it is no time.
    """
    match = _TIME.fullmatch(str(text).strip())
    if match is None:
        raise OptionError(say(language, "bad_time", text=str(text)[:40]))
    hours, minutes, rest = match.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(rest.replace(",", "."))
