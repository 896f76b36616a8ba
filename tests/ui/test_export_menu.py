"""The Export menu in a real Chromium: what is made is read back, played, kept and nobody else's."""

import io
import urllib.error
import urllib.request
import zipfile
from fractions import Fraction
from urllib.parse import quote
from xml.etree import ElementTree

import av
import numpy as np
import pytest
from PIL import Image

import funny.ui.export_menu
from funny.ui.example import EXAMPLE
from funny.ui.exports import KINDS
from funny.ui.strings import say
from tests.ui.browser import BANDS, cell, grave, run_example, says, upload
from tests.ui.test_visitors import LOOKS, tab_to

pytestmark = pytest.mark.browser

WINDOWS = r"C:\영상\vod #1.mp4"
WINDOWS_URL = "file:///C:/%EC%98%81%EC%83%81/vod%20%231.mp4"
FPS = Fraction(25)
STARTS_S, LENGTHS_S = (23.14, 66.7, 9.4, 49.2), (10.86, 12.19, 9.1, 10.3)
"""The example's moments by rank, as its table shows them."""


def open_tab(page, kind):
    page.locator("#exports [role=tab]").nth(KINDS.index(kind)).click()
    page.wait_for_selector(f"#make-{kind}")
    # Its controls are there before they have taken their values in.
    page.wait_for_timeout(500)


def told(page, kind, text):
    """Waits until the menu says something of a kind."""
    page.wait_for_function(
        "([kind, text]) => document.querySelector(`#${kind}-told`)?.innerText.includes(text)",
        arg=[kind, text],
    )


def keep_only(page, *ranks):
    """Leaves the other moments of the example out."""
    page.wait_for_selector(BANDS)
    for number, rank in enumerate(sorted({1, 2, 3, 4} - {*ranks}), 1):
        cell(page, rank - 1, 0).locator("input").click()
        says(page, f"{4 - number} kept")


def make(page, kind, says_then="made"):
    open_tab(page, kind)
    page.click(f"#make-{kind}")
    told(page, kind, says_then)
    page.wait_for_selector(f"#{kind}-files a")


def download(page, kind, number=0):
    """One of the files that are offered."""
    with page.expect_download() as started:
        page.locator(f"#{kind}-files a").nth(number).click()
    return started.value.path(), started.value.suggested_filename


def choose_format(page, name):
    page.click("#format input")
    page.locator("[role=option]", has_text=name).click()


def toast(page, text):
    """Waits for a remark, and closes it."""
    page.locator(".toast-body", has_text=text).locator(".toast-close").click()


def pictures(path):
    """Every picture of a video, as grey arrays."""
    with av.open(path) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


def picture_at(path, time_s):
    """The picture on screen at a time."""
    with av.open(path) as container:
        frames = container.decode(video=0)
        return next(f for f in frames if f.time >= time_s - 0.02).to_ndarray(format="gray")


def unlike(one, other):
    """How much two pictures differ, in grey levels."""
    return np.abs(one.astype(float) - other.astype(float)).mean()


def plays(page, kind):
    """Whether the video of the menu goes on when it is played; gives its width and height."""
    selector = f"#{kind}-shown video"
    page.wait_for_function("s => document.querySelector(s)?.readyState >= 1", arg=selector)
    play = "s => { const v = document.querySelector(s); v.muted = true; v.play() }"
    page.evaluate(play, selector)
    page.wait_for_function("s => document.querySelector(s).currentTime > 0.3", arg=selector)
    size = "s => { const v = document.querySelector(s); return [v.videoWidth, v.videoHeight] }"
    return page.evaluate(size, selector)


# A project file


def clips_of(project):
    """Start in the video and length of every clip of an FCPXML, in seconds."""
    return [
        tuple(float(Fraction(clip.get(name)[:-1])) for name in ("start", "duration"))
        for clip in project.iter("asset-clip")
    ]


def test_a_project_holds_what_was_kept_and_points_at_the_editors_own_path(open_page) -> None:
    page = open_page()
    keep_only(page, 2, 3)
    open_tab(page, "project")
    choose_format(page, "Final Cut Pro, Resolve (FCPXML)")
    page.wait_for_selector("#purpose :text('Final Cut Pro 10.7 and later')")
    page.fill("#handles input", "1.5")
    page.fill("#media input, #media textarea", WINDOWS)
    make(page, "project", "Moments in it: 2")
    path, name = download(page, "project")
    project = ElementTree.parse(path)
    assert project.find(".//media-rep").get("src") == WINDOWS_URL
    assert name.startswith("vod") and name.endswith(".fcpxml")
    wanted = [(STARTS_S[k] - 1.5, LENGTHS_S[k] + 3) for k in (2, 1)]
    assert clips_of(project) == [pytest.approx(clip, abs=0.041) for clip in wanted]


