"""How far a batch has come, how fast it goes, and how long it will take."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tally:
    """How far a batch has come."""

    done: int = 0
    """Videos that are done now; those that were there before are among them."""
    failed: int = 0
    left: int = 0
    """Videos that are not done, as far as is known."""
    watched_s: float = 0.0
    """Seconds of video that were watched in this run."""
    known: int = 0
    """Videos of this run whose length is known."""
    known_s: float = 0.0
    """Their length in all; what was there of them before is not counted."""
    unknown: int = 0
    """Videos whose length is not known yet."""
    elapsed_s: float = 0.0

    @property
    def whole_s(self) -> float:
        """Seconds of video to watch in this run, where unknown videos are as long as others."""
        mean_s = self.known_s / self.known if self.known else 0.0
        return self.known_s + self.unknown * mean_s

    @property
    def speed(self) -> float:
        """Hours of video per hour of work."""
        return self.watched_s / self.elapsed_s if self.elapsed_s else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds of work that are left; None if nobody knows yet."""
        return max(0.0, self.whole_s - self.watched_s) / self.speed if self.speed else None
