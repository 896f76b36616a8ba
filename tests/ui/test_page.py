"""The page in a real Chromium: from one press to clips, in Korean, without a network."""

import re
import time

import pytest

from funny.ui.deciding import Decider
from funny.ui.example import EXAMPLE
from funny.ui.table import COLUMNS
from tests.ui.browser import BANDS, cell, ffmpeg, run_example, says, upload

IDS = "player timeline threshold analyze cancel highlights clips export status models example"

pytestmark = pytest.mark.browser


def test_all_parts_have_their_ids(open_page) -> None:
    page = open_page()
    assert [name for name in IDS.split() if page.locator(f"#{name}").count() != 1] == []


def test_the_first_screen_is_the_example_already_analysed(open_page) -> None:
    page = open_page()
    page.wait_for_selector(BANDS)
    says(page, "This is the example")
    assert page.locator("#player video").count() == 1
    assert cell(page, 3, 1).inner_text().strip() == "4"
    assert page.inner_text("#analyze").strip() == "Find funny moments"
    assert page.locator("#clips video").count() == 0
    assert "job=" not in page.url


def test_example_gives_timeline_table_and_clips_with_no_outside_request(open_page, served) -> None:
    page = open_page()
    outside = []
    page.on("request", lambda r: outside.append(r.url))
    run_example(page)
    page.wait_for_selector("#timeline .js-plotly-plot")
    assert page.locator(BANDS).count() >= 4
    assert page.locator("#highlights [data-testid^=cell-]").count() >= 4
    assert page.inner_text("#export").replace("\n", "").count("clips.zip") == 1
    assert [u for u in outside if not u.startswith((served[1], "data:", "blob:"))] == []


def test_upload_and_moved_threshold_change_the_highlights(open_page) -> None:
    page = open_page()
    upload(page, EXAMPLE)
    assert page.locator(BANDS).count() <= 1  # the threshold: what another video had is gone
    page.click("#analyze")
    page.wait_for_selector("#clips video")
    page.click("text=Settings >> nth=0")
    page.fill("#top input", "2")
    page.locator("#top input").press("Tab")
    says(page, "2 highlights")


def test_the_curve_grows_and_a_reloaded_page_finds_its_work_again(open_page, long_video) -> None:
    page = open_page()
    upload(page, long_video)
    page.click("#analyze")
    page.wait_for_selector(BANDS)  # the first moment is there while the rest is being read
    assert "real time" in page.inner_text("#status")
    assert "job=" in page.url
    page.reload()
    says(page, "so far")
    page.wait_for_selector(BANDS)
    page.click("#cancel")
    says(page, "Stopped")
    assert page.is_disabled("#cancel") and page.is_enabled("#analyze")


def test_a_recording_that_browsers_cannot_play_gets_a_preview(open_page, tmp_path) -> None:
    recording = tmp_path / "obs.mkv"
    ffmpeg("-i", EXAMPLE, "-c", "copy", recording)
    page = open_page()
    upload(page, recording)
    page.wait_for_function(
        "(document.querySelector('#player video') || {}).src?.includes('preview-')"
    )
    page.wait_for_function("document.querySelector('#player video').duration > 84")
    page.click("#analyze")
    page.wait_for_selector("#clips video")
    says(page, "4 highlights")
    assert "obs.mkv" not in page.url


def test_a_cancelled_job_lets_the_next_one_run(open_page, long_video) -> None:
    page = open_page()
    upload(page, long_video)
    page.click("#analyze")
    says(page, "real time")
    page.click("#cancel")
    says(page, "Stopped")
    run_example(page)


def test_a_stranger_does_not_see_the_work(open_page) -> None:
    first = open_page()
    run_example(first)
    second = open_page()
    assert second.locator("#clips video").count() == 0
    third = open_page(query="?job=not-the-name-of-anything")
    third.wait_for_selector(BANDS)
    assert third.locator("#clips video").count() == 0


