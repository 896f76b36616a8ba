"""Clips as soon as their moments are over, copied from the ring in the background."""

import queue
import time
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
from funny.scale.live.outputs import Output, Report

_LOOK_S = 0.2
_LAST_S = 60.0


class Clipper:
    """Keeps the last minutes, and copies a clip of each moment out of them.

    Args:
        folder: Where clips go.
        ring: Where the last minutes are kept.
        others: Told of each clip.
    """

    def __init__(self, folder: Path, ring: Ring, others: Output) -> None:
        self._folder, self._ring, self._others = folder, ring, others
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
        failures, self._failures = self._failures, []
        return failures

    def _run(self) -> None:
        while (waiting := self._waiting.get()) is not None:
            number, highlight = waiting
            clip = self._folder / clip_name(number, highlight)
            try:
                earlier_s = self._copy(clip, highlight)
                self._tell(clip, highlight, earlier_s)
            except MediaError as error:
                self._failures.append(str(error))

    def _tell(self, clip: Path, highlight: Highlight, earlier_s: float) -> None:
        span = {"start_s": highlight.start_s, "end_s": highlight.end_s}
        told = {"event": "clip", "path": str(clip), **span, "earlier_s": round(earlier_s, 3)}
        self._others.tell(Report(None, told))

    def _copy(self, clip: Path, highlight: Highlight) -> float:
        """Copies a clip; waits until its end is in a file that is whole."""
        while self._ring.reached_s < highlight.end_s and not self._is_whole.is_set():
            time.sleep(_LOOK_S)
        segments = self._ring.segments(highlight.start_s, highlight.end_s)
        self._folder.mkdir(parents=True, exist_ok=True)
        with whole_file(clip) as unfinished:
            return copy_span(segments, (highlight.start_s, highlight.end_s), unfinished)
