"""Where a browser finds what Gradio serves."""

from pathlib import Path
from urllib.parse import quote

GRADIO = "/gradio_api/"
"""In the path of all that Gradio itself answers."""
FILE = "file="
"""Begins the rest of that path where a file is asked for."""


def file_address(path: Path) -> str:
    """Address of a file that Gradio serves; relative, so that an app under a sub path finds it."""
    return f"{GRADIO}{FILE}{quote(path.resolve().as_posix())}".removeprefix("/")
