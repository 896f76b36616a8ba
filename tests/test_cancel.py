"""Stopped at any moment, an analysis leaves no thread, no process, no open file and no file."""

import os
import tempfile
import threading
from pathlib import Path

import pytest

from funny.errors import Cancelled
from funny.files import staged
from funny.pipeline import AnalyzeOptions, Analyzer
from funny.ui.results import write_results

EXAMPLE = Path(__file__).parents[1] / "examples" / "first_laugh.mp4"


class Stopwatch:
    """A progress that raises the n-th time that it is told anything; None never does."""

    def __init__(self, last: int | None = None) -> None:
        self.last, self.stages = last, []

    def __call__(self, stage: str, done: float, total: float) -> None:
        self.stages.append(stage)
        if len(self.stages) - 1 == self.last:
            raise Cancelled("Stopped.")


def work(analyzer: Analyzer, folder: Path, progress: Stopwatch) -> None:
    """All that a visitor's click does, into a folder that is there when it is whole."""
    with staged(folder) as part:
        analysis = analyzer.analyze(EXAMPLE, progress)
        write_results(analysis, analysis.highlights, part, progress)


def alive() -> dict[str, object]:
    """What a process may leave running or open."""
    tasks = Path("/proc/self/task").iterdir()
    return {
        "threads": {thread.name for thread in threading.enumerate()},
        "processes": [child for task in tasks for child in (task / "children").read_text().split()],
        "files": sorted(filter(None, map(target, Path("/proc/self/fd").iterdir()))),
    }


def target(descriptor: Path) -> str:
    """The file that a descriptor leads to; nothing for the one that lists them."""
    try:
        return os.readlink(descriptor)
    except FileNotFoundError:
        return ""


@pytest.fixture(scope="module")
def analyzer(tmp_path_factory):
    """One that has worked before: what libraries start once and keep is there already."""
    analyzer = Analyzer(AnalyzeOptions())
    work(analyzer, tmp_path_factory.mktemp("first") / "out", Stopwatch())
    return analyzer


@pytest.fixture(scope="module")
def told(analyzer, tmp_path_factory):
    """The stage of every time that progress is told, uncached."""
    whole = Stopwatch()
    uncached = analyzer.with_options(AnalyzeOptions(cache=False))
    work(uncached, tmp_path_factory.mktemp("whole") / "out", whole)
    return whole.stages


@pytest.mark.parametrize("place", ["first", "second", "middle", "last"])
@pytest.mark.parametrize("stage", ["faces", "score", "clips"])
def test_nothing_is_left(analyzer, told, tmp_path, monkeypatch, cache_folder, stage, place):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mine = [n for n, s in enumerate(told) if s == stage]
    at = {"first": 0, "second": 1, "middle": len(mine) // 2, "last": -1}[place]
    before, stopped = alive(), Stopwatch(mine[at])
    with pytest.raises(Cancelled):
        work(analyzer, tmp_path / "out", stopped)
    assert stopped.stages[-1] == stage
    assert alive() == before
    assert list(tmp_path.iterdir()) == []
    assert not [path for path in cache_folder.rglob("*") if "part" in path.name]


def test_after_it_the_same_work_is_done_whole(analyzer, told, tmp_path):
    with pytest.raises(Cancelled):
        work(analyzer, tmp_path / "out", Stopwatch(told.index("clips")))
    work(analyzer, tmp_path / "out", Stopwatch())
    assert len(list((tmp_path / "out" / "clips").iterdir())) > 1
