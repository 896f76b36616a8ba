"""Bad input gives one line that says what and what to do, exit 2, and leaves nothing behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from funny import cli
from tests.disks import mounted
from tests.faces import astronaut, canvas, paste
from tests.media import Movie, Sound, burst, numbered, sine, steady, write_media

ROOT = Path(__file__).parents[1]


@pytest.fixture
def run(capfd, monkeypatch):
    """Runs the command line in this process: exit code, standard output, standard error."""
    before = signal.getsignal(signal.SIGTERM)

    def run(*arguments):
        try:
            code = cli.main([str(a) for a in arguments])
        except SystemExit as leaving:
            code = leaving.code
        out, err = capfd.readouterr()
        return code, out, err

    yield run
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A small whole video with sound, several key frames and no face."""
    path = tmp_path_factory.mktemp("good") / "good.mp4"
    rng = np.random.default_rng(0)

    def noisy(index, width, height):
        noise = rng.integers(-60, 60, (height, width))
        return np.clip(numbered(index, width, height) + noise, 0, 255).astype(np.uint8)

    movie = Movie(steady(10, 10), options={"preset": "ultrafast", "g": "10"}, picture=noisy)
    fast = {"movflags": "+faststart"}
    write_media(path, movie, Sound(burst(5, 1, 10)), container_options=fast)
    return path


def everything_below(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


@contextmanager
def nothing_left_in(folder):
    before = everything_below(folder)
    yield
    assert everything_below(folder) == before


def assert_refused(result, *words):
    code, out, err = result
    assert code == 2
    assert out == ""
    assert err.endswith("\n")
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err
    assert all(word in err for word in words)


def without_header(path, good):
    content = good.read_bytes()
    path.write_bytes(content[: content.index(b"moov") - 4])


def of_no_length(path, good):
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        container.start_encoding()


def playlist(text):
    def make(path, good):
        shutil.copy(good, path.parent / "inner.mp4")
        path.write_text(text)

    return make


HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:20\n#EXTINF:20,\ninner.mp4\n#EXT-X-ENDLIST\n"
CONCAT = "ffconcat version 1.0\nfile inner.mp4\n"
DASH = '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>'

BAD_FILES = [
    pytest.param(lambda path, good: path.write_bytes(b""), "empty", id="empty"),
    pytest.param(lambda path, good: None, "no such file", id="missing"),
    pytest.param(lambda path, good: path.mkdir(), "folder", id="folder"),
    pytest.param(lambda path, good: os.mkfifo(path), "ordinary file", id="pipe"),
    pytest.param(lambda path, good: path.symlink_to("/dev/zero"), "ordinary file", id="device"),
    pytest.param(lambda path, good: path.symlink_to(path), "cannot be opened", id="link-to-itself"),
    pytest.param(lambda path, good: path.write_bytes(b"\0" * 5000), "convert", id="zeros"),
    pytest.param(lambda path, good: path.write_text("Hello.\n" * 999), "convert", id="text"),
    pytest.param(without_header, "header", id="no-header"),
    pytest.param(of_no_length, "another file", id="no-length"),
    pytest.param(playlist(HLS), "convert", id="hls-playlist"),
    pytest.param(playlist(CONCAT), "convert", id="concat-list"),
    pytest.param(playlist(DASH), "convert", id="dash-manifest"),
]


@pytest.mark.parametrize(("make", "word"), BAD_FILES)
def test_a_bad_file_is_refused(run, tmp_path, good, make, word):
    video = tmp_path / "video.mp4"
    make(video, good)
    with nothing_left_in(tmp_path):
        assert_refused(run("analyze", video, "--out", tmp_path / "out"), "video.mp4", word)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        pytest.param("a" * 300 + ".mp4", "too long", id="name-too-long"),
        pytest.param("a\0b.mp4", "cannot be opened", id="nul-in-name"),
        pytest.param("웃음 \udcb0\udca1.mp4", "no such file", id="name-of-another-encoding"),
        pytest.param("two\nlines.mp4", "no such file", id="name-of-two-lines"),
        pytest.param("", "folder", id="no-name"),
        pytest.param("ftp://example.com/a.mp4", "only addresses with http", id="address"),
        pytest.param("http://127.0.0.1:9/a.mp4", "not public", id="address-of-this-machine"),
    ],
)
def test_a_strange_name_is_refused(run, tmp_path, monkeypatch, name, word):
    monkeypatch.chdir(tmp_path)
    with nothing_left_in(tmp_path):
        assert_refused(run("analyze", name, "--out", "out"), word)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_refused(run, tmp_path, good):
    video = Path(shutil.copy(good, tmp_path / "video.mp4"))
    video.chmod(0)
    assert_refused(run("analyze", video, "--out", tmp_path / "out"), "ermission")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--funniest"], ["--funniest", "--help"], id="unknown-option"),
        pytest.param(["--threshold", "1.5"], ["threshold"], id="threshold-above-1"),
        pytest.param(["--threshold", "nan"], ["threshold"], id="threshold-nan"),
        pytest.param(["--threshold", "high"], ["--threshold", "high"], id="threshold-text"),
        pytest.param(["--face-region", "0.5,0.5,0.6,0.5"], ["--face-region"], id="region-outside"),
        pytest.param(["--face-region", "0,0,0,1"], ["--face-region"], id="region-of-no-width"),
        pytest.param(["--face-region", "0,0,nan,1"], ["--face-region"], id="region-nan"),
        pytest.param(["--face-region", "0,0,1"], ["--face-region"], id="region-of-three"),
        pytest.param(["--clips", "-1"], ["--clips"], id="negative-count"),
        pytest.param(["--clips", "2.5"], ["--clips"], id="half-a-clip"),
        pytest.param(["--max-length", "-3"], ["length"], id="negative-length"),
        pytest.param(["--pad-before", "nan"], ["pad"], id="padding-nan"),
        pytest.param(["--audio-track", "7"], ["--audio-track 7", "has 1"], id="no-such-track"),
        pytest.param(["--head", "guess"], ["--head guess", "conv1d"], id="no-such-head"),
        pytest.param(["--emotion", "best"], ["--emotion"], id="no-such-emotion-model"),
        pytest.param(["--emotion", "va-mtl"], ["--emotion-weights"], id="no-weights"),
        pytest.param(["--emotion-weights", __file__], ["safetensors"], id="text-for-weights"),
    ],
)
def test_a_bad_option_is_refused(run, tmp_path, good, arguments, words):
    with nothing_left_in(tmp_path):
        result = run("analyze", good, "--out", tmp_path / "out", "--quiet", *arguments)
        assert_refused(result, *words)


