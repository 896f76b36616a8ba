"""Places of files that are nobody's business, and all ways to spell them."""

from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import quote

from tests.strangers.asking import Said
from tests.strangers.scene import Attempt, Scene

FILES = {
    "works": "{state}/desk/desk.sqlite3",
    "works-log": "{state}/desk/desk.sqlite3-wal",
    "lock": "{state}/desk/lock",
    "desk": "{state}/desk",
    "analysis": "{folder}/analysis/analysis.json",
    "clips": "{folder}/results/clips.zip",
    "uploads": "{state}/uploads",
    "upload-by-pattern": "{state}/uploads/*/{name}",
    "code": "{root}/app.py",
    "git": "{root}/.git",
    "passwd": "/etc/passwd",
    "environment": "/proc/self/environ",
    "memory": "/proc/self/maps",
    "own-descriptor": "/proc/self/fd/3",
    "through-root": "/proc/self/root/etc/passwd",
    "through-folder": "/proc/self/cwd/app.py",
    "too-long": "/" + "a" * 600,
}
"""Where they lie; who knows a work's folder has not its files by that."""

SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": quote,
    "raw": str,
    "slashes-encoded": lambda path: quote(path, safe=""),
    "encoded-twice": lambda path: quote(quote(path, safe=""), safe=""),
    "dotted": lambda path: path.replace("/", "/./"),
    "up": lambda path: f"../../../../../../../../..{path}",
    "up-encoded": lambda path: "%2e%2e%2f" * 12 + path[1:],
    "up-from-uploads": lambda path: f"/tmp/../..{path}",
    "backslashes": lambda path: path.replace("/", "%5c"),
    "two-slashes": lambda path: f"/{path}",
    "nul": lambda path: f"{path}%00.mp4",
    "scheme": lambda path: f"file://{path}",
    "slash-after": lambda path: f"{path}/",
}
"""How a path is written into an address."""

DOORS = {
    "file": "/gradio_api/file=",
    "file-folder": "/gradio_api/file/",
    "static": "/static/",
    "assets": "/assets/",
    "svelte": "/svelte/",
    "proxy": "/gradio_api/proxy=",
    "component": "/gradio_api/custom_component/",
    "page": "/",
}
"""Where Gradio hands out files."""


def attempts() -> Iterator[tuple[str, Attempt]]:
    """Every file by every spelling, and some through every door."""
    for file, path in FILES.items():
        for spelling in SPELLINGS:
            yield f"{file}-{spelling}", partial(_get, DOORS["file"], path, SPELLINGS[spelling])
    for door, before in DOORS.items():
        for spelling in ("plain", "up", "up-encoded"):
            for file in ("works", "passwd", "too-long"):
                asked = partial(_get, before, FILES[file], SPELLINGS[spelling])
                yield f"door-{door}-{file}-{spelling}", asked
    for kind in ("url", "proxy"):
        before = DOORS["file" if kind == "url" else "proxy"]
        yield f"door-fetches-{kind}", partial(_get, before, "{canary}", str)


def _get(door: str, path: str, spelled: Callable[[str], str], scene: Scene) -> Said:
    return scene.attacker.get_raw(door + spelled(path.format(**scene.places)))