def test_a_link_leads_to_a_moment(open_page) -> None:
    page = open_page()
    run_example(page)
    job = re.search(r"job=[\w-]+", page.url)
    assert job is not None
    other = open_page(query=f"?{job[0]}&t=54")
    other.wait_for_selector("#clips video")
    other.wait_for_function("document.querySelector('#player video').currentTime > 53.9")
    says(other, "4 highlights")


def test_what_is_typed_kept_and_undone_shows_everywhere(open_page) -> None:
    page = open_page()
    page.wait_for_selector(BANDS)
    before = cell(page, 0, 2).inner_text().strip()
    cell(page, 0, 2).dblclick()
    page.keyboard.press("Control+A")
    page.keyboard.type("0:02.5")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "document.querySelector('#highlights').innerText.includes('0:02.5')"
        "&& document.querySelector('#highlights').innerText.includes('✎')"
    )
    cell(page, 1, 0).locator("input").click()
    says(page, "3 kept")
    assert page.inner_text("#cut-plan").startswith("3 clips")
    page.focus("#timeline [role=slider]")
    for _ in range(2):
        page.keyboard.press("Control+Z")
    says(page, "4 kept")
    page.wait_for_function(
        "t => document.querySelector('#highlights').innerText.includes(t)", arg=before
    )


def test_what_is_left_out_before_the_last_answer_has_come_stays_out(open_page, monkeypatch) -> None:
    edited = Decider._edited

    def edited_late(*asked):
        answer = edited(*asked)
        time.sleep(1.5)
        return answer

    monkeypatch.setattr(Decider, "_edited", edited_late)
    page = open_page()
    page.wait_for_selector(BANDS)
    boxes = [cell(page, row, 0).locator("input") for row in (1, 2, 3)]
    for box in boxes:
        box.click()
        page.wait_for_timeout(900)  # the first answer comes after the second, before the third
    says(page, "1 kept")
    assert [box.is_checked() for box in boxes] == [False] * 3


def test_edges_are_put_back_as_set_by_a_check_and_chosen_again_by_undo(open_page) -> None:
    page = open_page()
    page.wait_for_selector(BANDS)
    chosen = cell(page, 0, 2).inner_text().strip()
    assert "edges: pause −1.4 s" in cell(page, 0, COLUMNS.index("reasons")).inner_text()
    cell(page, 0, COLUMNS.index("plain")).locator("input").click()
    page.wait_for_function("document.querySelector('#highlights').innerText.includes('0:24.5')")
    assert chosen not in page.inner_text("#highlights")
    page.focus("#timeline [role=slider]")
    page.keyboard.press("Control+Z")
    page.wait_for_function(
        "t => document.querySelector('#highlights').innerText.includes(t)", arg=chosen
    )


def test_a_wrong_time_in_the_table_is_said_and_changes_nothing(open_page) -> None:
    page = open_page()
    page.wait_for_selector(BANDS)
    before = cell(page, 0, 3).inner_text()
    cell(page, 0, 3).dblclick()
    page.keyboard.press("Control+A")
    page.keyboard.type("soon")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=is no time")
    page.wait_for_function(
        "t => document.querySelector('#highlights').innerText.includes(t)", arg=before.strip()
    )


def test_the_kept_moments_are_cut(open_page) -> None:
    page = open_page()
    page.wait_for_selector(BANDS)
    for row in (1, 2, 3):
        cell(page, row, 0).locator("input").click()
        says(page, f"{4 - row} kept")
    page.click("#cut")
    page.wait_for_selector("#clips video")
    says(page, "1 clips cut")


def test_korean_browser_sees_korean(open_page) -> None:
    page = open_page("ko-KR")
    page.wait_for_selector(BANDS)
    assert page.inner_text("#analyze") == "웃긴 순간 찾기"
    assert "감정 모델" in page.inner_text("#models")
    assert "내장 감정 모델" in page.inner_text("#models")
    assert "웃음소리" in cell(page, 0, COLUMNS.index("reasons")).inner_text()
    assert "재미" in page.inner_text("#timeline")


