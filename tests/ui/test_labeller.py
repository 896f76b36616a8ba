"""The labeller in a real Chromium: clips by keys, on disk at once, by several people."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pytest

from funny.learn.agreement import verdicts
from funny.learn.labels import Labels, read_answers
from funny.learn.manifest import Clip, Manifest, SourceVideo, Vote, load_manifest
from funny.ui.addresses import file_address
from funny.ui.label_page import LabelPage
from tests.media import Movie, Sound, sine, steady, write_media
from tests.ui.browser import PATIENCE_MS, grave, labeller_says, press, shown

pytestmark = pytest.mark.browser

LENGTH_S, COUNT = 60, 6
VOTE = Vote("chat", 0.8, 12.0, "ㅋㅋㅋㅋㅋ")


def make_dataset(folder: Path, name: str = "v.mp4", **stored) -> Path:
    """Six clips of a minute whose frames show their number, ten a second."""
    folder.mkdir()
    movie = Movie(steady(10, LENGTH_S), **stored)
    write_media(folder / name, movie, Sound(sine(0.1, LENGTH_S)))
    clips = [
        Clip(f"c{n}", "v", 8.0 * n, 8.0 * n + 6, "funny", strength=0.8, votes=(VOTE,))
        for n in range(COUNT)
    ]
    video = SourceVideo("v", name, LENGTH_S, title="침착맨 방송")
    Manifest(folder, (video,), tuple(clips)).save()
    return folder


@pytest.fixture
def serve():
    """Serves the page of a dataset."""
    pages = []

    def served(dataset: Path) -> str:
        pages.append(LabelPage(dataset))
        return pages[-1].serve()

    yield served
    for page in pages:
        page.close()


@pytest.fixture
def open_label(browser):
    """Opens the page as somebody with a browser of their own."""
    contexts = []

    def opened(address: str, annotator: str = "", locale: str = "en-US", **how):
        context = browser.new_context(locale=locale, **how)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{address}?annotator={annotator}" if annotator else address)
        return page

    yield opened
    for context in contexts:
        context.close()


def test_keys_label_and_every_answer_is_on_disk(serve, open_label, tmp_path):
    dataset = make_dataset(tmp_path / "d")
    page = open_label(serve(dataset), "anna")
    outside = []
    page.on("request", lambda r: outside.append(r.url))
    seen = [shown(page)]
    for key in "10s":
        seen.append(press(page, key))
        assert len(read_answers(dataset)) == len(seen) - 1
    assert [a.label for a in read_answers(dataset)] == ["funny", "ordinary", "skip"]
    assert [a.clip for a in read_answers(dataset)] == seen[:3]
    assert {a.annotator for a in read_answers(dataset)} == {"anna"}
    assert len(set(seen)) == 4
    labeller_says(page, "3 of 6")
    assert [u for u in outside if not u.startswith(("http://127.0.0.1", "data:", "blob:"))] == []


def test_undo_brings_the_clip_back(serve, open_label, tmp_path):
    dataset = make_dataset(tmp_path / "d")
    page = open_label(serve(dataset), "anna")
    first = shown(page)
    press(page, "1")
    assert press(page, "u") == first
    labeller_says(page, "0 of 6")
    assert read_answers(dataset) == []
    press(page, "0")
    assert [(a.clip, a.label) for a in read_answers(dataset)] == [(first, "ordinary")]


def test_arrows_move_the_edges_within_what_a_clip_may_be(serve, open_label, tmp_path):
    dataset = make_dataset(tmp_path / "d")
    page = open_label(serve(dataset), "anna")
    clip = next(c for c in load_manifest(dataset).clips if c.id == shown(page))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    labeller_says(page, "6.0 s")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    labeller_says(page, "No clip is shorter than 5 s.")
    press(page, "1")
    answer = read_answers(dataset)[0]
    assert (answer.start_s, answer.end_s) == (clip.start_s + 1.5, clip.end_s + 0.5)


def test_the_clip_plays_in_a_loop_and_space_stops_it(serve, open_label, tmp_path):
    page = open_label(serve(make_dataset(tmp_path / "d")), "anna")
    start_s = 8.0 * int(shown(page)[1:])
    if page.evaluate("document.querySelector('.fl-front').paused"):
        page.locator(".fl-screen").click()  # a browser may play nothing before the first press
    time_of = "document.querySelector('.fl-front').currentTime"
    page.wait_for_function("!document.querySelector('.fl-front').paused")
    page.evaluate(f"document.querySelector('.fl-front').currentTime = {start_s + 5.6}")
    page.wait_for_function(f"{time_of} < {start_s + 3} && {time_of} >= {start_s - 0.1}")
    page.keyboard.press("Space")
    page.wait_for_function("document.querySelector('.fl-front').paused")


def test_the_signs_sway_nobody_who_did_not_ask(serve, open_label, tmp_path):
    page = open_label(serve(make_dataset(tmp_path / "d")), "anna")
    first = shown(page)
    assert "ㅋㅋㅋ" not in page.content()
    page.click(".fl-do-signs")
    labeller_says(page, "ㅋㅋㅋ")
    page.locator(".fl-screen").focus()
    page.keyboard.press("1")
    shown(page, first)
    assert page.locator(".fl-signs").is_hidden()


def test_who_labels_is_asked_once_and_kept(serve, open_label, tmp_path):
    dataset = make_dataset(tmp_path / "d")
    address = serve(dataset)
    page = open_label(address)
    page.wait_for_selector(".fl-name:visible")
    page.fill(".fl-name", "  우 정 1s0u ")
    page.keyboard.press("Enter")
    press(page, "1")
    assert read_answers(dataset)[0].annotator == "우 정 1s0u"
    page.goto(address)
    shown(page)
    labeller_says(page, "우 정 1s0u")
    labeller_says(page, "1 of 6")


def test_people_are_compared_and_conflicts_answered_anew(serve, open_label, tmp_path):
    dataset = make_dataset(tmp_path / "d")
    address = serve(dataset)
    anna, ben = open_label(address, "anna"), open_label(address, "ben")
    assert shown(anna) == shown(ben)
    for page, keys in ((anna, "11001"), (ben, "11000")):
        for key in keys:
            press(page, key)
    assert shown(anna) == shown(ben)
    ben.click("#agreement .fa-compare")
    ben.wait_for_selector("#agreement table")
    assert "0.62" in ben.inner_text("#agreement")  # agree on 4 of 5; by chance on 12 of 25
    before = shown(ben)
    ben.click("#agreement td .fa-button >> nth=0")
    clip = shown(ben, before)
    labeller_says(ben, "You said")
    ben.keyboard.press("1")
    assert shown(ben, clip) == before
    with Labels(dataset) as labels:
        found = verdicts(load_manifest(dataset), labels.answers())
    assert [v.is_conflict for v in found if v.clip == clip] == [False]


def test_a_server_that_dies_loses_no_answer(open_label, tmp_path):
    dataset = make_dataset(tmp_path / "d")
    command = [sys.executable, "-m", "funny", "label", str(dataset), "--annotator", "anna"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        address = server.stdout.readline().split(": ", 1)[1].strip()
        page = open_label(address)
        press(page, "1")
        press(page, "0")
        os.kill(server.pid, signal.SIGKILL)
    assert [a.label for a in read_answers(dataset)] == ["funny", "ordinary"]
    page.keyboard.press("1")
    labeller_says(page, "does not reply")


def test_the_verb_ends_when_it_is_told_to(tmp_path):
    command = [sys.executable, "-m", "funny", "label", str(make_dataset(tmp_path / "d"))]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert "http://127.0.0.1" in server.stdout.readline()
        server.send_signal(signal.SIGINT)
        assert server.stderr.read() == "funny: stopped; all answers are kept.\n"
    assert server.returncode == 130


def test_only_the_videos_of_the_manifest_are_served(serve, open_label, tmp_path):
    dataset = make_dataset(tmp_path / "d")
    (dataset / "cookies.txt").write_text("secret")
    address = serve(dataset)
    shown(open_label(address, "anna"))
    status = {}
    for name in ("v.mp4", "cookies.txt", "manifest.json", "labels.sqlite"):
        try:
            status[name] = urlopen(f"{address.rstrip('/')}/{file_address(dataset / name)}").status
        except OSError as error:
            status[name] = error.code
    assert status.pop("v.mp4") == 200
    assert set(status.values()) == {403}


def test_what_no_browser_plays_is_shown_as_a_copy(serve, open_label, tmp_path):
    dataset = make_dataset(tmp_path / "d", "v.mkv", codec="ffv1", options={})
    page = open_label(serve(dataset), "anna")
    shown(page)
    labeller_says(page, "a copy")
    press(page, "1")
    assert len(read_answers(dataset)) == 1


def test_a_clip_that_cannot_be_seen_can_only_be_skipped(serve, open_label, tmp_path):
    dataset = make_dataset(tmp_path / "d")
    body = np.frombuffer((dataset / "v.mp4").read_bytes(), np.uint8)[: 1 << 12]
    (dataset / "v.mp4").write_bytes(body.tobytes())
    page = open_label(serve(dataset), "anna")
    labeller_says(page, "passed over")
    assert read_answers(dataset) == []


def test_the_last_clip_leads_to_the_next_step(serve, open_label, tmp_path):
    dataset = make_dataset(tmp_path / "d")
    page = open_label(serve(dataset), "anna", locale="ko-KR")
    for _ in range(COUNT - 1):
        press(page, "1")
    page.keyboard.press("1")
    labeller_says(page, "클립 6개를 모두 판정했습니다")
    labeller_says(page, f"funny dataset build {dataset}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_the_way_of_anybody(serve, open_label, tmp_path, scheme):
    page = open_label(serve(make_dataset(tmp_path / "d")), "anna", color_scheme=scheme)
    shown(page)
    page.click(".fl-do-signs")
    page.click(".fl-do-keys")
    page.click("#agreement .fa-compare")
    labeller_says(page, "ㅋㅋㅋ")
    assert grave(page) == []


def test_an_answer_of_somebody_forged_changes_nothing(tmp_path):
    from funny.ui.sittings import Sittings

    dataset = make_dataset(tmp_path / "d")
    sittings = Sittings(dataset)
    good = {"annotator": "anna", "id": "c0", "label": "funny", "start_s": 0.0, "end_s": 6.0}
    good["took_s"] = 1.0
    for change in (
        {"label": "hilarious"},
        {"id": "c9"},
        {"start_s": float("nan")},
        {"start_s": "0"},
        {"end_s": 60.5},
        {"end_s": 3.0},
        {"annotator": ""},
    ):
        assert sittings.answer({**good, **change}).get("problem"), change
    for given in (None, [], "x", {"annotator": {}}):
        assert sittings.answer(given).get("problem")
    assert read_answers(dataset) == []
    assert not sittings.answer(good).get("problem")
    assert (
        sqlite3.connect(dataset / "labels.sqlite")
        .execute("select count(*) from sqlite_master")
        .fetchone()[0]
    )
    sittings.close()
