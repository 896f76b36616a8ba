"""Loudness of a whole reel (EBU R128): measured, brought to a target, and heard again when stored.

One gain for all, since what was quiet shall stay quieter than a laugh. Peaks that it would lift
over the limit are held by a limiter that looks ahead at four times the rate, so that it sees the
peaks between samples too. AAC moves both a little: the stored sound is measured and corrected.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from funny.moments.encoding import Encoding
from funny.moments.ffmpeg import MP4, opening_words, run_ffmpeg

TRUE_PEAK_DB = -1.0
"""No peak between samples is higher (dBTP); above, players and sites begin to distort."""

_MOST_GAIN_DB = 30.0
"""More would make a show of the noise of an empty room."""
_NOTHING_LUFS = -69.9
"""What nothing is measured at: silence, or less than the 0.4 s that loudness is defined for."""
_CLOSE_LU = 0.2
_LEAST_SLOPE = 0.25
_ROUNDS = 5


@dataclass(frozen=True)
class Loudness:
    """How loud a sound is."""

    lufs: float
    """Integrated loudness; -70 where there is nothing to measure."""
    peak_db: float
    """True peak in dBTP; -inf in silence."""


def measured(
    input_words: Sequence[str], progress: Callable[[float], None] = lambda done: None
) -> Loudness:
    """Measures the first sound track of a file.

    Args:
        input_words: Words of ffmpeg that name the file.
        progress: Told how many seconds are heard; may raise to stop the work.

    Raises:
        FfmpegError: If it cannot be decoded.
    """
    said = run_ffmpeg(
        [
            *(*opening_words(), "-v", "info", "-nostats", *input_words, "-map", "0:a:0"),
            *("-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"),
        ],
        progress,
    )
    summary = said[said.rindex("Summary:") :]
    return Loudness(_number("I", summary), _number("Peak", summary))


def _number(name: str, summary: str) -> float:
    found = re.search(rf"{name}:\s+(\S+) (?:LUFS|dBFS)", summary)
    return float(found[1]) if found else -math.inf


def store_at(
    lufs: float,
    raw_words: Sequence[str],
    target: Path,
    encoding: Encoding,
    progress: Callable[[float], None],
) -> Loudness:
    """Stores a sound as AAC at a loudness, with true peaks of at most -1 dBTP.

    Silence stays silent, and nothing is made louder by more than 30 dB.

    Args:
        lufs: The wanted loudness.
        raw_words: Words of ffmpeg that name the sound.
        target: An .m4a file.
        encoding: How it is stored.
        progress: Told how many seconds are done, over and over; may raise to stop the work.

    Returns:
        How loud the stored sound is.

    Raises:
        FfmpegError: If it cannot be written.
    """
    found = measured(raw_words, progress)
    gain_db, ceiling_db, slope = _gain(lufs, found), TRUE_PEAK_DB - 0.5, 1.0
    at_db, heard = 0.0, found
    for _ in range(_ROUNDS):
        is_linear = found.peak_db + gain_db <= ceiling_db
        chain = f"volume={gain_db:.3f}dB" + ("" if is_linear else f",{_limiter(ceiling_db)}")
        words = [*raw_words, "-af", chain, *encoding.sound_words()]
        run_ffmpeg([*opening_words(), *words, *MP4, str(target.absolute())], progress)
        stored = measured(["-i", str(target.absolute())], progress)
        missing_lu = _gain(lufs, stored)
        is_loud_enough = abs(missing_lu) <= _CLOSE_LU or gain_db >= _MOST_GAIN_DB
        if is_loud_enough and stored.peak_db <= TRUE_PEAK_DB:
            break
        # The more the limiter holds, the less of a gain is heard.
        if gain_db != at_db:
            slope = min(1.0, max(_LEAST_SLOPE, (stored.lufs - heard.lufs) / (gain_db - at_db)))
        at_db, heard = gain_db, stored
        gain_db = min(_MOST_GAIN_DB, gain_db + missing_lu / slope)
        ceiling_db -= 1.2 * max(0.0, stored.peak_db - TRUE_PEAK_DB)
    return stored


def _gain(lufs: float, found: Loudness) -> float:
    return min(_MOST_GAIN_DB, lufs - found.lufs) if found.lufs > _NOTHING_LUFS else 0.0


def _limiter(ceiling_db: float) -> str:
    limit = 10 ** (ceiling_db / 20)
    return (
        "aresample=192000,"
        f"alimiter=limit={limit:.6f}:attack=5:release=80:level=false:latency=true,"
        "aresample=48000"
    )
