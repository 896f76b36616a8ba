"""The server's disk is full at some point: one sentence, nothing lost, and on it goes with room."""

import shutil
import subprocess

import pytest

from tests.disks import mounted
from tests.faults.looking import assert_all_there, assert_nothing_half_written, logged
from tests.serving import App
from tests.visitor import Refused, Visitor

FILM_KB = 2900
STEPS = ("upload", "analyze", "cut", "make-project", "make-reel", "make-thumbnails")
ROOMS_KB = [
    pytest.param(600, id="not-the-upload"),
    pytest.param(FILM_KB + 400, id="the-upload-alone", marks=pytest.mark.torture),
    pytest.param(FILM_KB + 3500, id="some-clips"),
    *(
        pytest.param(FILM_KB + kb, id=f"{kb}-kb-more", marks=pytest.mark.torture)
        for kb in (*range(100, 4000, 350), *range(4000, 24000, 2500))
    ),
]


def tries(visitor, film, step):
    """Does one thing; returns what the page says if it cannot."""
    try:
        visitor.upload(film) if step == "upload" else visitor.do(step)
    except Refused as refused:
        return str(refused)
    return ""


def room(disk, kb):
    """Gives the disk another size."""
    subprocess.run(["mount", "-o", f"remount,size={kb}k", str(disk)], check=True)


@pytest.mark.parametrize("room_kb", ROOMS_KB)
def test_a_full_disk_is_said_and_forgiven(tmp_path, film, truth, room_kb):
    with mounted(tmp_path / "disk", "size=64m") as disk:
        app = App(tmp_path, FUNNY_STATE=str(disk / "state"), FUNNY_CACHE=str(disk / "cache"))
        with app, Visitor(app.address) as visitor:
            visitor.open()
            room(disk, shutil.disk_usage(disk).used // 1024 + room_kb)
            told = [tries(visitor, film, step) for step in STEPS]
            assert app.is_well()
            assert_said(told)
            room(disk, 256_000)
            visitor.upload(film)
            visitor.do("analyze")
            assert_all_there(visitor, truth)
            app.kill()
            app.start()
            visitor.open(visitor.value("job"))
            assert_all_there(visitor, truth)
            app.stop()
            assert_nothing_half_written(app)
        assert logged(app) == []


def assert_said(told):
    """Something could not be done, and each time it was said in one sentence without a path."""
    refused = [text for text in told if text]
    assert refused
    assert [text for text in refused if "\n" in text or "/" in text or "Error" in text] == []
