"""The pictures of a video: what is on screen at every tick, or at a few times, upright RGB.

Pictures are streamed; never more than one is held here.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.video.reformatter import ColorRange, VideoReformatter

from funny.extract.apart import apart
from funny.extract.shown import in_order, references_only, shown_at_ticks
from funny.extract.video import (
    SAME_INSTANT_S,
    STRAY_S,
    decoded,
    decoded_before_s,
    latest_s,
    open_media,
    or_else,
    packets_of,
    picture_stream,
    presented_s,
    quarter_turns,
    seek,
    shown_size,
    zero_s,
)
from funny.grid import TICK_S, tick_count, tick_to_s
from funny.records import VideoInfo

if TYPE_CHECKING:
    from av.container import InputContainer

MAX_HEIGHT = 1080
"""Pictures are handed on at this height at most; a face loses nothing by it."""


@apart
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
        seek(container, stream, time_s)
        since_s = -1.0
        for packet in packets_of(container, stream, damage=[]):
            stamp_s = or_else(presented_s(packet, origin), -1.0)
            if since_s <= stamp_s <= time_s + SAME_INSTANT_S:
                since_s = stamp_s
            # Frames are presented no sooner than decoded: past this packet, none is earlier.
            if packet.dts is not None and packet.dts * stream.time_base - origin > time_s:
                break
        return since_s if since_s >= 0 else time_s


@apart
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
        screen = Screen([])
        for time_s in times_s:
            frame = _first_frame(container, stream) if seek(container, stream, time_s) else None
            if frame is not None:
                screen.show(time_s, frame, stream)  # type: ignore[arg-type]
            if (picture := screen.picture(time_s)) is not None:
                yield picture


def _first_frame(container: "InputContainer", stream: av.VideoStream) -> av.VideoFrame | None:
    try:
        return next(container.decode(stream), None)
    except (av.error.FFmpegError, MemoryError):
        return None


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
    first_tick: int = 0
    """Where iterating begins; what lies before is hardly decoded."""
    damage: list[float] = field(default_factory=list)
    """Times in seconds at which the picture did not decode; filled while iterating."""
    end_s: float = 0.0
    """End of the last frame; known after iterating."""

    def __iter__(self) -> Iterator[tuple[int, np.ndarray | None]]:
        parts = _watched(self.video, self.only_references, self.first_tick)
        with closing(parts):
            for tick, picture, lost_s, self.end_s in parts:
                self.damage.extend(lost_s)
                if tick is not None:
                    yield tick, picture


@apart
def _watched(
    video: VideoInfo, only_references: bool, first_tick: int
) -> Generator[tuple[int | None, np.ndarray | None, tuple[float, ...], float], None, None]:
    """What `Pictures` gives and finds on the way: tick, picture, new damage, end of the last frame.

    When all is seen, once more without a tick.
    """
    ticks = _Ticks(video, only_references, first_tick)
    for tick, picture in ticks:
        yield tick, picture, ticks.news(), ticks.end_s
    yield None, None, ticks.news(), ticks.end_s


class _Ticks:
    """Decodes a video, and looks at it twice a second."""

    def __init__(self, video: VideoInfo, only_references: bool, first_tick: int) -> None:
        self.video, self.only_references, self.first_tick = video, only_references, first_tick
        self.damage: list[float] = []
        self.end_s = 0.0
        self._told = 0

    def news(self) -> tuple[float, ...]:
        """Damage that was found since this was last asked."""
        told, self._told = self._told, len(self.damage)
        return tuple(self.damage[told:])

    def __iter__(self) -> Iterator[tuple[int, np.ndarray | None]]:
        tick, on_screen = self.first_tick, Screen(self.damage)
        with open_media(self.video.path) as container:
            stream = picture_stream(container)
            if stream is None:
                return
            self._seek(container, stream)
            for time_s, frame in self._frames(container, stream):
                while tick_to_s(tick) < time_s - SAME_INSTANT_S:
                    yield tick, on_screen.picture(tick_to_s(tick))
                    tick += 1
                on_screen.show(time_s, frame, stream)
        while tick < tick_count(self.end_s):
            yield tick, on_screen.picture(tick_to_s(tick))
            tick += 1

    def _seek(self, container: "InputContainer", stream: av.VideoStream) -> None:
        """Goes to where decoding must begin; AVI is counted from its first frame."""
        from_s = tick_to_s(self.first_tick) - decoded_before_s(container)
        if from_s > 0 and stream.time_base is not None and container.format.name != "avi":
            seek(container, stream, from_s)

    def _frames(
        self, container: "InputContainer", stream: av.VideoStream
    ) -> Iterator[tuple[float, av.VideoFrame]]:
        """Frames in the order of their times, every one with a time."""
        step_s = 1 / float(stream.average_rate or 25)
        stated_s = (container.duration or 0) / av.time_base
        most_s = latest_s(stated_s)
        last_s = -step_s
        for stamp_s, frame in self._stamped(container, stream):
            time_s = or_else(stamp_s, last_s + step_s)
            if time_s > most_s:
                self.damage.append(last_s)
                continue
            if time_s <= last_s:
                continue
            # Encoders delay the first frame a little, and players show it from the start.
            first = last_s < 0 and time_s < TICK_S
            yield 0.0 if first else time_s, frame
            last_s = time_s
            # Nor does a picture stay for hours where no header says that there are any.
            stays_until_s = most_s if stated_s else time_s + STRAY_S
            self.end_s = min(time_s + _frame_length_s(frame, step_s), stays_until_s)

    def _stamped(
        self, container: "InputContainer", stream: av.VideoStream
    ) -> Iterator[tuple[float | None, av.VideoFrame]]:
        """Decoded frames with their stamps."""
        if self.only_references:
            return decoded(container, stream, self.damage, references_only)
        # AVI knows when a frame was sent, not when it is shown.
        if container.format.name == "avi":
            return in_order(decoded(container, stream, self.damage))
        return decoded(container, stream, self.damage, shown_at_ticks)


def _frame_length_s(frame: av.VideoFrame, step_s: float) -> float:
    if frame.duration and frame.time_base:
        return float(frame.duration * frame.time_base)
    return step_s


class Screen:
    """What is on screen now; converts a frame once, however long it stays."""

    def __init__(self, damage: list[float]) -> None:
        self._damage = damage
        self._reformat = VideoReformatter()
        self._since_s = 0.0
        self._frame: av.VideoFrame | None = None
        self._picture: np.ndarray | None = None
        self._size = (0, 0)

    def show(self, time_s: float, frame: av.VideoFrame, stream: av.VideoStream) -> None:
        """Takes what is on screen from a time on."""
        self._since_s, self._frame, self._picture = time_s, frame, None
        self._size = shown_size(frame, stream)

    def picture(self, time_s: float) -> np.ndarray | None:
        """What is on screen at a time, upright RGB; None if nothing is, or it is damaged."""
        if self._frame is None or self._lost_before(time_s):
            return None
        if self._picture is None:
            self._picture = upright(self._reformat, self._frame, self._size, MAX_HEIGHT)
        return self._picture

    def _lost_before(self, time_s: float) -> bool:
        return any(self._since_s < lost_s <= time_s for lost_s in reversed(self._damage[-50:]))


def upright(
    reformatter: VideoReformatter, frame: av.VideoFrame, size: tuple[int, int], max_height: int
) -> np.ndarray:
    """A frame as an RGB picture uint8 (h, w, 3), upright, with square pixels.

    Args:
        reformatter: What converts it; one for all frames of a video is quicker.
        frame: The frame as decoded.
        size: Its width and height in square pixels, before rotation.
        max_height: Lines of the picture at most.
    """
    width, height = size
    turns = quarter_turns(frame)
    scale = min(1.0, max_height / (width if turns % 2 else height))
    scaled = max(2, round(width * scale)), max(2, round(height * scale))
    rgb = reformatter.reformat(_as_its_range_says(frame), *scaled, "rgb24").to_ndarray()
    return np.ascontiguousarray(np.rot90(rgb, turns))


def _as_its_range_says(frame: av.VideoFrame) -> av.VideoFrame:
    """The frame in the pixel format of its own range.

    A decoder that began with pictures of full range (yuvj420p) goes on calling all of them so,
    although it says that those of a later part are not: these would come out pale.
    """
    if not frame.format.name.startswith("yuvj") or frame.color_range != ColorRange.MPEG:
        return frame
    full = ColorRange.JPEG  # on both sides: the numbers stay as they are
    name = frame.format.name.replace("yuvj", "yuv")
    same = frame.reformat(format=name, src_color_range=full, dst_color_range=full)
    same.colorspace, same.color_range = frame.colorspace, ColorRange.MPEG
    return same
