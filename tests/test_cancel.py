"""Stopped at any moment, an analysis leaves no thread, no process, no open file and no file."""

import os
import tempfile
import threading
from collections import Counter
from pathlib import Path

import pytest

from funny.errors import Cancelled
from funny.files import staged
from funny.pipeline import AnalyzeOptions, Analyzer
from funny.ui.results import write_results

EXAMPLE = Path(__file__).parents[1] / "examples" / "first_laugh.mp4"


class Stop:
    """A progress that raises as soon as a stage has come so far; without a stage it never does."""

    def __init__(self, stage: str = "", share: float = 0.0) -> None:
        self.stage, self.share = stage, share

    def __call__(self, stage: str, done: float, total: float) -> None:
        if stage == self.stage and done >= self.share * total:
            raise Cancelled(f"Stopped: {stage}.")


def work(analyzer: Analyzer, folder: Path, progress: Stop) -> None:
    """All that a visitor's click does, into a folder that is there when it is whole."""
    with staged(folder) as part:
        analysis = analyzer.analyze(EXAMPLE, progress)
        write_results(analysis, analysis.highlights, part, progress)


def alive() -> Counter[str]:
    """Threads, child processes and open files of this process."""
    own = Path("/proc/self")
    children = [child for path in own.glob("task/*/children") for child in said(path).split()]
    files = [target(descriptor) for descriptor in own.glob("fd/*")]
    names = [thread.name for thread in threading.enumerate()]
    return Counter(filter(None, [*names, *children, *files]))


def said(path: Path) -> str:
    """What a file says; nothing if its thread has just ended."""
    try:
        return path.read_text()
    except OSError:
        return ""


def target(descriptor: Path) -> str:
    """The file that a descriptor leads to; nothing for the one that lists them."""
    try:
        return os.readlink(descriptor)
    except OSError:
        return ""


@pytest.fixture(scope="module")
def analyzer(tmp_path_factory):
    """One that has worked before: what libraries start once and keep is there already."""
    analyzer = Analyzer(AnalyzeOptions())
    work(analyzer, tmp_path_factory.mktemp("first") / "out", Stop())
    return analyzer


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.95])
@pytest.mark.parametrize("stage", ["faces", "score", "clips"])
def test_nothing_is_left(analyzer, tmp_path, monkeypatch, cache_folder, stage, share):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = alive()
    with pytest.raises(Cancelled, match=stage):
        work(analyzer, tmp_path / "out", Stop(stage, share))
    assert not alive() - before
    assert list(tmp_path.iterdir()) == []
    assert not [path for path in cache_folder.rglob("*") if "part" in path.name]


def test_after_it_the_same_work_is_done_whole(analyzer, tmp_path):
    with pytest.raises(Cancelled):
        work(analyzer, tmp_path / "out", Stop("clips"))
    work(analyzer, tmp_path / "out", Stop())
    assert len(list((tmp_path / "out" / "clips").iterdir())) > 1
