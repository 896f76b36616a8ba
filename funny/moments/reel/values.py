"""What is wanted of a reel, and what is decided before anything is rendered."""

from dataclasses import dataclass, field
from fractions import Fraction

from funny.errors import OptionError
from funny.moments.encoding import Encoding
from funny.records import Highlight

TIME, RANK = "time", "rank"
ORDERS = (TIME, RANK)
LANGUAGES = ("en", "ko")

_SHORTEST_S = 1.0
_LONGEST_FADE_S = 5.0
_QUIETEST_LUFS, _LOUDEST_LUFS = -40.0, -5.0


@dataclass(frozen=True)
class ReelOptions:
    """Everything that decides a reel, besides the analysis and the video.

    Raises:
        OptionError: If one of them cannot work.
    """

    best: int | None = None
    """How many moments at most, the funniest first; None takes all that are kept."""
    length_s: float | None = None
    """Seconds that the reel has at most, and nearly; None shows every moment whole."""
    order: str = TIME
    """`time`: as in the video; `rank`: the funniest first."""
    crossfade_s: float = 0.4
    """Seconds in which one moment turns into the next; 0 cuts."""
    titles: bool = False
    """Whether each moment begins under a strip with its rank, time and reasons."""
    language: str = "en"
    """Language of the titles."""
    loudness_lufs: float = -14.0
    """Integrated loudness of the whole (EBU R128); what video sites play at is -14."""
    encoding: Encoding = field(default_factory=Encoding)

    def __post_init__(self) -> None:
        if self.best is not None and self.best < 1:
            raise OptionError(f"--best {self.best}: expected at least 1.")
        if self.length_s is not None and not _SHORTEST_S <= self.length_s < float("inf"):
            raise OptionError(f"--length {self.length_s}: expected at least 1 second.")
        if self.order not in ORDERS:
            raise OptionError(f"--order {self.order}: expected time or rank.")
        if not 0 <= self.crossfade_s <= _LONGEST_FADE_S:
            raise OptionError(f"--crossfade {self.crossfade_s}: expected 0 to 5 seconds.")
        if self.language not in LANGUAGES:
            raise OptionError(f"--language {self.language}: expected en or ko.")
        if not _QUIETEST_LUFS <= self.loudness_lufs <= _LOUDEST_LUFS:
            raise OptionError(f"--loudness {self.loudness_lufs}: expected -40 to -5 LUFS.")


@dataclass(frozen=True)
class Piece:
    """What a reel shows of one moment, in frames of the reel."""

    rank: int
    """Its place in the analysis: 1 is the funniest."""
    highlight: Highlight
    start_s: float
    """Where it begins in the video."""
    frames: int
    at: int = 0
    """The frame of the reel at which it begins."""
    fade_in: int = 0
    """Frames that it shares with the piece before."""
    fade_out: int = 0
    """Frames that it shares with the next."""

    @property
    def end(self) -> int:
        """The frame of the reel after its last."""
        return self.at + self.frames


@dataclass(frozen=True)
class ReelPlan:
    """Pieces one after the other, each overlapping the next by their crossfade."""

    fps: Fraction
    pieces: tuple[Piece, ...]

    @property
    def frames(self) -> int:
        """Length in frames."""
        return self.pieces[-1].end

    @property
    def length_s(self) -> float:
        """Length in seconds."""
        return float(self.frames / self.fps)

    def seconds(self, frames: int) -> float:
        """How long so many frames are."""
        return float(frames / self.fps)
