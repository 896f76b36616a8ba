"""A source, read in a thread of its own: pictures, sound, gaps, one after the other.

Where looking is too slow, pictures are dropped here, never sound and never time. Where a source
over the network breaks off, it is asked again, and what comes then keeps its place.
"""

import queue
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread
from typing import Any

import numpy as np

from funny.errors import MediaError
from funny.extract.streams import DEFAULT, NONKEY, NONREF, Came, Stream
from funny.grid import tick_to_s
from funny.scale.live.lateness import Lateness
from funny.scale.live.opening import Opening

WAITING_PICTURES = 2
"""Pictures that wait to be looked at; one of 1080 lines takes 6 MB."""
LATE_S = 0.7
"""Pictures that would be looked at later than this are dropped if others wait already."""
_NONREF_S, _NONKEY_S = 1.0, 2.0
"""Where decoding is behind, fewer frames are decoded."""
_SAME_CLOCK_S = 5.0
"""Stamps after an outage go on as before it if the clock agrees within this."""
_BACK_S = 1.0
"""Stamps that go on begin no sooner than this before what was there already."""
_BACK_OFF_S = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
_ITEMS = 2000


@dataclass(frozen=True, eq=False)
class Seen:
    """A picture on the time line; None if it was dropped."""

    time_s: float
    picture: np.ndarray | None
    is_dropped: bool = False


@dataclass(frozen=True, eq=False)
class Heard:
    """Sound on the time line."""

    time_s: float
    samples: np.ndarray


@dataclass(frozen=True)
class Missed:
    """A time in which nothing came."""

    start_s: float
    end_s: float


@dataclass(frozen=True)
class Opened:
    """The source is open: the first time, or again."""

    has_picture: bool
    has_sound: bool
    size: tuple[int, int]
    fps: float


@dataclass(frozen=True)
class Lost:
    """A source broke off, and is asked again."""

    why: str
    again_in_s: float


ENDED = "it ended"
Item = Seen | Heard | Missed | Opened | Lost


class Reader:
    """Reads a source until it ends, or until it is stopped.

    Args:
        opening: Opens it, as often as needed.
        ends_after_s: How long nothing may come from a network before that is the end.
        keep: Given each packet, its stream and its time, once it was read.
        clock: Seconds of a clock that never goes back.
    """

    def __init__(
        self,
        opening: Opening,
        ends_after_s: float,
        keep: Callable[[Stream, Any, float], None] = lambda *_: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._opening, self._ends_after_s = opening, ends_after_s
        self._keep, self._clock = keep, clock
        self.lateness = Lateness(clock)
        self._items: queue.Queue[Item | None] = queue.Queue(_ITEMS)
        # Each is counted by one thread only.
        self._offered = self._taken = 0
        self._zero: float | None = None
        self._reached_s, self._came_at_s = 0.0, clock()
        self._error: BaseException | None = None
        self.why = ""
        """Why it ended, once it has."""
        self._thread = Thread(target=self._run, name="funny-live-reader", daemon=True)

    def __iter__(self) -> Iterator[Item]:
        """Everything, as it comes.

        Raises:
            MediaError: If the source cannot be read at all.
            FetchError: If it may not be asked.
        """
        self._thread.start()
        while (item := self._items.get()) is not None:
            if isinstance(item, Seen) and not item.is_dropped:
                self._taken += 1
            yield item
        if self._error is not None:
            raise self._error

    @property
    def stopping(self) -> Event:
        """Set it to end reading; what was read already still comes."""
        return self._opening.stopping

    def _run(self) -> None:
        try:
            self._read_on()
        except BaseException as error:  # it is raised again where the items are asked for
            self._error = error
        finally:
            self._items.put(None)

    def _read_on(self) -> None:
        """Reads, and asks again after outages."""
        tries = 0
        while not self.stopping.is_set():
            before = self._came_at_s
            why = self.why = self._try()
            if not self._opening.comes_back or (why == ENDED and self._opening.says_its_end):
                return
            tries = 0 if self._came_at_s > before else tries + 1
            wait_s = _BACK_OFF_S[min(tries, len(_BACK_OFF_S) - 1)]
            left_s = self._came_at_s + self._ends_after_s - self._clock()
            if left_s <= 0 or self.stopping.is_set():
                return
            self._items.put(Lost(why, min(wait_s, left_s)))
            self.stopping.wait(min(wait_s, left_s))

    def _try(self) -> str:
        """Reads until the source ends or breaks off; says why it did.

        Raises:
            MediaError: If nothing ever came, and nothing will.
        """
        try:
            with self._opening.opened() as stream:
                has = stream.picture is not None, stream.sound is not None
                self._items.put(Opened(*has, stream.size, stream.fps))
                self._read(stream)
                return ENDED
        except MediaError as error:
            is_wanted = not self.stopping.is_set()
            if is_wanted and self._zero is None and not self._opening.comes_back:
                raise
            return str(error)

    def _read(self, stream: Stream) -> None:
        reached_s = None if self._zero is None else self._reached_s
        for came in stream.come(self._placed, partial(self._keep, stream), reached_s):
            if self.stopping.is_set():
                return
            self.lateness.came(came.time_s, came.waited)
            self._came_at_s = self._clock()
            self._hand_on(came)
            self._reached_s = max(self._reached_s, came.time_s)
            stream.skip = _skip(self.lateness.own_s)

    def _placed(self, stamp_s: float) -> float:
        """The stamp that is 0:00, where a beginning or a jump is at a stamp."""
        if self._zero is None:
            self._zero = stamp_s
            return stamp_s
        expected_s = self._expected_s()
        goes_on_at_s = stamp_s - self._zero
        agrees = abs(goes_on_at_s - expected_s) <= _SAME_CLOCK_S
        if not agrees or goes_on_at_s < self._reached_s - _BACK_S:
            self._zero = stamp_s - expected_s
        return self._zero

    def _expected_s(self) -> float:
        """Where on the time line now is; what waits somewhere begins where the last one ended."""
        begun_s = self.lateness.begun_s
        if not self._opening.comes_back or begun_s is None:
            return self._reached_s
        return max(self._reached_s, self._clock() - begun_s)

    def _hand_on(self, came: Came) -> None:
        if came.gap:
            self._items.put(Missed(*came.gap))
        for time_s, samples in came.sounds:
            self._items.put(Heard(time_s, samples))
        for tick, picture in came.pictures:
            self._hand_on_picture(tick_to_s(tick), picture)

    def _hand_on_picture(self, time_s: float, picture: np.ndarray | None) -> None:
        """Lets a picture wait for its turn, or drops it if that would take too long."""
        while self._offered - self._taken >= WAITING_PICTURES and not self.stopping.is_set():
            self.lateness.came(time_s, False)
            if self.lateness.own_s > LATE_S:
                self._items.put(Seen(time_s, None, is_dropped=True))
                return
            time.sleep(0.01)
        self._offered += 1
        self._items.put(Seen(time_s, picture))


def _skip(late_s: float) -> str:
    return NONKEY if late_s > _NONKEY_S else NONREF if late_s > _NONREF_S else DEFAULT
