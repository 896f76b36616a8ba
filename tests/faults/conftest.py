"""A video that takes a while, what is to be found in it, and the app in a folder of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from funny.pipeline import AnalyzeOptions, Analyzer
from tests.serving import App
from tests.ui.browser import looped_example


@pytest.fixture(scope="session")
def film(tmp_path_factory):
    """Four moments in 84 seconds: some seconds of watching, some of cutting."""
    return looped_example(tmp_path_factory.mktemp("film") / "긴 방송 #1.mp4", 1)


@pytest.fixture(scope="session")
def truth(film):
    """What is found when nothing happens on the way."""
    return Analyzer(AnalyzeOptions(cache=False)).analyze(film)


@pytest.fixture
def app_with(tmp_path) -> Iterator[Callable[..., App]]:
    """Starts the app; it ends with the test, whatever that does to it."""
    started: list[App] = []

    def start(folder: Path = tmp_path, **environment: str) -> App:
        started.append(App(folder, **environment))
        return started[-1].start()

    yield start
    for app in started:
        app.kill()
