"""What is done now and then while a video is read: scoring what is known, keeping a checkpoint."""

import time
from collections.abc import Callable

from funny.extract.cache import CheckpointCache
from funny.extract.checkpoint import Checkpoint
from funny.records import Analysis, Signals, VideoInfo

# What has grown is told of this often at most.
_OFTEN_S = 1.0
# Scoring it takes a hundredth of the time at most: it rests this many times as long as it took.
_REST = 99
# An analysis that breaks off goes on from a checkpoint; writing one takes some milliseconds.
_KEEP_S = 10.0

Grown = Callable[[Analysis], None]
"""Called with the analysis of the first minutes, now and then, while it grows."""

Scored = Callable[[VideoInfo, Signals], Analysis]
"""The analysis of signals, of a whole video or its beginning."""


class Growing:
    """Scores what is known so far now and then, in a hundredth of the time at most."""

    def __init__(self, scored: Scored, video: VideoInfo, grown: Grown) -> None:
        self._scored, self._video, self._grown = scored, video, grown
        self._next_s, self._ticks = 0.0, 0

    def __call__(self, so_far: Callable[[], Signals | None]) -> None:
        """Tells of the first minutes, if it is time and there is anything new."""
        began_s = time.monotonic()
        if began_s < self._next_s or (signals := so_far()) is None:
            return
        if len(signals) <= self._ticks:  # the last half minute of sound is measured at its end
            return
        self._ticks = len(signals)
        self._grown(self._scored(self._video, signals))
        now_s = time.monotonic()
        self._next_s = now_s + max(_OFTEN_S, _REST * (now_s - began_s))


class Keeping:
    """Keeps a checkpoint now and then: what breaks off loses as much work at most."""

    def __init__(self, checkpoints: CheckpointCache) -> None:
        self._checkpoints = checkpoints
        self._next_s = time.monotonic() + _KEEP_S

    def __call__(self, so_far: Callable[[], Checkpoint]) -> None:
        """Keeps a checkpoint, if it is time."""
        if time.monotonic() >= self._next_s:
            self._checkpoints.write(so_far())
            self._next_s = time.monotonic() + _KEEP_S
