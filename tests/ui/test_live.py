"""The Live tab in a real Chromium: a camera and a microphone that play the example."""

import csv
import io

import pytest

from funny.ui.example import EXAMPLE
from funny.ui.page import Page
from funny.ui.settings import Settings
from tests.ui.browser import CHROMIUM, FLAGS, PATIENCE_MS, ffmpeg, grave

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def camera(browser, tmp_path_factory):
    """A browser whose camera and microphone play the beginning of the example: one moment."""
    folder = tmp_path_factory.mktemp("camera")
    ffmpeg("-i", EXAMPLE, "-t", 22, "-r", 10, "-vf", "scale=640:360", folder / "a.mjpeg")
    ffmpeg("-i", EXAMPLE, "-t", 22, "-ac", 1, "-ar", 48_000, folder / "a.wav")
    plays = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={folder / 'a.mjpeg'}",
        f"--use-file-for-fake-audio-capture={folder / 'a.wav'}%noloop",
    ]
    return browser.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, *plays])


# Firefox does not change the rate of what it records.
OWN_RATE_ALONE = """
    const connect = AudioContext.prototype.createMediaStreamSource;
    AudioContext.prototype.createMediaStreamSource = function (stream) {
        if (this.sampleRate !== 48000) throw new DOMException("another rate", "NotSupportedError");
        return connect.call(this, stream);
    };
"""
NO_RATE_AT_ALL = OWN_RATE_ALONE.replace("48000", "1")
NEVER_BEGINS = "AudioContext.prototype.resume = () => new Promise(() => {});"


def open_tab(browser, address, locale="en-US", script="", **how):
    page = browser.new_context(locale=locale, **how).new_page()
    page.add_init_script(script)
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    page.wait_for_selector("#models strong")
    page.get_by_role("tab").nth(1).click()
    page.wait_for_selector(".fv-camera:visible")
    return page


def seconds(text):
    minutes, rest = text.split(":")
    return 60 * int(minutes) + int(rest)


@pytest.mark.parametrize("script", ["", OWN_RATE_ALONE], ids=["any-rate", "own-rate-alone"])
def test_a_moment_pops_up_and_the_list_is_saved(camera, served, script):
    page = open_tab(camera, served[1], script=script)
    outside, errors = [], []
    page.on("request", lambda r: None if r.url.startswith(served[1]) else outside.append(r.url))
    page.on("pageerror", lambda error: errors.append(error))
    page.click(".fv-camera")
    page.wait_for_function("document.querySelector('.fv-status').innerText.startsWith('Live')")
    page.wait_for_selector(".fv-moment")
    page.keyboard.press("m")
    page.wait_for_selector(".fv-by-hand")
    found = page.locator(".fv-moment:not(.fv-by-hand)").first
    start_s, end_s = map(seconds, found.locator("b").inner_text().split(" – "))
    # The example laughs from 11.5 to 16 s; the camera began some tenths of a second before the ear.
    assert start_s <= 12 and 15 <= end_s <= 20
    assert "laughter heard" in found.inner_text()
    assert found.locator("img").evaluate("img => img.naturalWidth") > 0
    assert grave(page) == []
    with page.expect_download() as saved:
        page.click(".fv-save")
    rows = list(csv.DictReader(io.StringIO(saved.value.path().read_text("utf-8-sig"))))
    assert [row["kind"] for row in rows] == ["found", "marked by hand"]
    page.click(".fv-stop")
    page.wait_for_function("document.querySelector('.fv-status').innerText.startsWith('Ended')")
    assert page.locator(".fv-camera").is_visible()
    assert [url for url in outside if not url.startswith("blob:")] == []
    assert errors == []


def test_a_second_page_is_told_to_wait_and_the_first_makes_room(camera, served):
    one, two = (open_tab(camera, served[1], "ko-KR") for _ in range(2))
    one.click(".fv-camera")
    one.wait_for_function("document.querySelector('.fv-status').innerText.includes('보는 중')")
    two.click(".fv-camera")
    two.wait_for_selector(".fv-problem:visible")
    assert "나중에 다시" in two.inner_text(".fv-problem")
    assert two.locator(".fv-camera").is_visible()
    one.click(".fv-stop")
    one.wait_for_function("document.querySelector('.fv-status').innerText.includes('끝났')")
    two.click(".fv-camera")
    two.wait_for_function("document.querySelector('.fv-status').innerText.includes('보는 중')")
    two.click(".fv-stop")
    two.wait_for_function("document.querySelector('.fv-status').innerText.includes('끝났')")


@pytest.mark.parametrize("script", [NO_RATE_AT_ALL, NEVER_BEGINS], ids=["no-rate", "never-begins"])
def test_a_browser_that_does_not_let_the_page_hear(camera, served, script):
    page = open_tab(camera, served[1], script=script)
    page.click(".fv-camera")
    page.wait_for_selector(".fv-problem:visible")
    assert "hear the microphone" in page.inner_text(".fv-problem")
    assert page.locator(".fv-camera").is_visible()


def test_a_browser_that_does_not_let_the_page_see(browser, served):
    page = open_tab(browser, served[1])
    page.click(".fv-camera")
    page.wait_for_selector(".fv-problem:visible")
    assert "start again" in page.inner_text(".fv-problem")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("NotAllowedError", "did not let"),
        ("NotReadableError", "holds the camera"),
        ("NotFoundError", "No camera"),
        ("OverconstrainedError", "No camera"),
    ],
)
def test_a_browser_in_which_the_page_does_not_see(browser, served, error, said):
    script = f"""navigator.mediaDevices.getUserMedia = async () => {{
        throw new DOMException("", "{error}"); }};"""
    page = open_tab(browser, served[1], script=script)
    page.click(".fv-camera")
    page.wait_for_selector(".fv-problem:visible")
    assert said in page.inner_text(".fv-problem")


@pytest.mark.parametrize(
    ("live", "allowed"), [(1, "camera=(self)"), (0, "camera=()")], ids=["live", "not-live"]
)
def test_a_page_sees_only_where_it_may_be_live(browser, live, allowed):
    page = Page(Settings(live=live))
    _, address, _ = page.launch(prevent_thread_lock=True, quiet=True)
    with browser.new_context() as context:
        opened = context.new_page()
        answer = opened.goto(address)
        opened.wait_for_selector("#models strong")
        assert allowed in answer.headers["permissions-policy"]
        assert opened.get_by_role("tab", name="Live").count() == live
    page.blocks.close()
