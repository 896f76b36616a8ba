"""Names of works: what an attacker might guess, and all places where a name can be said."""

import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.strangers.asking import Said
from tests.strangers.scene import Attempt, Scene

NEAR: dict[str, Callable[[str], Any]] = {
    "all-but-the-last": lambda job: job[:-1],
    "its-first-eight": lambda job: job[:8],
    "its-last-eight": lambda job: job[-8:],
    "one-more": lambda job: job + "A",
    "another-last": lambda job: job[:-1] + ("A" if job[-1] != "A" else "B"),
    "swapped-case": str.swapcase,
    "upper-case": lambda job: job.upper() + "_",
    "backwards": lambda job: job[::-1] + "-",
    "spaces-around": lambda job: f" {job} ",
    "a-line-after": lambda job: f"{job}\n",
    "nul-after": lambda job: f"{job}\0",
    "nul-within": lambda job: f"{job[:8]}\0{job[8:]}",
    "percent": lambda job: "".join(f"%{ord(c):02x}" for c in job),
    "full-width": lambda job: "".join(chr(ord(c) + 0xFEE0) for c in job),
    "composed": lambda job: unicodedata.normalize("NFD", job + "é"),
    "no-width": lambda job: "\u200b".join(job),
    "right-to-left": lambda job: f"\u202e{job[::-1]}",
    "one-letter-of-kelvin": lambda job: job.replace("K", "\u212a") + "\u212a",
    "like": lambda job: job[:8] + "%",
    "like-one": lambda job: job[:-1] + "_%",
    "glob": lambda job: job[:8] + "*",
    "path": lambda job: f"./{job}",
    "path-up": lambda job: f"x/../{job}",
    "quoted": lambda job: f'"{job}"',
    "in-a-list": lambda job: [job],
    "in-a-dict": lambda job: {"name": job},
    "in-a-file": lambda job: {"path": job, "meta": {"_type": "gradio.FileData"}},
    "as-example": lambda job: f"example-{job}",
    "twice": lambda job: job + job,
}
"""Names near the victim's, nearer than anybody can guess."""

FAR: dict[str, Any] = {
    "nothing": "",
    "null": None,
    "true": True,
    "zero": 0,
    "minus-one": -1,
    "fraction": 0.5,
    "beyond-numbers": 10**400,
    "empty-list": [],
    "empty-dict": {},
    "deep": [[[[[[[[["x"]]]]]]]]],
    "all-glob": "*" * 22,
    "all-like": "%" * 22,
    "all-underscores": "_" * 22,
    "regular-expression": r"[\w-]{22}",
    "sql-or": "x' OR '1'='1' --",
    "sql-union": "' UNION SELECT name FROM works --",
    "sql-drop": "x'; DROP TABLE works; --",
    "path-up": "../../desk/desk.sqlite3",
    "passwd": "/etc/passwd",
    "nul": "\0",
    "surrogate": "\ud800" * 22,
    "lines": "\r\nx-evil: 1\r\n\r\n",
    "template": "{{7*7}}${7*7}%s%n",
    "markup": "<script>alert(1)</script>",
    "prototype": "__proto__",
    "attribute": "__class__.__init__",
    "example": "example-",
    "oversized": "A" * 1_000_000,
    "of-a-folder": "a" * 40,
}
"""Names that have to do with no work, or are none."""

_EVENTS = {
    "look-on": ("_watch", {}),
    "upload": ("_upload", {}),
    "take-example": ("take_example", {}),
    "open-a-place": ("_open_place", {}),
    "find-faces": ("_find_faces", {}),
    "cancel": ("_cancel", {}),
    "cut": ("_cut", {}),
    "threshold": ("_redecide", {}),
    "head": ("_rescore", {}),
    "teach": ("_teach", {}),
    "edit": ("_edit", {"event_data": {"op": "remove", "id": 1}}),
    "type": ("_type", {}),
    "select": ("_select", {"event_data": {"index": [0, 0], "value": ""}}),
    "make-project": ("answer", {}),
    "make-reel": ("answer_1", {}),
    "make-shorts": ("answer_2", {}),
    "make-thumbnails": ("answer_3", {}),
    "program-cut": ("cut", {}),
}
"""Functions that take a name, and what else they are sent."""

BEGINNERS = {"_upload", "_open_place", "_find_faces"}
"""Those begin work of the attacker's own, so they are tried with few names."""


def known_names() -> list[str]:
    """Names of the functions that are tried."""
    return [function for function, _ in _EVENTS.values()]


def attempts() -> Iterator[tuple[str, Attempt]]:
    """Every name where a work is opened and cut, and some of them everywhere."""
    for kind, guess in _guesses():
        yield f"cut-by-name-{kind}", partial(_cut, guess)
        yield f"page-{kind}", partial(_open, guess)
    some = [pair for pair in _guesses() if pair[0] in _EVERYWHERE]
    for where, (function, more) in _EVENTS.items():
        for kind, guess in some:
            if function not in BEGINNERS or kind == "near-all-but-the-last":
                yield f"{where}-queue-{kind}", partial(_join, function, more, guess)
                yield f"{where}-run-{kind}", partial(_run, function, more, guess)


_EVERYWHERE = {
    *("near-all-but-the-last", "near-swapped-case", "near-a-line-after", "near-in-a-list"),
    *("far-sql-or", "far-null"),
}


def _guesses() -> Iterator[tuple[str, Callable[[str], Any]]]:
    yield from ((f"near-{kind}", change) for kind, change in NEAR.items())
    yield from ((f"far-{kind}", lambda _, name=name: name) for kind, name in FAR.items())


def _cut(guess: Callable[[str], Any], scene: Scene) -> Said:
    return scene.attacker.call("cut", [guess(scene.victim.job), None])


def _open(guess: Callable[[str], Any], scene: Scene) -> Said:
    name = str(guess(scene.victim.job))[:2000].encode("utf-8", "replace")
    event = scene.attacker.named("_open")
    return scene.attacker.do(event, [], query={"job": name.decode()})


def _join(function: str, more: Any, guess: Callable[[str], Any], scene: Scene) -> Said:
    event = scene.attacker.named(function)
    return scene.attacker.do(event, scene.inputs(event, guess(scene.victim.job)), **more)


def _run(function: str, more: Any, guess: Callable[[str], Any], scene: Scene) -> Said:
    event = scene.attacker.named(function)
    data = scene.inputs(event, guess(scene.victim.job))
    return scene.attacker.post(f"/gradio_api/run/{function}", {"data": data, **more})
