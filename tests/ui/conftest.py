"""The page served once for each module of tests, and a browser to open it in."""

from collections.abc import Iterator

import pytest

from funny.ui.page import Page
from tests.ui.browser import PATIENCE_MS, looped_example


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Page, str]]:
    """A page and its address."""
    page = Page()
    _, address, _ = page.launch(prevent_thread_lock=True, quiet=True)
    yield page, address
    page.blocks.close()


@pytest.fixture
def open_page(browser, served):
    """Opens the page as a new visitor."""
    contexts = []

    def open_in(locale: str = "en-US", query: str = "", **how):
        context = browser.new_context(locale=locale, **how)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(served[1] + query)
        page.wait_for_selector("#models strong")
        return page

    yield open_in
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def long_video(tmp_path_factory):
    """The example eight times over: long enough to be watched while it is read."""
    return looped_example(tmp_path_factory.mktemp("long") / "긴 영상.mp4", 8)
