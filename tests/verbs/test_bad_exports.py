"""Whatever is wrong, each verb that makes files says one clear sentence, and loses nothing.

One table: clips, reel, short, thumbnails and export, each with every fault. Nothing new is left,
and what lay there is as it was.
"""

import json
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from funny.cli import main
from tests.disks import fill, mounted
from tests.media import Movie, steady, write_media
from tests.verbs.test_short import folder

__all__ = ["folder"]


@dataclass(frozen=True)
class Verb:
    """A verb that makes files of an analysis."""

    name: str
    out: str
    """What it is asked to make."""
    made: str
    """A file that it makes."""
    words: tuple[str, ...] = ()

    @property
    def makes_a_folder(self):
        return not Path(self.out).suffix


VERBS = (
    Verb("clips", "out", "out/01_00-00-04_score-0.90.mp4"),
    Verb("reel", "reel.mp4", "reel.mp4"),
    Verb("short", "out", "out/01_00-00-04_score-0.90_vertical.mp4"),
    Verb("thumbnails", "out", "out/01_00-00-04_score-0.90.jpg"),
    Verb("export", "a.edl", "a.edl", ("--format", "edl")),
)
every_verb = pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)


@pytest.fixture
def run(folder, capsys):
    """Runs a verb on the analysis: exit code, standard output, standard error."""

    def run(verb, out=None, *more):
        words = [verb.name, folder / "found", f"--out={out or folder / verb.out}", *verb.words]
        try:
            code = main([*map(str, words), "--quiet", *more])
        except SystemExit as leaving:
            code = leaving.code
        return code, *capsys.readouterr()

    return run


def everything_in(folder):
    """Every name below a folder, what kind of thing it is, and what is in it."""
    return {
        str(path.relative_to(folder)): (
            os.readlink(path) if path.is_symlink() else path.lstat().st_mode,
            path.read_bytes() if path.is_file() and not path.is_symlink() else b"",
        )
        for path in folder.rglob("*")
    }


@contextmanager
def nothing_lost_in(folder):
    before = everything_in(folder)
    yield
    assert everything_in(folder) == before


def assert_refused(result, *words):
    code, out, err = result
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1 and "Traceback" not in err
    assert err.rstrip().endswith(".")
    assert all(word in err for word in words), err


def spans(*pairs):
    """Puts other spans into the analysis."""

    def put(folder):
        path = folder / "found" / "analysis.json"
        found = json.loads(path.read_text())
        for highlight, (start_s, end_s) in zip(found["highlights"], pairs, strict=False):
            highlight |= {"start_s": start_s, "end_s": end_s, "peak_s": start_s}
        path.write_text(json.dumps(found))

    return put


def missing(folder):
    (folder / "방송 #1.mp4").unlink()


def moved(folder):
    (folder / "방송 #1.mp4").rename(folder / "moved.mp4")


def changed(folder):
    write_media(folder / "방송 #1.mp4", Movie(steady(5, 8), 128, 72))


def emptied(folder):
    (folder / "방송 #1.mp4").write_bytes(b"")


def unread(folder):
    (folder / "found" / "signals.npz").write_bytes(b"PK")


INPUTS = [
    pytest.param(spans((5, 4)), ("holds no analysis", "start < end"), id="inverted"),
    pytest.param(spans((5, 5)), ("holds no analysis", "start < end"), id="no-length"),
    pytest.param(spans((float("nan"), 5)), ("holds no analysis", "nan"), id="nan"),
    pytest.param(missing, ("not there any more", "--relink PATH"), id="missing"),
    pytest.param(moved, ("not there any more", "--relink PATH"), id="moved"),
    pytest.param(changed, ("not the video that was analysed", "--relink PATH"), id="changed"),
    pytest.param(emptied, ("방송 #1.mp4", "empty"), id="empty"),
    pytest.param(unread, ("holds no analysis",), id="half-an-analysis"),
]


@every_verb
@pytest.mark.parametrize(("spoil", "words"), INPUTS)
def test_bad_input_is_refused(run, folder, verb, spoil, words):
    old_result(folder, verb)
    spoil(folder)
    with nothing_lost_in(folder):
        assert_refused(run(verb), *words)


def old_result(folder, verb):
    (folder / verb.made).parent.mkdir(exist_ok=True)
    (folder / verb.made).write_bytes(b"the one before")


@every_verb
@pytest.mark.parametrize(
    "span", [(7, 12), (20, 21), (1e30, 1e31)], ids=["partly", "far", "endless"]
)
def test_what_lies_beyond_the_end_is_refused(run, folder, verb, span):
    spans(span, span, span)(folder)
    old_result(folder, verb)
    if verb.name == "reel" and span[0] == 7:
        # A reel shows what there is: it never promised whole moments.
        assert run(verb)[0] == 0
        return
    with nothing_lost_in(folder):
        assert_refused(run(verb), "video")


