"""The only opener of what is still growing or comes over a network; files are `video.py`'s.

Each kind of source may use the protocols and containers that are named here for it, and no other.
Time comes from presentation stamps: what is late, is dropped or comes after an outage keeps its
place.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import av
import numpy as np

from funny.errors import MediaError, OptionError
from funny.extract.codecs import DECODERS
from funny.extract.limits import check_pixels, check_streams, in_force
from funny.extract.pictures import Screen
from funny.extract.samples import Joiner
from funny.extract.video import (
    CONTAINERS,
    SAME_INSTANT_S,
    STRAY_S,
    default_sound,
    picture_stream,
    sound_streams,
    zero_s,
)
from funny.grid import SAMPLE_RATE, TICK_S, s_to_tick, tick_to_s

if TYPE_CHECKING:
    from av.container import InputContainer


@dataclass(frozen=True)
class Way:
    """What FFmpeg may do to read a kind of source."""

    protocols: str
    """Protocols, by comma; none where we hand it the bytes."""
    formats: str
    """Containers, by comma."""
    timeouts_s: tuple[float, float] | None = None
    """How long opening and reading may take."""
    options: tuple[tuple[str, str], ...] = ()


_FILES = CONTAINERS.replace(" ", ",")
_NET = (15.0, 6.0)

WAYS = {
    # Bytes that we read ourselves: a growing file, a pipe, what ffmpeg received by SRT.
    "bytes": Way("", _FILES),
    "device": Way("", "v4l2,video4linux2"),
    "rtmp": Way("rtmp,tcp", "flv", _NET),
    "rtmps": Way("rtmps,tls,tcp", "flv", _NET, (("tls_verify", "1"),)),
    # Over TCP, as its pictures come whole, and no port has to be opened.
    "rtsp": Way("rtsp,rtp,tcp", "rtsp,sdp,rtp", _NET, (("rtsp_transport", "tcp"),)),
    # Every address of a playlist goes through our own opener, which asks whether it may be.
    "hls": Way(
        "http,https",
        "hls,mpegts,mov,mp4,aac,mp3",
        (15.0, 30.0),
        # A connection that is kept would go past our opener.
        (("http_persistent", "0"), ("http_multiple", "0")),
    ),
}
"""Every way in that is no finished file."""

SRT_PROTOCOLS = "srt,udp"
"""What the ffmpeg that receives SRT may use: PyAV's libraries do not know it."""

_EARLIER = -1
"""Stands for the streams of an earlier opening."""

GAP_S = 2.0
"""Where neither picture nor sound comes for longer, there is a gap."""
_BACK_S = 1.0
"""Stamps that go back further than this begin anew."""
_SOUND_BLOCK = SAMPLE_RATE // 10

DEFAULT, NONREF, NONKEY = "DEFAULT", "NONREF", "NONKEY"
"""Which frames are decoded: all; those that others refer to; those that need no other."""


class Readable(Protocol):
    """Bytes that come one after the other."""

    def read(self, size: int) -> bytes:
        """At most so many bytes; waits for some; none at the end."""
        ...


Opener = Callable[[str, int, dict[str, str]], Any]
"""Opens an address for FFmpeg: url, flags, options → something to read."""

Place = Callable[[float], float]
"""Given a stamp with which a stream begins, in seconds; gives the stamp that is 0:00."""

Keep = Callable[["av.Packet", float], None]
"""Given each packet and its time; the packet may be written somewhere, and is not read again."""


@dataclass(frozen=True, eq=False)
class Came:
    """What one packet brought."""

    time_s: float
    """Its own time."""
    waited: bool
    """Whether it was waited for: what came before was all there was."""
    gap: tuple[float, float] | None = None
    """The gap before it, if there is one."""
    pictures: tuple[tuple[int, np.ndarray | None], ...] = ()
    """Ticks and what was on screen at them: RGB uint8 (h, w, 3), upright."""
    sounds: tuple[tuple[float, np.ndarray], ...] = ()
    """Times in seconds, and samples (n,) mono at 22,050 Hz from there on."""


