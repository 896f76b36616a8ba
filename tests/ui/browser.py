"""A real Chromium on the page: what the tests of the page share."""

import shutil
import subprocess

import imageio_ffmpeg

from funny.ui.page import EXAMPLE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
PATIENCE_MS = 120_000
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
    page.locator("#player button[aria-label=Clear]").click()
    page.set_input_files("#player input[type=file]", str(path))
    says(page, says_then)


def run_example(page):
    """Analyses and cuts the example."""
    page.click("#example")
    page.wait_for_selector("#clips video")
    says(page, "4 highlights")


def ffmpeg(*arguments):
    """Runs the bundled ffmpeg."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", *map(str, arguments)]
    subprocess.run(command, check=True)


def looped_example(path, times):
    """The example several times over."""
    ffmpeg("-stream_loop", times - 1, "-i", EXAMPLE, "-c", "copy", path)
    return path
