"""MUStARD: lines of television shows, sarcastic or plain; a short video each.

Sarcasm is a kind of humour, not all of it: the manifest's note says so. A line is named by its key,
its video is KEY.mp4 of the set's `utterances_final`.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from funny.errors import DatasetError
from funny.grid import s_to_tick, tick_to_s
from funny.learn.beside.rows import NO_SENSE
from funny.learn.candidates import clip_id
from funny.learn.manifest import FUNNY, LONGEST_S, ORDINARY, SHORTEST_S, Clip, Vote


@dataclass(frozen=True)
class Line:
    """One line and its label."""

    id: str
    text: str
    speaker: str
    show: str
    is_sarcastic: bool

    @property
    def label(self) -> str:
        """The class that the line stands for."""
        return FUNNY if self.is_sarcastic else ORDINARY


def read_lines(path: Path) -> list[Line]:
    """Reads sarcasm_data.json.

    Raises:
        DatasetError: If the file, or a row of it, is not as it should be.
    """
    try:
        found = json.loads(path.read_text("utf-8-sig"))
        return [_line(path, name, row) for name, row in found.items()]
    except (OSError, *NO_SENSE) as error:
        raise DatasetError(f"{path}: cannot be read as MUStARD ({error}).") from error


def _line(path: Path, name: str, row: Any) -> Line:
    if not isinstance(row.get("sarcasm"), bool):
        raise DatasetError(f"{path}: {name!r}: expected sarcasm true or false. Mend the row.")
    text, speaker, show = (str(row.get(key, "")) for key in ("utterance", "speaker", "show"))
    return Line(name, text, speaker, show, row["sarcasm"])


def clip_of(line: Line, duration_s: float) -> Clip | None:
    """The end of a line's video, where its point is; None if it is too short for a clip."""
    end_s = tick_to_s(s_to_tick(duration_s))
    start_s = max(0.0, end_s - LONGEST_S)
    if end_s - start_s < SHORTEST_S:
        return None
    vote = Vote("label", 1.0, start_s, f"{line.speaker}: {line.text}"[:120])
    name = clip_id(line.id, start_s)
    return Clip(name, line.id, start_s, end_s, line.label, None, 1.0, (vote,))