def test_a_phone_shows_all_of_it_without_scrolling_sideways(open_page) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.wait_for_selector(BANDS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_bad_file_says_what_to_do_and_names_no_folder(open_page, tmp_path) -> None:
    page = open_page()
    (tmp_path / "notes.mp4").write_text("not a video at all\n" * 50)
    upload(page, tmp_path / "notes.mp4", says_then="not a video")
    assert "/" not in page.inner_text("#status")


def test_the_other_language_is_a_link_that_keeps_the_work(open_page) -> None:
    page = open_page("fr-FR")
    run_example(page)
    page.click("#languages a[lang=ko]")
    page.wait_for_selector("#clips video")
    says(page, "하이라이트 4개")
    assert page.inner_text("#analyze") == "웃긴 순간 찾기"
    assert page.inner_text("#languages [aria-current]") == "한국어"
    assert page.evaluate("document.documentElement.lang") == "ko"
    page.click("#languages a[lang=en]")
    says(page, "4 highlights")


def test_a_reload_restores_the_controls(open_page) -> None:
    page = open_page()
    run_example(page)
    page.fill("#threshold input[type=number]", "0.9")
    page.locator("#threshold input[type=number]").press("Enter")
    says(page, "at threshold 0.90")
    page.click("#settings button.label-wrap")
    page.fill("#pad-before input", "5")
    page.locator("#pad-before input").press("Tab")
    page.wait_for_function("document.querySelector('#highlights').innerText.includes('0:07.5')")
    page.reload()
    page.wait_for_selector("#clips video")
    assert page.input_value("#threshold input[type=number]") == "0.9"
    page.click("#settings button.label-wrap")
    assert page.input_value("#pad-before input") == "5"
    assert "0:07.5" in page.inner_text("#highlights")


def test_a_sound_track_is_chosen_by_its_name(open_page, tmp_path) -> None:
    two = tmp_path / "two.mp4"
    silence = ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono"]
    named = ["-metadata:s:a:1", "language=kor", "-c:v", "copy", "-shortest"]
    ffmpeg("-i", EXAMPLE, *silence, "-map", "0:v", "-map", "0:a", "-map", "1:a", *named, two)
    page = open_page()
    upload(page, two)
    page.click("#settings button.label-wrap")
    page.click("#audio-track input")
    page.click("[role=option]:has-text('1 · aac 48000 Hz mono · kor')")
    page.click("#quick input")
    page.click("#analyze")
    says(page, "The sound track is silent")
    says(page, "quick look")


def test_the_face_to_watch_is_chosen_from_those_found(open_page) -> None:
    page = open_page()
    page.wait_for_selector(BANDS)
    page.click("#settings button.label-wrap")
    page.click("#find-faces")
    says(page, "1 found")
    assert page.is_visible("#faces img, #faces [style*=image]")
    page.click("#faces button:has-text('Face 1')")
    page.wait_for_function("document.querySelector('#face-region input').value.includes(',')")
    page.click("#face-region input")
    page.keyboard.press("Control+A")
    page.keyboard.type("0.1,0.1,0.5,0.5")
    page.wait_for_selector("#faces button[aria-pressed=true]:has-text('Rectangle')")
    says(page, "1 found")


def test_a_link_to_a_video_of_nobody_known_is_refused(open_page) -> None:
    page = open_page()
    page.wait_for_selector(BANDS)
    for url in ("http://127.0.0.1:80/a.mp4", "https://example.org/a.mp4"):
        page.fill("#place input", url)
        page.press("#place input", "Enter")
        page.wait_for_selector("text=videos can be fetched from youtube.com")
        page.reload()
        page.wait_for_selector(BANDS)
