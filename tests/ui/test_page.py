"""The page in a real Chromium: from one press to clips, in Korean, without a network."""

import shutil
from collections.abc import Iterator

import pytest

from funny.ui.page import EXAMPLE, Page

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
IDS = "player timeline threshold analyze cancel highlights clips export status models example"
PATIENCE_MS = 60_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    page = Page()
    _, local_url, _ = page.launch(prevent_thread_lock=True, quiet=True)
    yield local_url
    page.blocks.close()


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


@pytest.fixture
def open_page(browser, address):
    contexts = []

    def open_in(locale: str):
        context = browser.new_context(locale=locale)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(address)
        page.wait_for_selector("#models strong")
        return page

    yield open_in
    for context in contexts:
        context.close()


def test_all_parts_have_their_ids(open_page) -> None:
    page = open_page("en-US")
    assert [name for name in IDS.split() if page.locator(f"#{name}").count() != 1] == []


def test_example_gives_timeline_table_and_clips_with_no_outside_request(open_page, address) -> None:
    page = open_page("en-US")
    outside = []
    page.on("request", lambda r: outside.append(r.url))
    page.click("#example")
    page.wait_for_selector("#clips video")
    assert "4 highlights" in page.inner_text("#status")
    page.wait_for_selector("#timeline .js-plotly-plot")
    assert page.locator("#timeline .shapelayer path").count() >= 4
    assert page.locator("#highlights [data-testid^=cell-]").count() >= 4
    assert page.inner_text("#export").replace("\n", "").count("clips.zip") == 1
    assert [u for u in outside if not u.startswith((address, "data:", "blob:"))] == []


def test_upload_and_moved_threshold_change_the_highlights(open_page) -> None:
    page = open_page("en-US")
    page.set_input_files("#player input[type=file]", str(EXAMPLE))
    page.wait_for_selector("#player video")
    page.click("#analyze")
    page.wait_for_selector("#clips video")
    page.click("text=Settings >> nth=0")
    page.fill("#top input", "2")
    page.locator("#top input").press("Tab")
    page.wait_for_function("document.querySelector('#status').innerText.includes('2 highlights')")


def test_korean_browser_sees_korean(open_page) -> None:
    page = open_page("ko-KR")
    assert page.inner_text("#analyze") == "웃긴 순간 찾기"
    assert "감정 모델" in page.inner_text("#models")
    assert "내장 감정 모델" in page.inner_text("#models")


def test_bad_file_says_what_to_do_and_names_no_folder(open_page, tmp_path) -> None:
    page = open_page("en-US")
    (tmp_path / "notes.mp4").write_text("not a video at all\n" * 50)
    page.set_input_files("#player input[type=file]", str(tmp_path / "notes.mp4"))
    page.wait_for_selector("#player video")
    page.click("#analyze")
    page.wait_for_function("document.querySelector('#status').innerText.includes('not a video')")
    assert "/" not in page.inner_text("#status")


def test_visitors_do_not_share_results(open_page) -> None:
    first, second = open_page("en-US"), open_page("en-US")
    first.click("#example")
    first.wait_for_selector("#clips video")
    assert second.locator("#clips video").count() == 0
    second.click("#cut")
    second.wait_for_selector("text=Choose a video first")
