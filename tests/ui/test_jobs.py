"""A job in a thread of its own keeps why it failed, and nothing of what it held then."""

import traceback

import pytest

from funny.errors import Cancelled, MediaError
from funny.ui.jobs import Job
from tests.disks import is_open


def reading(path):
    """A generator that holds a file open while it waits."""
    with path.open("rb") as file:
        while True:
            yield file.read(1)


def in_vain(path):
    lines = reading(path)
    next(lines)
    raise OSError("no more")


def stopped(path):
    lines = reading(path)
    next(lines)
    raise Cancelled("enough")


def failed_of_a_failure(path):
    try:
        in_vain(path)
    except OSError as error:
        raise MediaError("cannot be read") from error


def failed_beside_a_failure(path):
    try:
        in_vain(path)
    except OSError:
        path.with_name("b.mp4").read_bytes()


@pytest.mark.parametrize(
    ("work", "state"),
    [
        (in_vain, "failed"),
        (stopped, "cancelled"),
        (failed_of_a_failure, "failed"),
        (failed_beside_a_failure, "failed"),
    ],
)
def test_a_job_that_ended_holds_no_file(tmp_path, work, state):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"0123")
    job = Job(lambda _: work(path)).start()
    while job.is_running:
        job.wait()
    assert job.state == state
    assert not is_open(path)
    assert work.__name__ in "".join(traceback.format_exception(job.error))
