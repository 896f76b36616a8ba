"""The choice of a face in a real Chromium: by its picture, by a drag, by keys, by touch."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest

from funny.extract.cast import Cast, Member
from funny.extract.thumbnails import as_jpeg
from funny.options import check_region
from funny.ui import component
from funny.ui import region as module
from funny.ui.region import WORDS, RegionPicker
from tests.ui.browser import CHROMIUM, mounted

PATIENCE_MS = 20_000
HOSTILE = "<img src=x onerror=\"document.title='broken'\">{number}"

browser_test = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]


def jpeg(width: int, height: int, grey: int = 150) -> bytes:
    return as_jpeg(np.full((height, width, 3), grey, np.uint8))


WIDE, INSIDE, CORNER = (0.1, 0.1, 0.5, 0.6), (0.2, 0.2, 0.2, 0.3), (0.75, 0.7, 0.25, 0.3)
FRAME = {"frame": jpeg(640, 360), "width": 640, "height": 360}
FACES = [(CORNER, 0.834), (WIDE, 0.25), (INSIDE, 0.001)]
CAST = Cast(**FRAME, members=tuple(Member(*face, jpeg(128, 128, 80)) for face in FACES))
TYPED = [0.3, 0.1, 0.4, 0.5]


class Demo:
    """A page with the picker, and a button for each thing that Python may send."""

    def __init__(self) -> None:
        self.heard: list[Any] = []
        with gr.Blocks() as self.blocks:
            self.picker = RegionPicker(elem_id="faces")
            self._button("cast", lambda: RegionPicker(cast=CAST, region=None))
            self._button("faceless", lambda: RegionPicker(cast=Cast(**FRAME, members=())))
            self._button("gone", lambda: RegionPicker(cast=None, region=None))
            self._button("typed", lambda: RegionPicker(region=TYPED))
            self._button("ko", lambda: RegionPicker(words=WORDS["ko"]))
            self._button("en", lambda: RegionPicker(words=WORDS["en"]))
            self._button("hostile", lambda: RegionPicker(words=dict.fromkeys(WORDS["en"], HOSTILE)))
            self.picker.pick(self._hear, None, None, trigger_mode="multiple")

    def _button(self, name: str, answer: Callable[[], Any]) -> None:
        button = gr.Button(name, elem_id=name)
        button.click(answer, None, self.picker, show_progress="hidden")

    def _hear(self, event: gr.EventData) -> None:
        self.heard.append(event._data["region"])


@pytest.fixture(scope="module")
def demo() -> Demo:
    return Demo()


@pytest.fixture(scope="module")
def address(demo: Demo) -> Iterator[str]:
    with mounted(demo.blocks) as address:
        yield address


class Desk:
    """The page as a person at it sees and uses it."""

    def __init__(self, browser: Any, address: str, demo: Demo, **context: Any) -> None:
        self.heard = demo.heard
        self.page = browser.new_context(**context).new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.asked: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(address)
        self.page.wait_for_selector("#faces .fr-title:not(:empty)")

    def reset(self) -> None:
        self.send("en")
        self.until(lambda: self.text(".fr-title") == WORDS["en"]["picker"])
        if self.page.locator("#faces .fr-body").is_visible():
            self.send("gone")
            self.page.wait_for_selector("#faces .fr-body", state="hidden")
        self.send("cast")
        self.page.wait_for_selector("#faces .fr-tile:nth-child(5)")
        self.until(lambda: self.pressed() == "Anywhere")
        self.heard.clear()

    def send(self, name: str) -> None:
        self.page.locator(f"#{name}").evaluate("node => node.click()")

    def tile(self, name: str) -> Any:
        return self.page.locator("#faces .fr-tile", has_text=name)

    def pressed(self) -> str:
        [name] = self.page.locator("#faces [aria-pressed=true] .fr-name").all_inner_texts()
        return name

    def text(self, selector: str) -> str:
        return self.page.inner_text(f"#faces {selector}")

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the picture is on the screen."""
        box = self.page.locator("#faces .fr-frame").bounding_box()
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def drag(
        self, start: tuple[float, float], *to: tuple[float, float], drops: bool = True
    ) -> None:
        self.page.mouse.move(*self.at(*start))
        self.page.mouse.down()
        for point in to:
            self.page.mouse.move(*self.at(*point), steps=3)
        if drops:
            self.page.mouse.up()

    def shown(self) -> list[float] | None:
        """The rectangle on the screen, in fractions of the picture."""
        rectangle = self.page.locator("#faces .fr-rectangle")
        if not rectangle.is_visible():
            return None
        style = rectangle.evaluate(
            "n => [n.style.left, n.style.top, n.style.width, n.style.height]"
        )
        return [float(part.removesuffix("%")) / 100 for part in style]

    def until(self, holds: Callable[[], bool]) -> None:
        for _ in range(400):
            if holds():
                return
            self.page.wait_for_timeout(25)
        pytest.fail(f"never came true; heard {self.heard}, shown {self.shown()}")

    def hears(self, *regions: Any, within: float = 0.0005) -> None:
        """Exactly these picks have come, and the last of them is what is shown."""
        self.until(lambda: len(self.heard) >= len(regions))
        assert self.heard == [r if r is None else pytest.approx(r, abs=within) for r in regions]
        shown = self.heard[-1]
        assert self.shown() == (shown if shown is None else pytest.approx(shown))
        if shown is not None:
            check_region(shown)
            assert shown == [round(part, 3) for part in shown]


