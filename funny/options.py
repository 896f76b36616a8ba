"""Everything that decides what is found, besides the video."""

from dataclasses import dataclass, field
from pathlib import Path

from funny.errors import OptionError
from funny.moments.highlights import HighlightOptions, Thresholds
from funny.records import Region


@dataclass(frozen=True)
class AnalyzeOptions:
    """Everything that decides the result, besides the video."""

    audio_track: int | None = None
    """Number of the sound track from 0; None takes the container's default."""
    face_region: Region | None = None
    """Where the face to watch is: x, y, w, h as fractions of the picture."""
    quick: bool = False
    """A first look: the face once a second, in reference frames only. The result says so."""
    emotion: str = "auto"
    """`auto`, `va-mtl` or `embedded`."""
    emotion_weights: Path | None = None
    """safetensors of VA-MTL."""
    head: str = "lstm"
    """Name under `models/`, or a folder."""
    threshold: float | None = None
    """Score at which a moment is one; None takes what was tuned for the head."""
    highlights: HighlightOptions = field(default_factory=HighlightOptions)
    cache: bool = True
    """Keep signals, and use those that are kept."""

    def __post_init__(self) -> None:
        if self.face_region is not None:
            check_region(self.face_region)
        if self.threshold is not None:
            Thresholds().at(self.threshold)


def check_region(region: Region) -> None:
    """Refuses a face region that is not inside the picture.

    Raises:
        OptionError: With what was expected.
    """
    x, y, w, h = region
    if not (0 <= x < x + w <= 1.0001 and 0 <= y < y + h <= 1.0001):
        raise OptionError(
            f"--face-region {','.join(f'{v:g}' for v in region)}: expected x,y,w,h as fractions "
            "of the picture, for example 0.75,0.7,0.25,0.3 for its lower right corner."
        )
