"""Pictures as they come → numbers a tick: the face, and how much the picture changed."""

import numpy as np

from funny.extract.emotion import EmotionModel
from funny.extract.faces import FaceDetector
from funny.extract.watching import Watcher
from funny.records import EMOTION_COLUMNS, Region
from funny.runtime import give_back_memory
from funny.scale.live.column import Column

_TIDY_TICKS = 64


class Eye:
    """Looks at one picture a tick; a tick without one is a tick without a face."""

    def __init__(
        self, model: EmotionModel, detector: FaceDetector, region: Region | None = None
    ) -> None:
        self._watcher = Watcher(model, detector, region)
        self.ticks = 0
        """Ticks that were looked at or passed over."""
        self._emotions = Column((len(EMOTION_COLUMNS),))
        self._found, self._boxes = Column(dtype=bool), Column((4,))
        self._changes = Column(dtype=np.uint8)

    def look(self, tick: int, picture: np.ndarray | None) -> None:
        """Takes the picture of a tick; those before it that had none stay without."""
        self._watcher.add(tick, picture)
        seen = self._watcher.at(tick)
        self._emotions[tick], self._found[tick] = seen.emotions, seen.face_found
        self._boxes[tick], self._changes[tick] = seen.face_box, seen.change
        self.ticks = tick + 1
        if self.ticks % _TIDY_TICKS == 0:
            give_back_memory()

    def pass_over(self, ticks: int) -> None:
        """Goes on as if the first ticks had been looked at."""
        self.ticks = max(self.ticks, ticks)

    def faces(self, first: int, last: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Emotions (t, 10), found (t,) and boxes (t, 4) of ticks [first, last)."""
        columns = (self._emotions, self._found, self._boxes)
        emotions, found, boxes = (column.part(first, last) for column in columns)
        return emotions, found, boxes

    def changes(self, first: int, last: int) -> np.ndarray:
        """Changes of the picture at ticks [first, last)."""
        return self._changes.part(first, last)
