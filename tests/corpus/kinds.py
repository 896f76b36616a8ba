"""Odd but whole files: every one a kind that somebody has, made when a test needs it."""

import struct
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np

from tests.media import Movie, Sound, numbered, sine, steady, uneven, write_media

_MS = Fraction(1, 1000)
_QUICK = {"preset": "ultrafast"}


def stills(
    path: Path, times_s: Sequence[float], size: tuple[int, int] = (16, 16), codec: str = "mjpeg"
) -> None:
    """One picture at many times: its packet is stored over and over, and hours are made at once.

    The last time is the end of the last one.
    """
    with av.open(path, "w", options={"avoid_negative_ts": "disabled"}) as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height = size
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "gray"
        stream.codec_context.time_base = _MS
        frame = av.VideoFrame.from_ndarray(numbered(0, *size), "gray")
        frame.pts, frame.time_base = 0, _MS
        first, *_ = [*stream.encode(frame), *stream.encode(None)]
        content = bytes(first)
        for time_s, until_s in pairwise(times_s):
            packet = av.Packet(content)
            packet.stream, packet.time_base, packet.is_keyframe = stream, _MS, True
            packet.pts = packet.dts = round(time_s * 1000)
            packet.duration = max(1, round((until_s - time_s) * 1000))
            container.mux(packet)


def one_pixel(path: Path) -> None:
    stills(path, [0, 1, 2], (1, 1), "ffv1")


def tall(path: Path) -> None:
    write_media(path, Movie(steady(10, 1), 2, 3000, options=_QUICK))


def eight_hours(path: Path) -> None:
    stills(path, range(8 * 3600 + 1))


def variable_rate(path: Path) -> None:
    write_media(path, Movie(uneven(4), options=_QUICK), Sound(sine(0.5, 4)))


def surround(path: Path) -> None:
    write_media(path, Movie(), Sound(sine(0.5, 2, 96_000), 96_000, "5.1", codec="flac"))


def telephone(path: Path) -> None:
    write_media(path, None, Sound(sine(0.5, 2, 8000), 8000))


def deep(path: Path) -> None:
    quiet = {"preset": "ultrafast", "x265-params": "log-level=none"}
    write_media(path, Movie(codec="libx265", pixels="yuv420p10le", options=quiet))


def motion_jpeg(path: Path) -> None:
    write_media(path, Movie(codec="mjpeg", pixels="yuvj420p", options={}))


def moving_gif(path: Path) -> None:
    write_media(path, Movie(steady(10, 2), codec="gif", pixels="gray", options={}))


def upright_phone(path: Path) -> None:
    write_media(path, Movie(width=48, height=96, rotation=90), Sound(sine(0.5, 2)))


def before_zero(path: Path) -> None:
    stills(path, np.arange(-1.0, 2.04, 0.04).tolist())


def jump_ahead(path: Path) -> None:
    """Two seconds, a gap of ten minutes, two more."""
    times_s = np.arange(0, 2, 0.04).tolist()
    stills(path, [*times_s, *(time_s + 602 for time_s in times_s), 604])


def jump_far(path: Path) -> None:
    """Two seconds, then a picture in ten million hours; the file says nothing of its length."""
    stills(path, [*np.arange(0, 2, 0.04).tolist(), 3.6e10, 3.6e10 + 1])
    at = path.read_bytes().index(b"\x44\x89\x88")
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"\xec\x89")  # Void in place of Duration


def jumping_sound(path: Path) -> None:
    """Two seconds of sound, of which the second one says that it is heard in thirty hours."""
    with av.open(path, "w", options={"avoid_negative_ts": "disabled"}) as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        container.start_encoding()
        for start_s in (0, 30 * 3600):
            packet = av.Packet((sine(0.5, 1, 8000) * 32767).astype(np.int16).tobytes())
            packet.stream, packet.time_base = stream, _MS
            packet.pts = packet.dts = start_s * 1000
            container.mux(packet)
    content = bytearray(path.read_bytes())
    at = content.index(b"\x44\x89\x88") + 3
    content[at : at + 8] = struct.pack(">d", 2000.0)
    path.write_bytes(content)