@contextmanager
def open_stream(
    source: "str | Readable", kind: str, track: int | None = None, opener: Opener | None = None
) -> Iterator["Stream"]:
    """Opens a source for reading.

    Args:
        source: Its address as FFmpeg takes it, or bytes as they come.
        kind: Which of WAYS it is read.
        track: Number of the sound track from 0; None takes the source's default.
        opener: Opens what a playlist names; `hls` needs it.

    Raises:
        MediaError: If it cannot be read, or holds neither picture nor sound.
        OptionError: If there is no such sound track.
    """
    way = WAYS[kind]
    more: dict[str, Any] = {"io_open": opener} if opener else {}
    if kind == "device":
        more["format"] = "v4l2"
    try:
        container = av.open(
            source,
            options=_options(way),
            timeout=way.timeouts_s,
            metadata_errors="replace",
            **more,
        )
    except (av.error.FFmpegError, OSError, ValueError, MemoryError) as error:
        name = source if isinstance(source, str) else "the source"
        reason = getattr(error, "strerror", None) or error
        raise MediaError(f"{name}: cannot be read ({reason}).") from error
    with container:
        check_streams("the source", len(container.streams))
        yield Stream(container, track)


def _options(way: Way) -> dict[str, str]:
    return {
        # An empty list would mean all of them.
        "protocol_whitelist": way.protocols or "none",
        "format_whitelist": way.formats,
        "codec_whitelist": DECODERS,
        "max_pixels": str(in_force().pixels),
        **dict(way.options),
    }


