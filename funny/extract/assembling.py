"""What was heard and what was seen → Signals of a whole video, or of its beginning."""

from dataclasses import dataclass, replace

import numpy as np

from funny.errors import MediaError
from funny.extract.audio import Sound
from funny.extract.notes import END_TOLERANCE_S, notes_of
from funny.extract.watching import Watched
from funny.grid import STEPS_PER_TICK, tick_count, tick_times
from funny.records import ModelInfo, Note, Signals, VideoInfo

Models = tuple[ModelInfo, ModelInfo | None]
"""What reads the faces, and what listens for laughter, if anything does."""


@dataclass(frozen=True)
class Extraction:
    """What was extracted, and what a person should know about it."""

    video: VideoInfo
    """With the duration that was really there."""
    signals: Signals
    notes: tuple[Note, ...]


def assembled(video: VideoInfo, models: Models, sound: Sound, watched: Watched) -> Extraction:
    """The extraction of a whole video.

    Raises:
        MediaError: If nothing in it was decoded.
    """
    reached_s = max(sound.end_s, watched.end_s)
    if not reached_s:
        raise MediaError(f"{video.path}: nothing in it can be decoded. Convert it to mp4 first.")
    duration_s = true_duration_s(video.duration_s, reached_s)
    signals = signals_of(tick_count(duration_s), models, sound, watched)
    notes = notes_of(video, duration_s, sound, watched)
    return Extraction(replace(video, duration_s=duration_s), signals, notes)


def signals_of(ticks: int, models: Models, sound: Sound, watched: Watched) -> Signals:
    """Signals of the first ticks; what was not heard or seen there is zero."""
    fine = fitted(sound.envelope, ticks * STEPS_PER_TICK * bool(len(sound.envelope)))
    return Signals(
        times_s=tick_times(ticks),
        emotions=fitted(watched.emotions, ticks),
        face_found=fitted(watched.face_found, ticks),
        face_box=fitted(watched.face_box, ticks),
        rms=fitted(sound.rms, ticks),
        emotion_model=models[0],
        laughter=fitted(sound.laughter, ticks),
        laughter_model=models[1],
        envelope=fine,
        changes=fitted(watched.changes, ticks),
    )


def fitted(column: np.ndarray, length: int) -> np.ndarray:
    """A column (n, ...) at another length, zeros where there was nothing."""
    fitted = np.zeros((length, *column.shape[1:]), column.dtype)
    fitted[: len(column)] = column[:length]
    return fitted


def true_duration_s(stated_s: float, reached_s: float) -> float:
    """The stated duration if decoding bears it out, else where decoding came to."""
    return stated_s if abs(stated_s - reached_s) <= END_TOLERANCE_S else reached_s