def jump_back(path: Path) -> None:
    """Two seconds, then two that begin at one second again."""
    write_media(path, Movie(steady(25, 2), options={"preset": "ultrafast", "g": "5"}))
    content = path.read_bytes()
    path.write_bytes(content + content[len(content) // 2 :])


def more_sound(path: Path) -> None:
    write_media(path, Movie(steady(25, 1)), Sound(sine(0.5, 4)))


def more_picture(path: Path) -> None:
    write_media(path, Movie(steady(25, 4)), Sound(sine(0.5, 1)))


def many_streams(path: Path, count: int = 64) -> None:
    with av.open(path, "w") as container:
        streams = [
            container.add_stream("pcm_s16le", rate=8000, layout="mono") for _ in range(count)
        ]
        for stream in streams:
            samples = (sine(0.5, 1, 8000) * 32767).astype(np.int16)[None]
            frame = av.AudioFrame.from_ndarray(samples, "s16", "mono")
            frame.sample_rate, frame.pts = 8000, 0
            container.mux([*stream.encode(frame), *stream.encode(None)])


def too_many_streams(path: Path) -> None:
    many_streams(path, 257)


def _mp4(path: Path) -> bytearray:
    write_media(path, Movie(steady(25, 1), options=_QUICK))
    return bytearray(path.read_bytes())


def claims_a_huge_picture(path: Path) -> None:
    """The description says 60,000 × 60,000; the stream itself knows that it is 64 × 64."""
    content = _mp4(path)
    at = content.index(b"avc1", content.index(b"stsd")) + 28
    content[at : at + 4] = struct.pack(">HH", 60_000, 60_000)
    path.write_bytes(content)


def is_huge(path: Path) -> None:
    """A picture of 20,000 × 20,000 of which next to nothing is stored."""
    write_media(path, Movie(codec="ffv1", options={}, pixels="gray"))
    content = path.read_bytes()
    for name in (b"\xb0\x81", b"\xba\x81"):  # PixelWidth, PixelHeight
        at = content.index(name + b"\x40")
        content = content[:at] + name[:1] + b"\x82\x4e\x20" + content[at + 3 :]
    path.write_bytes(content)


def claims_a_thousand_years(path: Path) -> None:
    write_media(path, Movie(steady(25, 1), options=_QUICK))
    content = bytearray(path.read_bytes())
    at = content.index(b"\x44\x89\x88") + 3  # Duration in milliseconds, eight bytes
    content[at : at + 8] = struct.pack(">d", 1000 * 365.25 * 86_400e3)
    path.write_bytes(content)


def of_another_codec(path: Path) -> None:
    """ASUS V1 of 1999: FFmpeg decodes it, and nobody records it."""
    write_media(path, Movie(codec="asv1", options={}, time_base=Fraction(1, 25)))


def of_another_codec_with_sound(path: Path) -> None:
    movie = Movie(codec="asv1", options={}, time_base=Fraction(1, 25))
    write_media(path, movie, Sound(sine(0.5, 2), codec="pcm_s16le"))


def two_pictures(path: Path) -> None:
    """A black one of a codec that is not read, then a white one."""
    with av.open(path, "w") as container:
        streams = [container.add_stream(codec, rate=25) for codec in ("asv1", "mpeg4")]
        for stream in streams:
            stream.width = stream.height = 64
            stream.pix_fmt = "yuv420p"
        for _ in range(25):
            for stream, side in zip(streams, (0, 255), strict=True):
                grey = np.full((64, 64), side, np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(grey, "gray")))
        for stream in streams:
            container.mux(stream.encode(None))


def of_no_codec(path: Path) -> None:
    """A wav whose format nobody has registered."""
    data = bytes(8000)
    form = struct.pack("<HHIIHH", 0xBEEF, 1, 8000, 8000, 1, 8)
    head = b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<I", len(form))
    path.write_bytes(head + form + b"data" + struct.pack("<I", len(data)) + data)


def without_moov(path: Path) -> None:
    content = _mp4(path)
    path.write_bytes(content[: content.index(b"moov") - 4])