@pytest.fixture(scope="module")
def opened(browser: Any, address: str, demo: Demo) -> Desk:
    return Desk(browser, address, demo)


@pytest.fixture
def desk(opened: Desk) -> Desk:
    opened.reset()
    return opened


class TestInTheBrowser:
    pytestmark = browser_test

    def test_without_a_video_one_sentence_says_so(self, desk: Desk) -> None:
        desk.send("gone")
        desk.page.wait_for_selector("#faces .fr-empty:not([hidden])")
        assert desk.text(".fr").split("\n") == [WORDS["en"]["picker"], WORDS["en"]["empty"]]

    def test_a_video_without_a_face_can_still_be_drawn_on(self, desk: Desk) -> None:
        desk.send("faceless")
        desk.until(lambda: desk.page.locator("#faces .fr-tile").count() == 2)
        assert desk.text(".fr-empty") == WORDS["en"]["no_face"]
        desk.drag((0.2, 0.2), (0.6, 0.7))
        desk.hears([0.2, 0.2, 0.4, 0.5], within=0.01)

    def test_a_face_is_chosen_by_its_picture(self, desk: Desk) -> None:
        assert desk.page.locator("#faces .fr-outline").count() == 3
        assert desk.tile("Face 1").inner_text().split("\n") == ["Face 1", "seen in 83 %"]
        assert "83 % of the video" in desk.tile("Face 1").get_attribute("title")
        desk.tile("Face 1").click()
        desk.hears(list(CORNER))
        assert desk.pressed() == "Face 1"
        assert desk.text(".fr-said") == "Face 1, seen in 83 % of the video."
        desk.tile("Anywhere").click()
        desk.hears(list(CORNER), None)
        assert desk.pressed() == "Anywhere"

    def test_even_once_is_not_never(self, desk: Desk) -> None:
        assert "seen in 1 %" in desk.tile("Face 3").inner_text()

    def test_a_click_on_the_picture_chooses_the_smallest_face_there(self, desk: Desk) -> None:
        desk.page.mouse.click(*desk.at(0.3, 0.35))
        desk.hears(list(INSIDE))
        desk.page.mouse.click(*desk.at(0.55, 0.6))
        desk.hears(list(INSIDE), list(WIDE))
        desk.page.mouse.click(*desk.at(0.9, 0.1))
        desk.hears(list(INSIDE), list(WIDE))

    @pytest.mark.parametrize(
        ("start", "end", "region"),
        [
            pytest.param((0.65, 0.1), (0.9, 0.6), (0.65, 0.1, 0.25, 0.5), id="forwards"),
            pytest.param((0.9, 0.6), (0.65, 0.1), (0.65, 0.1, 0.25, 0.5), id="backwards"),
            pytest.param((0.3, 0.3), (1.2, 1.2), (0.3, 0.3, 0.7, 0.7), id="out-of-the-picture"),
            pytest.param((0.8, 0.2), (0.81, 0.22), (0.791, 0.185, 0.028, 0.05), id="too-small"),
        ],
    )
    def test_a_rectangle_is_drawn(self, desk: Desk, start: Any, end: Any, region: Any) -> None:
        desk.drag(start, end)
        desk.hears(region, within=0.01)
        assert desk.pressed() == "Rectangle"
        assert desk.text(".fr-said").startswith("Rectangle: ")

    def test_a_rectangle_of_ones_own_is_moved_and_stretched(self, desk: Desk) -> None:
        own = [0.3, 0.1, 0.4, 0.5]
        desk.drag((0.3, 0.1), (0.7, 0.6))
        desk.drag((0.5, 0.4), (0.6, 0.5))
        moved = [0.4, 0.2, 0.4, 0.5]
        desk.hears(own, moved, within=0.01)
        desk.drag((0.8, 0.4), (0.9, 0.4))
        wider = [0.4, 0.2, 0.5, 0.5]
        desk.hears(own, moved, wider, within=0.015)
        desk.drag((0.4, 0.2), (0.95, 0.8))  # a corner past the one across
        desk.hears(own, moved, wider, [0.9, 0.7, 0.05, 0.1], within=0.015)

    def test_in_a_face_that_fills_the_picture_one_can_draw(self, desk: Desk) -> None:
        desk.tile("Face 2").click()
        desk.drag((0.3, 0.3), (0.5, 0.6))
        desk.hears(list(WIDE), [0.3, 0.3, 0.2, 0.3], within=0.01)

    def test_escape_takes_a_drag_back_and_then_the_choice(self, desk: Desk) -> None:
        desk.tile("Face 1").click()
        desk.drag((0.2, 0.2), (0.5, 0.5), drops=False)
        assert desk.shown() == pytest.approx([0.2, 0.2, 0.3, 0.3], abs=0.01)
        desk.page.keyboard.press("Escape")
        assert desk.shown() == pytest.approx(CORNER)
        desk.page.mouse.up()
        desk.hears(list(CORNER))
        desk.page.keyboard.press("Escape")
        desk.hears(list(CORNER), None)
        assert desk.page.evaluate("document.activeElement.innerText").startswith("Anywhere")

    def test_keys_alone_are_enough(self, desk: Desk) -> None:
        desk.tile("Rectangle").focus()
        desk.page.keyboard.press("Enter")
        desk.hears([0.35, 0.3, 0.3, 0.4])
        desk.heard.clear()
        for key in ["ArrowLeft", "ArrowLeft", "ArrowDown", "Shift+ArrowRight", "Shift+ArrowUp"]:
            desk.page.keyboard.press(key)
        desk.hears([0.33, 0.31, 0.31, 0.39])  # one answer to five keys
        for _ in range(80):
            desk.page.keyboard.press("ArrowUp")
            desk.page.keyboard.press("Shift+ArrowLeft")
        desk.hears([0.33, 0.31, 0.31, 0.39], [0.33, 0, 0.028, 0.39])

    def test_what_is_typed_elsewhere_shows_here(self, desk: Desk) -> None:
        for _ in range(2):  # The same again is news when a person has chosen another.
            desk.send("typed")
            desk.until(lambda: desk.shown() == pytest.approx(TYPED))
            assert desk.pressed() == "Rectangle"
            desk.tile("Face 1").click()
            assert desk.pressed() == "Face 1"
        desk.until(lambda: desk.heard == [list(CORNER)] * 2)

    def test_words_change_to_korean_and_the_choice_stays(self, desk: Desk) -> None:
        desk.tile("Face 1").click()
        desk.send("ko")
        desk.until(lambda: desk.pressed() == "얼굴 1")
        assert desk.text(".fr-said") == "얼굴 1, 영상의 83%에 등장합니다."
        assert desk.tile("화면 전체").count() == 1
        latin = re.findall(r"[A-Za-z]+", desk.text(".fr"))
        assert latin == ["Esc"]

    def test_words_are_only_text(self, desk: Desk) -> None:
        desk.send("hostile")
        desk.until(lambda: "onerror" in desk.text(".fr-title"))
        desk.tile("onerror").first.click()
        assert desk.page.locator("#faces img[src=x]").count() == 0
        assert desk.page.title() != "broken"

    def test_colours_follow_the_theme(self, desk: Desk) -> None:
        colour = "getComputedStyle(document.querySelector('#faces .fr-name')).color"
        light = desk.page.evaluate(colour)
        desk.page.evaluate("document.body.classList.add('dark')")
        desk.until(lambda: desk.page.evaluate(colour) != light)
        desk.page.evaluate("document.body.classList.remove('dark')")

    def test_everything_comes_from_here(self, desk: Desk, address: str) -> None:
        host = address.removesuffix("sub/")
        assert [u for u in desk.asked if not u.startswith((host, "data:", "blob:"))] == []

    def test_a_finger_draws_on_a_phone(self, browser: Any, address: str, demo: Demo) -> None:
        phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
        desk = Desk(browser, address, demo, **phone)
        desk.reset()
        touch = desk.page.context.new_cdp_session(desk.page)
        for kind, point in [("Start", (0.65, 0.1)), ("Move", (0.8, 0.5)), ("Move", (0.9, 0.6))]:
            x, y = desk.at(*point)
            where = {"type": f"touch{kind}", "touchPoints": [{"x": x, "y": y}]}
            touch.send("Input.dispatchTouchEvent", where)
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        desk.hears([0.65, 0.1, 0.25, 0.5], within=0.01)
        assert desk.page.evaluate("document.documentElement.scrollWidth") == 390


