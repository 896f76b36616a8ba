"""Tiny synthetic videos and sounds, made by PyAV when a test needs them.

Every frame of a video shows its own number as 4×4 black and white squares, so that a test can
read which frame it got, and whether it is upright, through any codec.
"""

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path

import av
import numpy as np

from funny.moments.ffmpeg import binary

NTSC_FILM, NTSC = Fraction(24000, 1001), Fraction(30000, 1001)
TIME_BASE = Fraction(1, 120_000)  # holds the frame times of NTSC rates exactly
_UPRIGHT_MARK = 0b1011_0001_0100_1110  # so that number 0 is not the same upside down
_SAMPLES_A_FRAME = 4096
_SOUND_CODECS = {".mp4": "aac", ".m4a": "aac", ".ts": "mp2", ".webm": "libopus"}


def numbered(index: int, width: int, height: int) -> np.ndarray:
    """A grey picture (h, w) that shows a number below 65,536."""
    bits = ((index ^ _UPRIGHT_MARK) >> np.arange(16)) & 1
    rows, columns = np.arange(height) * 4 // height, np.arange(width) * 4 // width
    return (bits.reshape(4, 4)[rows][:, columns] * 255).astype(np.uint8)


def number_in(picture: np.ndarray) -> int:
    """The number that a picture (h, w, 3) shows."""
    height, width = picture.shape[:2]
    rows = ((np.arange(4) + 0.5) * height / 4).astype(int)
    columns = ((np.arange(4) + 0.5) * width / 4).astype(int)
    bits = picture.mean(2)[rows][:, columns].ravel() > 128
    return int(bits @ (1 << np.arange(16))) ^ _UPRIGHT_MARK


def steady(fps: Fraction | int, seconds: float) -> list[Fraction]:
    """Frame times at a constant rate, and the end of the last frame."""
    return [n / Fraction(fps) for n in range(round(seconds * fps) + 1)]


def uneven(seconds: float, steps_ms: Sequence[int] = (16, 40, 700, 33, 150)) -> list[Fraction]:
    """Frame times at a variable rate, and the end of the last frame."""
    times = [Fraction(0)]
    while times[-1] < seconds:
        times.append(times[-1] + Fraction(steps_ms[len(times) % len(steps_ms)], 1000))
    return times


@dataclass(frozen=True)
class Movie:
    """What a video stream shows, and how it is stored."""

    times_s: Sequence[Fraction] = field(default_factory=lambda: steady(25, 2))
    """Time of every frame, and the end of the last."""
    width: int = 64
    """Upright, in stored pixels."""
    height: int = 64
    rotation: int = 0
    """Degrees by which a player must turn the stored picture counter-clockwise."""
    pixel_aspect: Fraction = Fraction(1)
    """Width to height of a stored pixel."""
    codec: str = "libx264"
    pixels: str = "yuv420p"
    options: dict[str, str] = field(default_factory=lambda: {"preset": "veryfast"})
    time_base: Fraction = TIME_BASE
    """Step of the encoder's clock."""
    picture: Callable[[int, int, int], np.ndarray] = numbered
    """Index, width, height → the upright picture, grey (h, w) or RGB (h, w, 3)."""


@dataclass(frozen=True)
class Sound:
    """What a sound track holds, and how it is stored."""

    samples: np.ndarray
    """(n,) the same in all channels, -1..1."""
    rate: int = 44_100
    layout: str = "mono"
    start_s: float = 0.0
    title: str = ""
    codec: str = ""


def sine(amplitude: float, seconds: float, rate: int = 44_100, hz: float = 440.0) -> np.ndarray:
    return amplitude * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)


