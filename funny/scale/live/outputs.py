"""Where events go: lines for programs, lines for people, a file of markers."""

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import IO, Any, Protocol

from funny.errors import OptionError
from funny.files import disk_message
from funny.grid import clock
from funny.moments.reasons import reason_text
from funny.scale.live.events import Event, Moment


@dataclass(frozen=True)
class Report:
    """An event, and the same as plain JSON values with the time on the clock."""

    event: Event | None
    """None for what is told of the source itself: that it is there, lost, or at its end."""
    values: dict[str, Any]


class Output(Protocol):
    """Somewhere that events go; none of them ever stops detection."""

    def tell(self, report: Report) -> None:
        """Takes the next report."""
        ...

    def close(self) -> list[str]:
        """Finishes; gives a sentence for each thing that went wrong."""
        ...


class Everywhere:
    """All outputs as one; they are told by one thread at a time.

    Args:
        outputs: The outputs, which close in the reverse of this order.
    """

    def __init__(self, outputs: Sequence[Output]) -> None:
        self._outputs, self._lock = list(outputs), Lock()

    def add(self, output: Output) -> None:
        """Takes one more."""
        self._outputs.append(output)

    def tell(self, report: Report) -> None:
        """Tells all of them."""
        with self._lock:
            for output in self._outputs:
                output.tell(report)

    def close(self) -> list[str]:
        """Finishes all of them; gives a sentence for each thing that went wrong."""
        return [sentence for output in self._outputs[::-1] for sentence in output.close()]


class Lines:
    """One JSON object a line, at once."""

    def __init__(self, file: IO[str] | None = None) -> None:
        self._file = file or sys.stdout

    def tell(self, report: Report) -> None:
        """Writes a line."""
        self._file.write(json.dumps(report.values, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> list[str]:
        """Nothing is left to do."""
        return []


class People:
    """A line for each thing that a person wants to know: moments, gaps, the end."""

    def __init__(self, file: IO[str] | None = None) -> None:
        self._file = file or sys.stdout

    def tell(self, report: Report) -> None:
        """Writes a line, if it is one of those."""
        if line := sentence(report):
            self._file.write(line + "\n")
            self._file.flush()

    def close(self) -> list[str]:
        """Nothing is left to do."""
        return []


def sentence(report: Report) -> str:
    """A report in words; empty for scores."""
    values, event = report.values, report.event
    if isinstance(event, Moment):
        h = event.highlight
        why = ", ".join(reason_text(reason) for reason in h.reasons)
        return f"{clock(h.start_s)} to {clock(h.end_s)}  {h.score:.2f}  {why}"
    words = {
        "started": "Watching {source}. Stop with Ctrl-C.",
        "gap": "Nothing came from {start_s:.1f} s to {end_s:.1f} s.",
        "lost": "{why} Asking again in {again_in_s:.0f} s.",
        "clip": "Clip: {path}",
    }
    return words.get(values["event"], "").format(**values)


MARKER_COLUMNS = ("start", "end", "start_s", "end_s", "peak_s", "score", "clock", "reasons")


class Markers:
    """A table of the moments that grows while they happen; what is in it stays there.

    Args:
        path: A CSV file; it is added to if it is there.

    Raises:
        OptionError: If it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._failures = path, list[str]()
        try:
            is_new = not path.exists() or not path.stat().st_size
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", encoding="utf-8", newline="")
        except OSError as error:
            raise OptionError(disk_message(path, error)) from error
        if is_new:
            self._add(MARKER_COLUMNS)

    def tell(self, report: Report) -> None:
        """Adds a moment."""
        if not isinstance(report.event, Moment):
            return
        h = report.event.highlight
        seconds = [f"{value:.3f}" for value in (h.start_s, h.end_s, h.peak_s, h.score)]
        reasons = "; ".join(reason_text(reason) for reason in h.reasons)
        at = report.values["clock"]
        self._add([clock(h.start_s), clock(h.end_s), *seconds, at, reasons])

    def _add(self, row: Sequence[str]) -> None:
        try:
            csv.writer(self._file).writerow(row)
            self._file.flush()
        except OSError as error:
            self._failures.append(disk_message(self._path, error))

    def close(self) -> list[str]:
        """Closes the file."""
        self._file.close()
        return self._failures[:1]
