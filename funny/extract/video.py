"""The only opener of media files (PyAV): what they say of themselves, their packets and frames.

Time is presentation time, counted from the container's start: variable frame rates, a start at
3,600 s or a late first frame move nothing.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from itertools import islice, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av

from funny.errors import MediaError
from funny.extract.apart import apart
from funny.extract.codecs import DECODERS, codec_name, is_decoded
from funny.extract.limits import (
    check_duration,
    check_pixels,
    check_size,
    check_streams,
    in_force,
)
from funny.grid import clock
from funny.records import VideoInfo

if TYPE_CHECKING:
    from av.container import InputContainer

# What people record, edit and upload. No playlists, no image sequences, no network formats: a
# file that names other files could make FFmpeg read them.
CONTAINERS = (
    "mov mp4 m4a 3gp 3g2 mj2 matroska webm mpegts mpeg avi flv asf ogg mxf nut dv gif "
    "wav w64 aiff caf amr mp3 aac ac3 eac3 flac"
)


def open_options() -> dict[str, str]:
    """FFmpeg's options for every file that is read, by whichever of its programs."""
    return {
        "protocol_whitelist": "file",
        "format_whitelist": CONTAINERS.replace(" ", ","),
        "codec_whitelist": DECODERS,
        # What a header claims is not believed before memory is taken for it.
        "max_pixels": str(in_force().pixels),
    }


def as_url(path: Path) -> str:
    """A file's name as FFmpeg takes it: never an option, a protocol or a pattern of names."""
    return f"file:{os.path.abspath(path)}"


_LONGEST_PIXEL = 16
"""Width to height; more is damage."""

STRAY_S = 60.0
"""A time stamp this far past the stated end is damage."""

SAME_INSTANT_S = 1e-4
"""Time stamps are rounded by containers; closer than this is the same instant."""


@contextmanager
def open_media(path: Path) -> Iterator["InputContainer"]:
    """Opens a media file for reading, with access to that file only.

    Raises:
        MediaError: If the file is missing, empty, unreadable, not a known media container, of
            unknown codecs only, or beyond a limit.
    """
    refuse_non_files(path)
    with _opened(path, open_options()) as container:
        _admit(container, path)
        yield container


def _opened(path: Path, options: dict[str, str]) -> "InputContainer":
    try:
        return av.open(as_url(path), options=options, metadata_errors="replace")
    except (av.error.FFmpegError, OSError, ValueError, MemoryError) as error:
        raise MediaError(_why_not_opened(path, error)) from error


def _admit(container: "InputContainer", path: Path) -> None:
    """Lets a file pass that is within the limits, and tells its decoders of them."""
    check_streams(f"{path}", len(container.streams))
    check_duration(f"{path}", stated_duration_s(container))
    shown = [s for s in (*container.streams.video, *container.streams.audio)]
    if shown and not any(is_decoded(stream) for stream in shown):
        names = ", ".join(sorted({codec_name(stream) for stream in shown}))
        raise MediaError(
            f"{path}: is stored in a way that is not read here ({names}). "
            "Convert it to mp4 (H.264 and AAC)."
        )
    for stream in filter(is_decoded, container.streams.video):
        check_pixels(f"{path}", *_size(stream, path))
        stream.codec_context.options = {"max_pixels": str(in_force().pixels)}


def _size(stream: av.VideoStream, path: Path) -> tuple[int, int]:
    """What a header says of a picture's width and height."""
    known = stream.codec_context
    if not known.width:  # decoders forget what is too large for them
        with _opened(path, {**open_options(), "codec_whitelist": "none"}) as container:
            known = container.streams[stream.index].codec_context  # type: ignore[assignment]
            return known.width, known.height
    return known.width, known.height


