"""Sound as it comes → numbers a tick: loudness, and laughter twice.

Once by the network that needs nothing of what is to come, for the score of now; and once, two
seconds and a half later, by the one that file analyses use, for the score that stays.
"""

from dataclasses import dataclass

import numpy as np

from funny import envelope
from funny.extract.audio import rms_of
from funny.extract.laughter import Hearing, LaughterModel
from funny.grid import SAMPLE_RATE, SAMPLES_PER_TICK, STEPS_PER_TICK
from funny.scale.live.column import Column

JUMP_S = 0.05
"""Time stamps wobble by some milliseconds; only a larger step is a gap or an overlap."""


@dataclass(frozen=True)
class Listeners:
    """The two networks that hear laughter."""

    now: LaughterModel
    """Looks at what was."""
    later: LaughterModel
    """Looks at both sides; its numbers are those of a file analysis."""


class Ear:
    """Listens to mono samples at 22,050 Hz; silence is where none came."""

    def __init__(self, listeners: Listeners) -> None:
        self._now = _Heard(listeners.now.hearing(block_ticks=1))
        self._later = _Heard(listeners.later.hearing(block_ticks=1))
        self._rms, self._envelope = Column(), Column((STEPS_PER_TICK,), np.uint8)
        self._written = self._measured = 0
        self._waiting = np.zeros(0, np.float32)

    @property
    def length_s(self) -> float:
        """Until when it has listened."""
        return self._written / SAMPLE_RATE

    @property
    def ticks(self) -> int:
        """Ticks of which all is known that a score of now needs."""
        return min(self._measured, self._now.ticks)

    @property
    def settled(self) -> int:
        """Ticks of which all is known for good."""
        return min(self._measured, self._later.ticks)

    def hear(self, time_s: float, samples: np.ndarray) -> None:
        """Takes samples (n,) that begin at a time; what was heard already is not heard again."""
        ahead_s = time_s - self.length_s
        if ahead_s > JUMP_S:
            self.go_to(time_s)
        elif ahead_s < -JUMP_S:
            samples = samples[round(-ahead_s * SAMPLE_RATE) :]
        self._write(np.nan_to_num(samples.astype(np.float32)))

    def go_to(self, time_s: float) -> None:
        """Hears silence up to a time."""
        while (missing := round(time_s * SAMPLE_RATE) - self._written) > 0:
            self._write(np.zeros(min(missing, SAMPLE_RATE), np.float32))

    def finish(self) -> None:
        """Judges the last ticks, of which nothing more will come."""
        # A codec's last frame reaches past the end: less than half a tick is none.
        ticks = round(self._written / SAMPLES_PER_TICK)
        self.go_to(ticks * SAMPLES_PER_TICK / SAMPLE_RATE)
        self._now.finish()
        self._later.finish()

    def rms(self, first: int, last: int) -> np.ndarray:
        """RMS of ticks [first, last)."""
        return self._rms.part(first, last)

    def envelope(self, first: int, last: int) -> np.ndarray:
        """Fine loudness of ticks [first, last), (25 t,) as `funny.envelope` has it."""
        return self._envelope.part(first, last).ravel()

    def laughter(self, first: int, last: int) -> np.ndarray:
        """Probability of laughter of ticks [first, last): for good where that is known."""
        heard = self._now.column.part(first, last).copy()
        known = min(last, self._later.ticks) - first
        if known > 0:
            heard[:known] = self._later.column.part(first, first + known)
        return heard

    def _write(self, samples: np.ndarray) -> None:
        self._written += len(samples)
        self._waiting = np.concatenate([self._waiting, samples])
        self._now.write(samples)
        self._later.write(samples)
        while len(self._waiting) >= SAMPLES_PER_TICK:
            self._measure(self._waiting[:SAMPLES_PER_TICK])
            self._waiting = self._waiting[SAMPLES_PER_TICK:]

    def _measure(self, samples: np.ndarray) -> None:
        self._rms[self._measured] = rms_of(samples)[0]
        self._envelope[self._measured] = envelope.measured(samples)
        self._measured += 1


class _Heard:
    """What one network heard so far."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing, self.column, self.ticks = hearing, Column(), 0

    def write(self, samples: np.ndarray) -> None:
        self._hearing.write(samples)
        self._take()

    def finish(self) -> None:
        self._hearing.finish()
        self._take()

    def _take(self) -> None:
        news = self._hearing.news()
        self.column.put(self.ticks, news)
        self.ticks += len(news)
