"""What a visitor works on: it grows, it is edited meanwhile, it is cut, and it is theirs alone."""

import re
import tempfile
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

import funny.ui.work
from funny.errors import Cancelled, MediaError, OptionError
from funny.extract.video import probe
from funny.moments.clips import clip_name
from funny.pipeline import AnalyzeOptions, Analyzer
from funny.records import Highlight
from funny.ui.desk import Desk
from funny.ui.footage import FILES
from funny.ui.jobs import Job
from tests.media import Movie, Sound, sine, steady, write_media
from tests.values import analysis_of, block, timeline_of

KEPT_S = 24 * 3600.0  # what a desk keeps work for, unless told otherwise
PATIENCE_S = 60
CLIP = Path("/videos/clip.mp4")
OPTIONS = {"audio_track": None, "threshold": 0.4, "highlights": {}}
SCORES = block(80, (4, 7), high=0.5) + block(80, (14, 17), high=0.9) + block(80, (29, 32), high=0.2)
PLAIN, BEST = Highlight(3, 8, 5.0, 0.5), Highlight(13, 18, 15.0, 0.9)


def planted(ticks, *highlights):
    """An analysis of the first ticks of SCORES."""
    analysis = analysis_of(ticks, highlights=highlights, options=OPTIONS)
    return replace(analysis, timeline=timeline_of(SCORES[:ticks]))


# The edge of a moment may still move while more of the video is read.
EARLY = planted(20, replace(PLAIN, start_s=2))
WHOLE = planted(80, BEST, PLAIN)


class Planted:
    """In an analyzer's place: hands out what is planted, the next whenever it is told to go on."""

    def __init__(self, *analyses, error=None):
        self._analyses, self._error = analyses, error
        self._go, self._handed = threading.Semaphore(0), threading.Semaphore(0)
        self.asked, self.options = [], AnalyzeOptions()

    def analyze(self, path, progress, grown):
        self.asked.append(path)
        *parts, whole = self._analyses
        for part in parts:
            grown(part)
            self._handed.release()
            assert self._go.acquire(timeout=PATIENCE_S)
            progress("faces", 1, 2)
        if self._error:
            raise self._error
        return whole

    def wait(self):
        """Until the next part was handed out."""
        assert self._handed.acquire(timeout=PATIENCE_S)

    def go_on(self):
        self._go.release()


def finished(work):
    """The work, once its job has ended."""
    until_s = time.monotonic() + PATIENCE_S
    while work.is_running:
        work.job.wait()
        assert time.monotonic() < until_s
    return work


def waits_for_its_turn(work):
    """Whether a job that just began is still waiting after a look or two at the gate."""
    work.job.wait()
    work.job.wait()
    return work.is_running and work.job.stage == "queued"


def spans(work):
    return {m.id: (m.highlight.start_s, m.highlight.end_s) for m in work.edits.moments}


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def uncut(monkeypatch):
    """No files are made: what is kept is noted instead."""
    noted = []

    def note(analysis, kept, folder, progress):
        noted.append(kept)
        return []

    monkeypatch.setattr(funny.ui.work, "write_results", note)
    return noted


@pytest.fixture
def growing(desk, uncut):
    """Work of which the first part is there, and what it waits for."""
    work, analyzer = desk.begin(CLIP), Planted(EARLY, WHOLE)
    work.analyze(analyzer)
    analyzer.wait()
    yield work, analyzer
    work.cancel()
    analyzer.go_on()
    finished(work)


# Names


def test_work_is_found_by_its_name_alone(desk):
    one, two = desk.begin(CLIP), desk.begin(CLIP)
    assert desk.find(one.name) is one and desk.find(two.name) is two


