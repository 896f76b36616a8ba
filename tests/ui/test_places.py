"""Videos of the machine and of the web, opened in the page; and pages that are loaded again."""

import http.client
import os
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


def open_place(page, place):
    page.wait_for_selector(BANDS)
    page.fill("#place input", str(place))
    page.press("#place input", "Enter")
    says(page, "Ready")
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
