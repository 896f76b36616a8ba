"""Uploads under names that lead elsewhere."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.strangers.asking import Said
from tests.strangers.scene import Attempt, Scene

NAMES = {
    "up": "../../desk/desk.sqlite3",
    "up-encoded": "..%2f..%2fdesk%2fdesk.sqlite3",
    "up-windows": "..\\..\\desk\\desk.sqlite3",
    "absolute": "/tmp/escaped.mp4",
    "absolute-windows": "C:\\Windows\\escaped.mp4",
    "share": "\\\\127.0.0.1\\c$\\escaped.mp4",
    "folder": "..",
    "folders": "../../..",
    "here": ".",
    "nothing": "",
    "spaces": "   ",
    "dots": "....",
    "hidden": ".htaccess",
    "nul": "a\0b.mp4",
    "controls": "a\x01\x1b[2Jb.mp4",
    "right-to-left": "a\u202e4pm.exe",
    "device": "CON",
    "device-with-ending": "NUL.mp4",
    "stream": "a.mp4::$DATA",
    "long": "a" * 300 + ".mp4",
    "very-long": "a" * 20_000,
    "option": "-y.mp4",
    "protocol": "concat:a|b.mp4",
    "pattern": "a%03d.mp4",
    "shell": "$(touch escaped).mp4",
    "markup": "<img src=x onerror=alert(1)>.mp4",
    "same-as-the-victims": "{name}",
    "deep-link": "state.json",
    "half-a-letter": "a\udcff.mp4",
    "lines": "a%0d%0ab.mp4",
}
"""File names as they stand in a form."""


def attempts() -> Iterator[tuple[str, Attempt]]:
    """Every name."""
    for kind, name in NAMES.items():
        yield kind, partial(_upload, name)


def _upload(name: str, scene: Scene) -> Said:
    return scene.attacker.upload(name.format(**scene.places), b"not a video of anybody")


def landed(said: Said) -> list[Path]:
    """Where an upload lies, if it was taken."""
    if said.status != 200:
        return []
    return [Path(path) for path in json.loads(said.text[said.text.rindex('["') :])]
