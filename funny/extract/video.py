"""The only opener of media files, and the pictures of a video, tick by tick (PyAV).

Time is presentation time, counted from the container's start: variable frame rates, a start at
3,600 s or a late first frame move nothing. Pictures are streamed; never more than one is held.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from funny.errors import MediaError
from funny.grid import TICK_S, clock, tick_count, tick_to_s
from funny.records import VideoInfo

if TYPE_CHECKING:
    from av.container import InputContainer

# What people record, edit and upload. No playlists, no image sequences, no network formats: a
# file that names other files could make FFmpeg read them.
CONTAINERS = (
    "mov mp4 m4a 3gp 3g2 mj2 matroska webm mpegts mpeg avi flv asf ogg mxf nut wav w64 mp3 aac flac"
)
OPEN_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": CONTAINERS.replace(" ", ",")}

MAX_HEIGHT = 1080
"""Pictures are handed on at this height at most; a face loses nothing by it."""

_SAME_INSTANT_S = 1e-4
"""Time stamps are rounded by containers; closer than this is the same instant."""

_STRAY_S = 60.0
"""A time stamp this far past the stated end is damage, not a picture."""


@contextmanager
def open_media(path: Path) -> Iterator["InputContainer"]:
    """Opens a media file for reading, with file access only.

    Raises:
        MediaError: If the file is missing, empty, unreadable, or not a known media container.
    """
    refuse_non_files(path)
    try:
        container = av.open(os.path.abspath(path), options=OPEN_OPTIONS, metadata_errors="replace")
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise MediaError(_why_not_opened(path, error)) from error
    with container:
        yield container


def refuse_non_files(path: Path) -> None:
    """Refuses what cannot be a media file, before any library looks at it.

    Raises:
        MediaError: If it is missing, unreadable, a folder, a device, or empty.
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
        if s.codec_context is not None and not s.disposition & av.stream.Disposition.attached_pic
    ]
    best = container.streams.best("video")
    return best if best in moving else next(iter(moving), None)  # type: ignore[return-value]


def zero_s(container: "InputContainer") -> Fraction:
    """The presentation time that players show as 0:00."""
    return Fraction(container.start_time or 0, av.time_base)


def stated_duration_s(container: "InputContainer") -> float:
    """The duration that the file's header states; 0 where it states none."""
    # FFmpeg's Matroska counts it from time stamp 0, all others from the start of the file.
    counts_from_0 = "matroska" in container.format.name
    start_s = max(0.0, float(zero_s(container))) if counts_from_0 else 0.0
    return max(0.0, (container.duration or 0) / av.time_base - start_s)


def probe(path: Path, sha: str = "") -> VideoInfo:
    """Reads what a file says of itself; the size is taken from the first picture that decodes.

    Raises:
        MediaError: If the file cannot be read or holds neither picture nor sound.
    """
    with open_media(path) as container:
        tracks = tuple(_describe(s) for s in container.streams.audio)
        stream = picture_stream(container)
        if stream is None and not tracks:
            raise MediaError(f"{path}: holds neither picture nor sound. Choose another file.")
        width, height, fps = (0, 0, 0.0) if stream is None else _geometry(container, stream)
        return VideoInfo(path, stated_duration_s(container), fps, width, height, tracks, sha)


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
    width, height = _shown_size(frame, stream)
    if _quarter_turns(frame) % 2:
        width, height = height, width
    return width, height, float(stream.average_rate or stream.guessed_rate or 0)


def _shown_size(frame: av.VideoFrame, stream: av.VideoStream) -> tuple[int, int]:
    """Width and height of square pixels, before rotation."""
    aspect = stream.sample_aspect_ratio or Fraction(1)
    return max(1, round(frame.width * aspect)), frame.height


def _quarter_turns(frame: av.VideoFrame) -> int:
    """Counter-clockwise quarter turns that put the picture upright."""
    return round(frame.rotation / 90) % 4


def decoded(
    container: "InputContainer", stream: "av.VideoStream | av.AudioStream", damage: list[float]
) -> Iterator[tuple[float | None, Any]]:
    """Frames of one stream with their time in seconds (None where the file does not say).

    Packets that do not decode are passed over, and their times appended to `damage`.
    """
    decoder: Any = stream.codec_context
    decoder.thread_type = "AUTO"
    origin, last_s, channels = zero_s(container), 0.0, 0
    for packet in _packets(container, stream, damage):
        last_s = _or(_presented_s(packet, origin), last_s)
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
            time_s = _presented_s(frame, origin)
            if frame.is_corrupt:
                damage.append(_or(time_s, last_s))
            yield time_s, frame


def _presented_s(item: "av.Packet | av.VideoFrame", origin: Fraction) -> float | None:
    if item.pts is None or item.time_base is None:
        return None
    return float(item.pts * item.time_base - origin)


def _or(time_s: float | None, otherwise_s: float) -> float:
    return otherwise_s if time_s is None else time_s


def _channels(frames: "list[av.VideoFrame] | list[av.AudioFrame]") -> int:
    """Number of channels of decoded sound; 0 where there is none."""
    return next((f.layout.nb_channels for f in frames if isinstance(f, av.AudioFrame)), 0)


def _new_decoder(stream: "av.VideoStream | av.AudioStream") -> av.CodecContext:
    decoder: Any = av.CodecContext.create(stream.codec_context.name, "r")
    decoder.extradata = stream.codec_context.extradata
    return decoder


def _packets(
    container: "InputContainer", stream: "av.VideoStream | av.AudioStream", damage: list[float]
) -> Iterator[av.Packet]:
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


