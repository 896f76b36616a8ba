"""A few visitors who do everything that the page can, for hours.

`python -m tests.load.soak --minutes 360` prints what they met with. Work is thrown away after some
minutes and may take little room, so that what a server does in days is done in hours.
"""

import argparse
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.load.crowd import PUBLIC, Guest, Met, attend, clip_of, told
from tests.serving import App
from tests.visitor import Visitor

SHORT_LIVED = {
    **PUBLIC,
    "FUNNY_KEEP_HOURS": "0.05",
    "FUNNY_ROOM_GB": "0.2",
    "FUNNY_CACHE_GB": "0.05",
    "FUNNY_PER_MINUTE": "6000",
}
VISITORS = 3


@dataclass(frozen=True)
class Regular(Guest):
    """A visitor who tries everything, with a video or with what is none."""

    def _visit(self, visitor: Visitor, chance: random.Random) -> None:
        visitor.open()
        if chance.random() < 0.2:
            self._brings_nonsense(visitor)
            return
        visitor.upload(self.clip)
        visitor.do("analyze")
        for _ in range(chance.randint(1, 5)):
            self._does(visitor, chance.choice(("edit", "cut", "stop", "faces", "make", "reload")))
        with self.met.lock:
            self.met.rounds += 1

    def _brings_nonsense(self, visitor: Visitor) -> None:
        nonsense = self.clip.with_name(f"nonsense {self.number}.mp4")
        nonsense.write_bytes(random.Random(self.number).randbytes(4096))
        visitor.upload(nonsense)
        if "not a video" not in visitor.value("status"):
            self._wrong(f"nonsense was taken: {visitor.value('status')}")

    def _does(self, visitor: Visitor, what: str) -> None:
        with self.met.timed(what):
            getattr(self, f"_{what}")(visitor)

    def _edit(self, visitor: Visitor) -> None:
        visitor.do("timeline", "edit", {"op": "add", "start_s": 2.0, "end_s": 4.0})
        visitor.do("timeline", "edit", {"op": "undo"})

    def _cut(self, visitor: Visitor) -> None:
        visitor.do("timeline", "edit", {"op": "add", "start_s": 5.0, "end_s": 7.0})
        visitor.do("cut")

    def _stop(self, visitor: Visitor) -> None:
        for number, _ in enumerate(visitor.doing("make-reel")):
            if number == 1:
                visitor.do("cancel")

    def _faces(self, visitor: Visitor) -> None:
        visitor.do("find-faces")

    def _make(self, visitor: Visitor) -> None:
        for kind in ("project", "thumbnails"):
            visitor.do(f"make-{kind}")

    def _reload(self, visitor: Visitor) -> None:
        visitor.open(visitor.value("job"))


def soak(app: App, folder: Path, seconds: float) -> Met:
    """Lets them come for a while."""
    met = Met()
    until = time.monotonic() + seconds
    attend(app, met, [Regular(n, clip_of(folder, n), until, met) for n in range(VISITORS)])
    return met


def main() -> None:
    """Serves the app, lets them come, and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, App(Path(folder), **SHORT_LIVED) as app:
        print(told(soak(app, Path(folder), asked.minutes * 60)))


if __name__ == "__main__":
    main()
