"""Bytes come out of ffmpeg and go into it in parts; errors are told, and no process is left."""

import os

import pytest

from funny.moments.pipes import fed, poured
from funny.moments.running import FfmpegError

GREY = ["-f", "lavfi", "-i", "color=gray:s=4x4:d=1:r=10"]
RAW = ["-f", "rawvideo", "-pix_fmt", "gray"]
FRAME = 16


def children():
    """Processes that this one has started and not waited for."""
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return file.read().split()


def test_parts_have_the_wanted_sizes_and_run_out():
    parts = list(poured([*GREY, *RAW, "pipe:1"], [FRAME] * 9 + [10, 10, 10]))
    assert [len(part) for part in parts] == [FRAME] * 9 + [10, 6, 0]


def test_closing_leaves_no_process():
    before = children()
    endless = poured(["-f", "lavfi", "-i", "color=gray:s=4x4", *RAW, "pipe:1"], [FRAME] * 9)
    next(endless)
    assert len(children()) == len(before) + 1
    endless.close()
    assert children() == before


def test_an_output_that_ends_with_an_error_says_so():
    with pytest.raises(FfmpegError, match="No such file"):
        list(poured(["-i", "nothing.mp4", *RAW, "pipe:1"], [FRAME]))


def into(path):
    size = ["-video_size", "4x4", "-framerate", "10"]
    return [*RAW, *size, "-i", "pipe:0", "-c:v", "ffv1", "-f", "matroska", str(path)]


def test_what_is_fed_is_stored(tmp_path):
    target = tmp_path / "a.mkv"
    with fed(into(target)) as write:
        for level in range(10):
            write(bytes([level] * FRAME))
    read = b"".join(poured(["-i", str(target), *RAW, "pipe:1"], [FRAME] * 10))
    assert list(read[::FRAME]) == list(range(10))


def test_what_cannot_be_stored_is_told_however_much_is_fed(tmp_path):
    before = children()
    with (
        pytest.raises(FfmpegError, match="No such file"),
        fed(into(tmp_path / "no/a.mkv")) as write,
    ):
        for _ in range(100_000):
            write(bytes(FRAME))
    assert children() == before


def test_work_that_fails_ends_the_command(tmp_path):
    before = children()
    with pytest.raises(ZeroDivisionError), fed(into(tmp_path / "a.mkv")) as write:
        write(bytes(FRAME))
        1 / 0  # noqa: B018
    assert children() == before
