"""What the server starts is killed (-9): the visitor reads one sentence, and asks again."""

import psutil
import pytest

from tests.faults.looking import (
    assert_all_there,
    assert_nothing_half_written,
    logged,
)
from tests.visitor import Refused, Visitor


def kill_children_when(app, visitor, text, word):
    """Kills what the server has started as soon as the status says so; returns what it says then.

    Args:
        app: The server.
        visitor: Who asks for an analysis.
        text: What the status has to say.
        word: What the command line of a child has to hold.
    """
    killed = 0
    try:
        for _ in visitor.doing("analyze"):
            if text in visitor.value("status") and not killed:
                killed = sum(kill(child, word) for child in app.process.children(recursive=True))
    except Refused as refused:
        assert killed
        return str(refused)
    raise AssertionError(f"{killed} processes killed, and {visitor.value('status')}")


def kill(child, word):
    try:
        if not any(word in part for part in child.cmdline()):
            return False
        child.kill()
    except psutil.NoSuchProcess:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "word"),
    [
        pytest.param("watching and listening", "funny", id="a-reader-while-it-watches"),
        pytest.param("cutting clips", "ffmpeg", id="ffmpeg-while-it-cuts"),
    ],
)
def test_a_child_that_is_killed_is_one_sentence(app_with, film, truth, text, word):
    app = app_with(FUNNY_ISOLATE="1")
    with Visitor(app.address) as visitor:
        visitor.open()
        visitor.upload(film)
        told = kill_children_when(app, visitor, text, word)
        assert "\n" not in told and "Traceback" not in told and "/" not in told
        assert app.is_well() and app.has_no_children()
        visitor.do("analyze")
        assert_all_there(visitor, truth)
    assert_nothing_half_written(app)
    assert logged(app) == []
