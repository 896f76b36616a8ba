"""Scores while it happens: the file analysis of what there is so far, worked out for its end only.

A tick's score follows from the clips of 5–7 s that hold it. When these are over, nothing to come
changes it but what is usual for the video: its median loudness and how much that varies. These are
of what was heard until then, and by and by those of the whole.
"""

import numpy as np

from funny.records import Signals
from funny.scale.live.listening import Ear
from funny.scale.live.looking import Eye
from funny.score.explain import added, ordinary
from funny.score.features import bridged, features, in_order, loudness
from funny.score.timeline import calibrated, raw_scores
from funny.weights.heads import LoadedHead


class Scorer:
    """Scores any of the last ticks.

    Args:
        head: The head that scores.
        eye: What was seen.
        ear: What was heard.
    """

    def __init__(self, head: LoadedHead, eye: Eye, ear: Ear) -> None:
        self._head, self._eye, self._ear = head, eye, ear
        self.reach = head.config.max_ticks - 1
        """A tick's score follows from as many ticks before it and after it."""

    def scores(self, first: int, last: int) -> np.ndarray:
        """Scores of ticks [first, last), if nothing comes after them."""
        x, begin = self._features(first, last)
        return self._calibrated(x)[first - begin :]

    def settled(self, first: int, last: int) -> np.ndarray:
        """Scores of ticks [first, last), which are followed by `reach` more that are known."""
        return self.scores(first, last + self.reach)[: last - first]

    def contributions(self, first: int, last: int, signals: Signals) -> np.ndarray:
        """What each sense adds to the scores of ticks [first, last), (t, 3).

        Args:
            first: First tick.
            last: The one after the last.
            signals: All there are, which say what is ordinary.
        """
        x, begin = self._features(first, last)
        net = self._head.net
        calm = ordinary(features(signals, net.config.features))
        return added(x, net, self._calibrated(x), calm)[first - begin :]

    def _features(self, first: int, last: int) -> tuple[np.ndarray, int]:
        """Features of some ticks and of those before them that their scores follow from."""
        begin = max(0, first - self.reach)
        emotions, found, _ = self._eye.faces(begin, last)
        # All that was heard says what is usual; sorting it for hours of it takes a millisecond.
        loud = loudness(self._ear.rms(0, last))[begin:]
        laughter = self._ear.laughter(begin, last)
        names = self._head.config.features
        return in_order(names, bridged(emotions, found), loud, laughter), begin

    def _calibrated(self, x: np.ndarray) -> np.ndarray:
        config = self._head.config
        return calibrated(raw_scores(x, self._head.net, config), *config.calibration)
