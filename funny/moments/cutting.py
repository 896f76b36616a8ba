"""One span of a video → one file: what ffmpeg is told, encoded anew or copied as it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from funny.errors import MediaError, OptionError
from funny.extract.colour import Colour
from funny.extract.facts import Facts
from funny.extract.pictures import on_screen_since_s
from funny.files import is_full
from funny.moments.encoding import Encoding
from funny.moments.ffmpeg import (
    MP4,
    input_words,
    opening_words,
    run_ffmpeg,
    whole_file,
)
from funny.moments.reading import Reading, facts_of, reading
from funny.moments.running import FfmpegError
from funny.records import VideoInfo

ALL_TRACKS = "all"
EXACT, COPY = "exact", "copy"


@dataclass(frozen=True)
class CutOptions:
    """Everything that decides how clips are cut, besides where.

    Raises:
        OptionError: If one of them cannot work.
    """

    encoding: Encoding = field(default_factory=Encoding)
    sound: int | str | None = None
    """Number of a sound track from 0, or `all` to keep each of them; None takes the first."""
    rate: Fraction | None = None
    """Pictures a second at which they come regularly; None leaves the video's own times."""
    how: str = EXACT
    """`exact`: encoded anew, right to the frame; `copy`: at once, from the key frame before."""
    jobs: int | None = None
    """Clips that are cut side by side; None takes what the machine has cores for."""

    def __post_init__(self) -> None:
        if self.how not in (EXACT, COPY):
            raise OptionError(f"how: expected exact or copy, got {self.how}.")
        if isinstance(self.sound, str) and self.sound != ALL_TRACKS:
            raise OptionError(f"--sound {self.sound}: expected all, or the number of a track.")
        if self.rate is not None and not 1 <= self.rate <= 240:
            raise OptionError(f"--constant-rate {self.rate}: expected 1 to 240 pictures a second.")
        if self.jobs is not None and self.jobs < 1:
            raise OptionError(f"--jobs {self.jobs}: expected at least 1.")

    def tracks_of(self, video: VideoInfo) -> list[int]:
        """Numbers of the sound tracks that go into a clip.

        Raises:
            OptionError: If the video has no such track.
        """
        count = len(video.audio_tracks)
        if self.sound == ALL_TRACKS or not count:
            return list(range(count))
        track = int(self.sound or 0)
        if not 0 <= track < count:
            raise OptionError(
                f"--sound {track}: the video has {count} sound tracks, numbered from 0."
            )
        return [track]


@dataclass(frozen=True)
class Source:
    """A video to cut from, and what its header says once for all clips."""

    video: VideoInfo
    facts: Facts

    @property
    def colour(self) -> Colour:
        """How its picture is stored."""
        return self.facts.picture.colour if self.facts.picture else Colour()

    @classmethod
    def of(cls, video: VideoInfo) -> "Source":
        """Reads the header.

        Raises:
            MediaError: If the file cannot be read.
        """
        return cls(video, facts_of(video))


def cut_span(
    source: Source,
    span: tuple[float, float],
    clip: Path,
    options: CutOptions,
    progress: Callable[[float], None],
) -> None:
    """Writes [start_s, end_s) of a video as a file that has its name only when whole.

    Args:
        source: What to cut from.
        span: Start and end in seconds of the video.
        clip: Where it goes.
        options: How.
        progress: Told how many seconds are done; may raise to stop the work.

    Raises:
        MediaError: If it cannot be written.
        OptionError: If the video has no such sound track.
        Cancelled: If progress raised it; no half-written file is left.
    """
    with whole_file(clip) as unfinished:
        complaint = FfmpegError()
        for words in _ways(source, span, options):
            try:
                # Where key frames are rare, all before its end may have to be decoded.
                run_ffmpeg([*words, str(unfinished.absolute())], progress, length_s=span[1])
                return
            except FfmpegError as error:
                complaint = error
        raise MediaError(_why_not_cut(clip, complaint)) from complaint


def _ways(source: Source, span: tuple[float, float], options: CutOptions) -> Sequence[list[str]]:
    """Commands to try in turn; what cannot be copied is encoded."""
    exact = _exact_words(source, span, options)
    # Of MPEG streams, a seek does not find the key frame before a time; of Matroska, none before 0.
    is_copied = options.how == COPY and not source.facts.lead_s and source.facts.zero_s >= 0
    return [_copy_words(source, span, options), exact] if is_copied else [exact]


