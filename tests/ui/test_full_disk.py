"""A full disk takes no moments away: they are shown, one sentence says what was not kept."""

from dataclasses import replace

import gradio as gr
import pytest

from funny.errors import NotKept
from funny.extract.video import probe
from funny.moments.handoff.values import ExportOptions
from funny.moments.reel.values import ReelOptions
from funny.records import Highlight
from funny.ui.api import _progress
from funny.ui.desk import Desk
from funny.ui.exports import make_project, make_reel
from funny.ui.folders import ANALYSIS, RESULTS
from funny.ui.results import write_results
from funny.ui.texts import failure_text
from tests.disks import fill, mounted
from tests.media import Movie, Sound, sine, steady, write_media
from tests.ui.test_desk import Planted, finished, planted

MOMENTS = (Highlight(7, 8.5, 7, 0.4), Highlight(2, 4, 3, 0.3))


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp("video") / "a.mp4"
    movie = Movie(steady(10, 20), options={"preset": "ultrafast", "g": "10"})
    write_media(path, movie, Sound(sine(0.5, 20)))
    return path


@pytest.fixture
def found(video):
    return replace(planted(40, *MOMENTS), video=probe(video))


@pytest.fixture
def disk(tmp_path):
    with mounted(tmp_path / "disk", "size=16m") as disk:
        yield disk


@pytest.fixture
def desk(disk):
    """On that disk; it holds no file of it open when the test is over."""
    desk = Desk(folder=disk / "desk")
    yield desk
    desk._kept.close()
    desk._claim.release()


class Filling(Planted):
    """An analyzer that finds no room on the disk when it is done."""

    def __init__(self, found, disk, free_kb):
        super().__init__(found)
        self._disk, self._free_kb = disk, free_kb

    def analyze(self, *given):
        fill(self._disk / "filling", self._free_kb)
        return super().analyze(*given)


def names(folder):
    return sorted(path.name for path in folder.rglob("*"))


def assert_told(work, what):
    """One sentence in either language; nothing is called a crash."""
    error = work.job.error
    assert isinstance(error, NotKept) and error.what == what
    for language, word in (("en", "disk of the server is full"), ("ko", "디스크가 가득")):
        said = failure_text(language, work.job)
        assert word in said and "\n" not in said
        assert said.count(".") == 1


@pytest.mark.parametrize("free_kb", [0, 4])
def test_moments_are_shown_although_nothing_can_be_kept(disk, desk, video, found, free_kb):
    work = desk.begin(video)
    work.analyze(Filling(found, disk, free_kb))
    finished(work)
    assert_told(work, "analysis")
    assert work.is_complete and work.analysis.highlights == found.highlights
    assert len(work.edits.moments) == 2 and names(work.folder) == []
    work.edit({"op": "keep", "id": 1, "kept": False})
    assert len(work.analysis.kept) == 1
    (disk / "filling").unlink()
    work.cut()
    assert finished(work).job.error is None and len(work.clips) == 1


def test_room_for_all_but_the_last_is_no_room(disk, desk, video, found, tmp_path):
    work = desk.begin(video)
    work.analyze(Planted(found), cuts=False)
    assert finished(work).job.error is None
    (tmp_path / "all").mkdir()
    write_results(work.analysis, work.analysis.kept, tmp_path / "all", lambda *_: None)
    sizes = [path.stat().st_size for path in (tmp_path / "all").rglob("*") if path.is_file()]
    fill(disk / "filling", sum(sizes) // 1024 - 8)
    before = names(work.folder)
    work.cut()
    finished(work)
    assert_told(work, "clips")
    assert names(work.folder) == before


def a_reel(*given):
    return make_reel(ReelOptions(), *given)


def a_project(*given):
    return make_project("csv", ExportOptions(), *given)


@pytest.mark.parametrize(
    ("begin", "what", "free_kb"),
    [
        pytest.param(lambda work: work.cut(), "clips", 0, id="clips"),
        pytest.param(lambda work: work.cut(), "clips", 40, id="clips-in-the-midst"),
        pytest.param(lambda work: work.export("reel", a_reel), "export", 0, id="reel"),
        pytest.param(lambda work: work.export("reel", a_reel), "export", 100, id="reel-later"),
        # A list is small: a disk that takes it has room.
        pytest.param(lambda work: work.export("project", a_project), "export", 0, id="project"),
    ],
)
def test_what_finds_no_room_leaves_all_as_it_was(disk, desk, video, found, begin, what, free_kb):
    work = desk.begin(video)
    work.analyze(Planted(found), cuts=False)
    assert finished(work).job.error is None
    before = names(work.folder)
    fill(disk / "filling", free_kb)
    begin(work)
    finished(work)
    assert_told(work, what)
    assert names(work.folder) == before and ANALYSIS in before and RESULTS not in before
    assert work.is_complete and not work.clips and not work.exports


def test_a_program_is_given_what_was_found(disk, desk, video, found):
    work = desk.begin(video)
    work.analyze(Filling(found, disk, 0), cuts=False)
    assert all("stage" in told for told in _progress(work))
    assert_told(work, "analysis")
    work.cut()
    with pytest.raises(gr.Error, match="no clips were cut"):
        list(_progress(work))
