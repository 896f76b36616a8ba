"""One video that a visitor works on: it is analysed, edited, cut and exported."""

import logging
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from funny import store
from funny.errors import MediaError, NotKept
from funny.extract.cast import Cast, faces_found
from funny.extract.faces import FaceDetector
from funny.extract.thumbnails import Sprite, sprite
from funny.extract.video import probe
from funny.fetch.download import fetch
from funny.fetch.options import FetchOptions
from funny.files import is_full
from funny.moments.edit import Edits, apply
from funny.moments.preview import needs_preview, write_preview
from funny.pipeline import AnalyzeOptions, Analyzer, redecide
from funny.records import Analysis
from funny.ui.exports import KINDS, Maker, Outcome
from funny.ui.jobs import Job
from funny.ui.kept import (
    Kept,
    Row,
    decided_of,
    decided_text,
    exports_of,
    exports_text,
    options_of,
    options_text,
)
from funny.ui.results import CLIPS, write_results
from funny.ui.turns import Turns

logger = logging.getLogger(__name__)

ANALYSIS, RESULTS, SOURCE = "analysis", "results", "source"
"""In the folder of a work: the analysis of the whole video, what was cut of it, the video itself if
it was fetched or uploaded."""
FILES = ("clips.zip", "highlights.csv", "timeline.html", "analysis.json", "signals.npz")


