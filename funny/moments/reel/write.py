"""Writes a reel: the sound first, which is quick, then the picture frame by frame around it.

Every frame is decoded once and stored once. Nothing but the raw sound lies on the disk meanwhile,
and no more than a few frames are in memory, however many pieces there are.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from funny.errors import MediaError, OptionError
from funny.extract.pictures import on_screen_since_s
from funny.files import disk_message, is_full
from funny.moments.ffmpeg import MP4, whole_file
from funny.moments.handoff.rates import STANDARD
from funny.moments.pipes import fed
from funny.moments.reading import Reading, reading
from funny.moments.reel.cards import draw_strip, lines_of, margin
from funny.moments.reel.join import joined, mixed_pictures
from funny.moments.reel.loudness import Loudness, store_at
from funny.moments.reel.picture import Canvas, Strip, canvas_of, frames_of
from funny.moments.reel.plan import plan_reel
from funny.moments.reel.sound import RAW_WORDS, write_sound
from funny.moments.reel.values import Piece, ReelOptions, ReelPlan
from funny.moments.running import FfmpegError
from funny.moments.source import own_rate, same_video
from funny.moments.target import new_file
from funny.records import Analysis, VideoInfo

ReelProgress = Callable[[float, float], None]
"""Called with the seconds of the reel that are done and those to do; may raise to stop."""

_SUFFIXES = (".mp4", ".m4v", ".mov", ".m4a")
_RATE_OF_SOUND = STANDARD["30"]
_SHARE_OF_SOUND = 0.1
"""Of the work, where there is a picture."""
_TITLE_S = 3.0
_SHORTEST_TITLE_S = 0.8
"""A strip that is seen for less cannot be read."""
_MORE_S = 0.5
"""Read on after a piece, so that rounding never leaves its last frame without sound."""


@dataclass(frozen=True)
class Reel:
    """A reel that was written."""

    path: Path
    plan: ReelPlan
    loudness: Loudness
    """How loud it is, measured on the file; -70 LUFS in silence."""


def write_reel(
    analysis: Analysis,
    options: ReelOptions,
    out: Path,
    relink: Path | None = None,
    progress: ReelProgress = lambda done, total: None,
) -> Reel:
    """Writes the best moments of an analysis one after the other into one mp4.

    It plays at a constant rate, the standard one that is nearest to the video's, with stereo
    sound at 48 kHz; where the video has no sound, with silence. Sound alone gives sound alone.

    Args:
        analysis: What was found.
        options: What is wanted.
        out: The file, or a folder in which it is named after the video.
        relink: Where the video is now, if not where it was analysed.
        progress: Told how much is done; whatever it raises stops the work and leaves nothing.

    Raises:
        FunnyError: With one sentence that says what happened and what to do; nothing is written.
    """
    path = new_file(out, f"{analysis.video.path.stem}_reel.mp4", analysis.video.path)
    if path.suffix.lower() not in _SUFFIXES:
        raise OptionError(f"--out {path}: a reel is an mp4. Name it {path.stem}.mp4.")
    video = replace(analysis.video, path=same_video(analysis.video, relink))
    if path.exists() and path.samefile(video.path):
        raise OptionError(f"--out {path}: that is the video itself. Choose another name.")
    plan = plan_reel(video, analysis.highlights, rate_of(video), options)
    with _room_beside(path) as room, whole_file(path) as unfinished:
        progress(0.0, plan.length_s)
        reads = tuple(_read(video, plan, piece) for piece in plan.pieces)
        work = _Work(video, plan, reads, options, room, _Told(progress))
        try:
            loudness = work.write(unfinished, analysis.options.get("audio_track"))
        except FfmpegError as error:
            raise MediaError(_why_not_written(path, error)) from error
        progress(plan.length_s, plan.length_s)
    return Reel(path, plan, loudness)


def rate_of(video: VideoInfo) -> Fraction:
    """Frames a second of a reel of a video, which must lie where it says.

    Raises:
        MediaError: If it cannot be read.
    """
    return (own_rate(video.path) if video.has_picture else None) or _RATE_OF_SOUND


@contextmanager
def _room_beside(path: Path) -> Iterator[Path]:
    """A folder on the same disk, for what is needed only meanwhile."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        room = tempfile.TemporaryDirectory(
            prefix=".reel-", suffix=".partial", dir=path.parent, ignore_cleanup_errors=True
        )
    except OSError as error:
        raise MediaError(disk_message(path, error)) from error
    with room as folder:
        yield Path(folder)


