"""Clips as soon as their moments are over, copied from the ring in the background."""

import queue
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import Any

from funny.errors import MediaError
from funny.extract.ring import Ring, copy_span
from funny.extract.streams import Stream
from funny.moments.clips import clip_name
from funny.moments.ffmpeg import whole_file
from funny.records import Highlight
from funny.scale.live.events import Moment
from funny.scale.live.outputs import Report

_LOOK_S = 0.2
_LAST_S = 60.0

Made = Callable[[Path, Highlight, float], None]
"""Called with a clip that is whole, its moment, and how much earlier it begins."""


class Clipper:
    """Keeps the last minutes, and copies a clip of each moment out of them.

    Args:
        folder: Where clips go.
        ring: Where the last minutes are kept.
        made: Told of each clip.
    """

    def __init__(self, folder: Path, ring: Ring, made: Made) -> None:
        self._folder, self._ring, self._made = folder, ring, made
        self._waiting: queue.Queue[tuple[int, Highlight] | None] = queue.Queue()
        self._count, self._failures = 0, list[str]()
        self._is_whole = Flag()
        self._is_broken = False
        self._thread = Thread(target=self._run, name="funny-live-clips", daemon=True)
        self._thread.start()

    def keep(self, stream: Stream, packet: Any, time_s: float) -> None:
        """Takes a packet that was read; if the disk does not, there are no more clips."""
        if self._is_broken:
            return
        try:
            self._ring.keep(stream, packet, time_s)
        except MediaError as error:
            self._is_broken = True
            self._failures.append(f"{error} No more clips are made.")

    def source_ended(self) -> None:
        """Makes the last file of the ring whole."""
        self._ring.end()
        self._is_whole.set()

    def tell(self, report: Report) -> None:
        """Takes a moment to make a clip of."""
        if isinstance(report.event, Moment):
            self._count += 1
            self._waiting.put((self._count, report.event.highlight))

    def close(self) -> list[str]:
        """Makes the clips that are left, and forgets the last minutes."""
        self._is_whole.set()
        self._waiting.put(None)
        self._thread.join(_LAST_S)
        self._ring.close()
        return self._failures

    def _run(self) -> None:
        while (waiting := self._waiting.get()) is not None:
            number, highlight = waiting
            clip = self._folder / clip_name(number, highlight)
            try:
                self._made(clip, highlight, self._copy(clip, highlight))
            except MediaError as error:
                self._failures.append(str(error))

    def _copy(self, clip: Path, highlight: Highlight) -> float:
        """Copies a clip; waits until its end is in a file that is whole."""
        while self._ring.reached_s < highlight.end_s and not self._is_whole.is_set():
            time.sleep(_LOOK_S)
        segments = self._ring.segments(highlight.start_s, highlight.end_s)
        self._folder.mkdir(parents=True, exist_ok=True)
        with whole_file(clip) as unfinished:
            return copy_span(segments, (highlight.start_s, highlight.end_s), unfinished)