def test_the_whole_video_is_marked_and_found_by_its_name(open_page) -> None:
    page = open_page()
    page.wait_for_selector(BANDS)
    open_tab(page, "project")
    assert page.get_attribute("#media :is(input, textarea)", "placeholder") == EXAMPLE.name
    choose_format(page, "Final Cut Pro, Resolve (FCPXML)")
    page.click("#mode label:has-text('whole video')")
    make(page, "project", "Moments in it: 4")
    project = ElementTree.parse(download(page, "project")[0])
    assert project.find(".//media-rep").get("src") == EXAMPLE.name
    assert len(clips_of(project)) == 1 and len(list(project.iter("marker"))) == 4


def test_what_was_typed_into_the_table_is_what_is_exported(open_page) -> None:
    page = open_page()
    keep_only(page, 1)
    cell(page, 0, 2).dblclick()
    page.keyboard.press("Control+A")
    page.keyboard.type("0:20")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#highlights').innerText.includes('✎')")
    open_tab(page, "project")
    choose_format(page, "Spreadsheet (CSV)")
    page.wait_for_selector("#purpose :text('Table for a spreadsheet')")
    page.wait_for_selector("#mode input:checked:disabled")
    make(page, "project")
    rows = download(page, "project")[0].read_text("utf-8-sig").splitlines()
    assert len(rows) == 2 and "20.000" in rows[1]


# A reel, shorts, thumbnails


def test_a_reel_is_made_as_it_was_asked_for_and_plays_on_the_page(open_page) -> None:
    page = open_page()
    keep_only(page, 1, 3)
    open_tab(page, "reel")
    page.fill("#reel-length input", "0")
    page.click("#reel-order label:has-text('rank')")
    make(page, "reel", "Moments in it: 2")
    plain = download(page, "reel")[0]
    with av.open(str(plain)) as container:
        fps = container.streams.video[0].average_rate
    frames = pictures(str(plain))
    length_s = LENGTHS_S[0] + LENGTHS_S[2] - 0.4
    assert len(frames) == pytest.approx(length_s * fps, abs=2)
    best, second = (picture_at(str(EXAMPLE), STARTS_S[k] + 1) for k in (0, 2))
    first = frames[round(fps)]
    assert unlike(first, best) < 5 < unlike(first, second)
    height, width = first.shape
    assert plays(page, "reel") == [width, height]
    before = page.get_attribute("#reel-files a", "href")
    page.check("#reel-titles input")
    page.click("#make-reel")
    page.wait_for_function("h => document.querySelector('#reel-files a').href !== h", arg=before)
    titled = pictures(str(download(page, "reel")[0]))[round(fps)]
    assert len(titled) == height and unlike(titled, first) > 2


def test_a_reel_is_no_longer_than_it_may_be(open_page) -> None:
    page = open_page()
    page.wait_for_selector(BANDS)
    open_tab(page, "reel")
    page.fill("#reel-length input", "4")
    make(page, "reel")
    with av.open(str(download(page, "reel")[0])) as container:
        assert 3.5 < float(container.duration / av.time_base) < 4.2


