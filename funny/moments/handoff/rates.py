"""Frames, frame rates and timecodes: the only home of that arithmetic.

A rate is a fraction: 29.97 is 30000/1001. Timecode counts whole frames, 30 to a second there, and
so falls behind by 3.6 s an hour. Drop-frame timecode makes up for it: it leaves out the first two
labels of every minute but each tenth (four at 59.94), never a frame (SMPTE ST 12-1).
"""

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from funny.errors import OptionError

STANDARD = {
    "23.976": Fraction(24000, 1001),
    "24": Fraction(24),
    "25": Fraction(25),
    "29.97": Fraction(30000, 1001),
    "30": Fraction(30),
    "50": Fraction(50),
    "59.94": Fraction(60000, 1001),
    "60": Fraction(60),
}
"""Rates that editors know, by the name they have there."""

_DROPPED_A_MINUTE = {STANDARD["29.97"]: 2, STANDARD["59.94"]: 4}
_TIMECODE = re.compile(r"(\d\d)[:;](\d\d)[:;](\d\d)[:;.](\d\d)")
_NONE = (24, 0, 0, 0)
_CLOSE = Fraction(1, 50)
# Seconds are floats that were rounded more than once; a frame is not missed for that.
_SLACK = Fraction(1, 1000)


@dataclass(frozen=True)
class Rate:
    """Frames a second, and how they are labelled."""

    fps: Fraction
    drop: bool = False
    """Whether timecodes are drop-frame; only 29.97 and 59.94 know that."""

    def __post_init__(self) -> None:
        if self.drop and not can_drop(self.fps):
            raise ValueError(f"drop: expected 29.97 or 59.94, got {float(self.fps):.3f}")

    @property
    def base(self) -> int:
        """Frames that timecode counts to a second: 30 at 29.97."""
        return round(self.fps)

    def frame_at(self, time_s: float) -> int:
        """The frame that is on screen at a time."""
        return math.floor(Fraction(time_s) * self.fps + _SLACK)

    def frame_after(self, time_s: float) -> int:
        """The first frame that begins at a time or later: where [.., time_s) ends."""
        return math.ceil(Fraction(time_s) * self.fps - _SLACK)

    def seconds(self, frame: int) -> Fraction:
        """When a frame begins, in seconds."""
        return frame / self.fps

    def timecode(self, frame: int) -> str:
        """The label of a frame: 01:00:00:00, or 01:00:00;00 if it is drop-frame.

        Raises:
            OptionError: If it is past the 24 hours that a timecode counts.
        """
        if not 0 <= frame < 24 * 6 * self._ten_minutes:
            raise OptionError(
                f"a timecode ends at 24 hours, and this one would be at "
                f"{float(self.seconds(frame)) / 3600:.1f}. Choose --format fcpxml or otio."
            )
        seconds, frames = divmod(frame + self._left_out_before(frame), self.base)
        hours, minutes = divmod(seconds // 60, 60)
        mark = ";" if self.drop else ":"
        return f"{hours:02d}:{minutes:02d}:{seconds % 60:02d}{mark}{frames:02d}"

    def frame_of(self, timecode: str) -> int:
        """The frame that a label names, whichever marks are between its parts.

        Raises:
            OptionError: If it is no label at this rate.
        """
        found = _TIMECODE.fullmatch(timecode.strip())
        hours, minutes, seconds, frames = map(int, found.groups()) if found else _NONE
        is_left_out = frames < self._drops and not seconds and minutes % 10
        if hours > 23 or minutes > 59 or seconds > 59 or frames >= self.base or is_left_out:
            raise OptionError(
                f"{timecode}: is no timecode at {rate_name(self.fps)} frames a second. "
                "Expected one like 01:00:00:00."
            )
        whole_minutes = 60 * hours + minutes
        labels = self.base * (60 * whole_minutes + seconds) + frames
        return labels - self._drops * (whole_minutes - whole_minutes // 10)

    @property
    def _drops(self) -> int:
        return _DROPPED_A_MINUTE[self.fps] if self.drop else 0

    @property
    def _ten_minutes(self) -> int:
        return 600 * self.base - 9 * self._drops

    def _left_out_before(self, frame: int) -> int:
        """Labels that were left out before a frame's own."""
        tens, rest = divmod(frame, self._ten_minutes)
        minutes = max(0, rest - self._drops) // (60 * self.base - self._drops)
        return self._drops * (9 * tens + minutes)


def can_drop(fps: Fraction) -> bool:
    """Whether there is drop-frame timecode at a rate."""
    return fps in _DROPPED_A_MINUTE


def is_drop(timecode: str) -> bool:
    """Whether a label says of itself that it is drop-frame."""
    return ";" in timecode


def rate_name(fps: Fraction) -> str:
    """What a rate is called."""
    return next((name for name, rate in STANDARD.items() if rate == fps), f"{float(fps):.3f}")


def rate_named(text: str) -> Fraction:
    """The rate that a person means by 23.976, 23.98, 24000/1001 or 24.

    Raises:
        OptionError: If editors do not know it.
    """
    try:
        asked = Fraction(text)
    except (ValueError, ZeroDivisionError):
        asked = Fraction(0)
    # 23.98 and 23.976 are rounded by more than 29.97 and 30 are apart, in proportion.
    if asked <= 0 or abs((found := nearest(asked)) - asked) > Fraction(1, 200):
        raise OptionError(f"--fps {text}: expected one of {', '.join(STANDARD)}.")
    return found


def nearest(fps: Fraction) -> Fraction:
    """The standard rate that is nearest in proportion."""
    return min(STANDARD.values(), key=lambda rate: max(rate / fps, fps / rate))


def nominal(fps: Fraction) -> Fraction:
    """The standard rate in which to count a video that has `fps` pictures a second.

    15 a second are counted in 30, and 120 in 60: what fits a whole number of times comes first.
    """

    def misfit(rate: Fraction) -> tuple[bool, int, Fraction]:
        ratio = max(rate / fps, fps / rate)
        whole = round(ratio)
        off = abs(ratio / whole - 1)
        return off > _CLOSE, whole, off

    return min(STANDARD.values(), key=misfit)