class Stream:
    """A source that is open."""

    def __init__(self, container: "InputContainer", track: int | None) -> None:
        self._container = container
        self.picture, self.sound = picture_stream(container), _sound(container, track)
        if self.picture is None and self.sound is None:
            raise MediaError("The source holds neither picture nor sound. Choose another.")
        if self.picture is not None:
            known = self.picture.codec_context
            check_pixels("the source", known.width, known.height)
            known.options = {"max_pixels": str(in_force().pixels)}
            known.thread_type = "AUTO"
        self.skip = DEFAULT
        """Which frames are decoded; may be set at any time."""
        self._screen, self._joiner, self._damage = _new_state()
        self._tick, self._heard_to, self._is_first = 0, 0, True
        self._ends_s: dict[int, float] = {}
        self._last: dict[int, float] = {}

    @property
    def streams(self) -> list[Any]:
        """Its picture and its sound, as far as there are any."""
        return [s for s in (self.picture, self.sound) if s is not None]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture; 0 without one."""
        known = self.picture.codec_context if self.picture else None
        return (known.width, known.height) if known else (0, 0)

    @property
    def fps(self) -> float:
        """Pictures a second; 0 if that is not known."""
        return float((self.picture.average_rate or 0) if self.picture else 0)

    @property
    def first_stamp_s(self) -> float:
        """The stamp that players show as 0:00."""
        return float(zero_s(self._container))

    def come(self, place: Place, keep: Keep, reached_s: float | None = None) -> Iterator[Came]:
        """Everything, packet by packet, as it comes.

        Args:
            place: Asked where a beginning belongs on the time line, first and after a jump.
            keep: Given each packet when it has been read.
            reached_s: Where on the time line an earlier opening came to; None if there was none.

        Raises:
            MediaError: If the source breaks off.
        """
        if reached_s is not None:
            self._ends_s[_EARLIER] = reached_s
        zero = place(self.first_stamp_s)
        self._tick = max(0, s_to_tick(self.first_stamp_s - zero))
        for packet, waited in self._packets():
            if (stamp_s := _stamp_s(packet)) is None:
                continue
            if self._jumps(packet):
                zero = place(stamp_s)
            yield self._came(packet, stamp_s - zero, zero, waited)
            keep(packet, stamp_s - zero)
        yield from self._flushed(zero)

    def _packets(self) -> Iterator[tuple["av.Packet", bool]]:
        packets = self._container.demux(self.streams)
        while True:
            asked_s = time.monotonic()
            try:
                packet = next(packets)
            except (StopIteration, av.error.EOFError):
                return
            except (av.error.FFmpegError, OSError) as error:
                raise MediaError(f"The source broke off ({error}).") from error
            if packet.size:
                yield packet, time.monotonic() - asked_s > _WAITED_S

    def _jumps(self, packet: "av.Packet") -> bool:
        """Whether a stamp has nothing to do with the ones before it."""
        if packet.dts is None or packet.time_base is None:
            return False
        # Frames are sent in this order, and shown in another.
        sent_s, index = float(packet.dts * packet.time_base), packet.stream.index
        ahead_s = sent_s - self._last.get(index, sent_s)
        jumps = not -_BACK_S <= ahead_s <= STRAY_S
        self._last = {index: sent_s} if jumps else {**self._last, index: sent_s}
        return jumps

    def _came(self, packet: "av.Packet", time_s: float, zero: float, waited: bool) -> Came:
        gap, before = self._gap(time_s)
        pictures, sounds = self._decoded(packet, zero)
        index = packet.stream.index
        self._ends_s[index] = max(self._ends_s.get(index, 0.0), time_s + _length_s(packet))
        return Came(time_s, waited, gap, tuple(pictures), (*before, *sounds))

    def _gap(self, time_s: float) -> tuple[tuple[float, float] | None, list[Any]]:
        """The gap before a time, if there is one, and the sound before it that was left."""
        reached_s = max(self._ends_s.values(), default=time_s)
        if time_s - reached_s <= GAP_S:
            return None, []
        left = self._laid(self._joiner.finish())
        self._screen, self._joiner, self._damage = _new_state()
        self._tick = max(self._tick, s_to_tick(time_s))
        return (reached_s, time_s), left

    def _decoded(self, packet: "av.Packet", zero: float) -> tuple[list[Any], list[Any]]:
        if packet.stream == self.sound:
            frames = _frames(packet.stream.codec_context, packet)
            sounds = [s for f in frames for s in self._hear(f, zero)]
            return [], sounds
        return [p for f in self._watched(packet) for p in self._see(f, zero)], []

    def _watched(self, packet: "av.Packet") -> list[Any]:
        decoder: Any = packet.stream.codec_context
        # After key frames alone, the others have lost what they refer to, until the next one.
        if decoder.skip_frame != NONKEY or packet.is_keyframe:
            decoder.skip_frame = self.skip
        return _frames(decoder, packet)

    def _see(self, frame: "av.VideoFrame", zero: float) -> Iterator[tuple[int, Any]]:
        """The ticks at which the picture before this frame was on screen."""
        if (stamp_s := _stamp_s(frame)) is None or self.picture is None:
            return
        time_s = stamp_s - zero
        if self._is_first and self._tick == 0 and time_s < TICK_S:
            time_s = 0.0  # encoders delay the first frame a little
        self._is_first = False
        while tick_to_s(self._tick) < time_s - SAME_INSTANT_S:
            picture = self._screen.picture(tick_to_s(self._tick))
            if picture is not None:
                yield self._tick, picture
            self._tick += 1
        self._screen.show(time_s, frame, self.picture)

    def _hear(self, frame: "av.AudioFrame", zero: float) -> Iterator[tuple[float, np.ndarray]]:
        stamp_s = _stamp_s(frame)
        yield from self._laid(self._joiner.add(None if stamp_s is None else stamp_s - zero, frame))

    def _laid(self, blocks: Any) -> list[tuple[float, np.ndarray]]:
        laid = []
        for block in blocks:
            begin = self._heard_to if block.at is None else block.at
            laid.append((begin / SAMPLE_RATE, block.samples))
            self._heard_to = begin + len(block.samples)
        return laid

    def _flushed(self, zero: float) -> Iterator[Came]:
        """What decoders hold back until the end."""
        pictures = list(self._last_seen(self.picture, zero)) if self.picture else []
        sounds = self._laid(self._joiner.finish())
        yield Came(
            max(self._ends_s.values(), default=0.0), False, None, tuple(pictures), tuple(sounds)
        )

    def _last_seen(self, stream: Any, zero: float) -> Iterator[tuple[int, Any]]:
        for frame in _frames(stream.codec_context, None):
            yield from self._see(frame, zero)
        while tick_to_s(self._tick) < self._ends_s.get(stream.index, 0.0) - SAME_INSTANT_S:
            yield self._tick, self._screen.picture(tick_to_s(self._tick))
            self._tick += 1


_WAITED_S = 0.02


def _new_state() -> tuple[Screen, Joiner, list[float]]:
    damage: list[float] = []
    return Screen(damage), Joiner(damage, float("inf"), _SOUND_BLOCK), damage


def _sound(container: "InputContainer", track: int | None) -> "av.AudioStream | None":
    streams = sound_streams(container)
    if track is not None and not 0 <= track < len(streams):
        raise OptionError(f"--audio-track {track}: the source has {len(streams)} sound tracks.")
    if not streams:
        return None
    return streams[default_sound(container) if track is None else track]


def _frames(decoder: Any, packet: "av.Packet | None") -> list[Any]:
    try:
        return decoder.decode(packet)
    except (av.error.FFmpegError, MemoryError):
        return []


def _stamp_s(item: Any) -> float | None:
    if item.pts is None or item.time_base is None:
        return None
    return float(item.pts * item.time_base)


def _length_s(packet: "av.Packet") -> float:
    return float((packet.duration or 0) * (packet.time_base or 0))