def _read(video: VideoInfo, plan: ReelPlan, piece: Piece) -> Reading:
    start_s = piece.start_s
    if video.has_picture:
        # From the beginning of a frame on, picture and sound are in step as they were.
        since_s = on_screen_since_s(video.path, start_s)
        start_s = since_s if start_s - since_s < 1 / plan.fps else start_s
    return reading(video, start_s, start_s + plan.seconds(piece.frames) + _MORE_S)


@dataclass(frozen=True)
class _Work:
    video: VideoInfo
    plan: ReelPlan
    reads: tuple[Reading, ...]
    options: ReelOptions
    room: Path
    """Where files may lie meanwhile."""
    told: "_Told"

    def write(self, target: Path, audio_track: int | None) -> Loudness:
        """Writes the whole reel."""
        if not self.video.has_picture:
            return self._write_sound(target, audio_track)
        sound = self.room / "sound.m4a"
        loudness = self._write_sound(sound, audio_track)
        self._write_picture(sound, target)
        return loudness

    def _write_sound(self, target: Path, audio_track: int | None) -> Loudness:
        raw = self.room / "sound.f32"
        tell, again = self._tell_of_sound, self.told.again
        write_sound(self.video, self.plan, self.reads, raw, audio_track, tell, again)
        words = [*RAW_WORDS, "-i", str(raw.absolute())]
        wanted_lufs, encoding = self.options.loudness_lufs, self.options.encoding
        loudness = store_at(wanted_lufs, words, target, encoding, self._tell_of_loudness)
        raw.unlink()
        return loudness

    def _tell_of_sound(self, done_s: float) -> None:
        share = _SHARE_OF_SOUND if self.video.has_picture else 1.0
        self.told(share * min(done_s, self.plan.length_s), self.plan.length_s)

    def _tell_of_loudness(self, done_s: float) -> None:
        """Nothing new, but it may be time to stop."""
        self._tell_of_sound(self.plan.length_s)

    def _write_picture(self, sound: Path, target: Path) -> None:
        encoding, again = self.options.encoding, self.told.again
        canvas = canvas_of(self.video, self.reads[0], self.plan.fps, encoding, self.room, again)
        pieces = (
            (piece, frames_of(piece, read, canvas, self._strip(piece, canvas), again))
            for piece, read in zip(self.plan.pieces, self.reads, strict=True)
        )
        command = _storing(canvas, sound, self.options, target)
        with fed(command, again) as write, closing(joined(pieces, mixed_pictures)) as frames:
            for number, frame in enumerate(frames, 1):
                write(frame.data)
                self._tell_of_picture(self.plan.seconds(number))

    def _tell_of_picture(self, done_s: float) -> None:
        total_s = self.plan.length_s
        self.told(_SHARE_OF_SOUND * total_s + (1 - _SHARE_OF_SOUND) * done_s, total_s)

    def _strip(self, piece: Piece, canvas: Canvas) -> Strip | None:
        """The title of a piece, while nothing else of the reel is on screen."""
        from_s = self.plan.seconds(piece.fade_in) / 2
        alone_s = self.plan.seconds(piece.frames - piece.fade_out) - from_s
        if not self.options.titles or alone_s < _SHORTEST_TITLE_S:
            return None
        path = self.room / f"title-{piece.rank}.png"
        lines = lines_of(piece.rank, piece.start_s, piece.highlight, self.options.language)
        draw_strip(lines, canvas.width, canvas.height, path)
        left, top = margin(canvas.width, canvas.height)
        return Strip(path, left, top, from_s, from_s + min(_TITLE_S, alone_s))


class _Told:
    """Tells of progress; where there is none, the same again, since it may be time to stop."""

    def __init__(self, progress: ReelProgress) -> None:
        self._progress, self._last = progress, (0.0, 0.0)

    def __call__(self, done_s: float, total_s: float) -> None:
        self._last = done_s, total_s
        self.again()

    def again(self) -> None:
        self._progress(*self._last)


def _storing(canvas: Canvas, sound: Path, options: ReelOptions, target: Path) -> list[str]:
    """Words of ffmpeg that store frames from its standard input, with a sound as it is."""
    return [
        *(*canvas.input_words(), "-i", str(sound.absolute()), "-map", "0:v", "-map", "1:a"),
        *("-vf", canvas.tags_filter(), *options.encoding.picture_words(), "-c:a", "copy"),
        *(*MP4, str(target.absolute())),
    ]


def _why_not_written(path: Path, error: FfmpegError) -> str:
    if is_full(error):
        return (
            f"{path.name}: the disk is full. Free some space or choose another folder; "
            "the analysis is kept, so the next run only makes the reel."
        )
    return f"{path.name}: no reel can be made ({error.last_line}). Try with a smaller --best."
