"""The last minutes of a source, on disk as they came: packets in short files, nothing encoded.

A clip is there at once, since it is copied from them. A growing file is not cut from itself: its
index is written at its end, and without one, finding a time takes as long as the file is.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av

from funny.errors import MediaError
from funny.extract.streams import Stream
from funny.extract.video import as_url, open_media

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer

SEGMENT_S = 5.0
"""A file of the ring is as long as this, and until the next key frame."""


@dataclass
class Segment:
    """A file of the ring."""

    path: Path
    start_s: float
    end_s: float
    streams: int
    """Which opening of the source it is of: only those of one fit together."""


class Ring:
    """Keeps the last minutes of a source.

    Args:
        folder: Where its files lie; they go when it is closed.
        most_s: Seconds that are kept.
        most_bytes: Room that they may take.
    """

    def __init__(self, folder: Path, most_s: float, most_bytes: float) -> None:
        self._folder, self._most_s, self._most_bytes = folder, most_s, most_bytes
        self._segments: deque[Segment] = deque()
        self._writer: _Writer | None = None
        self._stream: Stream | None = None
        self._openings = self._count = 0
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, stream: Stream, packet: "av.Packet", time_s: float) -> None:
        """Takes a packet that was read.

        Raises:
            MediaError: If the disk does not take it.
        """
        if stream is not self._stream:
            self._stream, self._openings = stream, self._openings + 1
            self.end()
        is_picture = packet.stream == stream.picture
        is_start = packet.is_keyframe and (is_picture or stream.picture is None)
        if is_start and (self._writer is None or time_s - self._writer.start_s >= SEGMENT_S):
            self._begin(stream, time_s)
        if self._writer is not None:
            self._writer.write(packet, time_s)

    def segments(self, start_s: float, end_s: float) -> list[Segment]:
        """The whole files that hold a span, in order."""
        # Copied: another thread may be adding one.
        found = [s for s in tuple(self._segments) if s.end_s > start_s and s.start_s < end_s]
        return [s for s in found if s.streams == found[-1].streams]

    @property
    def reached_s(self) -> float:
        """Until when whole files are kept."""
        return self._segments[-1].end_s if self._segments else 0.0

    def close(self) -> None:
        """Removes its files."""
        self.end()
        for segment in self._segments:
            segment.path.unlink(missing_ok=True)
        with suppress(OSError):
            self._folder.rmdir()

    def _begin(self, stream: Stream, time_s: float) -> None:
        self.end()
        self._count += 1
        path = self._folder / f"{self._count:06d}.mkv"
        self._writer = _Writer(path, stream, time_s)

    def end(self) -> None:
        """Makes the file that is being written whole."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        writer.close()
        segment = Segment(writer.path, writer.start_s, writer.end_s, self._openings)
        self._segments.append(segment)
        self._tidy()

    def _tidy(self) -> None:
        """Lets the oldest files go."""
        from_s = self._segments[-1].end_s - self._most_s
        sizes = [segment.path.stat().st_size for segment in self._segments]
        while len(sizes) > 1 and (sum(sizes) > self._most_bytes or self._oldest_end_s < from_s):
            self._segments.popleft().path.unlink(missing_ok=True)
            sizes.pop(0)

    @property
    def _oldest_end_s(self) -> float:
        return self._segments[0].end_s


class _Writer:
    """Writes one file of the ring; its stamps are those of the time line."""

    def __init__(self, path: Path, stream: Stream, start_s: float) -> None:
        self.path, self.start_s, self.end_s = path, start_s, start_s
        try:
            self._file: OutputContainer = av.open(as_url(path), "w", format="matroska")
        except (av.error.FFmpegError, OSError) as error:
            raise MediaError(f"{path}: cannot be written ({error}).") from error
        self._last: dict[int, int] = {}
        self._tracks = {s.index: self._file.add_stream_from_template(s) for s in stream.streams}

    def write(self, packet: "av.Packet", time_s: float) -> None:
        stamp, base = _stamp(packet)
        shift = round((Fraction(time_s).limit_denominator(90_000) - stamp * base) / base)
        packet.dts = self._sent(packet, shift)
        packet.pts = stamp + shift
        self.end_s = max(self.end_s, time_s)
        packet.stream = self._tracks[packet.stream.index]
        try:
            self._file.mux(packet)
        except (av.error.FFmpegError, OSError) as error:
            raise MediaError(f"{self.path}: cannot be written ({error}).") from error

    def _sent(self, packet: "av.Packet", shift: int) -> int:
        """When it is to be decoded; where nobody said so, as soon as the one before it."""
        stamp, base = _stamp(packet)
        last = self._last.get(packet.stream.index, stamp + shift - round(1 / base))
        sent = last if packet.dts is None else max(last, packet.dts + shift)
        self._last[packet.stream.index] = sent
        return sent

    def close(self) -> None:
        with suppress(av.error.FFmpegError, OSError):
            self._file.close()


