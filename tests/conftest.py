"""Fixtures of all tests: a cache of their own, no error in the log, and one face detector."""

import logging
import os
import signal

import pytest

from funny.runtime import prepare

prepare()


@pytest.fixture(scope="session", autouse=True)
def shared_cache(tmp_path_factory):
    """What fixtures of a wider scope keep; never the person's own cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUNNY_CACHE", str(tmp_path_factory.mktemp("shared-cache")))
        patch.setenv("FUNNY_STATE", "0")
        yield


@pytest.fixture(autouse=True)
def cache_folder(tmp_path_factory, monkeypatch):
    """An empty cache for every test."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("FUNNY_CACHE", str(folder))
    return folder


@pytest.fixture(scope="session", autouse=True)
def offline():
    """No test reaches for weights outside; those that mean to bring a Hub of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.delenv("FUNNY_HUB_REPO", raising=False)
        yield


@pytest.fixture(autouse=True)
def handler():
    """`main` takes SIGTERM over; the tests give it back."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(autouse=True)
def no_real_time():
    """No test leaves the process in real time: all that is begun later would starve the machine."""
    yield
    if hasattr(os, "sched_getscheduler"):
        assert os.sched_getscheduler(0) == os.SCHED_OTHER


@pytest.fixture(autouse=True)
def no_error_is_logged(caplog):
    yield
    errors = [r for r in caplog.get_records("call") if r.levelno >= logging.ERROR]
    assert not [r for r in errors if r.name.startswith("funny")]


@pytest.fixture(scope="session")
def detector():
    from funny.extract.faces import FaceDetector

    return FaceDetector()


@pytest.fixture(scope="module")
def browser():
    """A real Chromium."""
    from tests.ui.browser import CHROMIUM, FLAGS  # loads Gradio, which few tests need

    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