def steps(levels: Sequence[float], rate: int = 44_100) -> np.ndarray:
    """A sine whose amplitude is levels[k] in half second k."""
    return sine(1.0, len(levels) / 2, rate) * np.repeat(levels, rate // 2)


def burst(at_s: float, length_s: float, seconds: float, rate: int = 44_100) -> np.ndarray:
    """Silence with one loud stretch."""
    times = np.arange(round(seconds * rate)) / rate
    loud = (at_s <= times) & (times < at_s + length_s)
    return sine(0.8, seconds, rate, 1000.0) * loud


def _part(first: int, matrix: str, side: int = 64) -> Movie:
    """Four seconds of a film, from a number on."""
    colours = {"preset": "veryfast", "x264-params": f"colormatrix={matrix}"}
    from_first = partial(_numbered_from, first)
    return Movie(steady(25, 4), side, side, picture=from_first, options=colours)


def _numbered_from(first: int, index: int, width: int, height: int) -> np.ndarray:
    return numbered(first + index, width, height)


CHANGES = {
    "colour": (_part(0, "smpte170m"), _part(100, "bt709")),
    "size": (_part(0, "bt709"), _part(100, "bt709", 96)),
}
"""Films of 8 s at 25 pictures a second, for `write_changing`: what changes in their midst."""


def write_media(
    path: Path,
    movie: Movie | None = None,
    *sounds: Sound,
    start_s: float = 0.0,
    container_options: dict[str, str] | None = None,
) -> np.ndarray:
    """Writes a file; returns the times in seconds at which players show its frames.

    `start_s` moves every time stamp in the file, and so nothing of what players show.
    """
    with ordinary_priority(), av.open(path, "w", options=container_options or {}) as container:
        packets = [] if movie is None else _picture_packets(container, movie, start_s)
        for sound in sounds:
            packets += _sound_packets(container, sound, start_s)
        first_s = min(p.pts * p.time_base for p in packets)
        for packet in sorted(packets, key=lambda p: p.dts * p.time_base):
            container.mux(packet)
    frame_times = np.array([float(t) for t in (movie.times_s[:-1] if movie else [])])
    # Only an mp4 from 0 cuts the lead-in of its sound codec off; else it is on the clock too.
    return frame_times + float(start_s - first_s if start_s or path.suffix == ".ts" else 0)


@contextmanager
def ordinary_priority() -> Iterator[None]:
    """Gives real time back: SVT-AV1 takes it for the thread that calls it, if that is root's.

    What is begun from there has it too, and a browser in real time locks a small machine up.
    """
    try:
        yield
    finally:
        if hasattr(os, "sched_setscheduler"):
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def write_changing(path: Path, parts: Sequence[Movie], sound: Sound) -> None:
    """Writes films one after the other as one stream that changes in its midst, with one sound."""
    folder = path.with_suffix(".parts")
    folder.mkdir()
    for k, movie in enumerate(parts):
        write_media(folder / f"{k}.mp4", movie)
    write_media(folder / "sound.wav", None, sound)
    names = "".join(f"file {k}.mp4\n" for k in range(len(parts)))
    (folder / "list.txt").write_text(names)
    inputs = ("-f", "concat", "-i", folder / "list.txt", "-i", folder / "sound.wav")
    words = [binary(), "-v", "error", *map(str, inputs), "-map", "0:v", "-map", "1:a"]
    subprocess.run([*words, "-c:v", "copy", "-c:a", "aac", str(path)], check=True)


def on_screen(frame_times: np.ndarray, time_s: float) -> set[int]:
    """Numbers of the frames on screen within a millisecond of a time; the first waits for none."""
    near = [np.searchsorted(frame_times, time_s + d, side="right") - 1 for d in (-0.001, 0.001)]
    return {max(0, int(n)) for n in near}


def _picture_packets(container, movie, start_s):
    stream = container.add_stream(movie.codec, rate=_mean_rate(movie.times_s))
    turns = movie.rotation // 90
    stream.width, stream.height = (movie.width, movie.height)[:: -1 if turns % 2 else 1]
    stream.pix_fmt, stream.options = movie.pixels, movie.options
    stream.codec_context.time_base = movie.time_base
    stream.codec_context.sample_aspect_ratio = movie.pixel_aspect
    if turns:
        stream.set_display_rotation(movie.rotation)
    stamps = [round((start_s + time_s) / movie.time_base) for time_s in movie.times_s]
    length = {begin: end - begin for begin, end in pairwise(stamps)}
    packets = []
    for stamp, frame in zip(stamps, _frames(movie, turns), strict=False):
        frame.pts, frame.time_base = stamp, movie.time_base
        packets += stream.encode(frame)
    packets += stream.encode(None)
    for packet in packets:  # encoders do not know how long the last frame stays
        packet.duration = length[packet.pts]
    return packets


def _mean_rate(times_s):
    return Fraction((len(times_s) - 1) / times_s[-1]).limit_denominator(1001)


def _frames(movie, turns):
    for index in range(len(movie.times_s) - 1):
        picture = movie.picture(index, movie.width, movie.height)
        stored = np.ascontiguousarray(np.rot90(picture, -turns))
        yield av.VideoFrame.from_ndarray(stored, "gray" if stored.ndim == 2 else "rgb24")


def _sound_packets(container, sound, start_s):
    codec = sound.codec or _SOUND_CODECS.get(Path(container.name).suffix, "pcm_s16le")
    stream = container.add_stream(codec, rate=sound.rate, layout=sound.layout)
    stream.metadata.update({"title": sound.title} if sound.title else {})
    channels = av.AudioLayout(sound.layout).nb_channels
    samples = sound.samples.astype(np.float32)
    first, packets = round((start_s + sound.start_s) * sound.rate), []
    for begin in range(0, len(samples), _SAMPLES_A_FRAME):
        part = np.repeat(samples[begin : begin + _SAMPLES_A_FRAME], channels)
        frame = av.AudioFrame.from_ndarray(part[None], "flt", sound.layout)
        frame.sample_rate, frame.time_base = sound.rate, Fraction(1, sound.rate)
        frame.pts = first + begin
        packets += stream.encode(frame)
    return packets + stream.encode(None)
