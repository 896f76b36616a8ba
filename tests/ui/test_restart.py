"""A server that ended finds again what there was, and goes on with what was not done."""

import os
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import numpy as np
import pytest
from gradio_client import Client, handle_file

from funny.extract.video import probe
from funny.moments.handoff.values import ExportOptions
from funny.pipeline import AnalyzeOptions
from funny.records import Highlight
from funny.ui.desk import Desk
from funny.ui.example import EXAMPLE
from funny.ui.exports import make_project
from funny.ui.folders import ANALYSIS, put_in_place, settle
from funny.ui.page import Page
from funny.ui.settings import Settings
from tests.media import Movie, Sound, sine, steady, write_media
from tests.ui.test_desk import Planted, finished, planted

BEST, OTHER = Highlight(7, 8.5, 7, 0.4), Highlight(2, 4, 3, 0.3)


class Sharing(Planted):
    """A planted analyzer that is asked for others with other options, and notes these."""

    def with_options(self, options):
        self.options = options
        return self


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp("video") / "방송 #1.mp4"
    movie = Movie(steady(10, 20), options={"preset": "ultrafast", "g": "10"})
    write_media(path, movie, Sound(sine(0.5, 20)))
    return path


@pytest.fixture
def found(video):
    return replace(planted(40, BEST, OTHER), video=probe(video))


@pytest.fixture
def state(tmp_path):
    return tmp_path / "state"


def ended(desk):
    """What is left of a desk whose server was killed."""
    desk._claim.release()
    return desk._folder


def anew(desk, *analyses):
    """A desk in place of one whose server was killed, and what it analyses by."""
    later, analyzer = Desk(folder=ended(desk)), Sharing(*analyses)
    later.resume(analyzer)
    return later, analyzer


def done(desk, video, analysis):
    work = desk.begin(video)
    work.analyze(Planted(analysis))
    assert finished(work).job.error is None
    return work


def test_what_was_found_edited_cut_and_made_is_there_again(state, video, found):
    desk = Desk(folder=state)
    work = done(desk, video, found)
    work.edit({"op": "keep", "id": 1, "kept": False})
    work.edit({"op": "add", "start_s": 10, "end_s": 13})
    work.edit({"op": "undo"})
    work.export("project", lambda *a: make_project("csv", ExportOptions(), *a))
    assert finished(work).job.error is None
    later, analyzer = anew(desk)
    again = later.find(work.name)
    assert again is not work and analyzer.asked == []
    assert (again.is_complete, again.is_running) == (True, False)
    assert again.edits.moments == work.edits.moments and again.edits.can_redo
    assert again.analysis.highlights == work.analysis.highlights
    assert again.analysis.options == work.analysis.options
    np.testing.assert_array_equal(again.analysis.timeline.scores, found.timeline.scores)
    assert again.clips == work.clips and all(clip.exists() for clip in again.clips)
    assert again.files == work.files
    assert again.exports == work.exports and again.exports["project"].is_of(again.analysis)
    again.edit({"op": "redo"})
    assert len(again.edits.moments) == 3


def test_another_threshold_chosen_before_is_in_force(state, video, found):
    desk = Desk(folder=state)
    work = done(desk, video, found)
    work.analysis = replace(work.analysis, options={**found.options, "threshold": 0.9})
    work.keep()
    later, _ = anew(desk)
    assert later.find(work.name).analysis.options["threshold"] == 0.9


@pytest.mark.parametrize("cuts", [True, False], ids=["with-clips", "analysis-alone"])
def test_an_analysis_in_midst_begins_again_with_its_options(state, video, found, cuts):
    desk, analyzer = Desk(folder=state), Planted(found, found)
    work = desk.begin(video)
    analyzer.options = AnalyzeOptions(threshold=0.4, quick=True)
    work.analyze(analyzer, cuts)
    analyzer.wait()
    later, again = anew(desk, found)
    resumed = finished(later.find(work.name))
    assert (again.asked, again.options) == ([video], analyzer.options)
    assert resumed.is_complete and bool(resumed.clips) == cuts
    analyzer.go_on()
    finished(work)


