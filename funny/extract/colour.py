"""What the numbers of a picture mean: how deep they are, and whether they reach past white."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from funny.extract.apart import apart
from funny.extract.video import open_media, picture_stream

PQ, HLG = "smpte2084", "arib-std-b67"
_HDR = {16: PQ, 18: HLG}
"""Transfer characteristics of ITU-T H.273 that are brighter than white, by FFmpeg's names."""


@dataclass(frozen=True)
class Colour:
    """How a picture is stored."""

    hdr: str = ""
    """FFmpeg's name of its HDR transfer, PQ or HLG; empty for ordinary pictures."""
    bits: int = 8
    """Bits of one number."""

    @property
    def is_deep(self) -> bool:
        """Whether 8 bits cannot hold it."""
        return bool(self.hdr) or self.bits > 8


@apart
def read_colour(path: Path) -> Colour:
    """Reads how the picture of a file is stored, from its header.

    Raises:
        MediaError: If the file cannot be read.
    """
    with open_media(path) as container:
        return colour_of(container)


def colour_of(container: Any) -> Colour:
    """The same of a file that is open."""
    stream = picture_stream(container)
    if stream is None:
        return Colour()
    known = stream.codec_context
    bits = known.format.components[0].bits if known.format else 8
    return Colour(_HDR.get(int(known.color_trc), ""), bits)
