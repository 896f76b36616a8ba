"""Small whole files of seven containers: what is cut short, flipped and torn."""

from fractions import Fraction
from pathlib import Path

from tests.media import Movie, Sound, sine, steady, write_media

SECONDS = 2.0
_CLOCK = Fraction(1, 12_000)  # as fine as MPEG-4 allows
_LOUD = Sound(sine(0.5, SECONDS))
_VP9 = {"deadline": "realtime", "cpu-used": "8", "g": "8"}
_H264 = {"preset": "ultrafast", "g": "8"}


def _movie(codec: str, options: dict[str, str], pixels: str = "yuv420p") -> Movie:
    return Movie(steady(12, SECONDS), codec=codec, pixels=pixels, options=options, time_base=_CLOCK)


BASES = {
    "mp4": (_movie("libx264", _H264), Sound(_LOUD.samples, codec="aac")),
    "mkv": (_movie("libx264", _H264), Sound(_LOUD.samples, 48_000, codec="libopus")),
    "webm": (_movie("libvpx-vp9", _VP9), Sound(_LOUD.samples, 48_000, codec="libopus")),
    "avi": (_movie("mpeg4", {"g": "8"}), Sound(_LOUD.samples, codec="libmp3lame")),
    "mov": (_movie("mjpeg", {}, "yuvj420p"), Sound(_LOUD.samples, codec="pcm_s16le")),
    "wav": (None, Sound(sine(0.5, SECONDS, 8000), 8000)),
    "mp3": (None, Sound(_LOUD.samples, codec="libmp3lame")),
}
"""Picture and sound by container."""


def write_bases(folder: Path) -> dict[str, bytes]:
    """The files' contents by container."""
    made = {}
    for kind, (movie, sound) in BASES.items():
        path = folder / f"whole.{kind}"
        options = {"movflags": "+faststart"} if kind in ("mp4", "mov") else {}
        write_media(path, movie, sound, container_options=options)
        made[kind] = path.read_bytes()
        path.unlink()
    return made
