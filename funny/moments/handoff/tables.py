"""Tables of highlights for people and other programs: CSV and JSON."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import Any

from funny.grid import clock
from funny.moments.handoff import words
from funny.moments.handoff.values import Listing, Moment
from funny.moments.reasons import reason_text
from funny.records import Highlight

COLUMNS = ("rank", "start", "end", "start_s", "end_s", "length_s", "peak_s", "score", "reasons")
SCHEMA = "funny.highlights/1"
_BYTE_ORDER_MARK = "\ufeff"


def write_csv(highlights: Sequence[Highlight], path: Path) -> None:
    """Writes the highlights in their order, with times in seconds and as HH:MM:SS."""
    rows = (_row(rank, h, h.start_s, h.end_s) for rank, h in enumerate(highlights, 1))
    path.write_text(_table(COLUMNS, rows), encoding="utf-8", newline="")


def csv_table(listing: Listing) -> str:
    """The moments with their handles in the order of time, and whether they are kept."""
    names = words.SIGNALS[listing.options.language]
    rows = (
        [*_row(m.rank, m.highlight, m.start_s, m.end_s, names), "yes" if m.highlight.kept else "no"]
        for m in listing.moments
    )
    return _table((*COLUMNS, "kept"), rows)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows(rows)
    # The byte-order mark makes spreadsheet programs read the file as UTF-8.
    return _BYTE_ORDER_MARK + file.getvalue()


def _row(
    rank: int, h: Highlight, start_s: float, end_s: float, names: Mapping[str, str] | None = None
) -> list[str | int]:
    seconds = (f"{value:.3f}" for value in (start_s, end_s, end_s - start_s, h.peak_s))
    reasons = "; ".join(reason_text(r, names) for r in h.reasons)
    return [rank, clock(start_s), clock(end_s), *seconds, f"{h.score:.3f}", reasons]


def json_table(listing: Listing) -> str:
    """The moments for programs, under SCHEMA, in the order of time."""
    video = listing.video
    content = {
        "schema": SCHEMA,
        "video": {"path": str(listing.media), "sha": video.sha, "duration_s": video.duration_s},
        "handles_s": listing.options.handles_s,
        "highlights": [_entry(moment) for moment in listing.moments],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _entry(moment: Moment) -> dict[str, Any]:
    """A highlight as analysis.json has it, but for its span, which has handles."""
    highlight = asdict(moment.highlight)
    reasons = highlight.pop("reasons")
    return {
        "rank": moment.rank,
        **highlight,
        "start_s": moment.start_s,
        "end_s": moment.end_s,
        "without_handles": [moment.highlight.start_s, moment.highlight.end_s],
        "title": moment.title,
        "note": moment.note,
        "reason_details": reasons,
    }
