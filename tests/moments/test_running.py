"""Cancel reaches an ffmpeg that never ends, a stuck one is given up, and nothing of it is left."""

import os
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from funny.errors import Cancelled, MediaError
from funny.extract.limits import Limits, enforce
from funny.moments import cutting, ffmpeg, shorts
from funny.moments.choice import Moment
from funny.moments.clips import cut_clips
from funny.moments.ffmpeg import run_ffmpeg
from funny.moments.pipes import fed, poured
from funny.moments.reel import loudness
from funny.moments.reel.values import ReelOptions
from funny.moments.reel.write import write_reel
from funny.moments.running import STUCK_S, FfmpegError
from funny.moments.shorts import make_shorts
from tests.media import Movie, Sound, sine, steady, write_media
from tests.moments.reel.reels import analysis, moment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the fakes are shell scripts")

SHORT_S = 0.3
SILENT = "exec sleep 1000"
DEAF = "trap '' TERM; exec sleep 1000"
REPEATS_ITSELF = "while :; do echo out_time_us=5000000; sleep 0.05; done"
BUSY = "while :; do :; done"


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Puts a shell script in ffmpeg's place."""

    def put(script):
        path = tmp_path / "ffmpeg"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o700)
        monkeypatch.setattr("moviepy.config.FFMPEG_BINARY", str(path))
        ffmpeg.binary.cache_clear()

    yield put
    ffmpeg.binary.cache_clear()
    enforce(Limits())


def children():
    """Processes that this one has started and not waited for."""
    found = Path("/proc/self/task").glob("*/children")
    return sorted(child for path in found for child in path.read_text().split())


def run(check, patience_s):
    run_ffmpeg([ffmpeg.binary()], lambda done_s: check(), patience_s)


def pour(check, patience_s):
    list(poured([], [16], check, patience_s))


def feed(check, patience_s):
    with fed([], check, patience_s) as write:
        for _ in range(1000):
            write(bytes(100_000))  # more than a pipe holds


def feed_little(check, patience_s):
    with fed([], check, patience_s) as write:
        write(bytes(16))


WAYS = [run, pour, feed, feed_little]


class Stop:
    """Raises when it is called for the nth time."""

    def __init__(self, at):
        self.left = at

    def __call__(self, *_):
        self.left -= 1
        if self.left <= 0:
            raise Cancelled("enough")


@pytest.mark.parametrize("script", [SILENT, DEAF, REPEATS_ITSELF, BUSY])
@pytest.mark.parametrize("way", WAYS)
def test_cancel_is_heard_while_nothing_comes(fake, way, script):
    if way is pour and script is REPEATS_ITSELF:
        script = SILENT  # to who reads bytes, they are what was asked for
    fake(script)
    before = children()
    with pytest.raises(Cancelled, match="enough"):
        way(Stop(3), STUCK_S)
    assert children() == before


@pytest.mark.parametrize("script", [SILENT, DEAF])
@pytest.mark.parametrize("way", WAYS)
def test_a_stuck_one_is_given_up(fake, way, script):
    fake(script)
    before = children()
    with pytest.raises(FfmpegError, match=r"did nothing for \d s and was ended"):
        way(lambda: None, SHORT_S)
    assert children() == before


def test_who_only_repeats_himself_is_stuck(fake):
    fake(REPEATS_ITSELF)
    with pytest.raises(FfmpegError, match="did nothing"):
        run(lambda: None, SHORT_S)


@pytest.mark.parametrize("name", ["frame", "total_size", "out_time_us"])
def test_who_gets_on_is_not(fake, name):
    fake(f"for i in 1 2 3 4 5 6 7 8 9; do echo {name}=$i; sleep 0.3; done")
    run(lambda: None, 1.5)


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="nobody says who computes")
@pytest.mark.parametrize("way", [run, pour])
def test_who_computes_in_silence_is_waited_for(fake, tmp_path, way):
    flag = tmp_path / "done"
    fake(f"while [ ! -e {flag} ]; do :; done; printf 0123456789abcdef")
    looks = []

    def look():
        looks.append(1)
        if len(looks) == 8:
            flag.touch()

    way(look, 1.0)
    assert len(looks) >= 8


def test_a_pipe_that_somebody_else_holds_is_not_waited_for(fake):
    fake("sleep 20 & exec sleep 1000")
    with pytest.raises(Cancelled):
        pour(Stop(2), STUCK_S)


