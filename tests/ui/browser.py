"""A real Chromium on the page: what the tests of the page share."""

import shutil
import subprocess
import threading
import time
from contextlib import contextmanager

import gradio as gr
import imageio_ffmpeg
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI

from funny.ui.example import EXAMPLE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
PATIENCE_MS = 120_000
HARD = ("serious", "critical")
BANDS = "#timeline .shapelayer path"


def says(page, text):
    """Waits until the status holds a text."""
    page.wait_for_function(
        "t => (document.querySelector('#status') || {innerText: ''}).innerText.includes(t)",
        arg=text,
    )


def cell(page, row, column):
    """A cell of the table of highlights."""
    return page.locator(f"#highlights [data-testid=cell-{row}-{column}]")


def upload(page, path, says_then="Ready"):
    """Chooses a video in place of the one that is shown."""
    page.locator("#player button:is([aria-label=Clear], [aria-label=지우기])").click()
    page.set_input_files("#player input[type=file]", str(path))
    says(page, says_then)


def run_example(page, then="4 highlights"):
    """Analyses and cuts the example."""
    page.click("#example")
    page.wait_for_selector("#clips video")
    says(page, then)


def ffmpeg(*arguments):
    """Runs the bundled ffmpeg."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", *map(str, arguments)]
    subprocess.run(command, check=True)


def looped_example(path, times):
    """The example several times over."""
    ffmpeg("-stream_loop", times - 1, "-i", EXAMPLE, "-c", "copy", path)
    return path


def grave(page):
    """What axe-core finds that keeps somebody out."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:220]}" for v in found if v["impact"] in HARD]


def shown(page, other_than: str | None = None) -> str:
    """Waits for a clip to be on the screen, and gives its id."""
    page.wait_for_function(
        "old => { const id = document.querySelector('.fl')?.dataset.shown;"
        " return id && id !== old }",
        arg=other_than,
    )
    page.wait_for_timeout(450)  # nobody judges in less, and the page does not believe it
    return page.locator(".fl").get_attribute("data-shown")


def press(page, key: str) -> str:
    """Presses a key that leads to another clip, and waits for that."""
    before = shown(page)
    page.keyboard.press(key)
    return shown(page, before)


def labeller_says(page, text: str) -> None:
    """Waits until the labeller holds a text."""
    page.wait_for_function(
        "t => document.querySelector('#labeller')?.innerText.includes(t)", arg=text
    )


def choose_head(page, name):
    """Chooses a head in the settings."""
    page.click("#settings button.label-wrap")
    page.click("#which-head input")
    page.click(f"[role=option]:has-text('{name}')")


@contextmanager
def mounted(blocks):
    """Serves blocks under a sub path, as an app of one's own may; gives the address."""
    app = gr.mount_gradio_app(FastAPI(), blocks, path="/sub")
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/sub/"
    server.should_exit = server.force_exit = True
    thread.join(10)
