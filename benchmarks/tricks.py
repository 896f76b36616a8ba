"""What makes an analysis quick, each of it taken away by itself: what it saves, what it changes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from unittest import mock

import numpy as np
from torch import device, dtype
from torch.nn import Module

from funny.extract import columns, emotion, pictures, signals
from funny.extract.faces import FACE_FRACTION
from funny.extract.follow import FaceFollower
from funny.extract.seek import FaceSeeker
from funny.pipeline import Analyzer
from funny.records import Analysis

_SAME_EDGE_S = 1.0


@contextmanager
def _every_frame() -> Iterator[None]:
    def all_wanted(packets: Iterator, _: object) -> Iterator:
        return ((packet, True) for packet in packets)

    with mock.patch.object(pictures, "shown_at_ticks", all_wanted):
        yield


@contextmanager
def _cascade_near_by() -> Iterator[None]:
    with mock.patch.object(FaceFollower, "_where_it_was", lambda *_: None):
        yield


@contextmanager
def _close_looks_only() -> Iterator[None]:
    def find(self: FaceSeeker, picture: np.ndarray) -> np.ndarray | None:
        faces = self._faces(picture, FACE_FRACTION)
        return faces.boxes[np.argmax(faces.areas)] if len(faces) else None

    with mock.patch.object(FaceSeeker, "find", find):
        yield


@contextmanager
def _net_as_trained() -> Iterator[None]:
    def as_trained(net: Module, where: device, dtype: dtype) -> Module:
        return net.to(where, dtype).eval()

    few = mock.patch.object(columns, "batch_size", lambda: 16)
    with mock.patch.object(emotion, "ready", as_trained), few:
        yield


@contextmanager
def _one_after_the_other() -> Iterator[None]:
    with mock.patch.object(signals, "ahead", lambda items, room: (item for item in items)):
        yield


TRICKS: dict[str, Callable] = {
    "frames that nobody looks at and no other needs are passed over": _every_frame,
    "a face is followed by the last network of the cascade": _cascade_near_by,
    "glances between close looks while no face is there": _close_looks_only,
    "batch norms folded, channels last, four faces at a time": _net_as_trained,
    "pictures are decoded ahead, in a thread": _one_after_the_other,
}


@contextmanager
def all_away() -> Iterator[None]:
    """The plain path: every trick taken away."""
    with ExitStack() as stack:
        for away in TRICKS.values():
            stack.enter_context(away())
        yield


@dataclass(frozen=True)
class Change:
    """What one trick does."""

    name: str
    slower: float
    """Wall time without it, of that with it."""
    difference: float
    """Mean difference of the score of a tick, over all ticks."""
    worst: tuple[float, str]
    """The same of the video where it is largest, and its name."""
    moved: int
    """Videos whose highlights are others, or end more than a second elsewhere."""
    videos: int


def changes(
    new: Callable[[], Analyzer], film: Path, videos: Sequence[Path], rounds: int = 3
) -> Iterator[Change]:
    """Every trick taken away in turn.

    Args:
        new: Makes an analyzer that keeps nothing, with its models loaded.
        film: What is timed.
        videos: What is compared.
        rounds: How often each is timed; the median counts.
    """
    usual = {video: new().analyze(video) for video in videos}
    for name, away in {**TRICKS, "all of them": all_away}.items():
        slower = median(_slower(new, away, film) for _ in range(rounds))
        with away():
            analyzer = new()
            plain = {video: analyzer.analyze(video) for video in videos}
        yield _compared(name, slower, usual, plain)


def _slower(new: Callable[[], Analyzer], away: Callable, film: Path) -> float:
    with_it = _timed(new(), film)
    with away():
        return _timed(new(), film) / with_it


def _timed(analyzer: Analyzer, film: Path) -> float:
    start = perf_counter()
    analyzer.analyze(film)
    return perf_counter() - start


def _compared(
    name: str, slower: float, usual: dict[Path, Analysis], plain: dict[Path, Analysis]
) -> Change:
    apart = {v: np.abs(a.timeline.scores - plain[v].timeline.scores) for v, a in usual.items()}
    mean = float(np.concatenate(list(apart.values())).mean())
    worst = max((float(d.mean()), video.name) for video, d in apart.items())
    moved = sum(not alike(a, plain[video]) for video, a in usual.items())
    return Change(name, slower, mean, worst, moved, len(usual))


def alike(one: Analysis, other: Analysis) -> bool:
    """Whether two have the same highlights, with edges a second apart at most.

    Edges as the numbers say: half a tick more can be the next pause, seconds away.
    """
    edges = [_plain_edges(one), _plain_edges(other)]
    if len(edges[0]) != len(edges[1]):
        return False
    return not edges[0] or np.abs(np.array(edges[0]) - np.array(edges[1])).max() <= _SAME_EDGE_S


def _plain_edges(analysis: Analysis) -> list[tuple[float, float]]:
    plain = (highlight.with_plain_edges() for highlight in analysis.highlights)
    return sorted((highlight.start_s, highlight.end_s) for highlight in plain)
