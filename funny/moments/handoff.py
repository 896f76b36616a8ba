"""Tables of highlights for people and other programs."""

import csv
from collections.abc import Sequence
from pathlib import Path

from funny.grid import clock
from funny.moments.reasons import reason_text
from funny.records import Highlight

COLUMNS = ("rank", "start", "end", "start_s", "end_s", "length_s", "peak_s", "score", "reasons")


def write_csv(highlights: Sequence[Highlight], path: Path) -> None:
    """Writes the highlights in their order, with times in seconds and as HH:MM:SS."""
    # The byte-order mark makes spreadsheet programs read the file as UTF-8.
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(_row(rank, h) for rank, h in enumerate(highlights, 1))


def _row(rank: int, h: Highlight) -> list[str | int]:
    seconds = (f"{value:.3f}" for value in (h.start_s, h.end_s, h.length_s, h.peak_s))
    reasons = "; ".join(reason_text(r) for r in h.reasons)
    return [rank, clock(h.start_s), clock(h.end_s), *seconds, f"{h.score:.3f}", reasons]