def refuse_non_files(path: Path) -> None:
    """Refuses what cannot be a media file, before any library looks at it.

    Raises:
        MediaError: If it is missing, unreadable, a folder, a device, empty, or too large.
    """
    try:
        is_file, is_folder, size = path.is_file(), path.is_dir(), path.stat().st_size
        if is_file:
            path.open("rb").close()
    except FileNotFoundError:
        raise MediaError(f"{path}: no such file. Check the name and the folder.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise MediaError(f"{path}: cannot be opened ({reason}). Check its permissions.") from error
    if is_folder:
        raise MediaError(f"{path}: is a folder. Name a video file in it.")
    if not is_file:
        raise MediaError(f"{path}: is not an ordinary file. Copy the video to a file first.")
    if size == 0:
        raise MediaError(f"{path}: is empty (0 bytes). Copy or download it again.")
    check_size(f"{path}", size)


def _why_not_opened(path: Path, error: Exception) -> str:
    if isinstance(error, av.error.PermissionError):
        return f"{path}: cannot be opened (permission denied). Check its permissions."
    return (
        f"{path}: is not a video or sound file that can be read: its header is missing or of an "
        "unknown kind. Download it again, or convert it to mp4."
    )


def picture_stream(container: "InputContainer") -> av.VideoStream | None:
    """The video stream a player would show; cover art does not count."""
    moving = [
        s
        for s in container.streams.video
        if is_decoded(s) and not s.disposition & av.stream.Disposition.attached_pic
    ]
    best = container.streams.best("video")
    return best if best in moving else next(iter(moving), None)  # type: ignore[return-value]


def sound_streams(container: "InputContainer") -> list[av.AudioStream]:
    """The sound tracks, as they are numbered everywhere from 0."""
    return [stream for stream in container.streams.audio if is_decoded(stream)]


def default_sound(container: "InputContainer") -> int:
    """Number of the sound track that players choose; 0 where there is none."""
    streams, best = sound_streams(container), container.streams.best("audio")
    return streams.index(best) if best in streams else 0  # type: ignore[arg-type]


def zero_s(container: "InputContainer") -> Fraction:
    """The presentation time that players show as 0:00."""
    return Fraction(container.start_time or 0, av.time_base)


def decoded_before_s(container: "InputContainer") -> float:
    """How much to decode before a time that is sought; 0 where a seek finds the key frame before.

    MPEG streams do not, and their key frames come at most so far apart.
    """
    return 12.0 if container.format.name in ("mpegts", "mpeg") else 0.0


def stated_duration_s(container: "InputContainer") -> float:
    """The duration that the file's header states; 0 where it states none."""
    # FFmpeg's Matroska counts it from time stamp 0, all others from the start of the file.
    start_s = float(zero_s(container)) if "matroska" in container.format.name else 0.0
    return max(0.0, (container.duration or 0) / av.time_base - start_s)


def latest_s(stated_s: float) -> float:
    """The latest time that a picture or a sound can have; what is later is damage."""
    return stated_s + STRAY_S if stated_s else in_force().duration_s


def probe(path: Path, sha: str = "") -> VideoInfo:
    """Reads what a file says of itself; the size is taken from the first picture that decodes.

    Raises:
        MediaError: If the file cannot be read or holds neither picture nor sound.
    """
    return replace(_probed(path), path=path, sha=sha)


@apart
def _probed(path: Path) -> VideoInfo:
    with open_media(path) as container:
        tracks = tuple(_describe(stream) for stream in sound_streams(container))
        stream = picture_stream(container)
        if stream is None and not tracks:
            raise MediaError(f"{path}: holds neither picture nor sound. Choose another file.")
        width, height, fps = (0, 0, 0.0) if stream is None else _geometry(container, stream)
        return VideoInfo(path, stated_duration_s(container), fps, width, height, tracks, "")


def _describe(stream: av.AudioStream) -> str:
    named = [stream.metadata.get("title", ""), stream.metadata.get("language", "")]
    sound = f"{stream.codec_context.name} {stream.rate} Hz {stream.codec_context.layout.name}"
    return " · ".join([sound, *(_printable(n) for n in named if n and n != "und")])


def _printable(text: str) -> str:
    return re.sub(r"[^\w .,()+-]", "", text)[:80]


def _geometry(container: "InputContainer", stream: av.VideoStream) -> tuple[int, int, float]:
    frame = next((f for _, f in decoded(container, stream, damage=[])), None)
    if frame is None:
        return 0, 0, 0.0
    width, height = shown_size(frame, stream)
    if quarter_turns(frame) % 2:
        width, height = height, width
    return width, height, float(stream.average_rate or stream.guessed_rate or 0)


def shown_size(frame: av.VideoFrame, stream: av.VideoStream) -> tuple[int, int]:
    """Width and height of square pixels, before rotation."""
    aspect = stream.sample_aspect_ratio or Fraction(1)
    if not 1 / _LONGEST_PIXEL <= aspect <= _LONGEST_PIXEL:
        aspect = Fraction(1)
    return max(1, round(frame.width * aspect)), frame.height


def quarter_turns(frame: av.VideoFrame) -> int:
    """Counter-clockwise quarter turns that put the picture upright."""
    return round(frame.rotation / 90) % 4


Choice = Callable[[Iterator[av.Packet], Fraction], Iterator[tuple[av.Packet, bool]]]
"""Given packets and the time that is 0:00; says of each whether its frame is wanted."""


def decoded(
    container: "InputContainer",
    stream: "av.VideoStream | av.AudioStream",
    damage: list[float],
    wanted: Choice | None = None,
) -> Iterator[tuple[float | None, Any]]:
    """Frames of one stream with their time in seconds (None where the file does not say).

    Packets that do not decode are passed over, and their times appended to `damage`. Frames that
    are not wanted are decoded only where others need them.
    """
    decoder: Any = stream.codec_context
    decoder.thread_type = "AUTO"
    origin, last_s, channels = zero_s(container), 0.0, 0
    packets = packets_of(container, stream, damage)
    for packet, is_wanted in wanted(packets, origin) if wanted else zip(packets, repeat(True)):
        last_s = or_else(presented_s(packet, origin), last_s)
        if wanted:
            decoder.skip_frame = "DEFAULT" if is_wanted else "NONREF"
        try:
            frames = decoder.decode(packet)
        except (av.error.FFmpegError, MemoryError):
            damage.append(last_s)
            continue
        before, channels = channels, _channels(frames) or channels
        if before not in (0, channels):
            # A damaged packet can make a decoder mute for good; a new one finds its way.
            decoder, channels = _new_decoder(stream), 0
            continue
        for frame in frames:
            time_s = presented_s(frame, origin)
            if frame.is_corrupt:
                damage.append(or_else(time_s, last_s))
            yield time_s, frame


def presented_s(item: "av.Packet | av.VideoFrame", origin: Fraction) -> float | None:
    """When a frame or a packet's frame is shown, in seconds; None if the file does not say."""
    if item.pts is None or item.time_base is None:
        return None
    return float(item.pts * item.time_base - origin)


def or_else(time_s: float | None, otherwise_s: float) -> float:
    """A time, or another one where it is not known."""
    return otherwise_s if time_s is None else time_s


def _channels(frames: "list[av.VideoFrame] | list[av.AudioFrame]") -> int:
    """Number of channels of decoded sound; 0 where there is none."""
    return next((f.layout.nb_channels for f in frames if isinstance(f, av.AudioFrame)), 0)


def _new_decoder(stream: "av.VideoStream | av.AudioStream") -> av.CodecContext:
    decoder: Any = av.CodecContext.create(stream.codec_context.name, "r")
    decoder.extradata = stream.codec_context.extradata
    return decoder


def packets_of(
    container: "InputContainer", stream: "av.VideoStream | av.AudioStream", damage: list[float]
) -> Iterator[av.Packet]:
    """The packets of one stream; times at which there is damage are appended to `damage`."""
    last_s = 0.0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except av.error.FFmpegError:
            damage.append(last_s)
            return
        if packet.dts is not None and packet.time_base is not None:
            last_s = float(packet.dts * packet.time_base - zero_s(container))
        if packet.is_corrupt:
            damage.append(last_s)
        yield packet


def seek(container: "InputContainer", stream: Any, time_s: float) -> bool:
    """Goes to the key frame before a time; says whether that went well.

    In a damaged file it may not: then reading goes on from where it is.
    """
    try:
        container.seek(int((time_s + zero_s(container)) / stream.time_base), stream=stream)
    except (av.error.FFmpegError, OverflowError):
        return False
    return True


def stamps_s(
    container: "InputContainer", stream: av.VideoStream, from_s: float, at_most: int
) -> list[Fraction]:
    """Presentation times of pictures from about a time on, in order; none is decoded."""
    assert stream.time_base is not None
    if not seek(container, stream, from_s):
        return []
    packets = islice(packets_of(container, stream, damage=[]), at_most)
    return sorted(p.pts * stream.time_base for p in packets if p.pts is not None)


def span_text(start_s: float, end_s: float) -> str:
    """A span of time in words: 'from 00:12:40 to 00:12:43'."""
    return f"from {clock(start_s)} to {clock(end_s)}"