def test_every_word_is_there_in_both_languages() -> None:
    assert set(WORDS["en"]) == set(WORDS["ko"])
    said = set(re.findall(r'"(\w+)"', module._script()))
    assert set(re.findall(r'say\("(\w+)"', module._script())) <= set(WORDS["en"]) <= said


def test_a_cast_becomes_plain_once() -> None:
    sent = RegionPicker(cast=CAST, region=TYPED).constructor_args
    assert [face["region"] for face in sent["cast"]["faces"]] == [list(r) for r, _ in FACES]
    assert sent["cast"]["frame"].startswith("data:image/jpeg;base64,")
    again = RegionPicker(**sent).constructor_args
    assert (again["cast"], again["region"]) == (sent["cast"], sent["region"])
    assert sent["region"]["at"] == TYPED


def test_what_is_not_sent_stays_as_it_is() -> None:
    assert RegionPicker(words=WORDS["ko"]).constructor_args == {"words": WORDS["ko"]}


def test_only_its_event_is_taken_for_one() -> None:
    with gr.Blocks():
        picker = RegionPicker()
        assert picker.pick(lambda: None)
    with pytest.raises(AttributeError, match="RegionPicker"):
        _ = picker.cast  # stands quoted in the script


def test_no_stub_is_written_beside_the_source() -> None:
    for source in (module, component):
        assert not Path(source.__file__).with_suffix(".pyi").exists()
