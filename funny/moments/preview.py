"""A video that browsers do not play → a small mp4 beside it that they do, on the same clock.

Only the page shows a preview; analysis and cutting keep using the original. What mp4 can hold is
copied as it is, stream by stream, and the rest is encoded anew.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from funny.errors import MediaError
from funny.extract.facts import Facts, PictureTrack, read_facts
from funny.extract.limits import in_force
from funny.extract.tracks import SoundTrack
from funny.extract.video import probe
from funny.files import disk_message, is_full
from funny.moments.ffmpeg import (
    MP4,
    input_words,
    opening_words,
    run_ffmpeg,
    whole_file,
)
from funny.moments.running import FfmpegError
from funny.records import VideoInfo

MAX_HEIGHT = 360
"""Height of an encoded preview, at most: enough to see what happens, and quick to make."""

_PLAYED = {
    "mp4": ({"h264", "av1", "vp9"}, {"aac", "mp3", "opus", "flac"}),
    "webm": ({"vp8", "vp9", "av1"}, {"opus", "vorbis"}),
    "mp3": (set(), {"mp3"}),
    "wav": (set(), {"pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_f32le"}),
    "ogg": (set(), {"vorbis", "opus", "flac"}),
    "flac": (set(), {"flac"}),
}
"""What Chromium, Firefox and Safari play: codecs of picture and of sound, by container."""

_COPIED = {
    "mp4": {"h264", "aac", "mp3"},
    "mkv": {"h264", "aac", "mp3"},
    "flv": {"h264", "aac", "mp3"},
    "mpegts": {"h264", "aac"},  # what FFmpeg calls MP3 there is often MP2
}
"""Codecs that go into mp4 as they are, by container; the others do not say when a picture is
shown, only when it is decoded."""
_PLAIN_PIXELS = {"yuv420p", "yuvj420p"}
"""8 bits, and colour at half size: the only H.264 that browsers decode."""

_SAME_START_S = 0.005
_STRAY_S = 60.0
"""A time stamp this far past the stated end is damage; players would show hours of nothing."""

PreviewProgress = Callable[[float, float], None]
"""Called with the seconds of video that are written and those to write; may raise to stop."""


@dataclass(frozen=True)
class _Stream:
    index: int
    codec: str
    """FFmpeg's name of the format, whichever decoder reads it."""
    pixels: str
    """FFmpeg's name of the pixel format; empty for sound."""
    is_first: bool
    """Whether it begins when the file begins."""


@dataclass(frozen=True)
class _Contents:
    """What a player would play of a file."""

    kind: str
    """`mp4` for the whole family, `webm`, `mkv`, or FFmpeg's name of the container."""
    start_s: float
    """The time stamp that players show as 0:00."""
    picture: _Stream | None
    sound: _Stream | None


def needs_preview(path: Path) -> bool:
    """Whether some browser cannot be expected to play a file, by its container and codecs.

    Raises:
        MediaError: If the file cannot be read.
    """
    contents = _look_into(path)
    pictures, sounds = _PLAYED.get(contents.kind, (set(), set()))
    return not (_plays(contents.picture, pictures) and _plays(contents.sound, sounds))


def _plays(stream: _Stream | None, codecs: set[str]) -> bool:
    if stream is None:
        return True
    is_plain = stream.codec != "h264" or stream.pixels in _PLAIN_PIXELS
    return stream.codec in codecs and is_plain


def _look_into(path: Path) -> _Contents:
    facts = read_facts(path)
    picture, sound = facts.picture, facts.sounds[facts.heard] if facts.sounds else None
    return _Contents(
        _kind(facts.kind, path),
        facts.zero_s,
        None if picture is None else _describe(picture, picture.pixels, facts),
        None if sound is None else _describe(sound, "", facts),
    )


def _describe(track: PictureTrack | SoundTrack, pixels: str, facts: Facts) -> _Stream:
    is_first = track.start_s - facts.zero_s < _SAME_START_S
    return _Stream(track.index, track.codec, pixels, is_first)


def _kind(names: str, path: Path) -> str:
    """One name for a container; FFmpeg has one for mkv and webm, but browsers play only webm."""
    if "matroska" in names:
        return "webm" if _is_webm(path) else "mkv"
    return "mp4" if "mp4" in names.split(",") else names


def _is_webm(path: Path) -> bool:
    """Whether the EBML header states the document type `webm`."""
    with path.open("rb") as file:
        _, _, size_and_type = file.read(256).partition(b"\x42\x82")
    return b"webm" in size_and_type[:16]