@dataclass(eq=False)
class Work:
    """One video that a visitor works on; its job writes here, the page reads."""

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
    job: Job | None = None
    making: str = ""
    """The kind that the job makes, if it makes an export."""
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
    turns: Turns = field(default_factory=Turns, repr=False)
    """Where its jobs wait for their turn."""
    kept: Kept | None = field(default=None, repr=False)
    """Where it is kept beyond the life of the server."""
    _decider: Analyzer | None = field(default=None, repr=False)
    """Has the thresholds that were chosen last, if any were since the job began."""
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    """Held while the list of moments changes: a growing analysis must not undo an edit."""

    @property
    def is_running(self) -> bool:
        """Whether a job goes on."""
        return self.job is not None and self.job.is_running

    def watched(self) -> Iterator[Job]:
        """The job, again and again while it goes on."""
        while self.job is not None and self.job.is_running:
            self.job.wait()
            yield self.job

    @property
    def files(self) -> list[Path]:
        """Everything to download, the zip of all clips first."""
        return [p for p in (self._results / name for name in FILES) if p.exists()]

    def show(self, analysis: Analysis) -> None:
        """Begins with a video that was analysed before."""
        self._take(analysis)
        self.is_complete = True

    def cancel(self) -> None:
        """Asks the job to stop; it does at the next tick."""
        if self.job is not None:
            self.job.cancel()

    def analyze(self, analyzer: Analyzer, cuts: bool = True) -> None:
        """Starts to read the video, then to cut the clips of what is found, if that is wanted."""
        self.options = analyzer.options

        def run(job: Job) -> None:
            self._finish(analyzer.analyze(self.video, job.report, self._take))
            if cuts:
                self._make_thumbnails(job)
                self._cut(job)

        self._begin(run, "analyze" if cuts else "analyze only")

    def fetch(self, url: str, options: FetchOptions, plays: bool = True) -> None:
        """Starts to fetch the video from the web, then to make what a browser can play of it.

        Args:
            url: Its address.
            options: How it is fetched.
            plays: Whether a browser is to play it.
        """

        def run(job: Job) -> None:
            self.video = fetch(url, self.folder / SOURCE, options, job.report).video
            if not plays or not needs_preview(self.video):
                self.preview = self.video
            else:
                self._make_preview(job)

        self._begin(run, "fetch", waits=False)

    def make_preview(self) -> None:
        """Starts to make what a browser can play of the video."""
        # Most are copied in a moment; nobody should look at an empty player for another's sake.
        self._begin(self._make_preview, "preview", waits=False)

    def _make_preview(self, job: Job) -> None:
        target = self.folder / f"preview-{secrets.token_hex(8)}.mp4"
        write_preview(self.video, target, partial(job.report, "preview"))
        self.preview = target

    def rescore(self, analyzer: Analyzer) -> None:
        """Starts to score the signals again, as another head sees them; nothing is decoded."""
        before = self.analysis
        assert before is not None, "nothing was analysed yet"
        self._decider, self.options = analyzer, analyzer.options

        def run(job: Job) -> None:
            job.report("score", 0, 1)
            scored = analyzer.scored(before.video, before.signals)
            self._finish(replace(scored, notes=before.notes))

        self._begin(run, "rescore")

    def find_faces(self, detector: FaceDetector) -> None:
        """Starts to look for the faces of the video."""

        def run(job: Job) -> None:
            self.cast = faces_found(probe(self.video), detector, job.report)

        # In turn: beside an analysis on two cores it would take minutes, not seconds.
        self._begin(run, "faces")

    def cut(self) -> None:
        """Starts to cut the clips of the moments that are kept."""
        self._begin(self._cut, "cut")

    def export(self, kind: str, make: Maker) -> None:
        """Starts to make something of the kept moments as they are now; the last of its kind goes.

        Args:
            kind: What it is, a name in `exports.KINDS`.
            make: Makes it.
        """
        analysis = self.analysis
        assert analysis is not None, "nothing was analysed yet"

        def run(job: Job) -> None:
            with self._fresh("export") as folder:
                made = make(analysis, folder, partial(job.report, kind))
            last, self.exports[kind] = self.exports.get(kind), made
            if last is not None:
                shutil.rmtree(last.folder, ignore_errors=True)

        self._begin(run, kind)

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

    @classmethod
    def restored(cls, row: Row, folder: Path, turns: Turns, kept: Kept) -> "Work":
        """The work of a row, as far as it had come when the server ended."""
        work = cls(row.name, Path(row.video), folder, visitor=row.visitor, turns=turns, kept=kept)
        work.preview = Path(row.preview) if row.preview else None
        work.options, work.exports = options_of(row.options), exports_of(row.exports)
        for name in (ANALYSIS, RESULTS):
            settle(folder / name)
        exports = [made.folder.name for made in work.exports.values()]
        _tidy(folder, {ANALYSIS, RESULTS, SOURCE, *exports, Path(row.preview).name})
        work.clips = sorted((folder / RESULTS / CLIPS).glob("*.mp4"))
        with suppress(MediaError):
            analysis = store.load(folder / ANALYSIS)
            work.edits, decided = decided_of(row.decided)
            work.analysis = replace(
                analysis,
                highlights=work.edits.highlights,
                options={**analysis.options, **decided},
            )
            work.is_complete = True
        return work

    def _begin(self, work: Callable[[Job], None], kind: str, waits: bool = True) -> None:
        self.keep()
        number = self.kept.job_begins(self.name, kind) if self.kept else 0
        # Known before it runs, so that to cancel never means the job before.
        told = partial(self._job_is, kind, number)
        self.job = Job(work, self.turns if waits else None, self.visitor, told)
        self.making = kind if kind in KINDS else ""
        self.job.start()

    def _job_is(self, kind: str, number: int, job: Job) -> None:
        """Notes what a job does now; the log says nothing of whose it is, or of what."""
        logger.info("job %d, %s: %s %s, %.1f s", number, kind, job.state, job.stage, job.age_s)
        if self.kept is not None:
            reason = "" if job.error is None else f"{type(job.error).__name__}: {job.error}"
            self.kept.job_is(number, job.state, job.stage, reason)
        if not job.is_open:
            self.keep()

    def _finish(self, analysis: Analysis) -> None:
        """Takes in what was found in the whole video, and keeps it."""
        self._take(analysis)
        # Whatever the disk says: it is there to be looked at, edited and cut.
        self.is_complete = True
        with self._fresh("analysis") as fresh:
            store.save(analysis, fresh)
            put_in_place(fresh, self.folder / ANALYSIS)
        self.keep()

    def _make_thumbnails(self, job: Job) -> None:
        """Makes what the timeline shows under the pointer; without it, nothing is lost."""
        with suppress(MediaError):
            if self.analysis is not None:
                self.sprite = sprite(self.analysis.video, partial(job.report, "pictures"))

    def _take(self, analysis: Analysis) -> None:
        """Takes in what the machine found, beside what the person decided."""
        with self._lock:
            if self._decider is not None:
                analysis = redecide(analysis, self._decider)
            self.edits = self.edits.redecided(analysis.highlights)
            self.analysis = replace(analysis, highlights=self.edits.highlights)

    @property
    def _results(self) -> Path:
        return self.folder / RESULTS

    def _cut(self, job: Job) -> None:
        analysis = self.analysis
        assert analysis is not None, "nothing was analysed yet"
        if self._is_cut(analysis):
            return
        with self._fresh("clips") as fresh:
            clips = write_results(analysis, analysis.kept, fresh, job.report)
            put_in_place(fresh, self._results)
        self.clips = [self._results / clip.relative_to(fresh) for clip in clips]

    def _is_cut(self, analysis: Analysis) -> bool:
        """Whether there are the clips of these moments already."""
        try:
            before = store.load(self._results)
        except MediaError:
            return False
        return before.highlights == analysis.highlights and all(c.exists() for c in self.clips)

    @contextmanager
    def _fresh(self, what: str) -> Iterator[Path]:
        """A new folder of this work, which goes if what is done in it fails or is stopped.

        Raises:
            NotKept: If the disk is full; told what there is no room for.
        """
        fresh = None
        try:
            fresh = Path(tempfile.mkdtemp(dir=self.folder))
            yield fresh
        except BaseException as error:
            if fresh is not None:
                shutil.rmtree(fresh, ignore_errors=True)
            if is_full(error):
                raise NotKept(what) from error
            raise


def put_in_place(fresh: Path, target: Path) -> None:
    """A new folder in place of an old one; whenever the power fails, one of the two is whole."""
    old = _old(target)
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def settle(target: Path) -> None:
    """Takes the old folder back where the power failed before the new one was in place."""
    if not target.exists() and (old := _old(target)).exists():
        old.rename(target)
    shutil.rmtree(_old(target), ignore_errors=True)


def _tidy(folder: Path, known: Set[str]) -> None:
    """Removes what was half made when the server ended."""
    for path in folder.iterdir():
        if path.is_dir() and path.name not in known:
            shutil.rmtree(path, ignore_errors=True)
        elif path.name not in known:
            path.unlink(missing_ok=True)


def _old(target: Path) -> Path:
    return target.with_name(f"{target.name}.old")
