"""A process apart gives what is asked for; whatever else it does is one error, and it is gone."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from funny.errors import Cancelled, MediaError, OptionError
from funny.extract import process
from funny.extract.ahead import ahead
from funny.extract.limits import Limits, enforce
from funny.extract.stopping import stops_when
from funny.moments.jobs import side_by_side
from funny.ui.jobs import Job
from tests.extract import planted

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX"),
]


@pytest.fixture(autouse=True)
def apart():
    enforce(Limits(memory_bytes=1 << 30), apart=True)
    yield
    enforce(Limits())


@pytest.fixture
def video(tmp_path):
    path = tmp_path / "video.mp4"
    path.write_bytes(b"nothing of a video")
    return path


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone_soon(pid):
    """Whether a process is gone within a few seconds."""
    until_s = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < until_s:
        time.sleep(0.05)
    return not is_alive(pid)


def test_what_is_asked_for_comes_and_what_is_given_twice_is_one_object(video):
    asked = planted.pictures(video, 3)
    seen = []
    while True:
        try:
            seen.append(next(asked))
        except StopIteration as end:
            assert end.value == 1.5
            break
    assert [number for number, _ in seen] == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert [picture is None for _, picture in seen] == [False, False, True] * 3
    assert all(np.all(picture == number) for number, picture in seen if picture is not None)
    assert seen[0][1] is seen[1][1]
    assert seen[1][1] is not seen[3][1]


def test_it_runs_in_another_process_which_is_kept_for_its_file_only(video, tmp_path):
    first = planted.pid(video)
    assert first != os.getpid()
    assert planted.pid(video) == first
    other = tmp_path / "other.mp4"
    other.write_bytes(b"another")
    assert planted.pid(other) != first


def test_it_leaves_when_it_is_asked_nothing_more(video, monkeypatch):
    monkeypatch.setattr(process, "IDLE_S", 0.1)
    assert gone_soon(planted.pid(video))


def test_whoever_stops_asking_ends_it(video):
    asked = planted.waits(video)
    pid = next(asked)
    assert is_alive(pid)
    asked.close()
    assert not is_alive(pid)


ASKING = """
import sys
from pathlib import Path
from funny.extract.limits import Limits, enforce
from funny.extract.stopping import stops_when
from funny.moments.jobs import side_by_side
from funny.ui.jobs import Job
from tests.extract import planted
enforce(Limits(), apart=True)
asked = planted.waits(Path(sys.argv[1]))
print(next(asked), flush=True)
sys.stdin.read()
"""


def test_it_dies_with_whoever_asked(video):
    asking = subprocess.Popen(
        [sys.executable, "-c", ASKING, str(video)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(process.__file__).parents[2],
    )
    with asking:
        pid = int(asking.stdout.readline())
        assert is_alive(pid)
        asking.kill()
    assert gone_soon(pid)


@pytest.mark.parametrize(
    ("by", "word"),
    [
        pytest.param(signal.SIGSEGV, "crashed: SIGSEGV", id="crash"),
        pytest.param(signal.SIGABRT, "crashed: SIGABRT", id="abort"),
        pytest.param(signal.SIGKILL, "the system stopped", id="killed"),
    ],
)
def test_a_crash_is_one_error(video, by, word):
    asked = planted.dies(video, int(by))
    assert next(asked) == 1
    with pytest.raises(MediaError, match=word) as refusal:
        next(asked)
    assert str(refusal.value).startswith(f"{video}: cannot be read (")
    assert planted.pid(video)  # and life goes on


def test_an_early_end_is_one_error(video):
    with pytest.raises(MediaError, match="cannot be read"):
        planted.leaves(video)


def test_a_hang_is_one_error(video, monkeypatch):
    asked = planted.waits(video)
    pid = next(asked)
    monkeypatch.setattr(process, "SILENT_S", 0.5)
    with pytest.raises(MediaError, match=r"nothing came of it for 0\.5 s"):
        next(asked)
    assert not is_alive(pid)


@pytest.mark.parametrize("is_ahead", [False, True], ids=["here", "in-a-thread"])
def test_stop_is_heard_while_it_hangs(video, is_ahead):
    asked = planted.waits(video)
    stop, before_s = threading.Event(), time.monotonic()
    with stops_when(stop.is_set):
        items = ahead(asked, 1) if is_ahead else asked
        pid = next(items)
        stop.set()
        with pytest.raises(Cancelled):
            next(items)
    assert time.monotonic() - before_s < process.SILENT_S / 2
    assert gone_soon(pid)


@pytest.mark.parametrize("is_beside", [False, True], ids=["here", "beside-others"])
def test_a_job_of_the_page_that_hangs_is_stopped(video, is_beside):
    begun = threading.Event()

    def hang(*_):
        for _ in planted.waits(video):
            begun.set()

    def work(job):
        if is_beside:
            side_by_side([hang, hang], [1, 1], 2, lambda done, total: None)
        else:
            hang()

    job = Job(work).start()
    assert begun.wait(30)
    job.cancel()
    before_s = time.monotonic()
    while job.is_running and time.monotonic() < before_s + process.SILENT_S:
        job.wait()
    assert job.state == "cancelled"
    assert time.monotonic() - before_s < process.SILENT_S / 2


def test_a_process_that_is_stopped_counts_as_hung(video, monkeypatch):
    asked = planted.pictures(video, 100_000)
    next(asked)
    pid = process_of(asked)
    os.kill(pid, signal.SIGSTOP)
    monkeypatch.setattr(process, "SILENT_S", 0.5)
    with pytest.raises(MediaError, match="nothing came of it"):
        list(asked)
    assert not is_alive(pid)


def process_of(asked):
    """Number of the process behind an answer that is on its way."""
    return asked.gi_yieldfrom.gi_frame.f_locals["reader"]._process.pid


def test_who_takes_too_long_in_all_is_stopped(video, monkeypatch):
    monkeypatch.setattr(Limits, "budget_s", lambda self, length_s: 0.5)
    with pytest.raises(MediaError, match=r"decoding it takes longer than 0\.5 s"):
        list(planted.waits(video))


def test_the_time_of_whoever_asks_is_not_counted(video, monkeypatch):
    asked = planted.pictures(video, 2)
    next(asked)
    monkeypatch.setattr(process, "SILENT_S", 0.5)
    time.sleep(1)
    assert len(list(asked)) == 5


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
def test_memory_has_an_end(video):
    with pytest.raises(MediaError, match="it takes more than 1 GB of memory"):
        planted.devours(video)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
def test_it_can_neither_write_nor_open_many_files(video):
    assert planted.writes(video) == "File too large, Too many open files"
    written = video.parent / "written"
    assert not written.exists() or written.stat().st_size == 0


def test_it_is_told_no_secret(video, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    names = planted.environment(video)
    assert "PATH" in names
    assert not {"HF_TOKEN", "AWS_SECRET_ACCESS_KEY"} & set(names)


def test_nonsense_is_one_error(video):
    with pytest.raises(MediaError, match="sent nonsense"):
        list(planted.lies(video))


@pytest.mark.parametrize(
    ("kind", "error", "word"),
    [
        ("media", MediaError, r"^video\.mp4: said so\.$"),
        ("option", OptionError, r"^video\.mp4: said so\.$"),
        ("other", MediaError, "cannot be read .KeyError"),
    ],
)
def test_an_error_there_is_the_same_error_here(video, kind, error, word):
    with pytest.raises(error, match=word):
        planted.raises(video, kind)


def test_nothing_is_left_of_many_that_failed(video):
    planted.pid(video)
    files = len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0
    for _ in range(3):
        with pytest.raises(MediaError):
            planted.leaves(video)
        planted.pid(video)
    if sys.platform == "linux":
        assert len(os.listdir("/proc/self/fd")) <= files + 4


def test_here_it_is_an_ordinary_call(video):
    enforce(Limits())
    assert planted.pid(video) == os.getpid()