def test_a_cut_in_midst_is_done_again(state, video, found, monkeypatch):
    desk = Desk(folder=state)
    work = done(desk, video, found)
    work.edit({"op": "remove", "id": 1})
    number = desk._kept.job_begins(work.name, "cut")
    desk._kept.job_is(number, "running", "clips")
    later, _ = anew(desk)
    cut = finished(later.find(work.name))
    assert [clip.name for clip in cut.clips] == ["01_00-00-02_score-0.30.mp4"]
    assert later._kept.jobs(work.name)[-1].state == "done"


def test_other_jobs_in_midst_are_noted_as_failed(state, video):
    desk = Desk(folder=state)
    work = desk.begin(video)
    desk._kept.job_begins(work.name, "faces")
    later, _ = anew(desk)
    (job,) = later._kept.jobs(work.name)
    assert (job.state, job.reason) == ("failed", "the server ended")
    assert not later.find(work.name).is_running


def test_jobs_are_noted_from_their_begin_to_their_end(state, video, found):
    desk = Desk(folder=state)
    work = done(desk, video, found)
    failing = desk.begin(video)
    failing.analyze(Planted(found, error=RuntimeError("planted")))
    finished(failing)
    (job,) = desk._kept.jobs(work.name)
    assert (job.kind, job.state, job.stage, job.reason) == ("analyze", "done", "clips", "")
    (job,) = desk._kept.jobs(failing.name)
    assert (job.state, job.reason) == ("failed", "RuntimeError: planted")


def test_what_was_half_written_is_gone_and_nobodys_folder_too(state, video, found):
    desk = Desk(folder=state)
    work = done(desk, video, found)
    (work.folder / "tmphalf").mkdir()
    (state / "nobodys").mkdir()
    anew(desk)[0].find(work.name)
    assert not (state / "nobodys").exists()
    assert not (work.folder / "tmphalf").exists() and (work.folder / ANALYSIS).is_dir()


def test_what_nobody_looked_at_for_long_goes_at_the_start(state, video, found):
    desk = Desk(folder=state)
    old, fresh = done(desk, video, found), done(desk, video, found)
    desk._kept._rows("UPDATE works SET looked_at_s = looked_at_s - 1e6 WHERE name = ?", (old.name,))
    later, _ = anew(desk)
    assert later.find(old.name) is None and not old.folder.exists()
    assert later.find(fresh.name) is not None


@pytest.mark.parametrize("shift_s", [-1e9, 1e4], ids=["set-back", "set-forward-some-hours"])
def test_a_clock_that_jumps_throws_nothing_away(state, video, found, monkeypatch, shift_s):
    desk = Desk(folder=state)
    work = done(desk, video, found)
    desk._kept._rows("UPDATE works SET looked_at_s = looked_at_s - ?", (shift_s,))
    assert anew(desk)[0].find(work.name) is not None


def test_an_upload_is_kept_when_gradio_throws_its_own_away(state, video, found, tmp_path):
    upload = tmp_path / "uploads" / "abc" / video.name
    upload.parent.mkdir(parents=True)
    shutil.copy(video, upload)
    desk = Desk(folder=state, uploads=tmp_path / "uploads")
    work = done(desk, upload, found)
    upload.unlink()
    again = anew(desk)[0].find(work.name)
    assert again.video.name == video.name and again.video.read_bytes() == video.read_bytes()
    assert again.video.is_relative_to(state)


@pytest.mark.parametrize(
    ("age_s", "is_ours", "is_left"),
    [
        pytest.param(1e6, True, False, id="old"),
        pytest.param(10, True, True, id="fresh"),
        pytest.param(1e6, False, True, id="of-others"),
    ],
)
def test_old_uploads_of_a_killed_server_are_thrown_away(tmp_path, age_s, is_ours, is_left):
    uploads = tmp_path / ("state/uploads" if is_ours else "gradio")
    (uploads / "abc").mkdir(parents=True)
    then_s = time.time() - age_s
    os.utime(uploads / "abc", (then_s, then_s))
    Desk(folder=tmp_path / "state" / "desk", uploads=uploads).sweep()
    assert (uploads / "abc").exists() == is_left


