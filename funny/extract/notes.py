"""What a person should know about signals: what was missing, damaged, or only glanced at."""

from collections.abc import Iterable

import numpy as np

from funny.extract.audio import Sound
from funny.extract.video import span_text
from funny.extract.watching import Watched
from funny.grid import clock
from funny.records import Note, VideoInfo

END_TOLERANCE_S = 1.0
"""A video may end so much sooner than it says before anybody needs to know."""
_SAME_DAMAGE_S = 2.0

QUICK = Note(
    "quick",
    "This was a quick look: the face was read once a second. Analyse without it for the final cut.",
)


def notes_of(
    video: VideoInfo, duration_s: float, sound: Sound, watched: Watched
) -> tuple[Note, ...]:
    """What should be known of a video that was read.

    Args:
        video: What the file says of itself.
        duration_s: How long it is.
        sound: What was heard.
        watched: What was seen.
    """
    notes = [*_of_sound(video, sound), *_of_picture(video, watched)]
    if video.duration_s - duration_s > END_TOLERANCE_S:
        notes.append(_cut_short(duration_s, video.duration_s))
    lost_s = sorted({*sound.damage, *watched.damage})
    notes.extend(_damaged(*span) for span in _spans(np.clip(lost_s, 0, duration_s).tolist()))
    return tuple(notes)


def _of_sound(video: VideoInfo, sound: Sound) -> list[Note]:
    if not video.has_audio:
        return [Note("no_sound", "The file has no sound: only the face was scored.")]
    if not sound.rms.any():
        return [Note("silent", "The sound track is silent: only the face was scored.")]
    return []


def _of_picture(video: VideoInfo, watched: Watched) -> list[Note]:
    if not video.has_picture:
        return [Note("no_picture", "The file has no picture: only the sound was scored.")]
    if not watched.face_found.any():
        return [Note("no_face", "No face was found anywhere: only the sound was scored.")]
    return []


def _cut_short(end_s: float, stated_s: float) -> Note:
    text = (
        f"The file is cut short: it ends at {clock(end_s)}, although it says {clock(stated_s)}. "
        "What is there was analysed."
    )
    return Note("cut_short", text, end_s, stated_s)


def _damaged(start_s: float, end_s: float) -> Note:
    text = f"The file is damaged {span_text(start_s, end_s)}: what decodes there was analysed."
    return Note("damaged", text, start_s, end_s)


def _spans(times_s: Iterable[float]) -> list[tuple[float, float]]:
    """Times of damage in order, joined to spans."""
    spans: list[tuple[float, float]] = []
    for lost_s in times_s:
        if spans and lost_s - spans[-1][1] <= _SAME_DAMAGE_S:
            spans[-1] = (spans[-1][0], lost_s)
        else:
            spans.append((lost_s, lost_s))
    return spans
