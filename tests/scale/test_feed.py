"""Videos of the web are fetched a few ahead, those of this machine wait for nobody."""

import time

import pytest

from funny.scale.feed import AHEAD, Feed, Unfetched
from funny.scale.sources import Source
from tests.fetch.site import Site, waits_for
from tests.media import Movie, Sound, burst, steady, write_media


@pytest.fixture(scope="module")
def mp4(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "a.mp4"
    write_media(path, Movie(steady(5, 4)), Sound(burst(2, 1, 4)))
    return path.read_bytes()


@pytest.fixture
def site():
    with Site() as site:
        yield site


@pytest.fixture
def feed(site, tmp_path):
    feeds = []

    def make(*sources, limit=10):
        feeds.append(Feed(sources, tmp_path / "source", site.options(sites=None), limit))
        return feeds[-1]

    yield make
    for one in feeds:
        one.close()


def all_of(feed):
    """Everything that comes, and the problems in the place of what does not."""
    found, end_s = [], time.monotonic() + 60
    while len(feed) and time.monotonic() < end_s:
        try:
            if source := feed.next():
                found.append(source)
            time.sleep(0.02)
        except Unfetched as error:
            found.append(str(error))
    return found


def web(url):
    return Source(url, url=url)


def test_a_file_does_not_wait_for_the_web(site, mp4, feed, tmp_path):
    local = Source("b", tmp_path / "b.mp4")
    waiting = feed(web(site.add("/a.mp4", mp4)), local)
    assert (len(waiting), waiting.next()) == (2, local)
    (fetched,) = all_of(waiting)
    assert fetched.path.read_bytes() == mp4
    assert (fetched.name, fetched.url) == ("a", site.url("/a.mp4"))


def test_one_that_cannot_be_had_stops_no_other(site, mp4, feed):
    problem, fetched = all_of(feed(web(site.url("/gone.mp4")), web(site.add("/a.mp4", mp4))))
    assert "/gone.mp4" in problem
    assert fetched.path.is_file()


def test_a_list_gives_its_first_videos(site, mp4, feed):
    site.add("/1.mp4", mp4)
    shown = "".join(f'<video src="/1.mp4?{n}"></video>' for n in range(3))
    found = all_of(feed(web(site.add("/list", f"<html>{shown}</html>")), limit=2))
    assert len({source.path for source in found}) == 2


def test_what_was_fetched_before_is_not_asked_for_again(site, mp4, feed):
    url = site.add("/a.mp4", mp4)
    first = all_of(feed(web(url)))
    asked = len(site.asked)
    assert all_of(feed(web(url))) == first
    assert len(site.asked) == asked


def test_only_a_few_are_fetched_ahead(site, mp4, feed):
    waiting = feed(*(web(site.add(f"/{n}.mp4", mp4)) for n in range(4)))
    waiting.next()
    waiting._fetcher.shutdown(wait=True)
    assert len({path for path, _ in site.asked}) == AHEAD


def test_closing_stops_a_download(site, mp4, feed):
    waiting = feed(web(site.add("/a.mp4", mp4, drip=(500, 1.0))))
    waiting.next()
    waits_for(lambda: site.asked)
    began_s = time.monotonic()
    waiting.close()
    assert time.monotonic() - began_s < 20
