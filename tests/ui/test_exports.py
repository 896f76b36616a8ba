"""What is made of the kept moments: whole or not at all, of the list as it was, by its owner."""

import threading
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from funny.errors import Cancelled, MediaError
from funny.extract.video import probe
from funny.moments.choice import chosen_moments
from funny.moments.handoff.values import ExportOptions
from funny.moments.reel.values import ReelOptions
from funny.moments.shorts import ShortOptions
from funny.moments.stills import ThumbnailOptions
from funny.records import Highlight
from funny.ui.desk import Desk
from funny.ui.exports import (
    KINDS,
    Outcome,
    make_all_shorts,
    make_all_thumbnails,
    make_project,
    make_reel,
)
from funny.ui.strings import STRINGS
from tests.media import Movie, Sound, sine, steady, write_media
from tests.ui.test_desk import finished, waits_for_its_turn
from tests.values import analysis_of

OPTIONS = {"audio_track": None, "threshold": 0.4, "highlights": {}}
FOUND = (Highlight(6, 8, 7, 0.9), Highlight(1, 2.5, 2, 0.7), Highlight(9, 11, 10, 0.5))


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp("video") / "tiny.mp4"
    write_media(path, Movie(steady(25, 12), 128, 96), Sound(sine(0.5, 12)))
    return path


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def work(desk, video):
    """Work on a video of 12 s with three moments, the second of which is not kept."""
    work = desk.begin(video)
    work.show(replace(analysis_of(24, FOUND, options=OPTIONS), video=probe(video)))
    work.edit({"op": "keep", "id": 2, "kept": False})
    return work


def planted(analysis, folder, told, name="a.txt", error=None):
    """A maker that writes one file, and fails after that if it is to."""
    told(1, 2)
    (folder / name).write_text(name)
    if error:
        raise error
    moments = tuple(chosen_moments(analysis))
    return Outcome(folder, (folder / name,), (), {"count": 1}, moments)


def made(work, kind, maker):
    work.export(kind, maker)
    assert finished(work).job.error is None
    return work.exports[kind]


def files_on_disk(work):
    return sorted(path.name for path in work.folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("word", ["tab", "for", "make", "stage", "doing", "done"])
def test_every_kind_has_its_words(kind, word):
    assert all(f"{word}_{kind}" in words for words in STRINGS.values())


def test_the_next_of_a_kind_replaces_the_last_and_no_other(work):
    made(work, "reel", planted)
    first = made(work, "project", planted)
    second = made(work, "project", partial(planted, name="b.txt"))
    assert files_on_disk(work) == ["a.txt", "b.txt"]
    assert work.exports["project"] is second and not first.folder.exists()


def cancelled(work, analysis, folder, told):
    """The visitor cancels while a file is half written."""
    (folder / "half.partial").write_text("half")
    work.cancel()
    told(1, 2)


@pytest.mark.parametrize(
    ("maker", "error"),
    [
        pytest.param(partial(planted, error=MediaError("It is gone.")), MediaError, id="fails"),
        pytest.param(cancelled, Cancelled, id="cancelled"),
    ],
)
def test_what_ends_without_a_result_leaves_the_last_one_and_nothing_else(work, maker, error):
    last = made(work, "reel", planted)
    work.export("reel", partial(maker, work) if maker is cancelled else maker)
    assert isinstance(finished(work).job.error, error)
    assert work.exports == {"reel": last} and files_on_disk(work) == ["a.txt"]
    assert [path for path in work.folder.iterdir() if path.is_dir()] == [last.folder]


def test_it_waits_for_its_turn_like_all_other_work(desk, work, video):
    go_on, other = threading.Event(), desk.begin(video)
    other.show(work.analysis)

    def slow(analysis, folder, told):
        assert go_on.wait(60)
        return planted(analysis, folder, told)

    other.export("reel", slow)
    work.export("project", planted)
    assert waits_for_its_turn(work) and work.exports == {}
    go_on.set()
    assert finished(work).job.error is None and finished(other).job.error is None
    assert set(work.exports) == {"project"} and set(other.exports) == {"reel"}


def test_it_says_what_it_makes_and_how_far_it_is(work):
    seen = []

    def watching(analysis, folder, told):
        told(3, 4)
        seen.append((work.making, work.job.stage, work.job.done, work.job.total))
        return planted(analysis, folder, told)

    made(work, "shorts", watching)
    assert seen == [("shorts", "shorts", 3, 4)]
    work.cut()
    assert finished(work).making == ""


def test_it_is_of_the_moments_as_they_were_when_it_was_asked_for(work):
    before, go_on = work.analysis, threading.Event()

    def slow(analysis, folder, told):
        assert go_on.wait(60)
        return planted(analysis, folder, told)

    work.export("reel", slow)
    work.edit({"op": "move", "id": 1, "start_s": 5.5, "end_s": 8})
    go_on.set()
    outcome = finished(work).exports["reel"]
    assert outcome.is_of(before) and not outcome.is_of(work.analysis)


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param({"op": "keep", "id": 3, "kept": False}, id="dropped"),
        pytest.param({"op": "keep", "id": 2, "kept": True}, id="kept"),
        pytest.param({"op": "move", "id": 1, "start_s": 6, "end_s": 8.5}, id="moved"),
        pytest.param({"op": "add", "start_s": 3, "end_s": 4}, id="added"),
    ],
)
def test_another_list_of_moments_makes_it_outdated_until_that_is_undone(work, operation):
    outcome = made(work, "project", planted)
    assert outcome.is_of(work.analysis)
    work.edit(operation)
    assert not outcome.is_of(work.analysis)
    work.edit({"op": "undo"})
    assert outcome.is_of(work.analysis)


