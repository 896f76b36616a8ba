"""Whose work it is: a private video, what was found in it, and what tells that it came out."""

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tests.media import Movie, Sound, numbered, steady, steps, write_media
from tests.strangers.asking import Said, Visitor, file_data

NAME = "geheim-7c41f0.mp4"
"""Of the video; strangers know it, and nothing may tell them so."""
_SLICE = 48
_NONCE = re.compile(r'"nonce": ?\d+')


def private_video(path: Path, seed: int, seconds: int = 12) -> Path:
    """Writes a video that is like no other."""
    movie = Movie(
        steady(10, seconds),
        *(128, 96),
        picture=lambda index, *size: numbered(seed + index * 7, *size),
        options={"preset": "ultrafast"},
    )
    levels = np.random.default_rng(seed).uniform(0.02, 0.8, seconds * 2)
    write_media(path, movie, Sound(steps(levels)))
    return path


@dataclass
class Victim:
    """Somebody with a private video, on whose work everything was done that can be.

    Args:
        visitor: Who asks for them.
        state: Where the server keeps work.
        folder: Where the video is made.
    """

    visitor: Visitor
    state: Path
    folder: Path
    job: str = ""
    player: Mapping[str, Any] = field(default_factory=dict)

    def work(self) -> "Victim":
        """Uploads, analyses, edits, cuts, exports, looks for faces."""
        on, do = self.visitor, self.visitor.do
        self.player = self.uploaded(NAME, private_video(self.folder / NAME, 300))
        self.job = self._name_in(do(on.event("analyze", "click"), self._inputs("analyze")))
        edit = {"op": "add", "start_s": 2.5, "end_s": 5.5}
        do(on.event("timeline", "edit"), [self.job], event_data=edit)
        for button in ("cut", "make-project", "find-faces"):
            said = do(on.event(button, "click"), self._inputs(button))
            assert '"success":false' not in said.text, said.text
        return self

    def begin_another(self) -> None:
        """Begins to read a longer video, which goes on for a while."""
        player = self.uploaded("long.mp4", private_video(self.folder / "long.mp4", 900, 90))
        event = self.visitor.event("analyze", "click")
        data = ["", player, *self._inputs("analyze")[2:]]
        body = {"data": data, "fn_index": event, "session_hash": "the-victims-own-session"}
        self.visitor.post("/gradio_api/queue/join", body)

    def uploaded(self, name: str, video: Path) -> dict[str, Any]:
        """A video as the page has it when it was uploaded."""
        said = self.visitor.upload(name, video.read_bytes())
        return file_data(json.loads(said.text[said.text.rindex("[") :])[0], orig_name=name)

    def seen(self) -> Said:
        """What they see who know the name of the work."""
        on, query = self.visitor, {"job": self.job}
        return on.do(on.named("_open"), [], query=query) + on.do(on.named("_watch"), [self.job])

    def files_in(self, said: Said) -> list[str]:
        """Addresses of the files of an answer."""
        return sorted(set(re.findall(r'"url":"([^"]*/gradio_api/file=[^"]+)"', said.text)))

    def unchanging(self) -> tuple[Any, ...]:
        """All of the work, as it is seen and as it is kept."""
        kept = {p.name: _digest(p) for p in sorted(self.own_folder.rglob("*")) if p.is_file()}
        return _NONCE.sub("", str(list(_outputs(self.seen())))), kept, self._row

    def jobs(self) -> list[str]:
        """What became of all jobs of everybody."""
        with sqlite3.connect(self.state / "desk" / "desk.sqlite3") as file:
            return [state for (state,) in file.execute("SELECT state FROM jobs ORDER BY id")]

    @property
    def own_folder(self) -> Path:
        """Where the work lies."""
        return self.state / "desk" / self._row[1]

    @property
    def _row(self) -> tuple[Any, ...]:
        with sqlite3.connect(self.state / "desk" / "desk.sqlite3") as file:
            query = (
                "SELECT name, folder, video, options, decided, exports FROM works WHERE name = ?"
            )
            return tuple(file.execute(query, (self.job,)).fetchone())

    def marks(self) -> dict[str, bytes]:
        """What only they can know, by what it is."""
        said = self.seen().text
        folders = set(re.findall(r"/uploads/([0-9a-f]{64})/", said))
        lanes = {lane for lane in re.findall(r'"ticks":"([^"]{24,})"', said) if _is_unlike(lane)}
        return {
            "job": self.job.encode(),
            "name": Path(NAME).stem.encode(),
            "folder": self.own_folder.name.encode(),
            **{f"cache-{k}": one.encode() for k, one in enumerate(sorted(folders))},
            **{f"lane-{k}": one.encode() for k, one in enumerate(sorted(lanes))},
            **dict(self._slices()),
        }

    def _slices(self) -> Iterator[tuple[str, bytes]]:
        """Parts of the content of every file."""
        for path in sorted(self.own_folder.rglob("*")):
            content = path.read_bytes() if path.is_file() else b""
            if path.suffix in (".mp4", ".zip", ".npz"):
                slices = (content[at : at + _SLICE] for at in range(len(content) // 2, 0, -_SLICE))
                yield f"content-{path.name}", next(filter(_is_unlike, slices))

    def _inputs(self, button: str) -> list[Any]:
        """What a browser sends along when a button is pressed."""
        on = self.visitor
        return inputs(on, on.event(button, "click"), self.job, self.player)

    def _name_in(self, said: Said) -> str:
        """The name of the work that was begun."""
        found = re.findall(r'"data":\["([\w-]{22})"', said.text)
        assert found, said.text
        return str(found[-1])


def inputs(on: Visitor, event: int, name: Any, player: Any) -> list[Any]:
    """The inputs of a function as they stand at first, but for these two."""
    given = {"job": name, "player": player}
    parts = {part["id"]: part["props"] for part in on.config["components"]}
    (function,) = (one for one in on.config["dependencies"] if one["id"] == event)
    props = [parts[number] for number in function["inputs"]]
    return [given.get(one.get("elem_id"), one.get("value")) for one in props]


def _outputs(said: Said) -> Iterator[str]:
    """What the components of the page were told."""
    for line in re.findall(r"^data: (.*)$", said.text, re.MULTILINE):
        output = json.loads(line).get("output") or {}
        yield json.dumps(output.get("data"))


def _is_unlike(part: Sequence[Any]) -> bool:
    """Whether a part is varied enough to be found nowhere else."""
    return len(set(part)) > _SLICE // 3


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
