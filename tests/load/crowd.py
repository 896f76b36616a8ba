"""Many visitors at once: each brings a video, waits, cuts, downloads, and comes again.

`python -m tests.load.crowd --visitors 50 --minutes 10` prints what they met with.
"""

import argparse
import io
import random
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np

from funny.ui.example import EXAMPLE
from tests.serving import App
from tests.ui.browser import ffmpeg
from tests.visitor import Refused, Visitor

PUBLIC = {"FUNNY_PROXIES": "1", "FUNNY_ISOLATE": "1", "FUNNY_WAITING_EACH": "3"}
"""As a public server behind a proxy; each visitor has an address of their own."""
CLIP_S = 20.0
_POLITE = "Too many people are waiting"
_THINKS_S = (0.5, 3.0)
_COMES_AGAIN_S = (15.0, 45.0)
_ARRIVE = 0.1
"""All have come after this part of the time."""


@dataclass
class Met:
    """What visitors met with."""

    took_s: dict[str, list[float]] = field(default_factory=dict)
    """Seconds until the page answered, by what was done."""
    rounds: int = 0
    """How often somebody went home with clips."""
    full: int = 0
    """How often somebody was asked to come again later."""
    wrong: list[str] = field(default_factory=list)
    """Anything else."""
    memory_mb: list[float] = field(default_factory=list)
    """Of the server and what it started, every few seconds."""
    files: list[int] = field(default_factory=list)
    disk_mb: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def p95_s(self, done: str) -> float:
        """How long 19 of 20 waited for an answer at most."""
        return float(np.percentile(self.took_s[done], 95))

    @contextmanager
    def timed(self, done: str) -> Iterator[None]:
        """Times what a visitor does."""
        start = time.monotonic()
        yield
        with self.lock:
            self.took_s.setdefault(done, []).append(time.monotonic() - start)


@dataclass(frozen=True)
class Guest:
    """One visitor with a video of their own.

    Args:
        number: Which one.
        clip: The video.
        until: When to go home, on the monotonic clock.
        met: What is noted.
    """

    number: int
    clip: Path
    until: float
    met: Met

    def stay(self, address: str) -> None:
        """Comes again and again, until it is time to go home."""
        chance = random.Random(self.number)
        time.sleep(chance.uniform(0, (self.until - time.monotonic()) * _ARRIVE))
        while time.monotonic() < self.until:
            try:
                with Visitor(address, f"203.0.113.{self.number + 1}") as visitor:
                    self._visit(visitor, chance)
            except Refused as refused:
                if _POLITE not in str(refused):
                    self._wrong(str(refused))
            except (httpx.HTTPError, KeyError, ValueError, zipfile.BadZipFile) as error:
                self._wrong(repr(error))

    def _visit(self, visitor: Visitor, chance: random.Random) -> None:
        def think() -> None:
            time.sleep(chance.uniform(*_THINKS_S))

        with self.met.timed("open"):
            visitor.open()
        think()
        with self.met.timed("upload"):
            visitor.upload(self.clip)
        think()
        self._gets_a_turn(visitor, chance, "analyze")
        think()
        visitor.set("threshold", 0.45)
        with self.met.timed("threshold"):
            visitor.do("threshold", "input")
        with self.met.timed("edit"):
            visitor.do("timeline", "edit", {"op": "add", "start_s": 1.0, "end_s": 3.0})
        think()
        self._gets_a_turn(visitor, chance, "cut")
        with self.met.timed("download"):
            self._take_home(visitor)

    def _gets_a_turn(self, visitor: Visitor, chance: random.Random, press: str) -> None:
        """Presses a button; asked to come again in a while, they do."""
        while True:
            try:
                return self._waits(visitor, press)
            except Refused as refused:
                if _POLITE not in str(refused):
                    raise
                with self.met.lock:
                    self.met.full += 1
                if time.monotonic() > self.until:
                    raise
                time.sleep(chance.uniform(*_COMES_AGAIN_S))

    def _waits(self, visitor: Visitor, press: str) -> None:
        """Presses a button, and waits until its work is done; the first answer is timed."""
        steps = visitor.doing(press)
        with self.met.timed(press):
            next(steps)
        for _ in steps:
            pass

    def _take_home(self, visitor: Visitor) -> None:
        offered = {Path(file["path"]).name: file for file in visitor.value("export")}
        with zipfile.ZipFile(io.BytesIO(visitor.fetch(offered["clips.zip"]))) as zipped:
            names = zipped.namelist()
            if zipped.testzip() or not any("_00-00-01_" in name for name in names):
                self._wrong(f"clips of somebody else, or damaged: {names}")
        with self.met.lock:
            self.met.rounds += 1

    def _wrong(self, text: str) -> None:
        with self.met.lock:
            self.met.wrong.append(f"visitor {self.number}: {text}")


def crowd(app: App, folder: Path, visitors: int, seconds: float) -> Met:
    """Lets visitors come for a while; the last ones finish what they began."""
    met = Met()
    until = time.monotonic() + seconds
    attend(app, met, [Guest(n, clip_of(folder, n), until, met) for n in range(visitors)])
    return met


def attend(app: App, met: Met, guests: Sequence[Guest]) -> None:
    """Waits until all have gone home; notes on the way what the server holds."""
    threads = [threading.Thread(target=guest.stay, args=(app.address,)) for guest in guests]
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(app, met, ended))
    for thread in (watcher, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    ended.set()
    watcher.join()


def clip_of(folder: Path, number: int) -> Path:
    """A video of one's own, 20 seconds with a laugh in them."""
    clip = folder / f"손님 {number}.mp4"
    start_s = 58 + (number % 10) / 10
    how = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")
    ffmpeg("-ss", start_s, "-i", EXAMPLE, "-t", CLIP_S, *how, clip)
    return clip


def _watch(app: App, met: Met, ended: threading.Event) -> None:
    while not ended.wait(5):
        met.memory_mb.append(app.process.memory_info().rss / 1e6)
        met.files.append(app.process.num_fds())
        met.disk_mb.append(_size_mb(app.state) + _size_mb(app.folder / "cache"))


def _size_mb(folder: Path) -> float:
    # Files go while they are counted.
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.lstat().st_blocks * 512
    return total / 1e6


def told(met: Met) -> str:
    """What was met with, as a table."""
    head = [
        f"{met.rounds} went home with clips, {met.full} were asked to come again later, "
        f"{len(met.wrong)} met with anything else.",
        f"Memory {met.memory_mb[0]:.0f} MB at first, {max(met.memory_mb):.0f} at most, "
        f"{met.memory_mb[-1]:.0f} at last; open files {met.files[0]} and {met.files[-1]}.",
        f"Disk {max(met.disk_mb):.0f} MB at most, {met.disk_mb[-1]:.0f} at last.",
    ]
    rows = [
        f"{done:10} {len(took):4} times, median {np.median(took):.2f}, p95 {met.p95_s(done):.2f} s"
        for done, took in met.took_s.items()
    ]
    kinds = Counter(text.split(": ", 1)[1] for text in met.wrong)
    return "\n".join([*head, *rows, *(f"{n} × {text}" for text, n in kinds.most_common(10))])


def main() -> None:
    """Serves the app, lets them come, and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, App(Path(folder), **PUBLIC) as app:
        print(told(crowd(app, Path(folder), asked.visitors, asked.minutes * 60)))


if __name__ == "__main__":
    main()
