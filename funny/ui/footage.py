"""One video on the desk: what was found in it, what its visitor decided, what was made of it."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from funny.extract.cast import Cast
from funny.extract.thumbnails import Sprite
from funny.moments.edit import Edits, apply
from funny.pipeline import AnalyzeOptions, Analyzer, redecide
from funny.records import Analysis
from funny.ui.exports import Outcome
from funny.ui.folders import RESULTS
from funny.ui.kept import Kept, Row, decided_text, exports_text, options_text

FILES = ("clips.zip", "highlights.csv", "timeline.html", "analysis.json", "signals.npz")


@dataclass(eq=False)
class Footage:
    """What is known of one video; jobs write here, the page reads."""

    name: str
    video: Path
    """Empty until it is fetched, if it is fetched."""
    folder: Path
    """Its own, for the files that are made."""
    analysis: Analysis | None = None
    """Of the first minutes while the video is being read, then of the whole."""
    edits: Edits = field(default_factory=Edits)
    is_complete: bool = False
    """Whether the whole video has been read."""
    clips: list[Path] = field(default_factory=list)
    exports: dict[str, Outcome] = field(default_factory=dict)
    """What was made of the moments, by its kind."""
    preview: Path | None = None
    """What a browser plays in place of the video, where it cannot play that."""
    sprite: Sprite | None = None
    """Thumbnails, once they are made."""
    cast: Cast | None = None
    """The faces to choose from, once they were looked for."""
    options: AnalyzeOptions | None = None
    """What was chosen last."""
    visitor: str = ""
    """Whose it is."""
    kept: Kept | None = field(default=None, repr=False)
    """Where it is kept beyond the life of the server."""
    _decider: Analyzer | None = field(default=None, repr=False)
    """Has the thresholds that were chosen last, if any were since the job began."""
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    """Held while the list of moments changes: a growing analysis must not undo an edit."""

    @property
    def files(self) -> list[Path]:
        """Everything to download, the zip of all clips first."""
        return [p for p in (self.folder / RESULTS / name for name in FILES) if p.exists()]

    def show(self, analysis: Analysis) -> None:
        """Begins with a video that was analysed before."""
        self._take(analysis)
        self.is_complete = True

    def redecide(self, analyzer: Analyzer) -> None:
        """Finds moments under other thresholds, also in what is still to be read.

        What a person decided stays.
        """
        with self._lock:
            self._decider, self.options = analyzer, analyzer.options
            if self.analysis is not None:
                self._take(self.analysis)
            self.keep()

    def edit(self, *operations: Mapping[str, Any]) -> None:
        """Does what a person did on the timeline or in the table: all of it, or nothing.

        Raises:
            OptionError: If one of them cannot be done.
        """
        with self._lock:
            if self.analysis is None:
                return
            edits = self.edits
            for operation in operations:
                edits = apply(edits, operation, self.analysis)
            self.edits = edits
            self.analysis = replace(self.analysis, highlights=edits.highlights)
            self.keep()

    def keep(self) -> None:
        """Writes down what is to outlive the server, beside the files."""
        if self.kept is not None:
            self.kept.write(self._row)

    @property
    def _row(self) -> Row:
        decided = "" if self.analysis is None else decided_text(self.edits, self.analysis.options)
        made = (options_text(self.options), decided, exports_text(self.exports))
        where = (self.folder.name, self.visitor, str(self.video), str(self.preview or ""))
        return Row(self.name, *where, *made)

    def _take(self, analysis: Analysis) -> None:
        """Takes in what the machine found, beside what the person decided."""
        with self._lock:
            if self._decider is not None:
                analysis = redecide(analysis, self._decider)
            self.edits = self.edits.redecided(analysis.highlights)
            self.analysis = replace(analysis, highlights=self.edits.highlights)
