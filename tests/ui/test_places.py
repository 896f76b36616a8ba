"""Videos of the machine and of the web, opened in the page; and pages that are loaded again."""

import http.client
import os
import re
import shutil
import threading
import time
from urllib.parse import urlsplit

import pytest

from funny.fetch.gate import more_sites
from funny.ui.addresses import file_address
from funny.ui.example import EXAMPLE
from funny.ui.hangup import HangUp
from funny.ui.page import Page
from funny.ui.settings import Settings
from tests.fetch.site import Site
from tests.media import Movie, Sound, sine, steady, write_media
from tests.ui.browser import BANDS, ffmpeg, says, upload

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of videos: one that browsers play, and one that they do not."""
    folder = tmp_path_factory.mktemp("recordings")
    ffmpeg("-t", 30, "-i", EXAMPLE, "-c", "copy", folder / "plays.mp4")
    lossless = Movie(steady(5, 12), codec="ffv1", options={})
    write_media(folder / "strange.mkv", lossless, Sound(sine(0.1, 12)))
    return folder


@pytest.fixture(scope="module")
def site(folder):
    with Site() as site:
        site.add("/stream.mp4", (folder / "plays.mp4").read_bytes())
        yield site


@pytest.fixture(scope="module")
def served(folder, site):
    known = {"sites": more_sites(site.address), "allowed_addresses": (site.address,)}
    page = Page(Settings(folders=(folder,), **known))
    _, address, _ = page.launch(prevent_thread_lock=True, quiet=True)
    yield page, address
    page.blocks.close()


def choose_by_path(page, place, says_then="Ready"):
    page.fill("#place input", str(place))
    page.press("#place input", "Enter")
    says(page, says_then)


def open_place(page, place):
    page.wait_for_selector(BANDS)
    choose_by_path(page, place)
    page.wait_for_function(
        "() => { const video = document.querySelector('#player video');"
        " return video?.readyState > 0 && !video.src.includes('first_laugh') }"
    )


@pytest.mark.parametrize("name", ["plays.mp4", "strange.mkv"])
def test_a_video_of_the_machine_is_opened_and_analysed(open_page, folder, name):
    page = open_page()
    open_place(page, folder / name)
    page.click("#analyze")
    says(page, "clips cut" if name == "plays.mp4" else "No moment reached")


def test_a_video_of_the_web_is_fetched_and_analysed(open_page, site):
    page = open_page()
    open_place(page, site.url("/stream.mp4"))
    page.click("#analyze")
    says(page, "clips cut")


def never_made(video, target, told):
    """In place of `write_preview`: goes on until the visitor leaves the video."""
    while True:
        told(0, 1)
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(choose_by_path, choose_by_path, id="both-by-path"),
        pytest.param(upload, choose_by_path, id="uploaded-then-by-path"),
        pytest.param(upload, upload, id="both-uploaded"),
    ],
)
def test_who_chooses_another_video_before_the_last_can_be_played_gets_the_other(
    open_page, served, folder, monkeypatch, first, second
):
    monkeypatch.setattr("funny.ui.work.write_preview", never_made)
    page = open_page()
    page.wait_for_selector(BANDS)
    first(page, folder / "strange.mkv", says_then="Making a preview")
    second(page, folder / "plays.mp4")
    page.wait_for_timeout(1_000)  # what there was still to be said of the first comes late
    says(page, "Ready")
    assert "no preview" not in page.inner_text("#status")
    page.click("#analyze")
    says(page, "clips cut")
    job = re.search(r"job=([\w-]+)", page.url)
    assert served[0]._desk.find(job[1]).video.name == "plays.mp4"


def test_who_takes_the_example_before_their_video_can_be_played_gets_the_example(
    open_page, served, folder, monkeypatch
):
    taken = threading.Event()

    def made_late(video, target, told):
        while not taken.is_set():
            told(0, 1)
            time.sleep(0.05)
        told(0, 1)
        shutil.copy(folder / "plays.mp4", target)

    monkeypatch.setattr("funny.ui.work.write_preview", made_late)
    page = open_page()
    page.wait_for_selector(BANDS)
    choose_by_path(page, folder / "strange.mkv", says_then="Making a preview")
    page.click("#example")
    page.wait_for_function("document.querySelector('#player video')?.src.includes('first_laugh')")
    taken.set()
    page.wait_for_timeout(1_000)
    says(page, "clips cut")
    assert "first_laugh" in page.evaluate("document.querySelector('#player video').src")
    job = re.search(r"job=([\w-]+)", page.url)
    assert served[0]._desk.find(job[1]).video.name == EXAMPLE.name


def test_work_that_was_found_again_can_be_stopped_and_begun_anew(open_page, long_video):
    page = open_page()
    upload(page, long_video)
    page.click("#analyze")
    page.wait_for_selector(BANDS)
    page.reload()
    page.wait_for_selector(BANDS)
    page.click("#cancel")
    says(page, "Stopped")
    page.click("#analyze")
    says(page, "real time")
    page.click("#cancel")
    says(page, "Stopped")


@pytest.mark.parametrize("asked", [f"bytes=0-{(1 << 35) - 1}", "bytes=0-", ""])
def test_a_file_that_nobody_listens_to_is_not_read_on(served, folder, asked, monkeypatch):
    big = folder / "big.mp4"
    big.touch()
    os.truncate(big, 1 << 35)  # read to its end it would take minutes
    ended = []
    call = HangUp.__call__

    async def watched(self, scope, receive, send):
        await call(self, scope, receive, send)
        ended.append(scope["path"])

    monkeypatch.setattr(HangUp, "__call__", watched)
    connection = http.client.HTTPConnection(urlsplit(served[1]).netloc, timeout=30)
    connection.request("GET", f"/{file_address(big)}", headers={"Range": asked} if asked else {})
    answer = connection.getresponse()
    assert answer.status == (206 if asked else 200)
    assert answer.read(1 << 22) == bytes(1 << 22)
    assert not ended
    answer.close()
    connection.close()
    end = time.monotonic() + 10
    while not ended and time.monotonic() < end:
        time.sleep(0.05)
    assert "big.mp4" in ended[0]
