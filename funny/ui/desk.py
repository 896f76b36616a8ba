"""What visitors work on, under names that nobody can guess; it outlives a page that is reloaded."""

import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from weakref import ref

from funny.errors import MediaError
from funny.extract.cast import Cast, faces_found
from funny.extract.faces import FaceDetector
from funny.extract.thumbnails import Sprite, sprite
from funny.extract.video import probe
from funny.fetch.download import fetch
from funny.fetch.options import FetchOptions
from funny.moments.edit import Edits, apply
from funny.moments.preview import needs_preview, write_preview
from funny.pipeline import AnalyzeOptions, Analyzer, redecide
from funny.records import Analysis
from funny.ui.exports import Maker, Outcome
from funny.ui.jobs import Job
from funny.ui.results import write_results

_SWEEP_S = 600.0
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
    looked_at_s: float = field(default_factory=time.monotonic)
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
            self._take(analyzer.analyze(self.video, job.report, self._take))
            self.is_complete = True
            if cuts:
                self._make_thumbnails(job)
                self._cut(job)

        self._begin(run)

    def fetch(self, url: str, options: FetchOptions, plays: bool = True) -> None:
        """Starts to fetch the video from the web, then to make what a browser can play of it.

        Args:
            url: Its address.
            options: How it is fetched.
            plays: Whether a browser is to play it.
        """

        def run(job: Job) -> None:
            self.video = fetch(url, self.folder / "source", options, job.report).video
            if not plays or not needs_preview(self.video):
                self.preview = self.video
            else:
                self._make_preview(job)

        self._begin(run, waits=False)

    def make_preview(self) -> None:
        """Starts to make what a browser can play of the video."""
        # Most are copied in a moment; nobody should look at an empty player for another's sake.
        self._begin(self._make_preview, waits=False)

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
            self._take(replace(scored, notes=before.notes))

        self._begin(run)

    def find_faces(self, detector: FaceDetector) -> None:
        """Starts to look for the faces of the video."""

        def run(job: Job) -> None:
            self.cast = faces_found(probe(self.video), detector, job.report)

        # At the gate: beside an analysis on two cores it would take minutes, not seconds.
        self._begin(run)

    def cut(self) -> None:
        """Starts to cut the clips of the moments that are kept."""
        self._begin(self._cut)

    def export(self, kind: str, make: Maker) -> None:
        """Starts to make something of the kept moments as they are now; the last of its kind goes.

        Args:
            kind: What it is, a name in `exports.KINDS`.
            make: Makes it.
        """
        analysis = self.analysis
        assert analysis is not None, "nothing was analysed yet"

        def run(job: Job) -> None:
            with self._fresh() as folder:
                made = make(analysis, folder, partial(job.report, kind))
            last, self.exports[kind] = self.exports.get(kind), made
            if last is not None:
                shutil.rmtree(last.folder, ignore_errors=True)

        self._begin(run, making=kind)

    def redecide(self, analyzer: Analyzer) -> None:
        """Finds moments under other thresholds, also in what is still to be read.

        What a person decided stays.
        """
        with self._lock:
            self._decider, self.options = analyzer, analyzer.options
            if self.analysis is not None:
                self._take(self.analysis)

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

    def _begin(self, work: Callable[[Job], None], waits: bool = True, making: str = "") -> None:
        # Known before it runs, so that to cancel never means the job before.
        self.job, self.making = Job(work, waits), making
        self.job.start()

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
        return self.folder / "results"

    def _cut(self, job: Job) -> None:
        analysis = self.analysis
        assert analysis is not None, "nothing was analysed yet"
        with self._fresh() as fresh:
            clips = write_results(analysis, analysis.kept, fresh, job.report)
        shutil.rmtree(self._results, ignore_errors=True)
        fresh.rename(self._results)
        self.clips = [self._results / clip.relative_to(fresh) for clip in clips]

    @contextmanager
    def _fresh(self) -> Iterator[Path]:
        """A new folder of this work, which goes if what is done in it fails or is stopped."""
        fresh = Path(tempfile.mkdtemp(dir=self.folder))
        try:
            yield fresh
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise


class Desk:
    """All work of all visitors, in a folder that Gradio does not serve and that goes with it.

    Args:
        keep_s: How long work is kept after it was last looked at.
    """

    def __init__(self, keep_s: float = 24 * 3600.0) -> None:
        self._keep_s = keep_s
        self._works: dict[str, Work] = {}
        self._lock = threading.Lock()

    @cached_property
    def _root(self) -> tempfile.TemporaryDirectory[str]:
        # What is promised to be thrown away goes also when nobody comes any more.
        every_s = min(_SWEEP_S, self._keep_s / 4)
        threading.Thread(target=_sweep_always, args=(ref(self), every_s), daemon=True).start()
        return tempfile.TemporaryDirectory(prefix="funny-")

    def begin(self, video: Path, prefix: str = "") -> Work:
        """New work on a video; what nobody has looked at for long is thrown away.

        Args:
            video: The file.
            prefix: How its name begins.
        """
        name = prefix + secrets.token_urlsafe(16)
        with self._lock:
            work = Work(name, video, Path(tempfile.mkdtemp(dir=self._root.name)))
            self._sweep()
            self._works[name] = work
        return work

    def sweep(self) -> None:
        """Throws away what nobody has looked at for long."""
        with self._lock:
            self._sweep()

    def _sweep(self) -> None:
        for stale in list(self._stale()):
            shutil.rmtree(self._works.pop(stale).folder, ignore_errors=True)

    def find(self, name: object) -> Work | None:
        """Work by its name, if there is any; looking at it keeps it."""
        if not (isinstance(name, str) and re.fullmatch(r"[\w-]{8,64}", name)):
            return None
        if (work := self._works.get(name)) is not None:
            work.looked_at_s = time.monotonic()
        return work

    def _stale(self) -> Iterator[str]:
        now_s = time.monotonic()
        for name, work in self._works.items():
            if not work.is_running and now_s - work.looked_at_s > self._keep_s:
                yield name


def _sweep_always(desk: "ref[Desk]", every_s: float) -> None:
    """Sweeps again and again, as long as there is a desk."""
    while True:
        time.sleep(every_s)
        if (there := desk()) is None:
            return
        there.sweep()
        del there
