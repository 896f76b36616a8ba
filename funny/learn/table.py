"""Figures as a table for a terminal, a card and a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

COLUMNS = ("AUROC", "AP", "F1", "calibration", "parameters")
NOTHING = "–"


@dataclass(frozen=True)
class Line:
    """One head or formula and its figures."""

    name: str
    figures: dict[str, Any]
    parameters: int | None = None
    took_s: float | None = None
    """Left out where the table must be the same each time."""


def cells(lines: Sequence[Line]) -> list[list[str]]:
    """A table with its head; times only if there are any."""
    timed = any(line.took_s is not None for line in lines)
    head = ["", *COLUMNS, *["time"] * timed]
    return [head, *(_cells(line, timed) for line in lines)]


def _cells(line: Line, timed: bool) -> list[str]:
    found = [
        _figure(line.figures.get("auroc")),
        _figure(line.figures.get("average_precision")),
        _figure(line.figures.get("f1")),
        _number(line.figures.get("calibration_error")),
        NOTHING if line.parameters is None else f"{line.parameters:,}",
    ]
    took = NOTHING if line.took_s is None else f"{line.took_s:.1f} s"
    return [line.name, *found, *[took] * timed]


def _figure(figure: dict[str, float | None] | None) -> str:
    """Mean ± deviation over folds if there are folds, and the interval over videos."""
    if figure is None:
        return NOTHING
    if figure.get("mean") is not None:
        text = f"{figure['mean']:.3f} ± {figure['deviation']:.3f}"
    else:
        text = _number(figure["value"])
    has_interval = figure.get("low") is not None
    return f"{text} ({figure['low']:.2f}–{figure['high']:.2f})" if has_interval else text


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3f}"


def as_text(rows: Sequence[Sequence[str]]) -> str:
    """A table in columns for a terminal."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)


def as_markdown(rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    head, *rest = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, "|---" * len(rows[0]) + "|", *rest])


def as_html(rows: Sequence[Sequence[str]]) -> str:
    """A table in HTML."""
    from html import escape

    def line(row: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row) + "</tr>"

    head, *rest = rows
    return "\n".join(["<table>", line(head, "th"), *(line(row, "td") for row in rest), "</table>"])
