"""Progress and results for a person at a terminal."""

import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from funny.grid import clock
from funny.moments.reasons import reason_text
from funny.records import Analysis

STAGES = {
    "download": "Fetching",
    "sound": "Listening",
    "faces": "Watching",
    "score": "Scoring",
    "clips": "Cutting",
    "reel": "Rendering",
}
_STEP_S = 0.2
_LAYOUT = (
    "{desc:<10}{percentage:3.0f}%|{bar}| {n:.0f}/{total:.0f} s of video, "
    "{rate_noinv_fmt}, {remaining} left"
)
_BYTES_LAYOUT = (
    "{desc:<10}{percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt}, {rate_fmt}, {remaining} left"
)
STEPS = "{desc:<20}{percentage:3.0f}%|{bar}| {remaining} left"
"""Layout of a bar that counts anything but seconds of video."""


class Bar:
    """A progress callback that draws one tqdm bar a stage, with rate and time left."""

    def __init__(self, hidden: bool = False, layout: str = _LAYOUT) -> None:
        self._hidden, self._layout = hidden, layout
        self._stage = ""
        self._bar: Any = None

    def __enter__(self) -> "Bar":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __call__(self, stage: str, done: float, total: float) -> None:
        """Shows how much of a stage is done."""
        # How long a site takes to answer is not to be seen in a bar.
        if self._hidden or stage == "score" or (stage == "download" and not done):
            return
        if stage != self._stage:
            self._open(stage, done, total)
        if total:
            self._bar.total = total
        self._bar.update(max(0.0, done - self._bar.n))

    def _open(self, stage: str, done: float, total: float) -> None:
        from tqdm import tqdm

        self.close()
        self._stage = stage
        self._bar = tqdm(
            total=total or None,
            initial=done,
            desc=STAGES.get(stage, stage),
            unit="B" if stage == "download" else "×",
            unit_scale=stage == "download",
            mininterval=_STEP_S,
            file=sys.stderr,
            bar_format=_BYTES_LAYOUT if stage == "download" else self._layout,
        )

    def close(self) -> None:
        """Ends the line; what comes next begins another, even if its stage is the same."""
        if self._bar is not None:
            self._bar.close()
        self._bar, self._stage = None, ""


def summary(analysis: Analysis, folder: Path, clips: int) -> str:
    """What was found, one line a highlight, and where it lies."""
    lines = [f"Note: {note.text}" for note in analysis.notes]
    model = analysis.signals.emotion_model
    lines.append(f"Emotion model: {model.name}. Head: {analysis.timeline.head.name}.")
    for rank, h in enumerate(analysis.highlights, 1):
        why = ", ".join(reason_text(r) for r in h.reasons)
        lines.append(f"{rank:3d}  {clock(h.start_s)} to {clock(h.end_s)}  {h.score:.2f}  {why}")
    if not analysis.highlights:
        lines.append("No moment reached the threshold. A lower --threshold shows more.")
    lines.append(f"{len(analysis.highlights)} highlights, {clips} clips: {folder}")
    return "\n".join(lines)
