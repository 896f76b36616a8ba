"""Video → Signals: every tick's picture, a batch of faces at a time, the sound a little ahead."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from funny.device import batch_size
from funny.errors import MediaError
from funny.extract.ahead import ahead
from funny.extract.audio import Sound, SoundReader
from funny.extract.boxes import as_fractions, crop, squared
from funny.extract.checkpoint import Checkpoint
from funny.extract.cuts import Changes
from funny.extract.emotion import EmotionModel
from funny.extract.faces import FaceDetector
from funny.extract.follow import FaceFollower
from funny.extract.laughter import NOTHING_HEARD, LaughterModel
from funny.extract.pictures import Pictures
from funny.extract.seek import is_same
from funny.extract.video import span_text
from funny.grid import STEPS_PER_TICK, clock, tick_count, tick_times, tick_to_s
from funny.records import EMOTION_COLUMNS, ModelInfo, Note, Region, Signals, VideoInfo
from funny.runtime import give_back_memory

_END_TOLERANCE_S = 1.0
_SAME_DAMAGE_S = 2.0
# A part is told of this often; the sound is measured in blocks of 32 s and judged 2.5 s later.
_STEP_TICKS, _AHEAD_S = 16, 72.0
# Memory that was freed is given back this often: half a minute of video, some seconds of work.
_TIDY_TICKS = 64
# Pictures that wait to be looked at; one of 1080 lines takes 6 MB.
_PICTURES_AHEAD = 8

QUICK_TICKS = 2
"""A quick look sees the face at every second tick; features bridge what lies between."""
QUICK = Note(
    "quick",
    "This was a quick look: the face was read once a second. Analyse without it for the final cut.",
)

Progress = Callable[[str, float, float], None]
"""Called with the stage, and how much of it is done and in all (seconds of video)."""

Seen = tuple[int, np.ndarray | None]
"""A tick and its picture."""

Part = Callable[[Callable[[], Signals | None]], None]
"""Called with what makes the signals so far, or None if there are none; making them takes time."""

Keep = Callable[[Callable[[], Checkpoint]], None]
"""Called with what makes a checkpoint, whenever the work could go on from one."""


@dataclass(frozen=True)
class Extraction:
    """What was extracted, and what a person should know about it."""

    video: VideoInfo
    """With the duration that was really there."""
    signals: Signals
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class ExtractOptions:
    """What changes the signals; thresholds do not."""

    audio_track: int | None = None
    face_region: Region | None = None
    quick: bool = False
    """Look at the face once a second, in reference frames only."""


class Faces:
    """The columns that come from faces, growing tick by tick."""

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

    def resume(self, known: Checkpoint) -> None:
        """Goes on after the faces that are known."""
        for tick in np.flatnonzero(known.face_found).tolist():
            self._emotions[tick], self._boxes[tick] = known.emotions[tick], known.face_box[tick]

    def _embed(self) -> None:
        if self._waiting:
            self._emotions.update(
                zip(self._waiting, self._model(np.stack(self._crops)), strict=True)
            )
        self._crops, self._waiting = [], []

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


def extract(
    video: VideoInfo,
    model: EmotionModel,
    detector: FaceDetector,
    options: ExtractOptions,
    progress: Progress,
    laughter: LaughterModel | None = None,
    part: Part = lambda _: None,
    keep: Keep = lambda _: None,
    known: Checkpoint | None = None,
) -> Extraction:
    """Extracts the signals of a video, with a constant amount of memory.

    Args:
        video: What `probe` said of the file.
        model: Emotion model for the face crops.
        detector: Face detector.
        options: Sound track and face region.
        progress: Told about every tick; may raise to stop the work.
        laughter: Listens for laughter, if given.
        part: Offered the signals of the first ticks every few seconds of video, as they grow.
        keep: Offered a checkpoint as often.
        known: What an earlier try came to, of the same content and options; it goes on from there.

    Raises:
        MediaError: If the file cannot be read, or nothing in it decodes.
    """
    work = _Extractor(video, model, detector, options, progress, laughter, known)
    with closing(work.sound), closing(work.watched()) as watched:
        for ticks in watched:
            work.sound.read_to(tick_to_s(ticks) + _AHEAD_S)
            part(partial(work.part, ticks))
            if work.can_resume:
                keep(partial(work.checkpoint, ticks))
        return work.finished()


class _Extractor:
    """Watches and listens side by side, so that the first minutes are known within seconds."""

    def __init__(
        self,
        video: VideoInfo,
        model: EmotionModel,
        detector: FaceDetector,
        options: ExtractOptions,
        progress: Progress,
        laughter: LaughterModel | None,
        known: Checkpoint | None,
    ) -> None:
        self._video, self._progress, self._length_s = video, progress, video.duration_s
        self._models = (model.info, laughter.info if laughter else None)
        heard = known.laughter if known else NOTHING_HEARD
        hearing = laughter.hearing(heard) if laughter else None
        self.sound = SoundReader(video, options.audio_track, hearing, self._heard)
        self._faces, self._every = Faces(model), QUICK_TICKS if options.quick else 1
        # The last picture that is known is shown again: the next ones are compared with it.
        self._known, first = known, known.ticks - self._every if known else 0
        self._pictures = Pictures(video, only_references=options.quick, first_tick=first)
        self._follower = FaceFollower(detector, options.face_region)
        self._changes = Changes()
        self._seen: np.ndarray | None = None
        self._seen_with_face: int | None = None
        self._is_watched = not video.has_picture
        self.can_resume = False
        """Whether the last picture is one that the next ones can be compared with."""

    def watched(self) -> Generator[int, None, None]:
        """Number of ticks that were watched, whenever as many are new as are heard at once."""
        yield self._known.ticks if self._known else 0
        with closing(ahead(self._pictures, _PICTURES_AHEAD)) as pictures:
            for tick, picture in self._resumed(pictures):
                self._tell(tick_to_s(tick))
                self._changes.add(tick, picture)
                if tick % self._every == 0:
                    self._look(tick, picture)
                if (tick + 1) % _TIDY_TICKS == 0:
                    give_back_memory()
                if (tick + 1) % _STEP_TICKS == 0:
                    yield tick + 1
        self._is_watched = True

    def _resumed(self, pictures: Iterator[Seen]) -> Iterator[Seen]:
        """The pictures of the ticks that are not known yet, once all is as it was before them."""
        if self._known is not None:
            self._resume(self._known, next(pictures, None))
        return pictures

    def _resume(self, known: Checkpoint, last: Seen | None) -> None:
        self._faces.resume(known)
        self._changes.resume(known.changes)
        if last is not None and (picture := last[1]) is not None:
            self._changes.add(last[0], picture)
            self._follower.resume(known.follow, picture)
            self._seen, self._seen_with_face = picture, known.face_of

    def checkpoint(self, ticks: int) -> Checkpoint:
        """What going on after the first ticks needs."""
        seen = (*self._faces.columns(ticks), self._changes.column(ticks))
        heard = self.sound.so_far().laughter
        damage = np.array([lost_s for lost_s in self._damage() if lost_s < tick_to_s(ticks)])
        return Checkpoint(*seen, heard, damage, self._follower.state, self._seen_with_face)

    def _damage(self) -> list[float]:
        """When the picture did not decode; where this try began, that says nothing of the file."""
        if self._known is None:
            return list(self._pictures.damage)
        from_s = tick_to_s(self._known.ticks)
        new = (lost_s for lost_s in self._pictures.damage if lost_s >= from_s)
        return [*self._known.damage.tolist(), *new]

    def _look(self, tick: int, picture: np.ndarray | None) -> None:
        """Reads the face of a picture; where nothing has moved, it is that of the last one."""
        self.can_resume = picture is not None
        if picture is None:
            return
        if self._seen is None or not is_same(self._seen, picture):
            self._look_anew(tick, picture)
        elif self._seen_with_face is not None:
            self._faces.repeat(tick, self._seen_with_face)

    def _look_anew(self, tick: int, picture: np.ndarray) -> None:
        box = self._follower.find(picture)
        if box is not None:
            self._faces.add(tick, picture, box)
        self._seen, self._seen_with_face = picture, None if box is None else tick

    def part(self, ticks: int) -> Signals | None:
        """Signals of the first ticks, as far as they were heard too; None if there are none."""
        sound = self.sound.so_far()
        ticks = min(ticks, len(sound.rms)) if self._video.has_audio else ticks
        seen = (self._faces, self._changes)
        return _signals(ticks, self._models, sound, *seen) if ticks else None

    def finished(self) -> Extraction:
        """Everything, once all has been watched."""
        sound = self.sound.finish()
        pictures = replace(self._pictures, damage=self._damage())
        seen = (pictures, self._faces, self._changes)
        found = _assemble(self._video, self._models, sound, *seen)
        return replace(found, notes=(*found.notes, QUICK)) if self._every > 1 else found

    def _heard(self, time_s: float) -> None:
        """Tells of the sound where no picture goes more slowly: at the end, and to catch up."""
        caught_up_s = tick_to_s(self._known.ticks) if self._known else 0.0
        if self._is_watched or time_s < caught_up_s:
            self._tell(max(time_s, caught_up_s))

    def _tell(self, time_s: float) -> None:
        stage = "faces" if self._video.has_picture else "sound"
        self._progress(stage, min(time_s, self._length_s), self._length_s)


def _assemble(
    video: VideoInfo,
    models: tuple[ModelInfo, ModelInfo | None],
    sound: Sound,
    pictures: Pictures,
    faces: Faces,
    changes: Changes,
) -> Extraction:
    reached_s = max(sound.end_s, pictures.end_s)
    if not reached_s:
        raise MediaError(f"{video.path}: nothing in it can be decoded. Convert it to mp4 first.")
    duration_s = true_duration_s(video.duration_s, reached_s)
    ticks = tick_count(duration_s)
    signals = _signals(ticks, models, sound, faces, changes)
    notes = _notes(video, duration_s, signals, sound, pictures)
    return Extraction(replace(video, duration_s=duration_s), signals, notes)


def _signals(
    ticks: int,
    models: tuple[ModelInfo, ModelInfo | None],
    sound: Sound,
    faces: Faces,
    changes: Changes,
) -> Signals:
    rms, laughter = fitted(sound.rms, ticks), fitted(sound.laughter, ticks)
    columns = (tick_times(ticks), *faces.columns(ticks), rms)
    fine = fitted(sound.envelope, ticks * STEPS_PER_TICK * bool(len(sound.envelope)))
    return Signals(*columns, models[0], laughter, models[1], fine, changes.column(ticks))


def fitted(column: np.ndarray, length: int) -> np.ndarray:
    """A column of the sound (n,) at the length of the video, zeros where there was none."""
    fitted = np.zeros(length, column.dtype)
    fitted[: len(column)] = column[:length]
    return fitted


def true_duration_s(stated_s: float, reached_s: float) -> float:
    """The stated duration if decoding bears it out, else where decoding came to."""
    return stated_s if abs(stated_s - reached_s) <= _END_TOLERANCE_S else reached_s


def _notes(
    video: VideoInfo, duration_s: float, signals: Signals, sound: Sound, pictures: Pictures
) -> tuple[Note, ...]:
    notes = []
    if not video.has_audio:
        notes.append(Note("no_sound", "The file has no sound: only the face was scored."))
    elif not sound.rms.any():
        notes.append(Note("silent", "The sound track is silent: only the face was scored."))
    if not video.has_picture:
        notes.append(Note("no_picture", "The file has no picture: only the sound was scored."))
    elif not signals.face_found.any():
        notes.append(Note("no_face", "No face was found anywhere: only the sound was scored."))
    if video.duration_s - duration_s > _END_TOLERANCE_S:
        notes.append(_cut_short(duration_s, video.duration_s))
    notes.extend(_damaged(start_s, end_s) for start_s, end_s in _spans(sound, pictures, duration_s))
    return tuple(notes)


def _cut_short(end_s: float, stated_s: float) -> Note:
    text = (
        f"The file is cut short: it ends at {clock(end_s)}, although it says {clock(stated_s)}. "
        "What is there was analysed."
    )
    return Note("cut_short", text, end_s, stated_s)


def _damaged(start_s: float, end_s: float) -> Note:
    text = f"The file is damaged {span_text(start_s, end_s)}: what decodes there was analysed."
    return Note("damaged", text, start_s, end_s)


def _spans(sound: Sound, pictures: Pictures, duration_s: float) -> list[tuple[float, float]]:
    """Damage in picture or sound, joined to spans."""
    spans: list[tuple[float, float]] = []
    for lost_s in sorted({*sound.damage, *pictures.damage}):
        lost_s = float(np.clip(lost_s, 0, duration_s))
        if spans and lost_s - spans[-1][1] <= _SAME_DAMAGE_S:
            spans[-1] = (spans[-1][0], lost_s)
        else:
            spans.append((lost_s, lost_s))
    return spans
