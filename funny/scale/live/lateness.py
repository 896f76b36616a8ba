"""How far reading is behind what comes: by our own fault, not by that of a source in bursts."""

import time
from collections.abc import Callable


class Lateness:
    """Compares the time line with the clock.

    Whoever had to wait for a packet has read all there was. A recorder that writes once in two
    seconds is late by itself: only what is added to that is ours.

    Args:
        clock: Seconds of a clock that never goes back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ahead_s: float | None = None
        self._reached_s = self._theirs_s = 0.0
        self.own_s = 0.0
        """How far behind we are, in seconds."""

    @property
    def begun_s(self) -> float | None:
        """What the clock showed at 0:00 of the time line, if nothing had been under way."""
        return self._ahead_s

    def came(self, time_s: float, waited: bool) -> None:
        """Takes the time of a packet that was just read, and whether it was waited for."""
        # Sound and picture may lie apart: what counts is how far either of them is.
        self._reached_s = max(self._reached_s, time_s)
        behind_s = self._clock() - self._reached_s
        self._ahead_s = behind_s if self._ahead_s is None else min(self._ahead_s, behind_s)
        late_s = behind_s - self._ahead_s
        self._theirs_s = late_s if waited else min(self._theirs_s, late_s)
        self.own_s = max(0.0, late_s - self._theirs_s)
