"""The timeline component in a real Chromium, mounted under a sub path, over planted curves."""

import base64
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest

from funny.ui import timeline as module
from funny.ui.timeline import WORDS, FunTimeline
from tests.ui.browser import CHROMIUM, mounted

VIDEO = Path(__file__).parents[2] / "examples" / "first_laugh.mp4"
PATIENCE_MS = 20_000
DURATION_S = 84.48
HOSTILE = '<img src=x onerror="document.title=\'broken\'"> & "louder"'

browser_test = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]


def curves(duration_s: float = DURATION_S, until_s: float | None = None) -> dict[str, Any]:
    """Calm everywhere but for one tick at a third of the whole."""
    ticks = int(np.ceil(duration_s * 2))
    known = ticks if until_s is None else int(until_s * 2)
    spike = np.zeros(ticks)
    spike[ticks // 3] = 0.9
    happiness: list[float | None] = [0.25] * known
    happiness[10:14] = [None] * 4
    lanes = {
        "score": spike[:known].tolist(),
        "happiness": happiness,
        "laughter": spike[:known].tolist(),
        "loudness": [-30.0] * known,
    }
    return {
        "duration_s": duration_s,
        "tick_s": 0.5,
        "complete": until_s is None,
        "lanes": lanes,
        "made_of": {"face": [0.0] * known, "laughter": spike[:known].tolist()},
        "face_found": [int(value is not None) for value in happiness],
        "sprite": {
            "url": "gradio_api/file=none.jpg",
            "columns": 4,
            "width": 160,
            "height": 90,
            "every_s": 5.0,
            "count": 17,
        },
    }


def moment(number: int, start_s: float, end_s: float, **more: Any) -> dict[str, Any]:
    usual = {"rank": number, "peak_s": start_s, "score": 0.8, "reasons": ["laughter 0.9"]}
    return {"id": number, "start_s": start_s, "end_s": end_s, "kept": True, "by_hand": False} | (
        usual | more
    )


MOMENTS = [
    moment(1, 10.0, 16.0),
    moment(2, 28.0, 34.0, reasons=[HOSTILE], by_hand=True),
    moment(3, 60.0, 70.0, kept=False),
]


def changed(moments: list[dict[str, Any]], edit: dict[str, Any]) -> list[dict[str, Any]]:
    """A Python side that knows how to move and to add."""
    if edit["op"] == "move":
        edges = {key: edit[key] for key in ("start_s", "end_s")}
        return [m | edges if m["id"] == edit["id"] else m for m in moments]
    if edit["op"] == "add":
        return [*moments, moment(9, edit["start_s"], edit["end_s"], by_hand=True)]
    return moments


def seek_to(time_s: float, **more: Any) -> FunTimeline:
    return FunTimeline(seek_to={"t": time_s, "nonce": time.monotonic(), **more})


class Demo:
    """A page with a video, the timeline, and a button for each thing that Python may send."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        with gr.Blocks() as self.blocks:
            self._moments = gr.State(MOMENTS)
            self._video = gr.Video(elem_id="player", height=240)
            self.timeline = FunTimeline(elem_id="timeline")
            whole = {"curves": curves(), "moments": MOMENTS, "threshold": 0.5}
            self._button("whole", lambda: (FunTimeline(**whole), MOMENTS))
            self._button("part", lambda: (FunTimeline(curves=curves(until_s=40)), MOMENTS))
            self._button("hours", lambda: (FunTimeline(curves=curves(14_400)), MOMENTS))
            self._button("ko", lambda: (FunTimeline(words=WORDS["ko"]), MOMENTS))
            self._button("en", lambda: (FunTimeline(words=WORDS["en"]), MOMENTS))
            self._button("lower", lambda: (FunTimeline(threshold=0.25), MOMENTS))
            self._button("go", lambda: (seek_to(33.0), MOMENTS))
            self._button("play", lambda: (seek_to(14.5, until=16.0, id=1), MOMENTS))
            load = gr.Button("load", elem_id="load")
            load.click(lambda: (str(VIDEO), seek_to(40.0)), None, [self._video, self.timeline])
            self._listen()

    def _button(self, name: str, answer: Callable[[], Any]) -> None:
        button = gr.Button(name, elem_id=name)
        button.click(answer, None, [self.timeline, self._moments], show_progress="hidden")

    def _listen(self) -> None:
        self.timeline.seek(self._hear("seek"), None, None)
        self.timeline.select(self._hear("select"), None, None)
        self.timeline.edit(
            self._edit,
            self._moments,
            [self._moments, self.timeline],
            show_progress="hidden",
            trigger_mode="multiple",
        )

    def _hear(self, name: str) -> Callable[[gr.EventData], None]:
        def hear(event: gr.EventData) -> None:
            self.heard.append((name, event._data))

        return hear

    def _edit(self, moments: list[dict[str, Any]], event: gr.EventData) -> tuple[Any, FunTimeline]:
        self.heard.append(("edit", event._data))
        answer = changed(moments, event._data)
        return answer, FunTimeline(moments=answer)


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
        self.page.wait_for_selector("#timeline .ft-lens[aria-label]")
        self.send("load")
        self.page.wait_for_function("document.querySelector('#player video')?.readyState > 0")

    def reset(self) -> None:
        self.heard.clear()
        self.video("pause()")
        self.page.mouse.move(2, 2)
        self.send("whole")
        self.keys("Escape", "Escape", "0", "Home")
        self.hears("seek", t=0)
        self.until(lambda: self.page.locator(".ft-chip").count() == 3)
        self.until(lambda: self.plot("layout.xaxis.range") == [0, DURATION_S])
        self.heard.clear()

    def send(self, name: str) -> None:
        self.page.locator(f"#{name}").evaluate("node => node.click()")

    def keys(self, *names: str) -> None:
        self.page.locator(".ft-lens").focus()
        for name in names:
            self.page.keyboard.press(name)

    def x(self, time_s: float) -> float:
        """Where a time is on the screen while the whole is in view."""
        box = self.page.locator(".ft-lens").bounding_box()
        return box["x"] + box["width"] * time_s / DURATION_S

    def y(self, down: float = 90) -> float:
        return self.page.locator(".ft-lens").bounding_box()["y"] + down

    def click(self, time_s: float) -> None:
        self.page.mouse.click(self.x(time_s), self.y())

    def video(self, what: str) -> Any:
        return self.page.evaluate(f"document.querySelector('#player video').{what}")

    def now(self) -> float:
        return self.video("currentTime")

    def text(self, selector: str) -> str:
        return self.page.inner_text(f"#timeline {selector}")

    def until(self, holds: Callable[[], bool]) -> None:
        for _ in range(400):
            if holds():
                return
            self.page.wait_for_timeout(25)
        pytest.fail(f"never came true; heard {self.heard}")

    def hears(self, name: str, **data: Any) -> None:
        self.until(lambda: (name, data) in self.heard)

    def plot(self, what: str) -> Any:
        return self.page.evaluate(f"document.querySelector('#timeline .ft-plot').{what}")


@pytest.fixture(scope="module")
def shared_desk(browser: Any, address: str, demo: Demo) -> Desk:
    return Desk(browser, address, demo, viewport={"width": 1280, "height": 900})


@pytest.fixture
def desk(shared_desk: Desk) -> Desk:
    shared_desk.reset()
    return shared_desk


class TestBrowser:
    pytestmark = browser_test

    def test_click_seeks_and_selects_what_lies_there(self, desk: Desk) -> None:
        desk.click(12)
        assert desk.now() == pytest.approx(12, abs=0.1)
        desk.hears("select", id=1)
        desk.until(lambda: [n for n, _ in desk.heard].count("seek") == 1)
        assert dict(desk.heard)["seek"]["t"] == pytest.approx(12, abs=0.1)

    def test_python_moves_the_playhead_silently(self, desk: Desk) -> None:
        desk.send("go")
        desk.until(lambda: desk.now() == 33)
        assert desk.heard == []
        assert "0:33.0" in desk.text(".ft-now")

    def test_python_plays_up_to_a_time(self, desk: Desk) -> None:
        desk.send("play")
        desk.until(lambda: desk.now() >= 16 and desk.video("paused"))
        assert desk.now() == pytest.approx(16, abs=0.01)
        assert desk.text(".ft-chip.ft-on") == "1"

    @pytest.mark.parametrize(
        ("keys", "time_s"),
        [
            ("ArrowRight ArrowRight ArrowLeft", 1),
            ("Shift+ArrowRight", 0.5),
            ("Control+ArrowRight", 10),
            ("l l j", 5),
            ("End", DURATION_S),
            ("ArrowDown ArrowDown", 28),
            ("End ArrowUp", 60),
        ],
    )
    def test_keys_go(self, shared_desk: Desk, keys: str, time_s: float) -> None:
        desk = shared_desk  # As it is: nothing here changes what a reset would put right.
        desk.keys("Escape", "Home", *keys.split())
        assert desk.now() == pytest.approx(time_s, abs=0.02)
        value = desk.page.get_attribute(".ft-lens", "aria-valuenow")
        assert float(value or "nan") == pytest.approx(time_s, abs=0.02)

    def test_letters_work_while_hangul_is_typed(self, desk: Desk) -> None:
        desk.page.locator(".ft-lens").focus()
        desk.page.evaluate(
            "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
            "{key: 'ㅣ', code: 'KeyL', bubbles: true}))"
        )
        assert desk.now() == 5

    def test_slider_says_where_it_is(self, desk: Desk) -> None:
        desk.click(30)
        text = desk.page.get_attribute(".ft-lens", "aria-valuetext") or ""
        assert text.startswith("0:30.0 of 1:24, Funniness 0.00, moment 2 · by hand")
        assert desk.page.get_attribute(".ft-lens", "aria-valuemax") == str(DURATION_S)

    def test_playhead_runs_while_the_video_plays(self, desk: Desk) -> None:
        place = "document.querySelector('.ft-playhead').getBoundingClientRect().x"
        before = desk.page.evaluate(place)
        desk.keys("k")
        desk.until(lambda: desk.now() > 0.8)
        assert desk.page.evaluate(place) > before + 5
        desk.keys("k")
        assert desk.video("paused")
        assert desk.page.evaluate(place) == pytest.approx(desk.x(desk.now()), abs=3)

    def test_enter_plays_the_moment_to_its_end(self, desk: Desk) -> None:
        desk.click(12)
        desk.keys("Enter")
        desk.page.evaluate("document.querySelector('#player video').playbackRate = 8")
        desk.until(lambda: desk.now() > 15 and desk.video("paused"))
        desk.page.evaluate("document.querySelector('#player video').playbackRate = 1")
        assert desk.now() == pytest.approx(16, abs=0.01)

    def test_edge_is_dragged_outward(self, desk: Desk) -> None:
        desk.click(12)
        desk.page.mouse.move(desk.x(16) + 3, desk.y())
        desk.page.mouse.down()
        desk.page.mouse.move(desk.x(20), desk.y())
        desk.page.mouse.move(desk.x(24), desk.y())
        desk.until(lambda: "0:10.0 – 0:24.0" in desk.text(".ft-measure"))
        assert not [data for name, data in desk.heard if name == "edit"]
        desk.page.mouse.up()
        desk.until(lambda: any(name == "edit" for name, _ in desk.heard))
        (edit,) = [data for name, data in desk.heard if name == "edit"]
        assert edit == {"op": "move", "id": 1, "start_s": 10, "end_s": pytest.approx(24, abs=0.1)}
        assert desk.plot("layout.shapes[0].x1") == pytest.approx(24, abs=0.1)
        assert desk.now() == pytest.approx(24, abs=0.1)  # The frame at the edge is shown.

    def test_edge_stops_before_the_moment_is_nothing(self, desk: Desk) -> None:
        desk.click(12)
        desk.page.mouse.move(desk.x(10) - 3, desk.y())
        desk.page.mouse.down()
        desk.page.mouse.move(desk.x(30), desk.y(), steps=3)
        desk.page.mouse.up()
        desk.hears("edit", op="move", id=1, start_s=15.5, end_s=16)

    def test_in_and_out_add_a_moment(self, desk: Desk) -> None:
        desk.keys("o")
        assert "in point first" in desk.text(".ft-toast")
        desk.keys("Control+ArrowRight", "Control+ArrowRight", "i", "l", "o")
        desk.hears("edit", op="add", start_s=20, end_s=25)
        desk.until(lambda: desk.page.locator(".ft-chip.ft-on").count() == 1)
        assert desk.text(".ft-chip.ft-on") == "9✎"

    def test_keys_edit(self, desk: Desk) -> None:
        desk.keys("ArrowDown", "Control+z", "Control+Shift+z", "Delete", "x", "m")
        desk.hears("edit", op="undo")
        desk.hears("edit", op="redo")
        desk.hears("edit", op="remove", id=1)
        desk.hears("edit", op="keep", id=1, kept=False)
        desk.hears("edit", op="merge", id=1, other=2)

    def test_brackets_move_the_edges_to_the_playhead(self, desk: Desk) -> None:
        desk.keys("ArrowDown", "ArrowRight", "[", "ArrowRight", "ArrowRight", "]")
        desk.hears("edit", op="move", id=1, start_s=11, end_s=16)
        desk.hears("edit", op="move", id=1, start_s=11, end_s=13)

    def test_buttons_say_their_key_and_remark_what_is_missing(self, desk: Desk) -> None:
        button = desk.page.get_by_role("button", name="Remove")
        assert button.get_attribute("title") == "Remove (Del)"
        assert button.get_attribute("aria-disabled") == "true"
        button.click(force=True)
        assert desk.text(".ft-toast") == "Select a moment first."
        desk.keys("ArrowDown")
        button.click()
        desk.hears("edit", op="remove", id=1)

    def test_hover_tells_time_picture_and_reasons_as_text(self, desk: Desk) -> None:
        desk.page.mouse.move(desk.x(32), desk.y())
        desk.page.wait_for_selector(".ft-tip:not([hidden])")
        assert "moment 2 · by hand" in desk.text(".ft-tip").lower()
        assert HOSTILE in desk.text(".ft-tip")
        assert desk.page.locator(".ft-tip img").count() == 0
        assert desk.page.title() != "broken"
        place = desk.page.eval_on_selector(".ft-thumbnail", "n => n.style.backgroundPosition")
        assert place == "-320px -90px"  # The seventh picture, four in a row.

    def test_bands_tell_kept_from_not_kept_and_threshold_is_dashed(self, desk: Desk) -> None:
        assert desk.page.locator("#timeline .shapelayer path").count() == 4
        shapes = desk.plot("layout.shapes")
        assert [s["fillcolor"].startswith("rgba(213,94,0") for s in shapes[:3]] == [1, 1, 0]
        assert (shapes[3]["y0"], shapes[3]["line"]["dash"]) == (0.5, "dash")
        desk.send("lower")
        desk.until(lambda: desk.plot("layout.shapes[3].y0") == 0.25)
        assert "Threshold 0.25" in desk.text(".ft-threshold")

    def test_words_change_to_korean_and_back(self, desk: Desk) -> None:
        desk.send("ko")
        desk.page.wait_for_selector("#timeline button[aria-label='다음과 합치기']")
        desk.keys("?")
        assert "재생/일시정지" in desk.text(".ft-help")
        assert "재미" in desk.text(".ft-heads")
        desk.send("en")
        desk.page.wait_for_selector("#timeline button[aria-label='Merge with next']")

    def test_colours_follow_the_theme(self, desk: Desk) -> None:
        fill = "getComputedStyle(document.querySelector('#timeline .xtick text')).fill"
        light = desk.page.evaluate(fill)
        desk.page.evaluate("document.body.classList.add('dark')")
        desk.until(lambda: desk.page.evaluate(fill) != light)
        desk.page.evaluate("document.body.classList.remove('dark')")
        desk.until(lambda: desk.page.evaluate(fill) == light)

    def test_zoom_stays_while_more_is_read(self, desk: Desk) -> None:
        desk.send("part")
        desk.page.wait_for_selector(".ft-unread:not([hidden])")
        assert desk.plot("layout.xaxis.range") == [0, DURATION_S]
        desk.keys("+", "+")
        desk.until(lambda: desk.plot("layout.xaxis.range[1]") < 22)
        zoomed = desk.plot("layout.xaxis.range")
        desk.send("whole")
        desk.page.wait_for_selector(".ft-unread", state="hidden")
        assert desk.plot("layout.xaxis.range") == zoomed

    def test_plain_wheel_is_the_pages_and_ctrl_wheel_zooms(self, desk: Desk) -> None:
        desk.page.mouse.move(desk.x(30), desk.y())
        desk.page.mouse.wheel(0, -100)
        desk.page.wait_for_timeout(100)
        assert desk.plot("layout.xaxis.range") == [0, DURATION_S]
        desk.page.keyboard.down("Control")
        desk.page.mouse.wheel(0, -100)
        desk.page.keyboard.up("Control")
        desk.until(lambda: desk.plot("layout.xaxis.range[1]") < DURATION_S)
        start, end = desk.plot("layout.xaxis.range")
        assert (30 - start) / (end - start) == pytest.approx(30 / DURATION_S, abs=0.01)

    def test_four_hours_show_few_points_and_no_peak_is_lost(self, desk: Desk) -> None:
        desk.send("hours")
        desk.until(lambda: desk.plot("layout.xaxis.range[1]") == 14_400)
        lines = desk.plot("data.map(t => [t.name, t.x.length, Math.max(...t.y), t.fill ?? ''])")
        ((_, points, highest, _),) = [t for t in lines if t[0] == "score" and t[1]]
        assert points < 2 * 1280
        assert highest == pytest.approx(0.9, abs=0.001)

    def test_lanes_are_chosen(self, desk: Desk) -> None:
        desk.page.get_by_role("button", name="Lanes").click()
        desk.page.uncheck(".ft-lanes input[name=laughter]")
        names = "data.filter(t => t.yaxis == 'y2' && t.x.length).map(t => t.name)"
        desk.until(lambda: desk.plot(names) == ["happiness"])
        desk.page.check(".ft-lanes input[name=laughter]")

    def test_everything_comes_from_here(self, desk: Desk, address: str) -> None:
        host = address.removesuffix("sub/")
        assert [u for u in desk.asked if not u.startswith((host, "data:", "blob:"))] == []
        assert any("plotly-basic.min.js" in url for url in desk.asked)

    def test_tap_seeks_on_a_phone(self, browser: Any, address: str, demo: Demo) -> None:
        phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
        desk = Desk(browser, address, demo, **phone)
        desk.until(lambda: desk.now() == 40)  # It was told before the video had come.
        desk.reset()
        desk.page.touchscreen.tap(desk.x(30), desk.y())
        assert desk.now() == pytest.approx(30, abs=0.3)  # A pixel is a quarter of a second.
        desk.hears("select", id=2)
        assert desk.page.evaluate("document.documentElement.scrollWidth") == 390
        desk.page.wait_for_selector(".ft-handle")
        assert desk.page.locator(".ft-handle").first.bounding_box()["width"] >= 24


def test_every_word_is_there_in_both_languages() -> None:
    assert set(WORDS["en"]) == set(WORDS["ko"])
    quoted = set(re.findall(r'"(\w+)"', module._script()))
    assert set(re.findall(r'say\("(\w+)"', module._script())) <= set(WORDS["en"])
    assert {name for name in quoted if name.startswith(("say_", "help_"))} <= set(WORDS["en"])
    assert {name for name in WORDS["en"] if name.startswith(("say_", "help_"))} <= quoted


def test_lanes_are_packed_once_and_nothing_is_a_gap() -> None:
    packed = module._packed_curves(curves())
    assert packed is not None
    lane = packed["lanes"]["happiness"]
    whole = np.frombuffer(base64.b64decode(lane["ticks"]), "<i2")
    assert whole[12] == -32_768
    assert whole[0] * lane["step"] == pytest.approx(0.25, abs=1e-4)
    assert module._packed_curves(packed) == packed
    assert FunTimeline(curves=curves()).constructor_args["curves"] == packed


def test_no_stub_is_written_beside_the_source() -> None:
    assert not Path(module.__file__).with_suffix(".pyi").exists()
