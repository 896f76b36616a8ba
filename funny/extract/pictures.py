"""The pictures of a video: what is on screen at every tick, or at a few times, upright RGB.

Pictures are streamed; never more than one is held here.
"""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from funny.extract.apart import apart
from funny.extract.shown import in_order, references_only, shown_at_ticks
from funny.extract.video import (
    SAME_INSTANT_S,
    STRAY_S,
    decoded,
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
        screen = _Screen([])
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
    damage: list[float] = field(default_factory=list)
    """Times in seconds at which the picture did not decode; known after iterating."""
    end_s: float = 0.0
    """End of the last frame; known after iterating."""

    def __iter__(self) -> Iterator[tuple[int, np.ndarray | None]]:
        self.damage, self.end_s = yield from _watched(self.video, self.only_references)


@apart
def _watched(
    video: VideoInfo, only_references: bool
) -> Generator[tuple[int, np.ndarray | None], None, tuple[list[float], float]]:
    """Pictures as `Pictures` gives them, then what is known after."""
    ticks = _Ticks(video, only_references)
    yield from ticks
    return ticks.damage, ticks.end_s


class _Ticks:
    """Decodes a video, and looks at it twice a second."""

    def __init__(self, video: VideoInfo, only_references: bool) -> None:
        self.video, self.only_references = video, only_references
        self.damage: list[float] = []
        self.end_s = 0.0

    def __iter__(self) -> Iterator[tuple[int, np.ndarray | None]]:
        tick, on_screen = 0, _Screen(self.damage)
        with open_media(self.video.path) as container:
            stream = picture_stream(container)
            if stream is None:
                return
            for time_s, frame in self._frames(container, stream):
                while tick_to_s(tick) < time_s - SAME_INSTANT_S:
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
        self._size = shown_size(frame, stream)

    def picture(self, time_s: float) -> np.ndarray | None:
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
    rgb = reformatter.reformat(
        frame, max(2, round(width * scale)), max(2, round(height * scale)), "rgb24"
    ).to_ndarray()
    return np.ascontiguousarray(np.rot90(rgb, turns))
