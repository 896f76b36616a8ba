"""The last minutes of a source, on disk as they came: packets in short files, nothing encoded.

A clip is there at once, since it is copied from them. A growing file is not cut from itself: its
index is written at its end, and without one, finding a time takes as long as the file is.
"""

from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av

from funny.errors import MediaError
from funny.extract.streams import Stream
from funny.extract.video import as_url, open_media

if TYPE_CHECKING:
    from av.container import OutputContainer

SEGMENT_S = 10.0
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
            self._end()
        is_picture = packet.stream == stream.picture
        is_start = packet.is_keyframe and (is_picture or stream.picture is None)
        if is_start and (self._writer is None or time_s - self._writer.start_s >= SEGMENT_S):
            self._begin(stream, time_s)
        if self._writer is not None:
            self._writer.write(packet, time_s)

    def segments(self, start_s: float, end_s: float) -> list[Segment]:
        """The files that hold a span, in order; the last may still be written."""
        found = [s for s in self._segments if s.end_s > start_s and s.start_s < end_s]
        return [s for s in found if s.streams == found[-1].streams]

    @property
    def reached_s(self) -> float:
        """Until when whole files are kept."""
        return self._segments[-1].end_s if self._segments else 0.0

    def close(self) -> None:
        """Removes its files."""
        self._end()
        for segment in self._segments:
            segment.path.unlink(missing_ok=True)
        with suppress(OSError):
            self._folder.rmdir()

    def _begin(self, stream: Stream, time_s: float) -> None:
        self._end()
        self._count += 1
        path = self._folder / f"{self._count:06d}.mkv"
        self._writer = _Writer(path, stream, time_s)

    def _end(self) -> None:
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
        self._tracks = {s.index: self._file.add_stream_from_template(s) for s in stream.streams}

    def write(self, packet: "av.Packet", time_s: float) -> None:
        shift_s = Fraction(time_s).limit_denominator(90_000) - packet.pts * packet.time_base
        shift = round(shift_s / packet.time_base)
        packet.pts += shift
        packet.dts = packet.pts if packet.dts is None else packet.dts + shift
        self.end_s = max(self.end_s, time_s)
        packet.stream = self._tracks[packet.stream.index]
        try:
            self._file.mux(packet)
        except (av.error.FFmpegError, OSError) as error:
            raise MediaError(f"{self.path}: cannot be written ({error}).") from error

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
    start_s = _key_before(segments, span[0])
    try:
        with av.open(as_url(clip), "w", format="mp4", options=_PLAYS_SOON) as out:
            tracks: dict[int, Any] = {}
            for segment in segments:
                _copy(segment, (start_s, span[1]), out, tracks)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise MediaError(f"{clip.name}: cannot be written ({error}).") from error
    return max(0.0, span[0] - start_s)


_PLAYS_SOON = {"movflags": "+faststart"}


def _key_before(segments: Sequence[Segment], time_s: float) -> float:
    """The last key frame of the picture at or before a time; the first there is, if none is."""
    found = None
    for segment in segments:
        if found is not None and segment.start_s > time_s:
            break
        with open_media(segment.path) as container:
            for packet in container.demux(_main(container)):
                at_s = _at_s(packet)
                if packet.is_keyframe and at_s is not None and (found is None or at_s <= time_s):
                    found = at_s
    return segments[0].start_s if found is None else found


def _main(container: Any) -> Any:
    return (*container.streams.video, *container.streams.audio)[0]


def _at_s(packet: "av.Packet") -> float | None:
    if packet.pts is None or packet.time_base is None or not packet.size:
        return None
    return float(packet.pts * packet.time_base)


def _copy(
    segment: Segment, span: tuple[float, float], out: "OutputContainer", tracks: dict[int, Any]
) -> None:
    with open_media(segment.path) as container:
        streams = [*container.streams.video, *container.streams.audio]
        for stream in streams:
            if stream.index not in tracks:
                tracks[stream.index] = out.add_stream_from_template(stream)
        for packet in container.demux(streams):
            at_s = _at_s(packet)
            if at_s is None or not span[0] - 1e-3 <= at_s < span[1]:
                continue
            shift = round(span[0] / packet.time_base)
            packet.pts -= shift
            packet.dts = packet.pts if packet.dts is None else packet.dts - shift
            packet.stream = tracks[packet.stream.index]
            out.mux(packet)