def write_preview(
    path: Path, target: Path, progress: PreviewProgress = lambda done, total: None
) -> None:
    """Writes an mp4 that browsers play; it has its name only when whole.

    A seek to a time shows the same picture as in the original. H.264, AAC and MP3 that play in
    mp4 are copied, at the original's size and at the speed of the disk. Anything else becomes
    H.264 of at most 360 lines with a key frame every second, and stereo AAC.

    Args:
        path: The original.
        target: Where the preview goes; its folder is made if needed.
        progress: Told how many seconds of the video are done; whatever it raises stops the work.

    Raises:
        MediaError: If the original cannot be read or the preview cannot be written.
        Cancelled: If progress raised it; no half-written preview is left.
    """
    video, contents = probe(path), _look_into(path)
    if not video.has_picture:
        contents = replace(contents, picture=None)
    if contents.picture is None and contents.sound is None:
        raise MediaError(f"{path.name}: no picture in it can be read. Download or copy it again.")
    tell = partial(_tell, progress, video.duration_s)
    length_s = video.duration_s or in_force().duration_s
    _make_folder(target)
    with whole_file(target) as unfinished:
        for words in _ways(video, contents):
            try:
                run_ffmpeg([*words, str(unfinished.absolute())], tell, length_s=length_s)
                break
            except FfmpegError as error:
                complaint = error
        else:
            raise MediaError(_why_not_written(path, complaint)) from complaint
        tell(video.duration_s)


def _make_folder(target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MediaError(disk_message(target, error)) from error


def _tell(progress: PreviewProgress, total_s: float, done_s: float) -> None:
    # A header may state no duration, or one that is too short.
    progress(max(0.0, done_s), max(total_s, done_s))


def _ways(video: VideoInfo, contents: _Contents) -> Iterator[list[str]]:
    """Commands to try in turn: one that copies what it can, then one that copies nothing."""
    copied = _copied(contents)
    yield _command(video, contents, copied)
    if copied:
        yield _command(video, contents, [])


def _copied(contents: _Contents) -> list[_Stream]:
    """The streams that go into mp4 as they are.

    Players count from where the first stream begins. So one has to begin at 0: one that is copied
    and did so before, or one that is encoded and thereby filled from 0.
    """
    streams = [s for s in (contents.sound, contents.picture) if s is not None]
    copied = [s for s in streams if _plays(s, _COPIED.get(contents.kind, set()))]
    if copied == streams and not any(s.is_first for s in streams):
        return copied[1:]
    return copied


def _command(video: VideoInfo, contents: _Contents, copied: list[_Stream]) -> list[str]:
    # `-copyts`: the clock of `probe`. ffmpeg's own begins with the first stream that it uses, and
    # jumps where it thinks that time stamps are wrong.
    return [
        *(*opening_words(), "-copyts"),
        *input_words(video.path, "-itsoffset", f"{-contents.start_s:.6f}"),
        *("-map_metadata", "-1", "-map_chapters", "-1"),
        *("-max_error_rate", "1"),  # a damaged video is shown as far as it goes
        *_stream_words("v", contents.picture, copied, _picture_words(video)),
        *_stream_words("a", contents.sound, copied, _sound_words(video)),
        *MP4,
    ]


def _stream_words(
    letter: str, stream: _Stream | None, copied: list[_Stream], encoding: list[str]
) -> list[str]:
    if stream is None:
        return []
    how = [f"-c:{letter}", "copy"] if stream in copied else encoding
    return ["-map", f"0:{stream.index}", *how]


def _picture_words(video: VideoInfo) -> list[str]:
    # The first frame waits for none: a track that begins late would shift the clock of players.
    clock = f"select='{_not_stray(video)}',setpts='if(eq(N,0),0,max(0,PTS))'"
    width, height = preview_size(video.width, video.height)
    shape = f"scale={width}:{height}:flags=fast_bilinear:out_range=tv,setsar=1"
    return [
        *("-vf", f"{clock},{shape}"),
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "28", "-pix_fmt", "yuv420p"),
        # At a variable rate the mean rate would be too coarse a clock.
        *("-enc_time_base:v", "1:90000"),
        *("-force_key_frames", "expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+1))"),
    ]


def _sound_words(video: VideoInfo) -> list[str]:
    # A track that starts late or has gaps is filled with silence: players differ on gaps.
    filled = f"aselect='{_not_stray(video)}',aresample=async=1:first_pts=0"
    return ["-af", filled, "-c:a", "aac", "-b:a", "96k", "-ac", "2"]


def _not_stray(video: VideoInfo) -> str:
    """An expression of ffmpeg's that is true of frames whose time can be."""
    return f"lte(t,{video.duration_s + _STRAY_S:.3f})" if video.duration_s else "1"


def preview_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of an encoded preview of a picture: even, and at most 360 lines."""
    scale = min(1.0, MAX_HEIGHT / max(1, height))
    return max(2, int(width * scale) // 2 * 2), max(2, int(height * scale) // 2 * 2)


def _why_not_written(path: Path, error: FfmpegError) -> str:
    if is_full(error):
        return f"{path.name}: no preview was made, since the disk is full. Free some space."
    return (
        f"{path.name}: no preview can be made ({error.last_line}). "
        "Convert it to mp4 (H.264 and AAC) to watch it here."
    )
