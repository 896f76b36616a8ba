"""How much of a stranger's file is read: stated once, asked at the gate (`extract/video.py`)."""

from dataclasses import dataclass

from funny.errors import MediaError


@dataclass(frozen=True)
class Limits:
    """What a media file may have, and what reading it may take.

    The defaults are for one's own machine: only what is no video at all goes beyond them.
    """

    bytes: float = 1e12
    """Size of the file."""
    duration_s: float = 100 * 3600.0
    """Length; a time stamp past it is damage."""
    pixels: int = 16_384 * 8_192
    """Pixels of one picture."""
    streams: int = 256
    """Streams of all kinds in one file."""
    decode_s: float = 60.0
    """Seconds of decoding for one second of video; a minute more is always given."""
    memory_bytes: int = 16 << 30
    """Memory of a process that decodes."""
    written_bytes: float = 1e12
    """Size of one file that is made from a video: a clip, a reel, a preview."""

    def budget_s(self, length_s: float) -> float:
        """Seconds that decoding so many seconds of video may take."""
        return 60.0 + self.decode_s * min(length_s, self.duration_s)


PUBLIC = Limits(
    bytes=20e9,
    duration_s=12 * 3600.0,
    pixels=8_192 * 4_352,
    streams=64,
    decode_s=10.0,
    memory_bytes=4 << 30,
    written_bytes=20e9,
)
"""Where strangers may ask: what sites take that live from videos, and no more."""

_in_force, _is_apart = Limits(), False


def enforce(limits: Limits, apart: bool = False) -> None:
    """Puts limits in force for the whole process; a server does so before it serves.

    Args:
        limits: The limits.
        apart: Whether files are read in processes of their own, which cannot harm this one.
    """
    global _in_force, _is_apart
    _in_force, _is_apart = limits, apart


def in_force() -> Limits:
    """The limits that are in force."""
    return _in_force


def is_apart() -> bool:
    """Whether files are read in processes of their own."""
    return _is_apart


def check_size(name: str, found: int) -> None:
    """Refuses a file that is too large.

    Raises:
        MediaError: With both sizes.
    """
    most = _in_force.bytes
    if found > most:
        raise MediaError(
            f"{name}: is {found / 1e9:.3g} GB large, and at most {most / 1e9:.3g} GB are read "
            "here. Compress it, or cut it into parts."
        )


def check_streams(name: str, found: int) -> None:
    """Refuses a file of too many streams.

    Raises:
        MediaError: With both numbers.
    """
    if found > _in_force.streams:
        raise MediaError(
            f"{name}: holds {found} streams, and at most {_in_force.streams} are read here. "
            "Keep the picture and the sound tracks that matter."
        )


def check_duration(name: str, found_s: float) -> None:
    """Refuses a file that says it is too long.

    Raises:
        MediaError: With both lengths.
    """
    most_s = _in_force.duration_s
    if found_s > most_s:
        raise MediaError(
            f"{name}: says that it is {found_s / 3600:.4g} hours long, and at most "
            f"{most_s / 3600:.4g} hours are read here. Cut it into parts, or, if that is not "
            "true, convert it to mp4."
        )


def check_pixels(name: str, width: int, height: int) -> None:
    """Refuses a picture that is too large.

    Raises:
        MediaError: With both numbers of pixels.
    """
    most = _in_force.pixels
    if width * height > most:
        raise MediaError(
            f"{name}: its picture has {width} × {height} pixels, {width * height / 1e6:.4g} "
            f"million, and at most {most / 1e6:.4g} million are read here. Make it smaller."
        )
