"""One analysis at a time in a thread of its own, watched from the page, stopped at any tick."""

import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from funny.errors import Cancelled
from funny.pipeline import Analyzer
from funny.records import Analysis
from funny.ui.results import write_results

# Gradio frees a cancelled job's place in the queue before the job has stopped; this does not.
_GATE = threading.Lock()
_LOOK_S = 0.2


@dataclass
class Result:
    """What a visitor holds: an analysis and the files made from it, in a folder of their own."""

    analysis: Analysis
    folder: Path
    clips: list[Path] = field(default_factory=list)

    @property
    def files(self) -> list[Path]:
        """Everything to download, the zip of all clips first."""
        names = ("clips.zip", "highlights.csv", "timeline.html", "analysis.json", "signals.npz")
        return [self.folder / name for name in names if (self.folder / name).exists()]

    def drop(self) -> None:
        """Removes the files."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Job:
    """Work in a thread; progress is read, cancelling is asked for, nothing is shared."""

    def __init__(self, work: Callable[["Job"], Result]) -> None:
        self._cancelled = threading.Event()
        self._work = work
        # The context names the visitor, on whose account a lent GPU runs.
        context = copy_context()
        self._thread = threading.Thread(target=context.run, args=(self._run,), daemon=True)
        self._stage_began = 0.0
        self.stage, self.done, self.total = "queued", 0.0, 0.0
        self.result: Result | None = None
        self.error: BaseException | None = None

    def start(self) -> "Job":
        """Begins; waits for its turn if another job runs."""
        self._thread.start()
        return self

    def cancel(self) -> None:
        """Asks the work to stop; it does at the next tick."""
        self._cancelled.set()

    @property
    def is_running(self) -> bool:
        """Whether the work goes on; waits a moment before it says so."""
        self._thread.join(_LOOK_S)
        return self._thread.is_alive()

    @property
    def rate(self) -> float:
        """Seconds of video per second of work in this stage."""
        return self.done / max(1e-3, time.monotonic() - self._stage_began)

    @property
    def left_s(self) -> float:
        """Seconds of work left in this stage at that rate."""
        return (self.total - self.done) / max(1e-3, self.rate)

    def report(self, stage: str, done: float, total: float) -> None:
        """Progress of the work.

        Raises:
            Cancelled: If the visitor has asked to stop.
        """
        if self._cancelled.is_set():
            raise Cancelled("Stopped.")
        if stage != self.stage:
            self._stage_began = time.monotonic()
        self.stage, self.done, self.total = stage, done, total

    def _run(self) -> None:
        try:
            self._wait_for_turn()
            try:
                self.report("start", 0, 0)
                self.result = self._work(self)
            finally:
                _GATE.release()
        except BaseException as error:  # handed to the page, which tells the visitor
            self.error = error

    def _wait_for_turn(self) -> None:
        while not _GATE.acquire(timeout=_LOOK_S):
            self.report("queued", 0, 0)


def analyze_job(analyzer: Analyzer, video: Path) -> Job:
    """Analyses a video and cuts the clips of its highlights."""

    def work(job: Job) -> Result:
        analysis = analyzer.analyze(video, job.report)
        return _files_of(analysis, job)

    return Job(work).start()


def cut_job(analysis: Analysis) -> Job:
    """Cuts the clips of an analysis that has been decided anew."""
    return Job(lambda job: _files_of(analysis, job)).start()


@cache
def _workspace() -> tempfile.TemporaryDirectory[str]:
    """Folder of all visitors' files; it goes with the process. Gradio does not serve it."""
    return tempfile.TemporaryDirectory(prefix="funny-")


def _files_of(analysis: Analysis, job: Job) -> Result:
    result = Result(analysis, Path(tempfile.mkdtemp(dir=_workspace().name)))
    try:
        result.clips = write_results(analysis, analysis.highlights, result.folder, job.report)
        return result
    except BaseException:
        result.drop()
        raise