def test_names_cannot_be_guessed(desk):
    names = [desk.begin(CLIP).name for _ in range(20)]
    assert len(set(names)) == 20
    assert all(re.fullmatch(r"[\w-]{22}", name, re.ASCII) for name in names)  # 128 bits
    assert len({name[:4] for name in names}) == 20


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="empty"),
        pytest.param(0, id="number"),
        pytest.param(float("nan"), id="nan"),
        pytest.param(b"AAAAAAAAAAAAAAAAAAAAAA", id="bytes"),
        pytest.param(["AAAAAAAAAAAAAAAAAAAAAA"], id="list"),
        pytest.param({"name": "A"}, id="dict"),
        pytest.param("A" * 22, id="unknown"),
        pytest.param("A" * 10**6, id="megabyte"),
        pytest.param("../../etc/passwd", id="path"),
        pytest.param("/tmp/funny-abcdefgh", id="folder"),
        pytest.param("__class__", id="attribute"),
        pytest.param("A" * 21 + "\n", id="line-break"),
        pytest.param("A" * 21 + "\0", id="nul"),
    ],
)
def test_what_is_no_known_name_finds_nothing(desk, name):
    desk.begin(CLIP)
    assert desk.find(name) is None


@pytest.mark.parametrize(
    "change", [str.swapcase, lambda n: n + " ", lambda n: n[:-1], lambda n: n + "A"]
)
def test_almost_the_name_finds_nothing(desk, change):
    assert desk.find(change(desk.begin(CLIP).name)) is None


def test_the_folder_does_not_tell_the_name(desk):
    work = desk.begin(CLIP)
    assert work.folder.is_dir() and work.name not in str(work.folder)


def test_work_begins_empty(desk):
    work = desk.begin(CLIP)
    assert (work.video, work.analysis, work.clips, work.files) == (CLIP, None, [], [])
    assert not work.is_running and not work.is_complete
    work.edit({"op": "undo"})
    work.redecide(Analyzer())
    work.cancel()
    assert work.analysis is None and work.edits.moments == ()


# What is old


def aged(desk, work, age_s):
    desk._looked_at_s[work.name] = time.monotonic() - age_s
    return work


def test_what_nobody_looked_at_is_thrown_away_with_its_folder(desk):
    old, fresh = desk.begin(CLIP), desk.begin(CLIP)
    (old.folder / "clips.zip").write_bytes(b"PK")
    aged(desk, old, KEPT_S + 1), aged(desk, fresh, KEPT_S - 60)
    desk.begin(CLIP)
    assert desk.find(old.name) is None and not old.folder.exists()
    assert desk.find(fresh.name) is fresh and fresh.folder.is_dir()


def test_looking_at_it_keeps_it(desk):
    work = aged(desk, desk.begin(CLIP), KEPT_S + 1)
    desk.find(work.name)
    desk.begin(CLIP)
    assert desk.find(work.name) is work and work.folder.is_dir()


def test_what_still_runs_is_not_thrown_away(desk, growing):
    work, analyzer = growing
    aged(desk, work, 2 * KEPT_S)
    desk.begin(CLIP)
    assert work.folder.is_dir()
    analyzer.go_on()
    assert finished(work).job.error is None
    aged(desk, work, 2 * KEPT_S)
    desk.begin(CLIP)
    assert desk.find(work.name) is None and not work.folder.exists()


def test_a_desk_that_goes_takes_all_folders_with_it():
    desk = Desk()
    folders = [desk.begin(CLIP).folder for _ in range(3)]
    root = folders[0].parent
    assert {folder.parent for folder in folders} == {root}
    del desk
    assert not root.exists()


def test_what_is_stale_goes_although_nobody_comes():
    desk = Desk(keep_s=0.1)
    folder = desk.begin(CLIP).folder
    end = time.monotonic() + PATIENCE_S
    while folder.exists() and time.monotonic() < end:
        time.sleep(0.02)
    assert not folder.exists()


