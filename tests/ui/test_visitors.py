"""People who cannot use a mouse, or do not see the curve; and two people at once."""

import re
import zipfile
from contextlib import suppress

import pytest
from playwright.sync_api import TimeoutError

from funny.ui.example import EXAMPLE
from tests.ui.browser import BANDS, cell, grave, run_example, says, upload

pytestmark = pytest.mark.browser


LOOKS = [
    pytest.param({}, id="english-light"),
    pytest.param({"locale": "ko-KR", "color_scheme": "dark"}, id="korean-dark"),
    pytest.param({"viewport": {"width": 390, "height": 844}}, id="phone"),
]


@pytest.mark.parametrize("look", LOOKS)
def test_nobody_is_kept_out_of_the_first_screen_or_the_settings(open_page, look) -> None:
    page = open_page(**look)
    page.wait_for_selector(BANDS)
    assert grave(page) == []
    page.click("#settings button.label-wrap")
    page.wait_for_selector("#pad-before input")
    assert grave(page) == []


def test_nobody_is_kept_out_while_it_runs_or_when_it_is_done(open_page, long_video) -> None:
    page = open_page()
    upload(page, long_video)
    assert grave(page) == []
    page.click("#analyze")
    page.wait_for_selector(BANDS)
    assert grave(page) == []
    page.click("#cancel")
    says(page, "Stopped")
    run_example(page)
    assert grave(page) == []


def test_nobody_is_kept_out_when_something_fails(open_page, tmp_path) -> None:
    page = open_page()
    (tmp_path / "notes.mp4").write_text("not a video at all\n" * 50)
    upload(page, tmp_path / "notes.mp4", says_then="not a video")
    assert grave(page) == []


def focused(page):
    """The id that holds the focus, or what it is."""
    return page.evaluate("""() => {
        const at = document.activeElement;
        return at.closest("[id]:not([id^=component])")?.id + " " + (at.ariaLabel || at.innerText);
    }""")


def tab_to(page, wanted, most=80):
    """Presses Tab until something has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if re.search(wanted, focused(page) or ""):
            return
    raise AssertionError(f"no Tab reaches {wanted}")


def choose_by_keyboard(page, path):
    """Opens the browser's own dialogue; Gradio may make its button anew, and the focus is lost."""
    for _ in range(5):
        tab_to(page, "player .*(Upload|Drop)")
        with suppress(TimeoutError):
            with page.expect_file_chooser(timeout=5_000) as chooser:
                page.keyboard.press("Enter")
            return chooser.value.set_files(str(path))
    raise AssertionError("Enter opens no dialogue")


def test_from_upload_to_zip_by_keyboard_alone(open_page) -> None:
    page = open_page()
    page.wait_for_selector(BANDS)
    tab_to(page, "Clear")
    page.keyboard.press("Enter")
    page.wait_for_selector("#player input[type=file]", state="attached")
    choose_by_keyboard(page, EXAMPLE)
    says(page, "Ready")
    tab_to(page, "^analyze")
    page.keyboard.press("Enter")
    page.wait_for_selector("#clips video")
    says(page, "4 clips cut")
    says(page, "4 highlights")
    tab_to(page, "Timeline")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    says(page, "3 kept")
    tab_to(page, "^cut ")
    page.keyboard.press("Enter")
    says(page, "3 clips cut")
    tab_to(page, "^export")
    while "clips.zip" not in page.evaluate("document.activeElement.href || ''"):
        page.keyboard.press("Tab")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    with zipfile.ZipFile(download.value.path()) as clips:
        assert len(clips.namelist()) == 3


def test_two_at_once_wait_for_each_other_and_see_their_own(open_page, long_video) -> None:
    first, second = open_page(), open_page("ko-KR")
    upload(first, long_video)
    first.click("#analyze")
    first.wait_for_selector(BANDS)
    upload(second, EXAMPLE, says_then="준비됐습니다")
    second.click("#analyze")
    says(second, "차례를 기다리는 중: 앞에 1개")
    says(first, "real time")
    first.click("#cancel")
    says(first, "Stopped")
    second.wait_for_selector("#clips video")
    says(second, "하이라이트 4개")
    assert first.locator("#clips video").count() == 0
    assert first.url.split("job=")[1] != second.url.split("job=")[1]
    assert cell(second, 3, 1).inner_text().strip() == "4"