def _exact_words(source: Source, span: tuple[float, float], options: CutOptions) -> list[str]:
    video, read = source.video, reading(source.video, *span)
    tracks = options.tracks_of(video)
    picture = _picture_words(source, read, options) if video.has_picture else ["-vn"]
    sound = [*sound_words(read, options.encoding, tracks), *_names(source, tracks)]
    return encoding_words(read, picture, sound)


def encoding_words(read: Reading, picture: Sequence[str], sound: Sequence[str]) -> list[str]:
    """Words of ffmpeg that encode a span anew as mp4; the file's name is to follow.

    Args:
        read: How the span is read.
        picture: What is made of the picture.
        sound: What is made of the sound.
    """
    return [
        *(*opening_words(), "-copyts", *read.words, *_PLAIN, *picture, *sound),
        *("-t", f"{read.length_s:.6f}", *MP4),
    ]


_PLAIN = ("-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1")
_PLAYED_IN_MP4 = {"aac", "mp3", "opus", "flac"}
OWN_TIMES = ("-enc_time_base:v", "1:90000")
"""Options for pictures at the video's own times: of a variable rate, the mean rate would be too
coarse a clock."""


def _picture_words(source: Source, read: Reading, options: CutOptions) -> list[str]:
    shape = options.encoding.shape_filter(source.video, source.colour)
    regular = [] if options.rate is None else [f"fps={options.rate}:start_time=0"]
    return [
        *("-map", read.picture, "-vf", ",".join([read.picture_filter, *regular, shape])),
        *options.encoding.picture_words(source.colour),
        *(() if options.rate else OWN_TIMES),
    ]


def sound_words(read: Reading, encoding: Encoding, tracks: Sequence[int]) -> list[str]:
    """Words of ffmpeg that encode sound tracks of a span, by their numbers; without any, none."""
    if not tracks:
        return ["-an"]
    maps = [word for track in tracks for word in ("-map", read.sounds[track])]
    return [*maps, "-af", read.sound_filter, *encoding.sound_words()]


def _names(source: Source, tracks: list[int]) -> list[str]:
    """Names of the sound tracks, which tell a microphone from a game; mp4 knows two places."""
    return [
        word
        for place, track in enumerate(tracks)
        if (name := source.facts.sounds[track].name)
        for key in ("title", "handler_name")
        for word in (f"-metadata:s:a:{place}", f"{key}={name}")
    ]


def _copy_words(source: Source, span: tuple[float, float], options: CutOptions) -> list[str]:
    """Nothing is decoded; the edit list of mp4 tells players where to begin."""
    video, (start_s, end_s) = source.video, span
    if video.has_picture:
        # Players drop a picture from before the edit list, and count from the next one.
        start_s = on_screen_since_s(video.path, start_s)
    from_s, tracks = source.facts.zero_s + start_s, options.tracks_of(video)
    shown = source.facts.picture if video.has_picture else None
    copied = [shown.index] if shown else []
    copied += [source.facts.sounds[track].index for track in tracks]
    return [
        *opening_words(),
        *input_words(video.path, "-seek_timestamp", "1", "-ss", f"{from_s:.6f}"),
        *("-t", f"{end_s - start_s:.6f}", *_PLAIN),
        *(word for stream in copied for word in ("-map", f"0:{stream}")),
        *("-c:v", "copy", *_copied_sounds(source, tracks, options.encoding)),
        *(*_names(source, tracks), *MP4),
    ]


def _copied_sounds(source: Source, tracks: list[int], encoding: Encoding) -> list[str]:
    """What browsers do not play in mp4 is encoded: sound is quick."""
    codecs = [source.facts.sounds[track].codec for track in tracks]
    copied = [place for place, codec in enumerate(codecs) if codec in _PLAYED_IN_MP4]
    copies = [word for place in copied for word in (f"-c:a:{place}", "copy")]
    return [*encoding.sound_words(), *copies]


def _why_not_cut(clip: Path, error: FfmpegError) -> str:
    if is_full(error):
        return (
            f"{clip.name}: the disk is full. Free some space or choose another folder; "
            "the analysis is kept, so the next run only cuts."
        )
    return f"{clip.name}: cannot be cut ({error.last_line}). Try it without that moment."