@every_verb
def test_overlapping_moments_are_each_made_but_never_cut_into_one_timeline_twice(run, folder, verb):
    spans((4, 5), (4.5, 5.5))(folder)
    if verb.name == "export":
        with nothing_lost_in(folder):
            assert_refused(run(verb), "moments 1 and 2 overlap at 00:00:04", "--mode mark")
    else:
        assert run(verb) == (0, "", "")
        assert (folder / verb.made).stat().st_size > 400


@every_verb
def test_a_video_that_moved_is_taken_from_where_it_is(run, folder, verb):
    moved(folder)
    assert run(verb, None, "--relink", str(folder / "moved.mp4")) == (0, "", "")
    assert (folder / verb.made).exists()


@every_verb
def test_what_lay_there_is_replaced_whole_and_nothing_else(run, folder, verb):
    old_result(folder, verb)
    beside = (folder / verb.made).with_suffix(".partial")
    beside.write_bytes(b"mine")
    assert run(verb) == (0, "", "")
    assert (folder / verb.made).read_bytes() != b"the one before"
    assert beside.read_bytes() == b"mine"
    assert not [path for path in folder.rglob(".*") if path.is_file() or "partial" in path.name]


def a_file_above(folder, verb):
    (folder / "file").write_text("keep me")
    return folder / "file" / verb.out


def below_proc(folder, verb):
    return Path("/proc/funny") / verb.out


def too_long(folder, verb):
    return folder / ("웃" * 100 + Path(verb.out).suffix)


def nul(folder, verb):
    return folder / f"a\0b{Path(verb.out).suffix}"


def link_to(place):
    def make(folder, verb):
        (folder / "target").mkdir()
        out = folder / "target" / verb.out
        out.symlink_to({"itself": out, "nowhere": folder / "no" / "where"}.get(place, place))
        return out

    return make


def link_to_the_video(folder, verb):
    return link_to(folder / "방송 #1.mp4")(folder, verb)


def pipe(folder, verb):
    os.mkfifo(folder / verb.out)
    return folder / verb.out


def device(folder, verb):
    """Of the test's own: a verb that took its place would break the machine."""
    out = folder / verb.out
    try:
        os.mknod(out, 0o020666, os.makedev(1, 3))
    except OSError:
        pytest.skip("may not make a device")
    return out


def the_other_kind(folder, verb):
    """A file where a folder is wanted, and a folder that is named like a file."""
    out = folder / verb.out
    if verb.makes_a_folder:
        out.write_text("keep me")
    else:
        (out / f"방송 #1{'_reel.mp4' if verb.name == 'reel' else '.edl'}").mkdir(parents=True)
    return out


PLACES = [
    *(a_file_above, below_proc, too_long, nul, link_to("/dev/null"), link_to("itself")),
    *(link_to("nowhere"), link_to_the_video, pipe, device, the_other_kind),
]
PLACE_IDS = [
    *("below-a-file", "below-proc", "too-long", "nul", "link-to-a-device", "link-to-itself"),
    *("link-to-nowhere", "link-to-the-video", "pipe", "device", "the-other-kind"),
]


@pytest.mark.skipif(sys.platform == "win32", reason="other kinds of places")
@every_verb
@pytest.mark.parametrize("place", PLACES, ids=PLACE_IDS)
def test_a_place_that_cannot_be_is_refused(run, folder, verb, place):
    out = place(folder, verb)
    with nothing_lost_in(folder):
        assert_refused(run(verb, out), "Choose a")


@every_verb
def test_a_name_as_long_as_can_be_is_taken(run, folder, verb):
    suffix = Path(verb.out).suffix
    out = folder / ("a" * (255 - len(suffix)) + suffix)
    assert run(verb, out)[0] == 0
    assert out.exists()


@every_verb
def test_a_name_that_begins_with_a_dash_is_a_name(run, folder, verb, monkeypatch):
    monkeypatch.chdir(folder)
    assert run(verb, f"-{verb.out}")[0] == 0
    assert (folder / f"-{verb.out}").exists()


@pytest.fixture
def full_disk(tmp_path):
    with mounted(tmp_path / "disk", "size=64k") as disk:
        yield disk


@every_verb
@pytest.mark.parametrize("free_kb", [0, 8])
def test_a_full_disk_is_said(run, folder, full_disk, verb, free_kb):
    # A list is small: a disk that takes it has room.
    fill(full_disk / "other", 0 if verb.name == "export" else free_kb)
    with nothing_lost_in(full_disk):
        assert_refused(run(verb, full_disk / verb.out), "ree some space")


@pytest.fixture
def locked_disk(tmp_path):
    with mounted(tmp_path / "disk", "ro") as disk:
        yield disk


@every_verb
def test_a_disk_that_may_not_be_written_is_said(run, locked_disk, verb):
    result = run(verb, locked_disk / verb.out)
    assert_refused(result, "Read-only", "Choose another")