def test_a_page_whose_work_lies_elsewhere_shows_all_of_it(tmp_path, monkeypatch):
    """Outside of the folder for temporary files, as it usually does."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "state" / "uploads"))
    page = Page(Settings(state=tmp_path / "state"))
    _, address, _ = page.launch(prevent_thread_lock=True, quiet=True)
    try:
        client = Client(address, verbose=False, download_files=str(tmp_path))
        found = client.predict(handle_file(EXAMPLE), None, api_name="/analyze")
        files = client.predict(found["job"], None, api_name="/cut")
        assert len(files) == 5 and all(Path(file).stat().st_size > 0 for file in files)
        lies_in = page._desk.find(found["job"]).folder
        assert lies_in.is_relative_to(tmp_path / "state" / "desk")
        with pytest.raises(HTTPError) as refused:
            urlopen(f"{address}gradio_api/file={lies_in / 'results' / 'analysis.json'}")
        assert refused.value.code == 403
    finally:
        page.blocks.close()


def test_a_second_server_has_a_desk_of_its_own(state, video):
    one, two = Desk(folder=state), Desk(folder=state)
    mine, theirs = one.begin(video), two.begin(video)
    assert mine.folder.parent == state and not theirs.folder.is_relative_to(state)


@pytest.mark.parametrize(
    ("room", "left"),
    [
        pytest.param(3000, ["one", "two", "three"], id="room-for-all"),
        pytest.param(2500, ["two", "three"], id="the-oldest-goes"),
        pytest.param(1200, ["three"], id="two-go"),
        pytest.param(10, [], id="room-for-none"),
    ],
)
def test_what_was_looked_at_longest_ago_makes_room(state, video, room, left):
    desk = Desk(folder=state, room=room)
    works = {name: desk.begin(video) for name in ("one", "two", "three")}
    for number, work in enumerate(works.values()):
        (work.folder / "file").write_bytes(bytes(1000))
        desk._looked_at_s[work.name] += number
    desk.sweep()
    assert [name for name, work in works.items() if desk.find(work.name)] == left


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        pytest.param([], None, id="nothing"),
        pytest.param(["new"], "new", id="new"),
        pytest.param(["old"], "old", id="failed-before-the-new-one-was-there"),
        pytest.param(["old", "new"], "new", id="failed-before-the-old-one-went"),
    ],
)
def test_one_of_two_folders_is_whole_whenever_the_power_fails(tmp_path, there, expected):
    target = tmp_path / "results"
    for name, folder in (("old", tmp_path / "results.old"), ("new", target)):
        if name in there:
            folder.mkdir()
            (folder / "said").write_text(name)
    settle(target)
    assert (target / "said").read_text() == expected if expected else not target.exists()
    assert not (tmp_path / "results.old").exists()


def test_a_new_folder_takes_the_place_of_the_old_one(tmp_path):
    fresh, target = tmp_path / "fresh", tmp_path / "results"
    for folder, said in ((fresh, "new"), (target, "old")):
        folder.mkdir()
        (folder / "said").write_text(said)
    put_in_place(fresh, target)
    assert (target / "said").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_the_same_moments_are_cut_once(state, video, found):
    desk = Desk(folder=state)
    work = done(desk, video, found)
    before = [clip.stat().st_mtime_ns for clip in work.clips]
    work.cut()
    assert finished(work).job.error is None
    assert [clip.stat().st_mtime_ns for clip in work.clips] == before
    work.edit({"op": "remove", "id": 2})
    work.cut()
    assert len(finished(work).clips) == 1


def test_a_file_that_cannot_be_written_stops_nobody(state, video, found):
    desk = Desk(folder=state)
    work = desk.begin(video)
    desk._kept._rows("PRAGMA query_only = ON")
    work.analyze(Planted(found))
    assert finished(work).job.error is None and work.clips