def test_two_who_come_first_at_once_keep_their_folders(monkeypatch):
    class Slow(tempfile.TemporaryDirectory):
        def __init__(self, **options):
            time.sleep(0.2)
            super().__init__(**options)

    monkeypatch.setattr(tempfile, "TemporaryDirectory", Slow)
    desk, works = Desk(), []
    threads = [threading.Thread(target=lambda: works.append(desk.begin(CLIP))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert len(works) == 4 and all(work.folder.is_dir() for work in works)


# An analysis


def test_an_analysis_grows_and_completes(growing, uncut):
    work, analyzer = growing
    assert analyzer.asked == [CLIP]
    assert work.is_running and not work.is_complete
    assert work.analysis.signals is EARLY.signals and spans(work) == {1: (2, 8)}
    analyzer.go_on()
    assert finished(work).job.error is None
    assert work.is_complete and work.analysis.signals is WHOLE.signals
    assert spans(work) == {2: (13, 18), 1: (3, 8)}
    assert work.analysis.highlights == work.edits.highlights == WHOLE.highlights
    assert uncut == [list(WHOLE.highlights)]


def test_what_was_edited_while_it_grew_stays(growing, uncut):
    work, analyzer = growing
    work.edit({"op": "keep", "id": 1, "kept": False})
    work.edit({"op": "add", "start_s": 0, "end_s": 1.5})
    assert spans(work) == {1: (2, 8), 2: (0, 1.5)}
    analyzer.go_on()
    finished(work)
    assert spans(work) == {3: (13, 18), 1: (3, 8), 2: (0, 1.5)}
    assert [h.kept for h in work.analysis.highlights] == [True, False, True]
    assert uncut == [[h for h in work.edits.highlights if h.kept]] and len(uncut[0]) == 2
    work.edit({"op": "undo"})
    assert set(spans(work)) == {1, 3}


def test_a_moment_moved_while_it_grew_is_not_moved_back(growing):
    work, analyzer = growing
    work.edit({"op": "move", "id": 1, "start_s": 4, "end_s": 9})
    analyzer.go_on()
    assert spans(finished(work)) == {2: (13, 18), 1: (4, 9)}


def test_a_threshold_moved_while_it_grew_holds_for_the_rest(growing):
    work, analyzer = growing
    strict = Analyzer(AnalyzeOptions(threshold=0.8))
    work.redecide(strict)
    assert spans(work) == {} and work.analysis.options["threshold"] == 0.8
    analyzer.go_on()
    finished(work)
    assert [m.highlight.peak_s // 1 for m in work.edits.moments] == [15]
    assert work.analysis.options["threshold"] == 0.8


def test_a_threshold_moved_before_there_is_anything_holds_too(desk, uncut):
    work = desk.begin(CLIP)
    work.redecide(Analyzer(AnalyzeOptions(threshold=0.8)))
    work.analyze(Planted(WHOLE))
    assert len(finished(work).edits.moments) == 1
    assert work.analysis.options["threshold"] == 0.8


def test_what_was_analysed_before_is_shown_at_once(desk):
    work = desk.begin(CLIP)
    work.show(WHOLE)
    assert work.is_complete and not work.is_running
    assert work.analysis.signals is WHOLE.signals
    assert work.analysis.highlights == work.edits.highlights == WHOLE.highlights
    assert spans(work) == {1: (13, 18), 2: (3, 8)}


@pytest.mark.parametrize(
    ("threshold", "peaks"),
    [
        pytest.param(0.95, [], id="too-high"),
        pytest.param(0.8, [15], id="high"),
        pytest.param(0.4, [15, 5], id="as-it-was"),
        pytest.param(0.1, [15, 5, 30], id="low"),
    ],
)
def test_another_threshold_finds_other_moments_beside_those_made_by_hand(desk, threshold, peaks):
    work = desk.begin(CLIP)
    work.show(WHOLE)
    work.edit({"op": "add", "start_s": 36, "end_s": 39})
    work.redecide(Analyzer(AnalyzeOptions(threshold=threshold)))
    found = [m.highlight.peak_s // 1 for m in work.edits.moments if not m.by_hand]
    assert found == peaks
    assert spans(work)[3] == (36, 39)
    assert work.analysis.highlights == work.edits.highlights
    assert work.analysis.options["threshold"] == threshold
    assert work.analysis.signals is WHOLE.signals


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(None, id="nothing"),
        pytest.param({"op": "explode"}, id="unknown"),
        pytest.param({"op": "remove", "id": 9}, id="unknown-moment"),
        pytest.param({"op": "move", "id": 1, "start_s": 5, "end_s": 5}, id="empty-span"),
        pytest.param({"op": "add", "start_s": 50, "end_s": 60}, id="after-the-video"),
    ],
)
def test_what_cannot_be_done_leaves_everything_as_it_was(desk, operation):
    work = desk.begin(CLIP)
    work.show(WHOLE)
    work.edit({"op": "keep", "id": 2, "kept": False})
    before = work.edits, work.analysis
    with pytest.raises(OptionError):
        work.edit(operation)
    assert work.edits is before[0] and work.analysis is before[1]


def test_cancelling_stops_it(growing, uncut):
    work, analyzer = growing
    work.cancel()
    analyzer.go_on()
    assert isinstance(finished(work).job.error, Cancelled)
    assert not work.is_complete and uncut == []
    assert spans(work) == {1: (2, 8)}


@pytest.mark.parametrize(
    "error", [MediaError("It is damaged."), ValueError("a bug"), SystemExit(1)]
)
def test_an_error_is_left_for_the_page(desk, uncut, error):
    work = desk.begin(CLIP)
    work.analyze(Planted(WHOLE, error=error))
    assert finished(work).job.error is error
    assert not work.is_complete and work.analysis is None and uncut == []
    work.analyze(Planted(WHOLE))
    assert finished(work).job.error is None and work.is_complete


# Turns


def test_one_job_at_a_time(desk, growing):
    first, going = growing
    second, waiting = desk.begin(CLIP), Planted(WHOLE)
    second.analyze(waiting)
    assert waits_for_its_turn(second) and waiting.asked == []
    assert first.job.stage == "start" and first.is_running
    going.go_on()
    assert finished(second).job.error is None and waiting.asked == [CLIP]
    assert not first.is_running and first.is_complete and second.is_complete


def test_who_waits_may_give_up(desk, growing):
    first, going = growing
    second, waiting = desk.begin(CLIP), Planted(WHOLE)
    second.analyze(waiting)
    assert waits_for_its_turn(second)
    second.cancel()
    assert isinstance(finished(second).job.error, Cancelled) and waiting.asked == []
    assert first.is_running
    going.go_on()
    assert finished(first).job.error is None and first.is_complete


# Clips


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp("video") / "tiny.mp4"
    write_media(path, Movie(steady(10, 20)), Sound(sine(0.5, 20)))
    return path


@pytest.fixture
def cut(desk, video):
    """Work on a real video of 20 s with three moments, the second of which is not kept, cut."""
    moments = [Highlight(s, s + 1.5, s, score) for s, score in ((12, 0.9), (2, 0.6), (7, 0.4))]
    work = desk.begin(video)
    work.show(replace(planted(40, *moments), video=probe(video)))
    work.edit({"op": "keep", "id": 2, "kept": False})
    work.cut()
    return finished(work)


def names_of(work):
    return [clip.name for clip in work.clips]


def clips_on_disk(work):
    return sorted(path.name for path in work.folder.rglob("*.mp4"))


def test_only_what_is_kept_is_cut(cut):
    assert cut.job.error is None
    kept = [h for h in cut.analysis.highlights if h.kept]
    assert names_of(cut) == [clip_name(rank, h) for rank, h in enumerate(kept, 1)]
    assert names_of(cut) == ["01_00-00-12_score-0.90.mp4", "02_00-00-07_score-0.40.mp4"]
    assert clips_on_disk(cut) == names_of(cut)
    assert [probe(clip).duration_s for clip in cut.clips] == pytest.approx([1.5, 1.5], abs=0.15)


def test_everything_can_be_downloaded(cut):
    found = [file.name for file in cut.files]
    assert found[0] == "clips.zip"
    assert set(found) == set(FILES)
    assert all(file.is_relative_to(cut.folder) for file in cut.files)
    with zipfile.ZipFile(cut.files[0]) as archive:
        assert archive.namelist() == names_of(cut)
    table = next(file for file in cut.files if file.suffix == ".csv").read_text("utf-8-sig")
    assert len(table.splitlines()) == 4


def test_the_next_cut_replaces_the_last(cut):
    cut.edit({"op": "keep", "id": 2, "kept": True})
    cut.edit({"op": "keep", "id": 1, "kept": False})
    cut.cut()
    assert finished(cut).job.error is None
    assert names_of(cut) == ["01_00-00-02_score-0.60.mp4", "02_00-00-07_score-0.40.mp4"]
    assert clips_on_disk(cut) == names_of(cut) and all(clip.exists() for clip in cut.clips)
    with zipfile.ZipFile(cut.files[0]) as archive:
        assert archive.namelist() == names_of(cut)


def test_without_anything_kept_the_clips_go(cut):
    for id in (1, 3):
        cut.edit({"op": "keep", "id": id, "kept": False})
    cut.cut()
    assert finished(cut).job.error is None
    assert cut.clips == [] and clips_on_disk(cut) == []
    assert "clips.zip" not in {file.name for file in cut.files} and len(cut.files) == 4


def no_video(work, monkeypatch):
    """The video is gone."""
    gone = replace(work.analysis.video, path=work.folder.parent / "gone.mp4")
    work.analysis = replace(work.analysis, video=gone)


def cancelled_meanwhile(work, monkeypatch):
    """The visitor cancels when tables are about to be written, and clips not yet."""
    write = funny.ui.work.write_results

    def cancel_and_write(*arguments):
        work.cancel()
        return write(*arguments)

    monkeypatch.setattr(funny.ui.work, "write_results", cancel_and_write)


@pytest.mark.parametrize(
    ("happens", "error"),
    [
        pytest.param(no_video, MediaError, id="fails"),
        pytest.param(cancelled_meanwhile, Cancelled, id="cancelled"),
    ],
)
def test_a_cut_without_end_leaves_the_last_one_there(cut, monkeypatch, happens, error):
    clips, files = cut.clips, cut.files
    contents = {path: path.read_bytes() for path in (*clips, *files)}
    cut.edit({"op": "keep", "id": 2, "kept": True})
    happens(cut, monkeypatch)
    cut.cut()
    assert isinstance(finished(cut).job.error, error)
    assert (cut.clips, cut.files) == (clips, files)
    assert {path: path.read_bytes() for path in (*clips, *files)} == contents
    assert [path.name for path in cut.folder.iterdir()] == ["results"]


def test_an_analysis_ends_with_its_clips(desk, video):
    work = desk.begin(video)
    analysis = replace(planted(40, Highlight(7, 8.5, 7, 0.4)), video=probe(video))
    work.analyze(Planted(analysis))
    assert finished(work).job.error is None
    assert names_of(work) == ["01_00-00-07_score-0.40.mp4"] and work.clips[0].exists()


def test_a_preview_waits_for_nobody(tmp_path):
    """While another video is being read, a recording that browsers cannot play is made playable."""
    recording, reading = tmp_path / "obs.mkv", threading.Event()
    write_media(recording, Movie())
    desk = Desk()
    other = Job(lambda job: reading.wait(60), desk.turns).start()
    work = desk.begin(recording)
    work.make_preview()
    while work.is_running:
        work.job.wait()
    assert other.is_running
    reading.set()
    assert work.job.error is None
    assert work.preview.stat().st_size > 0