DIED = [
    pytest.param("kill -XFSZ $$", "the file grew beyond 1e+03 GB, the most", id="too-large"),
    pytest.param("echo 'File too large' >&2; exit 1", "the file grew beyond", id="too-large-said"),
    pytest.param("kill -KILL $$", "the system stopped ffmpeg, most likely for", id="killed"),
    pytest.param("kill -SEGV $$", "ffmpeg crashed: SIGSEGV", id="crashed"),
    pytest.param("echo odd >&2; kill -ABRT $$", "ffmpeg crashed: SIGABRT", id="aborted"),
    pytest.param("echo 'x: Cannot allocate memory' >&2; exit 244", "more memory", id="memory"),
    pytest.param("exit 3", "ended with code 3 and gave no reason", id="without-a-word"),
    pytest.param("echo Unknown encoder >&2; exit 1", "Unknown encoder", id="said"),
]


@pytest.mark.parametrize(("script", "reason"), DIED)
@pytest.mark.parametrize("way", WAYS)
def test_how_it_died_is_said_in_half_a_sentence(fake, way, script, reason):
    fake(script)
    with pytest.raises(FfmpegError) as died:
        way(lambda: None, STUCK_S)
    assert reason in died.value.last_line
    assert len(died.value.last_line) < 200


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
def test_a_file_has_an_end(fake, tmp_path):
    fake(f"sleep 0.5; exec head -c 100000 /dev/zero > {tmp_path}/big")
    enforce(Limits(written_bytes=10_000), apart=True)
    with pytest.raises(FfmpegError, match="the file grew beyond 1e-05 GB"):
        run(lambda: None, STUCK_S)
    assert (tmp_path / "big").stat().st_size == 10_000


@pytest.mark.parametrize("script", [SILENT, DEAF, BUSY, REPEATS_ITSELF])
def test_who_takes_too_long_is_ended(fake, script, monkeypatch):
    fake(script)
    before = children()
    monkeypatch.setattr(Limits, "budget_s", lambda self, length_s: length_s)
    with pytest.raises(FfmpegError, match=r"took longer than 0\.3 s and was ended"):
        run_ffmpeg([ffmpeg.binary()], lambda done_s: None, length_s=SHORT_S)
    assert children() == before


def test_what_is_done_with_its_pictures_is_not_counted(fake, monkeypatch):
    fake("printf 0123456789abcdef; sleep 0.3; printf 0123456789abcdef")
    monkeypatch.setattr(Limits, "budget_s", lambda self, length_s: 1.5)
    for part in poured([], [16, 16]):
        time.sleep(1)
        assert part == b"0123456789abcdef"


@pytest.mark.parametrize(("make", "length_s"), [("clip", 3), ("short", 3)])
def test_time_is_given_by_what_may_be_decoded(
    fake, video, tmp_path, detector, monkeypatch, make, length_s
):
    fake("exit 3")
    given = []
    monkeypatch.setattr(Limits, "budget_s", lambda self, length_s: given.append(length_s) or 60)
    with pytest.raises(MediaError, match="gave no reason"):
        {"clip": clip, "short": short}[make](video, tmp_path / "out", detector, lambda *_: None)
    assert length_s in given


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp("video") / "a.mp4"
    write_media(path, Movie(steady(10, 6), 64, 36), Sound(sine(0.5, 6)))
    return path


def clip(video, folder, detector, progress):
    cut_clips(analysis(video).video, [moment(1, 3)], folder, progress=progress)


def short(video, folder, detector, progress):
    made = [Moment(1, moment(1, 3))]
    make_shorts(analysis(video, audio_track=None), made, folder, detector, None, progress)


def reel(video, folder, detector, progress):
    write_reel(analysis(video, moment(1, 3)), ReelOptions(), folder / "a.mp4", None, progress)


PRODUCTS = [clip, short, reel]


@pytest.mark.parametrize("product", PRODUCTS)
def test_cancel_leaves_no_file(fake, video, tmp_path, detector, product):
    fake(DEAF)
    before, out = children(), tmp_path / "out"
    with pytest.raises(Cancelled, match="enough"):
        product(video, out, detector, Stop(20))
    assert children() == before
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_stuck_one_is_one_sentence_and_leaves_no_file(
    fake, video, tmp_path, detector, product, monkeypatch
):
    fake(SILENT)
    for module in (cutting, shorts, loudness):
        monkeypatch.setattr(module, "run_ffmpeg", partial(run_ffmpeg, patience_s=SHORT_S))
    monkeypatch.setattr("funny.moments.reel.sound.poured", partial(poured, patience_s=SHORT_S))
    with pytest.raises(
        MediaError, match=r"ffmpeg did nothing for \d s and was ended\)\. Try"
    ) as said:
        product(video, tmp_path / "out", detector, lambda *_: None)
    assert "\n" not in str(said.value)
    assert list((tmp_path / "out").iterdir()) == []
