"""The values that flow from room to room: frozen, columnar, and they check themselves."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from funny.grid import STEPS_PER_TICK

EMOTIONS = ("anger", "contempt", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")
EMOTION_COLUMNS = (*EMOTIONS, "valence", "arousal")
SENSES = ("face", "loudness", "laughter")
"""What a score is explained by."""

Region = tuple[float, float, float, float]
"""A part of a picture: x, y, w, h as fractions of it."""


def _check_array(name: str, array: np.ndarray, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ValueError(f"{name}: expected shape {shape}, got {array.shape}")
    if not np.isfinite(array).all():
        bad = int(np.argmin(np.isfinite(array.reshape(len(array), -1)).all(axis=1)))
        raise ValueError(f"{name}: expected finite numbers, got {array[bad]} at tick {bad}")


def _check_span(name: str, start_s: float, end_s: float) -> None:
    if not 0 <= start_s < end_s:
        raise ValueError(f"{name}: expected 0 <= start < end, got [{start_s}, {end_s})")


@dataclass(frozen=True)
class VideoInfo:
    """What is known of a video file before its frames are looked at."""

    path: Path
    duration_s: float
    """Length in seconds, from the first picture or sound to the end of the last."""
    fps: float
    """Average frame rate; 0 where there is no picture."""
    width: int
    """Width as shown: after rotation and sample aspect ratio; 0 where there is no picture."""
    height: int
    audio_tracks: tuple[str, ...]
    """One description a sound track, in the order of `--audio-track`."""
    sha: str
    """SHA-256 of the file's bytes: the identity of the content."""

    @property
    def has_audio(self) -> bool:
        """Whether there is any sound track."""
        return bool(self.audio_tracks)

    @property
    def has_picture(self) -> bool:
        """Whether there is any picture."""
        return self.width > 0


@dataclass(frozen=True)
class ModelInfo:
    """Which weights made a result."""

    name: str
    source: str
    """Where the weights came from: a path, a Hub repository, or the package that ships them."""
    sha256: str
    """SHA-256 of the weights file."""


@dataclass(frozen=True)
class Note:
    """Something a person should know about a result."""

    kind: str
    """Key of the sentence, for translation: `no_sound`, `damaged`, ..."""
    text: str
    """The sentence in English."""
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, eq=False)
class Signals:
    """What face and voice did, tick by tick."""

    times_s: np.ndarray
    """(t,) tick times in seconds."""
    emotions: np.ndarray
    """(t, 10) probabilities of EMOTIONS, then valence and arousal in -1..1; zeros if no face."""
    face_found: np.ndarray
    """(t,) whether a face was seen."""
    face_box: np.ndarray
    """(t, 4) x, y, w, h as fractions of the picture; zeros without a face."""
    rms: np.ndarray
    """(t,) root mean square of the tick's samples, 0..1; zeros without sound."""
    emotion_model: ModelInfo
    laughter: np.ndarray = field(default_factory=lambda: np.zeros(0))
    """(t,) probability that laughter is heard, 0..1; zeros without sound, or if nobody listened."""
    laughter_model: ModelInfo | None = None
    """What listened for laughter."""
    envelope: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint8))
    """(25 t,) loudness of every 20 ms, as `funny.envelope` has it; (0,) if nobody measured it."""
    changes: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint8))
    """(t,) how much the picture changed since the tick before, 0..255; zeros if nobody looked."""

    def __post_init__(self) -> None:
        t = len(self.times_s)
        if not len(self.changes):
            object.__setattr__(self, "changes", np.zeros(t, np.uint8))
        if self.laughter_model is None and not len(self.laughter):
            object.__setattr__(self, "laughter", np.zeros(t, np.float32))
        _check_array("laughter", self.laughter, (t,))
        _check_array("times_s", self.times_s, (t,))
        _check_array("emotions", self.emotions, (t, len(EMOTION_COLUMNS)))
        _check_array("face_found", self.face_found, (t,))
        _check_array("face_box", self.face_box, (t, 4))
        _check_array("rms", self.rms, (t,))
        _check_array("envelope", self.envelope, (STEPS_PER_TICK * t * bool(len(self.envelope)),))
        _check_array("changes", self.changes, (t,))
        if (self.rms < 0).any():
            raise ValueError(f"rms: expected numbers of at least 0, got {self.rms.min()}")

    def __len__(self) -> int:
        return len(self.times_s)

    def emotion(self, name: str) -> np.ndarray:
        """One column of `emotions` by its name, shape (t,)."""
        return self.emotions[:, EMOTION_COLUMNS.index(name)]