def copy_span(segments: Sequence[Segment], span: tuple[float, float], clip: Path) -> float:
    """Copies a span out of files of a ring into an mp4, from the key frame before it on.

    Args:
        segments: Files that follow each other.
        span: Start and end in seconds of the time line.
        clip: Where it goes.

    Returns:
        How much earlier than asked it begins, in seconds.

    Raises:
        MediaError: If it cannot be read or written.
    """
    try:
        with ExitStack() as opened:
            if not segments:
                raise ValueError("nothing is kept of that time")
            files = [opened.enter_context(open_media(segment.path)) for segment in segments]
            packets = [packet for file in files for packet in _packets(file)]
            start_s = _key_before(packets, span[0])
            wanted = [p for p in packets if start_s <= _at_s(p) < span[1]]
            _write(clip, files[0], wanted, start_s)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise MediaError(f"{clip.name}: cannot be written ({error}).") from error
    return max(0.0, span[0] - start_s)


_PLAYS_SOON = {"movflags": "+faststart"}


def _packets(container: "InputContainer") -> Iterator["av.Packet"]:
    return (p for p in container.demux(_streams(container)) if p.size and p.pts is not None)


def _streams(container: "InputContainer") -> list[Any]:
    return [*container.streams.video, *container.streams.audio]


def _key_before(packets: Sequence["av.Packet"], time_s: float) -> float:
    """The last key frame of the picture at or before a time; the first there is, if none is."""
    main = "video" if any(p.stream.type == "video" for p in packets) else "audio"
    keys = [_at_s(p) for p in packets if p.stream.type == main and p.is_keyframe]
    if not keys:
        raise ValueError("nothing is kept of that time")
    return max((k for k in keys if k <= time_s), default=keys[0])


def _at_s(packet: "av.Packet") -> float:
    return float((packet.pts or 0) * (packet.time_base or 0))


def _stamp(packet: "av.Packet") -> tuple[int, Fraction]:
    """When a packet's frame is shown, and the step that this is counted in."""
    assert packet.pts is not None and packet.time_base is not None
    return packet.pts, packet.time_base


def _shown(packet: "av.Packet", start_s: float) -> int:
    """When a packet's frame is shown in a clip that begins at a time."""
    stamp, base = _stamp(packet)
    return stamp - round(start_s / base)


def _write(
    clip: Path, like: "InputContainer", packets: Sequence["av.Packet"], start_s: float
) -> None:
    with av.open(as_url(clip), "w", format="mp4", options=_PLAYS_SOON) as out:
        tracks = [out.add_stream_from_template(stream) for stream in _streams(like)]
        sent = {track.index: _sent(packets, track.index, start_s) for track in tracks}
        for packet in packets:
            packet.pts = _shown(packet, start_s)
            packet.dts = next(sent[packet.stream.index])
            packet.stream = tracks[packet.stream.index]
            out.mux(packet)


def _sent(packets: Sequence["av.Packet"], index: int, start_s: float) -> Iterator[int]:
    """When packets of one stream are to be decoded: in their order, none after it is shown.

    Matroska knows only when frames are shown.
    """
    shown = [_shown(p, start_s) for p in packets if p.stream.index == index]
    delay = max((a - b for a, b in zip(sorted(shown), shown, strict=True)), default=0)
    return (stamp - delay for stamp in sorted(shown))
