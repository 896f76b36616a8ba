"""All faces of a moment, some times a second: what a crop needs to follow them."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from funny.extract.boxes import as_fractions
from funny.extract.faces import FaceDetector, sure_faces
from funny.extract.follow import STILL_SURE
from funny.extract.seek import is_same
from funny.extract.spans import pictures_at
from funny.records import VideoInfo

GLIMPSE_S = 0.2
"""Time between two looks."""
_LINES = 720
_CLOSE_S = 0.55
"""A face that has come is found so soon; meanwhile those that are known are followed, ten times as
quickly."""


@dataclass(frozen=True, eq=False)
class Glimpse:
    """The faces on screen at a time."""

    time_s: float
    boxes: np.ndarray
    """(n, 4) x, y, w, h as fractions of the picture."""


def glimpses(
    video: VideoInfo,
    detector: FaceDetector,
    start_s: float,
    end_s: float,
    cuts_s: np.ndarray,
    progress: Callable[[float], None] = lambda _: None,
) -> list[Glimpse]:
    """Looks for faces five times a second, and at the first picture of every shot.

    Args:
        video: The video.
        detector: Face detector.
        start_s: Where to begin.
        end_s: Where to end.
        cuts_s: (n,) when new shots begin.
        progress: Told how many seconds are looked at; may raise to stop the work.

    Raises:
        MediaError: If the file cannot be read.
    """
    times_s = np.union1d(np.arange(start_s, end_s, GLIMPSE_S), cuts_s)
    look, seen = _Look(detector, cuts_s), []
    with closing(pictures_at(video, times_s, _LINES)) as pictures:
        for time_s, picture in pictures:
            seen.append(Glimpse(time_s, look.at(time_s, picture)))
            progress(time_s - start_s)
    return seen


class _Look:
    """Looks at picture after picture: closely now and then, else only where faces were."""

    def __init__(self, detector: FaceDetector, cuts_s: np.ndarray) -> None:
        self._detector, self._cuts_s = detector, cuts_s
        self._close_s = -np.inf
        self._picture: np.ndarray | None = None
        self._faces: list[np.ndarray] = []

    def at(self, time_s: float, picture: np.ndarray) -> np.ndarray:
        """The faces of the next picture: (n, 4) fractions of it."""
        if self._picture is None or not is_same(self._picture, picture):
            followed = None if self._is_due(time_s) else self._followed(picture)
            if followed is None:
                followed = list(sure_faces(self._detector, picture, len(picture)).boxes)
                self._close_s = time_s
            self._picture, self._faces = picture, followed
        return np.array([as_fractions(box, picture) for box in self._faces]).reshape(-1, 4)

    def _is_due(self, time_s: float) -> bool:
        is_new = ((self._close_s < self._cuts_s) & (self._cuts_s <= time_s)).any()
        return bool(is_new) or time_s - self._close_s >= _CLOSE_S

    def _followed(self, picture: np.ndarray) -> list[np.ndarray] | None:
        """The known faces where they are now; None if one is lost."""
        refined = [self._detector.refined(picture, box) for box in self._faces]
        is_lost = any(confidence < STILL_SURE for _, confidence in refined)
        return None if is_lost else [box for box, _ in refined]
