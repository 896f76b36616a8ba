"""The page of a channel: nothing from a name is markup, and it works in a browser."""

import re
from pathlib import Path

import pytest

from funny.scale.ended import DONE, FAILED, Ended
from funny.scale.index import NAME, address_of, curve, page
from funny.scale.sources import Source
from tests.scale.planted import moment, result

EVIL = '"><script>document.title="evil"</script><img src=x onerror=\'document.title="evil"\'>'
FAILURE = Ended(Source(f"bad {EVIL}", Path("b.mp4")), FAILED, problem=f"{EVIL}: why.")


def channel(count=3):
    """Videos whose best scores rise while their dates fall."""
    return [
        result(
            f"video {n}",
            f"/videos/{n}.mp4",
            f"{n:064d}",
            f"2026-{12 - n % 12:02d}-01",
            moments=[moment(1, 30.25, 0.5 + n / 10_000), moment(2, 400.0, 0.4)],
        )
        for n in range(count)
    ]


def test_whatever_comes_from_a_name_is_text(tmp_path):
    odd = result(EVIL, f"/videos/{EVIL}.mp4", moments=[moment(1, 1.0, 0.9, EVIL, EVIL)])
    text = page([odd], [FAILURE], "/out")
    assert text.count("<script") == text.count("</script") == 1
    assert "<img" not in text and "onerror='" not in text


@pytest.mark.parametrize(
    ("path", "beside", "expected"),
    [
        pytest.param("/videos/a.mp4", "/out", "../videos/a.mp4", id="beside"),
        pytest.param("/out/source/x/video.mp4", "/out", "source/x/video.mp4", id="inside"),
        pytest.param("/out/a:b.mp4", "/out", "a%3Ab.mp4", id="no-scheme"),
        pytest.param("/out/#1 50%?.mp4", "/out", "%231%2050%25%3F.mp4", id="odd"),
        pytest.param("/out/웃.mp4", "/out", "%EC%9B%83.mp4", id="korean"),
        pytest.param("/out/\udcff.mp4", "/out", "%FF.mp4", id="no-text"),
        pytest.param("/videos/a b.mp4", None, "file:///videos/a%20b.mp4", id="absolute"),
    ],
)
def test_links_lead_to_the_file(path, beside, expected):
    assert address_of(path, beside) == expected


def test_a_moment_links_to_its_time():
    text = page(channel(1), [], "/out")
    assert 'href="../videos/0.mp4#t=30.25"' in text
    assert 'href="../videos/0.mp4#t=400"' in text


def test_a_curve_rises_where_it_is_funny():
    drawn = curve([0, 50, 100], [moment(1, 0.0, 0.9)], 13.0)
    assert "L0.5 40L1.5 20L2.5 0" in drawn
    assert '<rect x="0.00" width="1.50"' in drawn
    assert "<path" in curve([], [], 0.0)


def test_only_what_failed_is_told_of_apart():
    text = page([], [FAILURE, Ended(Source("fine", Path("f.mp4")), DONE)], "/out")
    assert "why." in text and "fine" not in text
    assert "Not analysed" not in page([], [], "/out")


def test_it_needs_no_network():
    text = page(channel(2), [], "/out")
    addresses = re.findall(r'(?:href|src)="([^"#]+)', text)
    assert {address.split("/")[0] for address in addresses} == {".."}
    assert "default-src 'none'" in text


@pytest.fixture
def opened(browser, tmp_path):
    contexts = []

    def open_page(results, locale="en-US", **how):
        (tmp_path / NAME).write_text(page(results, [FAILURE], str(tmp_path)), "utf-8")
        contexts.append(browser.new_context(locale=locale, **how))
        shown = contexts[-1].new_page()
        shown.problems = []
        shown.on("pageerror", lambda error: shown.problems.append(str(error)))
        shown.on("console", lambda said: shown.problems.append(said.text))
        shown.goto((tmp_path / NAME).as_uri())
        return shown

    yield open_page
    for context in contexts:
        context.close()


def names(shown):
    # Not inner texts: what was just moved is drawn in a while, if it is far down.
    return shown.locator(".video:not([hidden]) h2").all_text_contents()


@pytest.mark.browser
def test_it_sorts_and_searches(opened):
    shown = opened(channel())
    assert names(shown) == ["video 2", "video 1", "video 0"]
    shown.select_option("#order", "date")
    assert names(shown) == ["video 0", "video 1", "video 2"]
    shown.select_option("#order", "name")
    shown.fill("#words", "VIDEO  2")
    assert names(shown) == ["video 2"]
    shown.fill("#words", "happiness 기쁨")
    assert len(names(shown)) == 3
    shown.fill("#words", "nobody")
    assert names(shown) == [] and shown.locator("#none").is_visible()
    assert shown.problems == []


@pytest.mark.browser
@pytest.mark.parametrize(
    ("locale", "shows", "hides"),
    [
        pytest.param("ko-KR", "기쁨 0.10", "happiness", id="korean"),
        pytest.param("en-US", "happiness 0.10", "기쁨", id="english"),
        pytest.param("fr-FR", "happiness 0.10", "기쁨", id="other"),
    ],
)
def test_it_speaks_the_language_of_the_browser(opened, locale, shows, hides):
    said = opened(channel(1), locale).locator("main").inner_text()
    assert shows in said and hides not in said


@pytest.mark.browser
def test_a_name_that_is_a_program_is_not_run(opened):
    odd = result(EVIL, f"/videos/{EVIL}.mp4", moments=[moment(1, 1.0, 0.9, EVIL, EVIL)])
    shown = opened([odd])
    assert shown.title() == "funny"
    assert names(shown) == [EVIL]
    assert shown.problems == []


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_thousand_videos_on_a_phone(opened, scheme):
    size = {"width": 360, "height": 740}
    shown = opened(channel(1000), viewport=size, color_scheme=scheme)
    assert shown.evaluate("document.documentElement.scrollWidth") <= 360
    shown.fill("#words", "video 777")
    assert names(shown) == ["video 777"]
    ground, ink = shown.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    is_dark = [sum(map(int, re.findall(r"\d+", colour)[:3])) < 384 for colour in (ground, ink)]
    assert is_dark == ([True, False] if scheme == "dark" else [False, True])


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(opened, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    shown = opened(channel(3), color_scheme=scheme)
    found = axe.run(shown).response["violations"]
    assert [rule["id"] for rule in found if rule["impact"] in ("serious", "critical")] == []
