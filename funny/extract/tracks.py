"""What a project file must know of a video: how its pictures are paced, its sound, its timecode.

Read from headers and time stamps; nothing is decoded.
"""

import re
import statistics
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funny.extract.apart import apart
from funny.extract.codecs import codec_name
from funny.extract.video import (
    open_media,
    picture_stream,
    sound_streams,
    stamps_s,
    stated_duration_s,
)

if TYPE_CHECKING:
    from av.container import InputContainer

_LOOKS = (0.0, 0.5, 0.9)
"""Where in a video the pace is looked at, as parts of its length."""
_LOOKED_AT = 400
"""Pictures that are looked at each time."""
_UNSORTED = 16
"""Pictures are stored in another order than shown: at the edges of a look some may be missing."""
_ROUNDING_S = Fraction(11, 10_000)
"""Matroska counts milliseconds."""
_UNEVEN = Fraction(1, 10)
_FEW = Fraction(1, 100)


@dataclass(frozen=True)
class SoundTrack:
    """One sound track of a file."""

    channels: int
    rate: int
    """Samples a second."""
    name: str = ""
    codec: str = ""
    """FFmpeg's name of the format."""
    index: int = 0
    """Number of its stream in the file."""
    start_s: float = 0.0
    """Its first time stamp."""


@dataclass(frozen=True)
class Tracks:
    """What a file holds, as an editor counts it."""

    pace_hz: Fraction
    """Pictures a second where they come regularly; 0 where there is no picture."""
    is_variable: bool
    """Whether pictures come at a variable rate."""
    picture_s: float
    """Length of the picture in seconds; 0 where there is none."""
    timecode: str
    """Label of the first picture, such as 01:00:00;00; empty where the file has none."""
    sounds: tuple[SoundTrack, ...]


@apart
def read_tracks(path: Path) -> Tracks:
    """Reads what a file holds.

    Raises:
        MediaError: If the file cannot be read.
    """
    with open_media(path) as container:
        stream = picture_stream(container)
        sounds = sounds_of(container)
        timecode = _timecode(container)
        if stream is None:
            return Tracks(Fraction(0), False, 0.0, timecode, sounds)
        length_s = _length_s(container, stream)
        pace_hz, is_variable = _pace(container, stream, length_s)
        return Tracks(pace_hz, is_variable, length_s, timecode, sounds)


def sounds_of(container: "InputContainer") -> tuple[SoundTrack, ...]:
    """The sound tracks of a file that is open."""
    return tuple(_sound(stream) for stream in sound_streams(container))


def _sound(stream: Any) -> SoundTrack:
    name = stream.metadata.get("title") or stream.metadata.get("name") or ""
    start_s = float((stream.start_time or 0) * (stream.time_base or 0))
    channels = stream.codec_context.layout.nb_channels
    return SoundTrack(channels, stream.rate, name, codec_name(stream), stream.index, start_s)


def _timecode(container: "InputContainer") -> str:
    places = [container.metadata, *(stream.metadata for stream in container.streams)]
    found = ({k.lower(): v for k, v in place.items()}.get("timecode") for place in places)
    return next((timecode for timecode in found if timecode), "")


def _length_s(container: "InputContainer", stream: Any) -> float:
    if stream.duration:
        return float(stream.duration * stream.time_base)
    # Matroska says it in a tag, and of the whole file only, if at all.
    return _clock_s(stream.metadata.get("DURATION", "")) or stated_duration_s(container)


def _clock_s(text: str) -> float:
    found = re.fullmatch(r"(\d+):(\d+):(\d+(?:\.\d+)?)", text)
    return 3600 * int(found[1]) + 60 * int(found[2]) + float(found[3]) if found else 0.0


def _pace(container: "InputContainer", stream: Any, length_s: float) -> tuple[Fraction, bool]:
    """Pictures a second where they come regularly, and whether elsewhere they do not."""
    stated = Fraction(stream.average_rate or stream.guessed_rate or 0)
    steps_s = [s for part in _LOOKS for s in _steps_s(container, stream, part * length_s)]
    if not steps_s:
        return stated or Fraction(25), False
    usual_s = statistics.median_low(steps_s)  # one of them, so that it is regular itself
    regular = [s for s in steps_s if abs(s - usual_s) <= _UNEVEN * usual_s + _ROUNDING_S]
    is_variable = len(steps_s) - len(regular) > _FEW * len(steps_s)
    measured = 1 / statistics.mean(regular)
    # A header is exact, but for a mean over pictures that are missing.
    is_trusted = stated and not is_variable and abs(measured / stated - 1) < _FEW
    return (stated if is_trusted else measured), is_variable


def _steps_s(container: "InputContainer", stream: Any, from_s: float) -> list[Fraction]:
    """How long pictures stay on screen, for some hundred from a time on."""
    stamps = stamps_s(container, stream, from_s, _LOOKED_AT)
    first = _UNSORTED if from_s else 0
    last = len(stamps) - (_UNSORTED if len(stamps) == _LOOKED_AT else 0)
    return [b - a for a, b in pairwise(stamps[first:last]) if b > a]