@pytest.mark.parametrize("arguments", [[], ["dance"], ["analyze"], ["analyze", "a.mp4"]])
def test_an_incomplete_command_is_refused(run, arguments):
    assert_refused(run(*arguments), "--help")


@pytest.mark.parametrize(
    "out",
    [
        pytest.param("file/out", id="below-a-file"),
        pytest.param("file", id="a-file"),
        pytest.param("/proc/funny/out", id="below-proc"),
        pytest.param("b" * 300, id="name-too-long"),
    ],
)
def test_an_output_folder_that_cannot_be_is_refused(run, tmp_path, good, out):
    (tmp_path / "file").write_text("keep me")
    with nothing_left_in(tmp_path):
        assert_refused(run("analyze", good, "--out", tmp_path / out), "another folder")
    assert (tmp_path / "file").read_text() == "keep me"


def test_an_output_folder_in_use_is_kept_when_the_video_is_bad(run, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "analysis.json").write_text("the one before")
    (tmp_path / "video.mp4").write_text("no video\n" * 100)
    with nothing_left_in(tmp_path):
        assert_refused(run("analyze", tmp_path / "video.mp4", "--out", out))
    assert (out / "analysis.json").read_text() == "the one before"


@pytest.fixture
def full_disk(tmp_path):
    """A file system with 400 kB."""
    with mounted(tmp_path / "disk", "size=400k") as disk:
        yield disk


@pytest.mark.parametrize("free_kb", [8, 64, 160])
def test_a_full_disk_is_said_and_leaves_nothing(run, full_disk, good, free_kb):
    (full_disk / "other").write_bytes(bytes((400 - free_kb) * 1024))
    with nothing_left_in(full_disk):
        result = run(
            "analyze", good, "--out", full_disk / "out", "--quiet", "--threshold", "0.0001"
        )
        assert_refused(result, "free", "space")