@dataclass(frozen=True, eq=False)
class Timeline:
    """How funny each tick is."""

    times_s: np.ndarray
    """(t,) tick times in seconds."""
    scores: np.ndarray
    """(t,) funniness, 0..1."""
    head: ModelInfo
    contributions: np.ndarray = field(default_factory=lambda: np.zeros((0, len(SENSES))))
    """(t, 3) what each of SENSES adds to the score, -1..1; zeros if nobody asked."""

    def __post_init__(self) -> None:
        t = len(self.times_s)
        if not len(self.contributions):
            object.__setattr__(self, "contributions", np.zeros((t, len(SENSES)), np.float32))
        _check_array("times_s", self.times_s, (t,))
        _check_array("scores", self.scores, (t,))
        _check_array("contributions", self.contributions, (t, len(SENSES)))
        if t and not (self.scores.min() >= 0 and self.scores.max() <= 1):
            raise ValueError(f"scores: expected 0..1, got {self.scores.min()}..{self.scores.max()}")

    def __len__(self) -> int:
        return len(self.times_s)


@dataclass(frozen=True)
class Reason:
    """How one signal changed, from the calm before a moment to its peak."""

    signal: str
    """A name of EMOTION_COLUMNS, `loudness` or `laughter`."""
    before: float
    after: float
    """Both in the signal's unit: probability, -1..1, or dB relative to the video's median."""
    weight: float = 0.0
    """What the signal's sense adds to the score at the peak, 0..1."""


@dataclass(frozen=True)
class Edge:
    """How one edge of a highlight was chosen."""

    kind: str
    """`cut`, `pause`, `quiet`, or `plain` where nothing better was within reach."""
    plain_s: float
    """Where it would be, had nobody looked for a better place."""


@dataclass(frozen=True)
class Edges:
    """How both edges of a highlight were chosen."""

    start: Edge
    end: Edge


@dataclass(frozen=True)
class Highlight:
    """A funny moment, [start_s, end_s), with its set-up."""

    start_s: float
    end_s: float
    peak_s: float
    score: float
    """Score of the peak, 0..1."""
    reasons: tuple[Reason, ...] = ()
    kept: bool = True
    edges: Edges | None = None
    """How the edges were chosen; None if nobody chose, or a person did."""

    def __post_init__(self) -> None:
        _check_span("highlight", self.start_s, self.end_s)
        if not self.start_s <= self.peak_s < self.end_s:
            raise ValueError(
                f"peak_s: expected inside [{self.start_s}, {self.end_s}), got {self.peak_s}"
            )

    @property
    def length_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s

    def with_plain_edges(self) -> "Highlight":
        """The same without the choice of its edges; itself if there was none."""
        if self.edges is None:
            return self
        start_s, end_s = self.edges.start.plain_s, self.edges.end.plain_s
        edges = Edges(Edge("plain", start_s), Edge("plain", end_s))
        return replace(self, start_s=start_s, end_s=end_s, edges=edges)


@dataclass(frozen=True, eq=False)
class Analysis:
    """All that one analysis found."""

    video: VideoInfo
    signals: Signals
    timeline: Timeline
    highlights: tuple[Highlight, ...]
    """Ranked: the funniest first."""
    options: dict[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        if len(self.timeline) != len(self.signals):
            raise ValueError(
                f"timeline: expected {len(self.signals)} ticks, got {len(self.timeline)}"
            )

    @property
    def kept(self) -> list[Highlight]:
        """The highlights that will be cut."""
        return [highlight for highlight in self.highlights if highlight.kept]
