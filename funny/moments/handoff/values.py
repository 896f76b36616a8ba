"""What an export is made from, and what is decided before anything is written."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePath

from funny.errors import OptionError
from funny.extract.tracks import SoundTrack
from funny.moments.handoff.rates import Rate
from funny.records import Highlight, VideoInfo

CUT, MARK = "cut", "mark"
MODES = (CUT, MARK)
LANGUAGES = ("en", "ko")


@dataclass(frozen=True)
class ExportOptions:
    """Everything that decides an export, besides the analysis and the video."""

    mode: str | None = None
    """`cut`: the moments alone, one after the other; `mark`: the whole video, marked. None takes
    what the format is for."""
    handles_s: float = 0.0
    """Seconds more on both sides of a moment, where there is room between two."""
    fps: Fraction | None = None
    """Frames a second of the timeline; None takes the video's."""
    only_kept: bool = True
    """Whether moments that were not kept are left out."""
    language: str = "en"
    timeline_start: str | None = None
    """Timecode at which the timeline begins; None takes the format's custom."""
    media: PurePath | None = None
    """Where the video lies for who opens the file, from `place_of`; None: where it is here."""

    def __post_init__(self) -> None:
        if self.mode not in (None, *MODES):
            raise OptionError(f"--mode {self.mode}: expected cut or mark.")
        if not 0 <= self.handles_s < float("inf"):
            raise OptionError(f"--handles {self.handles_s}: expected at least 0 seconds.")
        if self.language not in LANGUAGES:
            raise OptionError(f"--language {self.language}: expected en or ko.")


@dataclass(frozen=True)
class Source:
    """The video file as an editor counts it."""

    path: PurePath
    """Where it lies for who opens the project."""
    fps: Fraction
    """The standard rate that its pictures fit."""
    pace_hz: Fraction
    """Pictures a second as they come; 0 where there is no picture."""
    is_variable: bool
    length_s: float
    """Length of the picture; of the sound where there is none."""
    width: int
    """Width as shown; 0 where there is no picture."""
    height: int
    timecode: str = ""
    """Label of the first picture; empty where the file has none."""
    sounds: tuple[SoundTrack, ...] = ()

    @property
    def has_picture(self) -> bool:
        """Whether there is any picture."""
        return self.width > 0

    @property
    def channels(self) -> int:
        """Channels of all sound tracks together."""
        return sum(sound.channels for sound in self.sounds)


@dataclass(frozen=True)
class Moment:
    """A highlight in words, and where it is on the timeline that is handed over."""

    rank: int
    """Its place in the analysis: 1 is the funniest."""
    highlight: Highlight
    start_s: float
    """Start with its handle."""
    end_s: float
    title: str
    note: str
    """Score and reasons."""
    colour: str
    """RED, YELLOW or GREEN by score, BLUE if it is not kept."""

    @property
    def text(self) -> str:
        """Title and note on one line."""
        return f"{self.title}: {self.note}"


@dataclass(frozen=True)
class Listing:
    """Moments in the order of time, for lists that name times."""

    name: str
    """What the video is called."""
    media: PurePath
    """Where it lies for who opens the file."""
    video: VideoInfo
    moments: tuple[Moment, ...]
    length_s: float
    """Length of the timeline that the times are of."""
    options: ExportOptions


@dataclass(frozen=True)
class Mark:
    """A moment on the timeline, in its frames: [first, last)."""

    first: int
    last: int
    moment: Moment


@dataclass(frozen=True)
class Piece:
    """What the timeline shows of the video: its frames [first, last), from the frame `at` on."""

    first: int
    last: int
    at: int
    marks: tuple[Mark, ...]

    @property
    def length(self) -> int:
        """Length in frames."""
        return self.last - self.first

    @property
    def end(self) -> int:
        """The frame of the timeline after its last."""
        return self.at + self.length


@dataclass(frozen=True)
class Plan:
    """A timeline, in whole frames: pieces without gaps, each with its marks."""

    name: str
    rate: Rate
    source: Source
    source_start: int
    """The label of the video's first frame, as a number of frames."""
    source_start_s: Fraction
    """When that is on the clock of the video's own rate."""
    source_length: int
    """Frames of the video."""
    start: int
    """Timecode of the timeline's first frame, in frames."""
    pieces: tuple[Piece, ...]
    language: str

    @property
    def length(self) -> int:
        """Length of the timeline in frames."""
        return self.pieces[-1].end

    @property
    def marks(self) -> tuple[Mark, ...]:
        """All marks in the order of time."""
        return tuple(mark for piece in self.pieces for mark in piece.marks)