def test_the_real_command_line_refuses_without_a_traceback(tmp_path):
    (tmp_path / "video.mp4").write_text("no video\n" * 100)
    command = [sys.executable, "-m", "funny", "analyze", "video.mp4", "--out", "out"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with nothing_left_in(tmp_path):
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert_refused((done.returncode, done.stdout, done.stderr), "video.mp4", "convert")


# What follows is done, with a note.


def cut_short(path, good):
    content = good.read_bytes()
    path.write_bytes(content[: len(content) * 6 // 10])


def damaged(path, good):
    content = bytearray(good.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 6_000] = np.random.default_rng(1).bytes(6_000)
    path.write_bytes(content)


def with_a_hole(path, good):
    content = bytearray(good.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 6_000] = bytes(6_000)
    path.write_bytes(content)


def faceless(path, good):
    shutil.copy(good, path)


def soundless(path, good):
    write_media(path, Movie(steady(10, 3)))


def silent(path, good):
    write_media(path, Movie(steady(10, 3)), Sound(np.zeros(3 * 44_100)))


def sound_alone(path, good):
    write_media(path, None, Sound(burst(5, 1, 10)))


def single_frame(path, good):
    write_media(path, Movie([0, Fraction(1, 25)]))


CUT = {"cut_short", "damaged", "no_face"}  # damaged: where it was cut, half a picture is left


@pytest.mark.parametrize(
    ("name", "make", "kinds", "ticks"),
    [
        pytest.param("a.mp4", single_frame, {"no_sound", "no_face"}, [1], id="one-frame"),
        pytest.param("a.mp4", cut_short, CUT, range(10, 15), id="cut-short"),
        pytest.param("a.mp4", damaged, {"damaged", "no_face"}, [20, 21], id="damaged"),
        pytest.param("a.mp4", with_a_hole, {"damaged", "no_face"}, [20, 21], id="hole"),
        pytest.param("a.mp4", faceless, {"no_face"}, [20, 21], id="no-face"),
        pytest.param("a.mp4", soundless, {"no_sound", "no_face"}, [6], id="no-sound"),
        pytest.param("a.mp4", silent, {"silent", "no_face"}, [6, 7], id="silent"),
        pytest.param("a.wav", sound_alone, {"no_picture"}, [20], id="wav"),
        pytest.param("a.m4a", sound_alone, {"no_picture"}, [20, 21], id="m4a"),
    ],
)
def test_what_can_be_analysed_is_analysed_with_a_note(
    run, tmp_path, good, name, make, kinds, ticks
):
    video, out = tmp_path / name, tmp_path / "out"
    make(video, good)
    code, _, err = run("analyze", video, "--out", out, "--quiet")
    found = json.loads((out / "analysis.json").read_text())
    assert (code, err) == (0, "")
    assert {note["kind"] for note in found["note_details"]} == kinds
    assert len(found["notes"]) >= len(kinds)
    assert len(found["times_s"]) == len(found["scores"]) == len(found["face_found"])
    assert len(found["times_s"]) in ticks


def test_a_file_whose_name_is_of_another_encoding_is_analysed(run, tmp_path):
    video = tmp_path / "\udcbf\udcf4\udcc0\udcbd.mp4"  # Korean, as Windows wrote it before Unicode
    write_media(tmp_path / "plain.mp4", Movie(steady(10, 1)))
    (tmp_path / "plain.mp4").rename(video)
    code, _, err = run("analyze", video, "--out", tmp_path / "out", "--quiet")
    assert (code, err) == (0, "")
    assert json.loads((tmp_path / "out" / "analysis.json").read_text())["notes"]


def test_damage_is_noted_where_it_is(run, tmp_path, good):
    damaged(tmp_path / "a.mp4", good)
    run("analyze", tmp_path / "a.mp4", "--out", tmp_path / "out", "--quiet")
    notes = json.loads((tmp_path / "out" / "analysis.json").read_text())["note_details"]
    spans = [(n["start_s"], n["end_s"]) for n in notes if n["kind"] == "damaged"]
    assert spans
    assert all(3 < start_s <= end_s < 7 for start_s, end_s in spans)


@pytest.mark.parametrize(
    "make", [cut_short, damaged, with_a_hole, faceless, soundless, sound_alone]
)
def test_what_can_be_analysed_can_be_cut(run, tmp_path, good, make):
    video, out = tmp_path / "a.mp4", tmp_path / "out"
    make(video, good)
    code, printed, err = run("analyze", video, "--out", out, "--json", "--threshold", "0.0001")
    clips = json.loads(printed)["clips"]
    assert (code, err) == (0, "")
    assert sorted(p.name for p in (out / "clips").glob("*")) == sorted(clips)
    assert everything_below(tmp_path)[:2] == ["a.mp4", "out"]


def talker(index, width, height):
    picture = canvas(width, height)
    paste(picture, astronaut(), 80, 5 + index % 7, 5)
    return picture


def listen_to_signals():
    """A shell may have started the tests with Ctrl-C ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_stopping_leaves_nothing(tmp_path, stop):
    movie = Movie(steady(2, 150), 320, 240, options={"preset": "ultrafast"}, picture=talker)
    write_media(tmp_path / "a.mp4", movie, Sound(sine(0.5, 150)))
    command = [sys.executable, "-m", "funny", "analyze", "a.mp4", "--out", "out", "--no-cache"]
    options = {"cwd": tmp_path, "env": {**os.environ, "PYTHONPATH": str(ROOT)}, "text": True}
    with nothing_left_in(tmp_path):
        running = subprocess.Popen(
            command, stderr=subprocess.PIPE, preexec_fn=listen_to_signals, **options
        )
        read_until(running.stderr, "Watching")
        running.send_signal(stop)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "stopped" in err.splitlines()[-1]
    assert "Traceback" not in err


def read_until(stream, word):
    text = ""
    while word not in text and (character := stream.read(1)):
        text += character
    assert word in text
