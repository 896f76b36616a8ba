"""The server is killed (-9) in each stage; the next one has all that was finished, and goes on."""

from contextlib import suppress

import httpx
import pytest

from tests.faults.looking import (
    assert_all_there,
    assert_nothing_half_written,
    clips_of,
    files_of,
    logged,
)
from tests.visitor import Visitor

STAGES = [
    pytest.param("Opening", id="opening", marks=pytest.mark.torture),
    pytest.param("watching and listening", id="watching"),
    pytest.param("small pictures", id="small-pictures", marks=pytest.mark.torture),
    pytest.param("cutting clips", id="cutting"),
]
EXPORTS = [
    pytest.param("reel", id="reel", marks=pytest.mark.torture),
    pytest.param("shorts", id="shorts", marks=pytest.mark.torture),
    pytest.param("thumbnails", id="thumbnails"),
]


def kill_when(app, visitor, text, press):
    """Kills the server when the status says so; the visitor is left without an answer."""
    with suppress(httpx.HTTPError):
        for _ in visitor.doing(press):
            if text in visitor.value("status"):
                app.kill()
    assert app.process.poll() is not None, f"{text}: was not said, {visitor.value('status')}"


def with_film(app, film):
    """A visitor who has chosen the film."""
    visitor = Visitor(app.address)
    visitor.open()
    visitor.upload(film)
    return visitor


def again(app, job):
    """The same visitor's page, loaded again from the next server."""
    app.start()
    visitor = Visitor(app.address)
    visitor.open(job)
    return visitor


@pytest.mark.parametrize("stage", STAGES)
def test_an_analysis_goes_on(app_with, film, truth, stage):
    app = app_with()
    with with_film(app, film) as visitor:
        kill_when(app, visitor, stage, "analyze")
        job = visitor.value("job")
    with again(app, job) as visitor:
        assert f"{len(truth.highlights)} clips cut" in visitor.value("status")
        assert_all_there(visitor, truth)
    assert_nothing_half_written(app)
    assert logged(app) == []


def test_who_waits_for_a_turn_gets_it(app_with, film, truth):
    app = app_with()
    with with_film(app, film) as first, with_film(app, film) as second:
        going = first.doing("analyze")
        next(going)
        kill_when(app, second, "Waiting for its turn", "analyze")
        jobs = first.value("job"), second.value("job")
    app.start()
    for job in jobs:
        with Visitor(app.address) as visitor:
            visitor.open(job)
            assert_all_there(visitor, truth)
    assert_nothing_half_written(app)
    assert logged(app) == []


@pytest.mark.parametrize("kind", EXPORTS)
def test_an_export_is_asked_for_again_and_nothing_else_is_lost(app_with, film, truth, kind):
    app = app_with()
    with with_film(app, film) as visitor:
        visitor.do("analyze")
        files, clips, job = files_of(visitor), clips_of(visitor), visitor.value("job")
        told = []
        with suppress(httpx.HTTPError):
            for _ in visitor.doing(f"make-{kind}"):
                told.append(visitor.value("status"))
                if "%" in told[-1]:
                    app.kill()
    assert app.process.poll() is not None, told
    with again(app, job) as visitor:
        assert (files_of(visitor), clips_of(visitor)) == (files, clips)
        assert_nothing_half_written(app)
        visitor.do(f"make-{kind}")
        assert "⚠" not in visitor.value("status")
    assert_nothing_half_written(app)
    assert logged(app) == []
