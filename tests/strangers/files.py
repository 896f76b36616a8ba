"""What is sent in place of a file: other people's, the server's own, and what is none."""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.strangers.asking import Said, file_data
from tests.strangers.scene import Attempt, Scene

PATHS = {
    "works": "{state}/desk/desk.sqlite3",
    "clip-of-a-known-folder": "{folder}/results/clips.zip",
    "up-from-uploads": "{state}/uploads/../desk/desk.sqlite3",
    "uploads-themselves": "{state}/uploads",
    "guessed-upload": "{state}/uploads/{digest}/{name}",
    "pattern": "{state}/uploads/*/{name}",
    "passwd": "/etc/passwd",
    "environment": "/proc/self/environ",
    "code": "{root}/app.py",
    "code-from-here": "app.py",
    "example-of-others": "{root}/models",
    "address": "{canary}",
    "address-in-capitals": "HTTP{canary_rest}",
    "scheme": "file:///etc/passwd",
    "protocol": "concat:/etc/passwd",
    "share": "\\\\127.0.0.1\\c$\\x.mp4",
    "nothing": "",
    "here": ".",
    "nul": "{state}/desk/desk.sqlite3\0.mp4",
    "oversized": "/{long}",
}
"""Paths in place of the path of an upload."""

_OTHER: dict[str, Callable[[dict[str, str]], Any]] = {
    "no-meta": lambda at: {"path": at["works"]},
    "other-meta": lambda at: {"path": at["works"], "meta": {"_type": "gradio.Other"}},
    "meta-is-a-list": lambda at: {"path": at["works"], "meta": ["gradio.FileData"]},
    "meta-is-null": lambda at: {"path": at["works"], "meta": None},
    "a-stream": lambda at: file_data(at["works"], is_stream=True),
    "url-beside": lambda at: file_data(at["works"], url=at["canary"]),
    "url-alone": lambda at: {"url": at["canary"], "meta": {"_type": "gradio.FileData"}},
    "url-of-a-file": lambda at: file_data("", url="file:///etc/passwd"),
    "within-a-video": lambda at: {"video": file_data(at["works"]), "subtitles": None},
    "as-subtitles": lambda at: {"video": at["own"], "subtitles": file_data(at["works"])},
    "path-is-a-list": lambda at: file_data([at["works"]]),
    "path-is-a-file": lambda at: file_data(file_data(at["works"])),
    "path-is-a-number": lambda at: file_data(3),
    "a-list-of-files": lambda at: [file_data(at["works"]), file_data("/etc/passwd")],
    "a-string": lambda at: at["works"],
    "base64": lambda at: "data:video/mp4;base64,AAAA",
    "other-name": lambda at: {**at["own"], "orig_name": "../../desk.sqlite3"},
}
"""Files of other shapes; `works` is the path of the list of all works."""


def attempts() -> Iterator[tuple[str, Attempt]]:
    """Every file where a video is looked at, and where programs send one."""
    kinds = [*((kind, partial(_by_path, path)) for kind, path in PATHS.items()), *_OTHER.items()]
    for kind, made in kinds:
        for where, sent in _SENT.items():
            yield f"{where}-{kind}", partial(_send, sent, made)


def _by_path(path: str, at: dict[str, Any]) -> Any:
    return file_data(path.format(**at))


def _send(sent: Callable[..., Said], made: Callable[[Any], Any], scene: Scene) -> Said:
    places = scene.places
    content = (scene.victim.folder / places["name"]).read_bytes()
    at = {
        **places,
        "digest": hashlib.sha256(content).hexdigest(),
        "works": f"{scene.state}/desk/desk.sqlite3",
        "canary_rest": places["canary"].removeprefix("http"),
        "long": "a" * 100_000,
        "own": scene.player,
    }
    return sent(scene, made(at))


def _look_at(scene: Scene, file: Any) -> Said:
    on = scene.attacker
    return on.do(on.event("player", "upload"), ["", file])


def _find_faces(scene: Scene, file: Any) -> Said:
    on = scene.attacker
    return on.do(on.event("find-faces", "click"), ["", file])


def _analyze(scene: Scene, file: Any) -> Said:
    return scene.attacker.call("analyze", [file, 2, ""])  # no threshold is 2: nothing is begun


def _cut(scene: Scene, file: Any) -> Said:
    return scene.attacker.call("cut", ["nobodys-name", [file]])


_SENT = {"player": _look_at, "faces": _find_faces, "program": _analyze, "moments": _cut}
"""Where a file may be sent."""
