"""A small channel: videos long enough to be parted, and what is wrong with one of them."""

import os
import signal

import numpy as np
import psutil
import pytest

from funny.options import AnalyzeOptions
from tests.faces import astronaut, canvas, hopper, paste
from tests.media import Movie, Sound, burst, sine, steady, write_media

LONG_S, SHORT_S = 620, 20
CHUNK_S = 300.0
OPTIONS = AnalyzeOptions(emotion="embedded", threshold=0.1, cache=False)
"""So low that there are moments in what is only a little funny."""
ODD_NAME = 'b "<img src=x onerror=alert(1)>" #1?'


def scene(index, width, height):
    """A face that is now plain and now smiling, and moves a little every nine seconds."""
    picture, part = canvas(width, height), index // 9
    who = astronaut() if part % 3 == 0 else hopper()
    paste(picture, who, 60, 40 + part % 30, 10)
    return picture


def film(path, seconds, loud_s):
    """A film at one picture a second, with a burst of sound."""
    movie = Movie(steady(1, seconds), 320, 180, options={"preset": "ultrafast"}, picture=scene)
    write_media(path, movie, Sound(burst(loud_s, 4, seconds) + sine(0.02, seconds)))
    return path


def make_channel(folder):
    """A long video, a short one with an odd name in a folder inside, and a damaged one."""
    (folder / "inside").mkdir(parents=True)
    film(folder / "a.mp4", LONG_S, 30)
    short = film(folder / "inside" / f"{ODD_NAME}.mp4", SHORT_S, 12)
    (folder / "c.mp4").write_bytes(short.read_bytes()[:2000])
    return folder


def by_name(ended):
    return {one.source.name: one for one in ended}


def kill(pids):
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def below(words, process=None):
    """Pids of the processes below this one whose command line holds a word."""
    process = process or psutil.Process()
    found = []
    for child in process.children(recursive=True):
        try:
            line = " ".join(child.cmdline())
        except psutil.Error:
            continue
        if any(word in line for word in words):
            found.append(child.pid)
    return found


def assert_same(one, other):
    """Two analyses whose timelines are equal to 1e-6, and so are their moments."""
    np.testing.assert_allclose(one.timeline.scores, other.timeline.scores, rtol=0, atol=1e-6)
    for name in ("emotions", "face_box", "laughter", "rms"):
        found, expected = getattr(one.signals, name), getattr(other.signals, name)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6, err_msg=name)
    for name in ("start_s", "end_s", "peak_s", "score"):
        expected = [getattr(h, name) for h in other.highlights]
        assert [getattr(h, name) for h in one.highlights] == pytest.approx(expected, abs=1e-6)
    assert (one.video, one.notes) == (other.video, other.notes)
