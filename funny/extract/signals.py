"""Video → Signals: every tick's picture, a batch of faces at a time, the sound a little ahead."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

from funny.extract.ahead import ahead
from funny.extract.assembling import Extraction, assembled, signals_of
from funny.extract.audio import SoundReader
from funny.extract.checkpoint import Checkpoint
from funny.extract.emotion import EmotionModel
from funny.extract.faces import FaceDetector
from funny.extract.laughter import NOTHING_HEARD, LaughterModel
from funny.extract.notes import QUICK
from funny.extract.pictures import Pictures
from funny.extract.watching import Seen, Watcher
from funny.grid import tick_to_s
from funny.records import Region, Signals, VideoInfo
from funny.runtime import give_back_memory

# A part is told of this often; the sound is measured in blocks of 32 s and judged 2.5 s later.
_STEP_TICKS, _AHEAD_S = 16, 72.0

TIDY_TICKS = 64
"""Memory that was freed is given back this often: half a minute of video, seconds of work."""
PICTURES_AHEAD = 8
"""Pictures that wait to be looked at; one of 1080 lines takes 6 MB."""

QUICK_TICKS = 2
"""A quick look sees the face at every second tick; features bridge what lies between."""

Progress = Callable[[str, float, float], None]
"""Called with the stage, and how much of it is done and in all (seconds of video)."""

Part = Callable[[Callable[[], Signals | None]], None]
"""Called with what makes the signals so far, or None if there are none; making them takes time."""

Keep = Callable[[Callable[[], Checkpoint]], None]
"""Called with what makes a checkpoint, whenever the work could go on from one."""


@dataclass(frozen=True)
class ExtractOptions:
    """What changes the signals; thresholds do not."""

    audio_track: int | None = None
    face_region: Region | None = None
    quick: bool = False
    """Look at the face once a second, in reference frames only."""

    @property
    def every(self) -> int:
        """The face is read at every so many ticks."""
        return QUICK_TICKS if self.quick else 1


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
        return with_quick_note(work.finished(), options)


def with_quick_note(found: Extraction, options: ExtractOptions) -> Extraction:
    """An extraction that says so if it was only a quick look."""
    return replace(found, notes=(*found.notes, QUICK)) if options.quick else found


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
        self._watcher = Watcher(model, detector, options.face_region, options.every)
        # The last picture that is known is shown again: the next ones are compared with it.
        self._known, first = known, known.ticks - options.every if known else 0
        self._pictures = Pictures(video, only_references=options.quick, first_tick=first)
        self._ticks = known.ticks if known else 0
        self._is_watched = not video.has_picture

    @property
    def can_resume(self) -> bool:
        """Whether it could go on from here."""
        return self._watcher.can_resume

    def watched(self) -> Generator[int, None, None]:
        """Number of ticks that were watched, whenever as many are new as are heard at once."""
        yield self._ticks
        with closing(ahead(self._pictures, PICTURES_AHEAD)) as pictures:
            for tick, picture in self._resumed(pictures):
                self._tell(tick_to_s(tick))
                self._watcher.add(tick, picture)
                self._ticks = tick + 1
                if self._ticks % TIDY_TICKS == 0:
                    give_back_memory()
                if self._ticks % _STEP_TICKS == 0:
                    yield self._ticks
        self._is_watched = True

    def _resumed(self, pictures: Iterator[Seen]) -> Iterator[Seen]:
        """The pictures of the ticks that are not known yet, once all is as it was before them."""
        if self._known is not None:
            self._watcher.resume(self._known, next(pictures, None))
        return pictures

    def checkpoint(self, ticks: int) -> Checkpoint:
        """What going on after the first ticks needs."""
        damage = tuple(lost_s for lost_s in self._damage() if lost_s < tick_to_s(ticks))
        return self._watcher.checkpoint(ticks, self.sound.so_far().laughter, damage)

    def _damage(self) -> tuple[float, ...]:
        """When the picture did not decode; where this try began, that says nothing of the file."""
        if self._known is None:
            return tuple(self._pictures.damage)
        from_s = tick_to_s(self._known.ticks)
        new = (lost_s for lost_s in self._pictures.damage if lost_s >= from_s)
        return (*self._known.damage.tolist(), *new)

    def part(self, ticks: int) -> Signals | None:
        """Signals of the first ticks, as far as they were heard too; None if there are none."""
        sound = self.sound.so_far()
        ticks = min(ticks, len(sound.rms)) if self._video.has_audio else ticks
        return (
            signals_of(ticks, self._models, sound, self._watcher.watched(ticks)) if ticks else None
        )

    def finished(self) -> Extraction:
        """Everything, once all has been watched."""
        sound = self.sound.finish()
        watched = self._watcher.watched(self._ticks, self._damage(), self._pictures.end_s)
        return assembled(self._video, self._models, sound, watched)

    def _heard(self, time_s: float) -> None:
        """Tells of the sound where no picture goes more slowly: at the end, and to catch up."""
        caught_up_s = tick_to_s(self._known.ticks) if self._known else 0.0
        if self._is_watched or time_s < caught_up_s:
            self._tell(max(time_s, caught_up_s))

    def _tell(self, time_s: float) -> None:
        stage = "faces" if self._video.has_picture else "sound"
        self._progress(stage, min(time_s, self._length_s), self._length_s)
