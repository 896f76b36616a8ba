"""What a file's header says to those who call ffmpeg on it: read once, plain values."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funny.extract.apart import apart
from funny.extract.codecs import codec_name
from funny.extract.colour import Colour, colour_of
from funny.extract.tracks import SoundTrack, sounds_of
from funny.extract.video import (
    decoded_before_s,
    default_sound,
    open_media,
    picture_stream,
    zero_s,
)

if TYPE_CHECKING:
    from av.container import InputContainer


@dataclass(frozen=True)
class PictureTrack:
    """The picture of a file, as it is stored."""

    index: int
    """Number of its stream in the file."""
    codec: str
    """FFmpeg's name of the format, whichever decoder reads it."""
    pixels: str
    """FFmpeg's name of the pixel format."""
    start_s: float
    """Its first time stamp."""
    size: tuple[int, int]
    """Width and height of what is stored."""
    colour: Colour
    numbers: tuple[int, int, int, int]
    """FFmpeg's numbers of range, primaries, transfer curve and matrix."""


@dataclass(frozen=True)
class Facts:
    """What is in a file."""

    kind: str
    """FFmpeg's name of the container."""
    zero_s: float
    """The time stamp that players show as 0:00."""
    lead_s: float
    """How much to decode before a time that is sought; 0 where a seek finds the key frame."""
    picture: PictureTrack | None
    sounds: tuple[SoundTrack, ...]
    heard: int
    """Number of the sound track that players choose, from 0."""


@apart
def read_facts(path: Path) -> Facts:
    """Reads the header of a file.

    Raises:
        MediaError: If the file cannot be read.
    """
    with open_media(path) as container:
        return Facts(
            container.format.name,
            float(zero_s(container)),
            decoded_before_s(container),
            _picture(container),
            sounds_of(container),
            default_sound(container),
        )


def _picture(container: "InputContainer") -> PictureTrack | None:
    stream: Any = picture_stream(container)
    if stream is None:
        return None
    seen = stream.codec_context
    numbers = (seen.color_range, seen.color_primaries, seen.color_trc, seen.colorspace)
    return PictureTrack(
        stream.index,
        codec_name(stream),
        seen.pix_fmt or "",
        float((stream.start_time or 0) * (stream.time_base or 0)),
        (seen.width, seen.height),
        colour_of(container),
        tuple(int(number) for number in numbers),  # type: ignore[arg-type]
    )
