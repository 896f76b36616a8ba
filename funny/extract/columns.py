"""The columns that come from faces, growing tick by tick, a batch of faces at a time."""

import numpy as np

from funny.device import batch_size
from funny.extract.boxes import as_fractions, crop, squared
from funny.extract.emotion import EmotionModel
from funny.records import EMOTION_COLUMNS


class Faces:
    """What is known of the face of every tick."""

    def __init__(self, model: EmotionModel) -> None:
        self._model = model
        self._batch_size = batch_size()
        self._crops: list[np.ndarray] = []
        self._waiting: list[int] = []
        self._emotions: dict[int, np.ndarray] = {}
        self._boxes: dict[int, np.ndarray] = {}
        self._repeats: dict[int, int] = {}

    def add(self, tick: int, picture: np.ndarray, box: np.ndarray) -> None:
        """Takes one face; it is embedded when a batch is full."""
        how = self._model.preprocessing
        area = squared(box) if how.crop == "square" else box
        self._crops.append(crop(picture, area, how.input_size).transpose(2, 0, 1))
        self._waiting.append(tick)
        self._boxes[tick] = as_fractions(box, picture)
        if len(self._waiting) == self._batch_size:
            self._embed()

    def repeat(self, tick: int, earlier: int) -> None:
        """Takes the face of an earlier tick once more."""
        self._repeats[tick] = earlier

    def resume(self, emotions: np.ndarray, found: np.ndarray, boxes: np.ndarray) -> None:
        """Goes on after the first ticks, whose columns are known."""
        for tick in np.flatnonzero(found).tolist():
            self._emotions[tick], self._boxes[tick] = emotions[tick], boxes[tick]

    def _embed(self) -> None:
        if self._waiting:
            self._emotions.update(
                zip(self._waiting, self._model(np.stack(self._crops)), strict=True)
            )
        self._crops, self._waiting = [], []

    def at(self, tick: int) -> tuple[np.ndarray, bool, np.ndarray]:
        """Emotions (10,), whether there is a face, and its box (4,), of one tick."""
        self._embed()
        of = self._repeats.get(tick, tick)
        if of not in self._emotions:
            return np.zeros(len(EMOTION_COLUMNS), np.float32), False, np.zeros(4, np.float32)
        return self._emotions[of], True, self._boxes[of]

    def columns(self, ticks: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Emotions (t, 10), found (t,) and boxes (t, 4) of the first ticks."""
        self._embed()
        emotions = np.zeros((ticks, len(EMOTION_COLUMNS)), np.float32)
        found, boxes = np.zeros(ticks, bool), np.zeros((ticks, 4), np.float32)
        shown = {**{tick: tick for tick in self._emotions}, **self._repeats}
        for tick, of in shown.items():
            if tick < ticks:
                emotions[tick], boxes[tick], found[tick] = self._emotions[of], self._boxes[of], True
        return emotions, found, boxes