def on_screen_since_s(path: Path, time_s: float) -> float:
    """When the frame that is on screen at a time came there; read from stamps, not decoded.

    Raises:
        MediaError: If the file cannot be read.
    """
    with open_media(path) as container:
        stream = picture_stream(container)
        if stream is None or stream.time_base is None:
            return time_s
        origin = zero_s(container)
        container.seek(int((time_s + origin) / stream.time_base), stream=stream)
        since_s = -1.0
        for packet in _packets(container, stream, damage=[]):
            stamp_s = _or(_presented_s(packet, origin), -1.0)
            if since_s <= stamp_s <= time_s + _SAME_INSTANT_S:
                since_s = stamp_s
            # Frames are presented no sooner than decoded: past this packet, none is earlier.
            if packet.dts is not None and packet.dts * stream.time_base - origin > time_s:
                break
        return since_s if since_s >= 0 else time_s


def key_pictures(video: VideoInfo, times_s: Iterable[float]) -> Iterator[np.ndarray]:
    """The key frame at or before each time: upright RGB pictures, quick in long videos.

    Where nothing decodes, the picture before is given again.

    Raises:
        MediaError: If the file cannot be read.
    """
    with open_media(video.path) as container:
        stream = picture_stream(container)
        if stream is None or stream.time_base is None:
            return
        stream.codec_context.skip_frame = "NONKEY"
        screen, origin = _Screen([]), zero_s(container)
        for time_s in times_s:
            try:
                container.seek(int((time_s + origin) / stream.time_base), stream=stream)
                frame = next(container.decode(stream), None)
            except av.error.FFmpegError:
                frame = None
            if frame is not None:
                screen.show(time_s, frame, stream)  # type: ignore[arg-type]
            if (picture := screen.picture(time_s)) is not None:
                yield picture


@dataclass
class Pictures:
    """The picture on screen at every tick of a video.

    Iterating gives (tick, picture): RGB uint8 (h, w, 3), upright, square pixels, or None where
    nothing is on screen: before the first frame, after the last, or where the file is damaged.
    Consecutive ticks that show one frame get the same array object.
    """

    video: VideoInfo
    only_references: bool = False
    """Whether frames that no other frame needs are passed over: quicker, and a picture may be one
    or two frames older than what is on screen."""
    damage: list[float] = field(default_factory=list)
    """Times in seconds at which the picture did not decode; filled while iterating."""
    end_s: float = 0.0
    """End of the last frame; known after iterating."""

    def __iter__(self) -> Iterator[tuple[int, np.ndarray | None]]:
        tick, on_screen = 0, _Screen(self.damage)
        with open_media(self.video.path) as container:
            stream = picture_stream(container)
            if stream is None:
                return
            if self.only_references:
                stream.codec_context.skip_frame = "NONREF"
            for time_s, frame in self._frames(container, stream):
                while tick_to_s(tick) < time_s - _SAME_INSTANT_S:
                    yield tick, on_screen.picture(tick_to_s(tick))
                    tick += 1
                on_screen.show(time_s, frame, stream)
        while tick < tick_count(self.end_s):
            yield tick, on_screen.picture(tick_to_s(tick))
            tick += 1

    def _frames(
        self, container: "InputContainer", stream: av.VideoStream
    ) -> Iterator[tuple[float, av.VideoFrame]]:
        """Frames in the order of their times, every one with a time."""
        step_s = 1 / float(stream.average_rate or 25)
        stated_s = (container.duration or 0) / av.time_base
        last_s = -step_s
        for stamp_s, frame in decoded(container, stream, self.damage):
            time_s = _or(stamp_s, last_s + step_s)
            if stated_s and time_s > stated_s + _STRAY_S:
                self.damage.append(last_s)
                continue
            if time_s <= last_s:
                continue
            # Encoders delay the first frame a little, and players show it from the start.
            first = last_s < 0 and time_s < TICK_S
            yield 0.0 if first else time_s, frame
            last_s = time_s
            self.end_s = time_s + _frame_length_s(frame, step_s)


def _frame_length_s(frame: av.VideoFrame, step_s: float) -> float:
    if frame.duration and frame.time_base:
        return float(frame.duration * frame.time_base)
    return step_s


class _Screen:
    """What is on screen now; converts a frame once, however long it stays."""

    def __init__(self, damage: list[float]) -> None:
        self._damage = damage
        self._reformat = VideoReformatter()
        self._since_s = 0.0
        self._frame: av.VideoFrame | None = None
        self._picture: np.ndarray | None = None
        self._size = (0, 0)

    def show(self, time_s: float, frame: av.VideoFrame, stream: av.VideoStream) -> None:
        self._since_s, self._frame, self._picture = time_s, frame, None
        self._size = _shown_size(frame, stream)

    def picture(self, time_s: float) -> np.ndarray | None:
        if self._frame is None or self._lost_before(time_s):
            return None
        if self._picture is None:
            self._picture = self._upright(self._frame)
        return self._picture

    def _lost_before(self, time_s: float) -> bool:
        return any(self._since_s < lost_s <= time_s for lost_s in reversed(self._damage[-50:]))

    def _upright(self, frame: av.VideoFrame) -> np.ndarray:
        width, height = self._size
        turns = _quarter_turns(frame)
        scale = min(1.0, MAX_HEIGHT / (width if turns % 2 else height))
        rgb = self._reformat.reformat(
            frame, max(2, round(width * scale)), max(2, round(height * scale)), "rgb24"
        ).to_ndarray()
        return np.ascontiguousarray(np.rot90(rgb, turns))


def span_text(start_s: float, end_s: float) -> str:
    """A span of time in words: 'from 00:12:40 to 00:12:43'."""
    return f"from {clock(start_s)} to {clock(end_s)}"
