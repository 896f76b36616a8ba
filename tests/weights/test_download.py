"""No request and no download keeps anybody waiting for longer than it may."""

import signal
import threading
import time

import pytest

from funny.errors import WeightsError
from funny.weights import download
from funny.weights.download import answered, is_offline, refuse_offline, transferred


class Stopped(BaseException):
    """What ends a program rather than a request."""


@pytest.fixture
def release():
    """Ends what still waits in the background when the test is over."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def impatient(monkeypatch):
    """A tenth of a second for every 1000 bytes."""
    monkeypatch.setattr(download, "STALL_S", 0.1)
    monkeypatch.setattr(download, "STALL_BYTES", 1000)


def in_time(work):
    return answered(work, 20)


def as_transfer(work):
    return transferred(lambda bar: work())


BOTH = pytest.mark.parametrize("run", [in_time, as_transfer], ids=["answer", "transfer"])


@BOTH
@pytest.mark.parametrize("result", [None, 0, "answer"])
def test_the_result_passes_through(run, result):
    assert run(lambda: result) == result


@BOTH
@pytest.mark.parametrize("kind", [WeightsError, OSError, ValueError, SystemExit, Stopped])
def test_what_is_raised_passes_through(run, kind):
    def fail():
        raise kind("its own words")

    with pytest.raises(kind, match="its own words"):
        run(fail)


@pytest.mark.parametrize(("limit_s", "named"), [(0.0, "0 s"), (0.05, "0.05 s"), (0.2, "0.2 s")])
def test_no_answer_is_told_with_the_limit(limit_s, named, release):
    begin = time.monotonic()
    with pytest.raises(WeightsError, match=f"^no answer within {named}$"):
        answered(release.wait, limit_s)
    assert time.monotonic() - begin < limit_s + 5


def test_a_late_answer_disturbs_nobody(release):
    done = threading.Event()

    def late():
        release.wait()
        done.set()
        raise ValueError("too late")

    with pytest.raises(WeightsError):
        answered(late, 0.01)
    release.set()
    assert done.wait(20)


def paced(chunks, size, pause_s):
    """A download of so many chunks, with a pause after each."""

    def work(bar_class):
        bar = bar_class(total=chunks * size, disable=True)
        for _ in range(chunks):
            bar.update(size)
            time.sleep(pause_s)
        return "all of it"

    return work


@pytest.mark.parametrize(
    ("chunks", "size", "pause_s", "bytes_pattern"),
    [
        pytest.param(1, 0, 60, "0", id="nothing-comes"),
        pytest.param(1, 5000, 60, "5000", id="comes-to-a-stop"),
        pytest.param(6000, 1, 0.01, r"\d{1,4}", id="trickles"),
    ],
)
def test_a_stalled_download_is_given_up(chunks, size, pause_s, bytes_pattern, impatient):
    with pytest.raises(WeightsError, match=f"^stalled after {bytes_pattern} bytes$"):
        transferred(paced(chunks, size, pause_s))


def test_a_steady_download_may_take_many_times_the_limit(impatient):
    begin = time.monotonic()
    assert transferred(paced(40, 5000, 0.01)) == "all of it"
    assert time.monotonic() - begin > 0.3


def test_a_download_that_is_given_up_stops_at_its_next_chunk(impatient, release):
    ended = threading.Event()
    came = []

    def work(bar_class):
        bar = bar_class(disable=True)
        try:
            for chunk in range(3):
                bar.update(10)
                came.append(chunk)
                release.wait()
        finally:
            ended.set()

    with pytest.raises(WeightsError, match="stalled after 10 bytes"):
        transferred(work)
    release.set()
    assert ended.wait(20)
    assert came == [0]


@pytest.mark.parametrize(
    ("sizes", "is_refused"),
    [
        pytest.param([2 << 20], False, id="as-much-as-may-be"),
        pytest.param([(2 << 20) + 1], True, id="a-byte-more"),
        pytest.param([1 << 20] * 3, True, id="in-parts"),
    ],
)
def test_more_than_any_weights_have_is_refused(sizes, is_refused, monkeypatch):
    monkeypatch.setattr(download, "MAX_BYTES", 2 << 20)

    def work(bar_class):
        bar = bar_class(disable=True)
        for size in sizes:
            bar.update(size)
        return "all of it"

    if is_refused:
        with pytest.raises(WeightsError, match="more than 2 MB came"):
            transferred(work)
    else:
        assert transferred(work) == "all of it"


@pytest.mark.parametrize("total", [None, 0, 5], ids=["unknown", "empty", "some"])
def test_the_bar_is_a_bar_before_its_total_is_known(total):
    def work(bar_class):
        return bool(bar_class(total=total, disable=True))

    assert transferred(work) is True


@pytest.fixture(autouse=True)
def a_person_can_interrupt():
    """A shell that puts the tests into the background has them ignore Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupt():
    """Control-C of a person in front of the main thread."""
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)


def test_the_person_can_stop_the_waiting_for_an_answer(release):
    def work():
        interrupt()
        release.wait()

    with pytest.raises(KeyboardInterrupt):
        answered(work, 20)


def test_a_download_that_the_person_stopped_ends_at_its_next_chunk(release):
    ended = threading.Event()

    def work(bar_class):
        interrupt()
        release.wait()
        try:
            bar_class(disable=True).update(10)
        except WeightsError:
            ended.set()

    with pytest.raises(KeyboardInterrupt):
        transferred(work)
    release.set()
    assert ended.wait(20)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(None, False, id="unset"),
        *[(value, False) for value in ("", "0", "no", "2")],
        *[(value, True) for value in ("1", "ON", "yes", "True")],
    ],
)
def test_offline_is_what_the_tools_of_the_hub_take_for_it(value, expected, monkeypatch):
    monkeypatch.delenv("HF_HUB_OFFLINE")
    if value is not None:
        monkeypatch.setenv("HF_HUB_OFFLINE", value)
    assert is_offline() is expected


def test_offline_refuses_with_the_reason():
    with pytest.raises(WeightsError, match=r"^damaged, and HF_HUB_OFFLINE is set$"):
        refuse_offline("damaged")
