"""All work of all visitors, under names that nobody can guess; it outlives page and server."""

import logging
import os
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from weakref import finalize, ref

from filelock import FileLock, Timeout

from funny.pipeline import Analyzer
from funny.ui.component import serve_file
from funny.ui.folders import SOURCE
from funny.ui.kept import OPEN_STATES, Kept, Row
from funny.ui.restoring import restored
from funny.ui.temporary import throw_away
from funny.ui.turns import Turns
from funny.ui.work import Work

logger = logging.getLogger(__name__)

_SWEEP_S = 600.0


class Desk:
    """All work of all visitors, in a folder that Gradio does not serve.

    Args:
        keep_s: How long work is kept after it was last looked at.
        folder: Where it is kept when the server ends; None: it goes with the server.
        turns: Where jobs wait for their turn.
        room: Bytes that all of it may take; beyond, what was looked at longest ago goes. None: as
            much as there is.
        uploads: The folder into which videos are uploaded: such a video is kept with its work.
    """

    def __init__(
        self,
        keep_s: float = 24 * 3600.0,
        folder: Path | None = None,
        turns: Turns | None = None,
        room: int | None = None,
        uploads: Path | None = None,
    ) -> None:
        self._keep_s, self._folder, self._room, self._uploads = keep_s, folder, room, uploads
        self.turns = turns or Turns()
        self._works: dict[str, Work] = {}
        self._rows: dict[str, Row] = {}
        self._looked_at_s: dict[str, float] = {}
        self._lock = threading.RLock()
        self._began_s = time.time()

    @cached_property
    def _root(self) -> Path:
        # What is promised to be thrown away goes also when nobody comes any more.
        every_s = min(_SWEEP_S, self._keep_s / 4)
        threading.Thread(target=_sweep_always, args=(ref(self), every_s), daemon=True).start()
        if self._folder is not None and self._is_ours(self._folder):
            return self._folder
        temporary = tempfile.TemporaryDirectory()
        finalize(self, temporary.cleanup)
        return Path(temporary.name)

    def _is_ours(self, folder: Path) -> bool:
        """Whether a folder is there for this server alone."""
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._claim = FileLock(folder / "lock")
            self._claim.acquire(blocking=False)
        except (OSError, Timeout) as error:
            logger.warning("work goes with this server, %s cannot be used: %s", folder, error)
            return False
        return True

    @cached_property
    def _kept(self) -> Kept:
        return Kept(self._root / "desk.sqlite3")

    def resume(self, analyzer: Analyzer) -> None:
        """Finds again what was there when the last server ended, and goes on with its jobs.

        Args:
            analyzer: Its models are used.
        """
        with self._lock:
            now_s = time.time()
            if self._root == self._folder:
                throw_away(self._folder.parent, self._began_s)
            for row in self._kept.works():
                self._rows[row.name] = row
                age_s = min(max(0.0, now_s - row.looked_at_s), self._keep_s + 1)
                self._looked_at_s[row.name] = time.monotonic() - age_s
            self._sweep()
            self._clean()
        for name in list(self._rows):
            self._go_on(name, analyzer)

    def _go_on(self, name: str, analyzer: Analyzer) -> None:
        """Begins the last job of a work again, if it was not done."""
        jobs = [job for job in self._kept.jobs(name) if job.state in OPEN_STATES]
        for job in jobs:
            self._kept.job_is(job.id, "failed", job.stage, "the server ended")
        work = self.find(name, looks=False) if jobs else None
        if work is None:
            return
        if jobs[-1].kind in ("analyze", "analyze only") and work.options is not None:
            anew = analyzer.with_options(work.options)
            work.analyze(anew, cuts=jobs[-1].kind == "analyze")
        elif jobs[-1].kind == "cut" and work.is_complete:
            work.cut()

    def _clean(self) -> None:
        """Removes folders that belong to no work."""
        known = {row.folder for row in self._rows.values()}
        for folder in self._root.iterdir():
            if folder.is_dir() and folder.name not in known:
                shutil.rmtree(folder, ignore_errors=True)

    def begin(self, video: Path, prefix: str = "", visitor: str = "") -> Work:
        """New work on a video; what nobody has looked at for long is thrown away.

        Args:
            video: The file.
            prefix: How its name begins.
            visitor: Whose it is.
        """
        name = prefix + secrets.token_urlsafe(16)
        with self._lock:
            # As hard to guess as the name: Gradio serves the video in it to all who know where.
            folder = Path(tempfile.mkdtemp(prefix=secrets.token_hex(16), dir=self._root))
        work = Work(name, Path(), folder, visitor=visitor, turns=self.turns)
        self.give(work, video)
        with self._lock:
            work.kept = None if prefix else self._kept
            self._sweep()
            self._works[name] = work
            self._looked_at_s[name] = time.monotonic()
        work.keep()
        return work

    def give(self, work: Work, video: Path) -> None:
        """Gives work its video, if it has none yet."""
        work.video = self._own(video, work.folder)

    def _own(self, video: Path, folder: Path) -> Path:
        """An upload, kept with the work: Gradio removes it on its own when the server ends."""
        homes = [home for home in (self._uploads, self._root) if home is not None]
        if self._folder is None or not any(video.is_relative_to(home) for home in homes):
            return video
        own = folder / SOURCE / video.name
        own.parent.mkdir()
        try:
            os.link(video, own)
        except OSError:  # of another disk
            return video
        serve_file(own)
        return own

    def find(self, name: object, looks: bool = True) -> Work | None:
        """Work by its name, if there is any; looking at it keeps it."""
        if not (isinstance(name, str) and re.fullmatch(r"[\w-]{8,64}", name)):
            return None
        with self._lock:
            if name in self._rows:
                row = self._rows.pop(name)
                folder = self._root / row.folder
                work = restored(row, folder, self.turns, self._kept)
                self._works[name] = work
                if work.video.is_relative_to(self._root):
                    serve_file(work.video)
            found = self._works.get(name)
            if found is not None and looks:
                self._looked_at_s[name] = time.monotonic()
                self._kept.looked_at(name)
        return found

    def sweep(self) -> None:
        """Throws away what nobody has looked at for long, and what there is no room for."""
        with self._lock:
            self._sweep()

    def _sweep(self) -> None:
        for name in [*self._stale()]:
            self._remove(name)
        for name in [*self._beyond_room()]:
            self._remove(name)
        self._sweep_uploads()

    def _sweep_uploads(self) -> None:
        """Throws away old uploads of servers that were killed: Gradio knows its own alone."""
        if self._folder is None or self._uploads is None:
            return
        if not self._uploads.is_relative_to(self._folder.parent):
            return
        with suppress(OSError):
            for folder in self._uploads.iterdir():
                if time.time() - folder.stat().st_mtime > self._keep_s:
                    shutil.rmtree(folder, ignore_errors=True)

    def _remove(self, name: str) -> None:
        folder = self._folder_of(name)
        self._works.pop(name, None)
        self._rows.pop(name, None)
        self._looked_at_s.pop(name, None)
        self._kept.remove(name)
        shutil.rmtree(folder, ignore_errors=True)

    def _folder_of(self, name: str) -> Path:
        work = self._works.get(name)
        return work.folder if work is not None else self._root / self._rows[name].folder

    def _resting(self) -> list[str]:
        """Names of works at which nothing is done, the one looked at longest ago first."""
        running = {name for name, work in self._works.items() if work.is_running}
        return sorted(set(self._looked_at_s) - running, key=self._looked_at_s.__getitem__)

    def _stale(self) -> Iterator[str]:
        now_s = time.monotonic()
        for name in self._resting():
            if now_s - self._looked_at_s[name] > self._keep_s:
                yield name

    def _beyond_room(self) -> Iterator[str]:
        if self._room is None:
            return
        sizes = {name: _size(self._folder_of(name)) for name in self._looked_at_s}
        taken = sum(sizes.values())
        for name in self._resting():
            if taken <= self._room:
                return
            taken -= sizes[name]
            yield name


def _size(folder: Path) -> int:
    """Bytes that a folder takes."""
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(Path(where, name)).st_size
    return total


def _sweep_always(desk: "ref[Desk]", every_s: float) -> None:
    """Sweeps again and again, as long as there is a desk."""
    while True:
        time.sleep(every_s)
        if (there := desk()) is None:
            return
        there.sweep()
        del there
