"""Work on one video: it is read, cut and exported by jobs in threads of their own."""

import logging
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from funny import store
from funny.errors import MediaError
from funny.extract.cast import faces_found
from funny.extract.faces import FaceDetector
from funny.extract.thumbnails import sprite
from funny.extract.video import probe
from funny.fetch.download import fetch
from funny.fetch.options import FetchOptions
from funny.moments.preview import needs_preview, write_preview
from funny.pipeline import Analyzer
from funny.records import Analysis
from funny.ui.exports import KINDS, Maker
from funny.ui.folders import ANALYSIS, RESULTS, SOURCE, fresh_in, put_in_place
from funny.ui.footage import Footage
from funny.ui.jobs import Job
from funny.ui.results import write_results
from funny.ui.turns import Turns

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Work(Footage):
    """One video that a visitor works on, and the job that goes on at it."""

    job: Job | None = None
    making: str = ""
    """The kind that the job makes, if it makes an export."""
    turns: Turns = field(default_factory=Turns, repr=False)
    """Where its jobs wait for their turn."""

    @property
    def is_running(self) -> bool:
        """Whether a job goes on."""
        return self.job is not None and self.job.is_running

    def watched(self) -> Iterator[Job]:
        """The job, again and again while it goes on."""
        while self.job is not None and self.job.is_running:
            self.job.wait()
            yield self.job

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
            with fresh_in(self.folder, "export") as folder:
                made = make(analysis, folder, partial(job.report, kind))
            last, self.exports[kind] = self.exports.get(kind), made
            if last is not None:
                shutil.rmtree(last.folder, ignore_errors=True)

        self._begin(run, kind)

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
        with fresh_in(self.folder, "analysis") as fresh:
            store.save(analysis, fresh)
            put_in_place(fresh, self.folder / ANALYSIS)
        self.keep()

    def _make_thumbnails(self, job: Job) -> None:
        """Makes what the timeline shows under the pointer; without it, nothing is lost."""
        with suppress(MediaError):
            if self.analysis is not None:
                self.sprite = sprite(self.analysis.video, partial(job.report, "pictures"))

    def _cut(self, job: Job) -> None:
        analysis = self.analysis
        assert analysis is not None, "nothing was analysed yet"
        if self._is_cut(analysis):
            return
        with fresh_in(self.folder, "clips") as fresh:
            clips = write_results(analysis, analysis.kept, fresh, job.report)
            put_in_place(fresh, self.folder / RESULTS)
        self.clips = [self.folder / RESULTS / clip.relative_to(fresh) for clip in clips]

    def _is_cut(self, analysis: Analysis) -> bool:
        """Whether there are the clips of these moments already."""
        try:
            before = store.load(self.folder / RESULTS)
        except MediaError:
            return False
        return before.highlights == analysis.highlights and all(c.exists() for c in self.clips)