def test_a_short_is_square_and_plays_on_the_page(open_page) -> None:
    page = open_page()
    keep_only(page, 4)
    open_tab(page, "shorts")
    page.click("#shape label:has-text('square')")
    page.click("#short-layout label:has-text('blurred')")
    make(page, "shorts")
    path, name = download(page, "shorts")
    assert name == "04_00-00-49_score-1.00_square.mp4"
    frames = pictures(str(path))
    side = frames[0].shape[0]
    assert frames[0].shape == (side, side)
    assert len(frames) == pytest.approx(LENGTHS_S[3] * FPS, abs=1)
    assert plays(page, "shorts") == [side, side]
    # The whole picture lies in the middle, between soft strips.
    quarter = side // 4
    assert detail(frames[10][: quarter // 2]) < detail(frames[10][quarter : 2 * quarter]) / 2


def detail(picture):
    """How much neighbours differ, in grey levels."""
    return np.abs(np.diff(picture.astype(float))).mean()


def test_thumbnails_are_shown_and_come_in_one_file(open_page) -> None:
    page = open_page()
    keep_only(page, 3)
    open_tab(page, "thumbnails")
    page.click("#picture label:has-text('PNG')")
    page.click("#animated label:has-text('GIF')")
    make(page, "thumbnails", "Moments: 1")
    page.wait_for_function(
        "(document.querySelector('#thumbnails-shown img') || {}).naturalWidth > 300"
    )
    assert page.locator("#thumbnails-shown").is_visible()
    path, name = download(page, "thumbnails")
    with zipfile.ZipFile(path) as whole:
        found = {n: Image.open(io.BytesIO(whole.read(n))) for n in whole.namelist()}
    assert name == "thumbnails.zip"
    assert [n[:2] + n[-4:] for n in found] == ["03.png", "03.gif"]
    picture, moving = found.values()
    assert picture.size == picture_at(str(EXAMPLE), 0).shape[::-1] and moving.n_frames > 1


# While it is made, and after


@pytest.fixture
def endless(monkeypatch):
    """In the place of reels: a file that is never finished, at a tenth of the work."""
    folders = []

    def never(options, analysis, folder, told):
        folders.append(folder)
        (folder / "half.partial").write_text("half")
        told(0, 100)
        while True:
            told(10, 100)

    monkeypatch.setattr(funny.ui.export_menu, "make_reel", never)
    return folders


@pytest.mark.parametrize("language", ["en", "ko"])
def test_progress_is_told_and_cancelling_leaves_nothing(open_page, endless, language) -> None:
    page = open_page(query=f"?lang={language}")
    page.wait_for_selector(BANDS)
    open_tab(page, "reel")
    page.click("#make-reel")
    told(page, "reel", say(language, "stage_reel"))
    page.wait_for_function(
        "/10 ?% .*\\d:\\d\\d/.test(document.querySelector('#reel-told').innerText)"
    )
    says(page, say(language, "stage_reel"))
    assert page.is_disabled("#make-reel") and page.is_disabled("#cut")
    page.click("#cancel-reel")
    told(page, "reel", say(language, "cancelled"))
    says(page, say(language, "cancelled"))
    page.wait_for_selector("#make-reel:enabled")
    assert page.locator("#reel-files a").count() == 0
    assert endless and not endless[0].exists()


def test_a_reload_while_it_is_made_finds_it_and_may_stop_it(open_page, endless) -> None:
    page = open_page()
    run_example(page)
    open_tab(page, "reel")
    page.click("#make-reel")
    told(page, "reel", "10 %")
    page.reload()
    says(page, "Making the reel")
    page.click("#cancel")
    says(page, "Stopped")
    open_tab(page, "reel")
    told(page, "reel", "Stopped")


def test_a_reload_keeps_what_was_made_and_a_stranger_gets_nothing(open_page, served) -> None:
    page = open_page()
    run_example(page)
    make(page, "project")
    make(page, "thumbnails")
    wanted = {kind: page.locator(f"#{kind}-files a").count() for kind in ("project", "thumbnails")}
    assert wanted == {"project": 1, "thumbnails": 9}
    page.reload()
    page.wait_for_selector("#thumbnails-shown img")  # what was made last is in front
    told(page, "thumbnails", "Moments: 4")
    assert page.locator("#thumbnails-files a").count() == 9
    open_tab(page, "project")
    page.wait_for_selector("#project-files a")
    assert download(page, "project")[1] == "first_laugh.xml"
    assert page.locator("#clips video").count() > 0  # the clips are still there too
    for query in ("", "?job=AAAAAAAAAAAAAAAAAAAAAA"):
        stranger = open_page(query=query)
        stranger.wait_for_selector(BANDS)
        for kind in KINDS:
            open_tab(stranger, kind)
            assert stranger.locator(f"#{kind}-files a, #{kind}-shown img").count() == 0
            assert stranger.inner_text(f"#{kind}-told").strip() == ""
    works = served[0]._desk._works.values()
    made = [path for work in works for outcome in work.exports.values() for path in outcome.files]
    assert made and all(path.is_file() for path in made)
    assert [refused(served[1], path) for path in made] == [True] * len(made)


def refused(address, path):
    """Whether the server keeps a file of a visitor's folder to itself."""
    try:
        urllib.request.urlopen(f"{address}gradio_api/file={quote(str(path))}", timeout=30)
    except urllib.error.HTTPError as error:
        return error.code in (403, 404)
    return False


def test_it_does_not_claim_to_be_of_moments_that_have_changed(open_page) -> None:
    page = open_page()
    page.wait_for_selector(BANDS)
    make(page, "project")
    assert "changed" not in page.inner_text("#project-told")
    cell(page, 1, 0).locator("input").click()
    told(page, "project", "The moments have changed since then")
    page.focus("#timeline [role=slider]")
    page.keyboard.press("Control+Z")
    says(page, "4 kept")
    page.wait_for_function("!document.querySelector('#project-told').innerText.includes('changed')")


def test_another_video_begins_with_an_empty_menu(open_page) -> None:
    page = open_page()
    page.wait_for_selector(BANDS)
    make(page, "project")
    upload(page, EXAMPLE)
    page.wait_for_selector("#make-project:disabled")
    assert page.locator("#project-files a").count() == 0
    assert page.inner_text("#project-told").strip() == ""


# What cannot be


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_cannot_be_is_one_sentence_in_the_visitors_language(open_page, language) -> None:
    page = open_page(query=f"?lang={language}")
    page.wait_for_selector(BANDS)
    for field, typed, key in (
        ("media", "videos/a.mp4", "bad_media"),
        ("handles", "-1", "bad_handles"),
    ):
        before = page.input_value(f"#{field} :is(input, textarea)")
        page.fill(f"#{field} :is(input, textarea)", typed)
        page.click("#make-project")
        toast(page, say(language, key))
        page.fill(f"#{field} :is(input, textarea)", before)
    open_tab(page, "reel")
    page.fill("#reel-length input", "0.5")
    page.click("#make-reel")
    toast(page, say(language, "bad_length"))
    assert page.locator("#exports a[download]").count() == 0


def test_a_refusal_of_the_work_itself_is_said_without_the_command_line(open_page) -> None:
    page = open_page("ko-KR")
    page.wait_for_selector(BANDS)
    page.click("#mode label:has-text('마커')")
    choose_format(page, "유튜브 챕터")
    page.wait_for_selector("#purpose :text('유튜브 설명란에 넣는 챕터')")
    for row in (0, 1, 2):
        cell(page, row, 0).locator("input").click()
        says(page, f"그중 {3 - row}개 사용")
    page.click("#make-project")
    told(page, "project", "유튜브 챕터는 10초 이상 떨어진 3개부터")
    assert "--" not in page.inner_text("#project-told") and "/" not in page.inner_text("#status")
    cell(page, 3, 0).locator("input").click()
    says(page, "그중 0개 사용")
    page.wait_for_timeout(500)
    page.click("#make-project")
    toast(page, say("ko", "nothing_kept"))


def test_korean_visitors_read_korean(open_page) -> None:
    page = open_page("ko-KR")
    keep = page.locator("#highlights input[type=checkbox]")
    page.wait_for_selector(BANDS)
    assert keep.count() >= 4
    for kind in KINDS:
        open_tab(page, kind)
        assert page.inner_text(f"#make-{kind}") == say("ko", f"make_{kind}")
        assert say("ko", f"for_{kind}") in page.inner_text("#exports")
    open_tab(page, "project")
    page.wait_for_selector("#purpose :text('시퀀스')")
    choose_format(page, "댓글용 시간 목록")
    page.wait_for_selector("#purpose :text('댓글에 붙여 넣는 시간 목록')")
    make(page, "project", "파일을 만들었습니다. 담긴 순간: 4개")
    assert "웃긴 순간" in download(page, "project")[0].read_text()


# For everybody


@pytest.mark.parametrize("look", LOOKS)
def test_nobody_is_kept_out_of_the_menu(open_page, look) -> None:
    page = open_page(**look)
    page.wait_for_selector(BANDS)
    for kind in KINDS:
        open_tab(page, kind)
        assert grave(page) == []
    open_tab(page, "thumbnails")
    page.click("#make-thumbnails")
    page.wait_for_selector("#thumbnails-shown img")
    page.wait_for_selector("#make-thumbnails:enabled")
    assert grave(page) == []
    if "viewport" in look:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_project_is_made_by_keyboard_alone(open_page) -> None:
    page = open_page()
    page.wait_for_selector(BANDS)
    tab_to(page, "Thumbnails$")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    tab_to(page, "^make-project")
    page.keyboard.press("Enter")
    told(page, "project", "is made")
    page.wait_for_selector("#project-files a")
    tab_to(page, "^project-files")
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    assert started.value.suggested_filename == "first_laugh.xml"