def test_it_goes_with_the_work(video):
    desk = Desk(keep_s=1e9)
    work = desk.begin(video)
    work.show(analysis_of(24, FOUND, options=OPTIONS))
    outcome = made(work, "project", planted)
    desk._looked_at_s[work.name] -= 2e9
    desk.sweep()
    assert desk.find(work.name) is None and not outcome.folder.exists()


# The four makers


def nothing_told(done, total):
    pass


def names(paths):
    return [path.name for path in paths]


def make(work, tmp_path, maker):
    """What a maker makes of the work, in a folder that holds that and no more."""
    outcome = maker(work.analysis, tmp_path, nothing_told)
    assert sorted(names(tmp_path.iterdir())) == sorted(names(outcome.files))
    assert set(outcome.shown) <= set(outcome.files) and outcome.is_of(work.analysis)
    return outcome


def test_a_project_holds_what_is_kept(work, tmp_path):
    outcome = make(work, tmp_path, partial(make_project, "comment", ExportOptions()))
    assert names(outcome.files) == ["tiny.comment.txt"] and outcome.shown == ()
    assert outcome.told == {"name": "tiny.comment.txt", "count": 2}
    assert outcome.files[0].read_text().count("Funny #") == 2


def test_a_reel_is_one_video_to_watch(work, tmp_path):
    outcome = make(work, tmp_path, partial(make_reel, ReelOptions(crossfade_s=0)))
    assert names(outcome.files) == ["tiny_reel.mp4"] and outcome.shown == outcome.files
    assert outcome.told == {"length": "00:00:04", "count": 2}
    assert probe(outcome.files[0]).duration_s == pytest.approx(4, abs=0.1)


def test_shorts_come_one_by_one_and_all_in_one(work, tmp_path, detector):
    options = ShortOptions("square", "fit")
    outcome = make(work, tmp_path, partial(make_all_shorts, detector, options))
    kept = ["01_00-00-06_score-0.90_square.mp4", "03_00-00-09_score-0.50_square.mp4"]
    assert names(outcome.files) == ["shorts.zip", *kept]
    assert names(outcome.shown) == kept and outcome.told == {"count": 2}
    with zipfile.ZipFile(outcome.files[0]) as whole:
        assert whole.namelist() == kept and whole.testzip() is None
    assert all(probe(p).width == probe(p).height for p in outcome.shown)


def test_thumbnails_come_with_what_moves(work, tmp_path, detector):
    options = ThumbnailOptions("png", "gif")
    outcome = make(work, tmp_path, partial(make_all_thumbnails, detector, options))
    assert [p.suffix for p in outcome.files] == [".zip", ".png", ".gif", ".png", ".gif"]
    assert outcome.told == {"count": 2}
    assert Image.open(outcome.shown[0]).size == (128, 96)
    assert Image.open(outcome.shown[1]).n_frames > 1


def test_one_thing_alone_is_not_zipped(work, tmp_path, detector):
    work.edit({"op": "keep", "id": 3, "kept": False})
    outcome = make(work, tmp_path, partial(make_all_shorts, detector, ShortOptions()))
    assert names(outcome.files) == ["01_00-00-06_score-0.90_vertical.mp4"]


@pytest.mark.parametrize("kind", KINDS)
def test_another_video_in_its_place_is_not_taken(work, tmp_path, detector, kind):
    other = Path(tmp_path / "other.mp4")
    write_media(other, Movie(steady(25, 2)))
    video = replace(work.analysis.video, path=other, sha="0" * 64)
    makers = {
        "project": partial(make_project, "edl", ExportOptions()),
        "reel": partial(make_reel, ReelOptions()),
        "shorts": partial(make_all_shorts, detector, ShortOptions()),
        "thumbnails": partial(make_all_thumbnails, detector, ThumbnailOptions()),
    }
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(MediaError, match="not the video that was analysed"):
        makers[kind](replace(work.analysis, video=video), folder, nothing_told)
    assert list(folder.iterdir()) == []
