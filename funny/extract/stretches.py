"""A video in stretches that are watched apart, on many cores or machines, and joined again.

A stretch begins where the whole picture is looked at anew, so nothing before it matters but whom
of the faces there was followed. It is watched as if that were the largest; if joining finds that it
was another one, which is rare, the stretch is watched once more. The numbers are those of watching
the video as one.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import takewhile

import numpy as np

from funny.extract.ahead import ahead
from funny.extract.emotion import EmotionModel
from funny.extract.faces import FaceBatch, FaceDetector
from funny.extract.follow import whom_to_follow
from funny.extract.pictures import Pictures
from funny.extract.signals import PICTURES_AHEAD, TIDY_TICKS, ExtractOptions
from funny.extract.watching import ANEW_TICKS, Seen, Watched, Watcher
from funny.grid import tick_count, tick_to_s
from funny.records import VideoInfo
from funny.runtime import give_back_memory

_COLUMNS = ("emotions", "face_found", "face_box", "changes")


@dataclass(frozen=True)
class Span:
    """Ticks [first, last) of a video; without a last one, to its end."""

    first: int
    last: int | None

    def holds(self, time_s: float) -> bool:
        """Whether a time lies in it; what is before the first tick lies in the first span."""
        is_after = time_s >= tick_to_s(self.first) or not self.first
        return is_after and (self.last is None or time_s < tick_to_s(self.last))


@dataclass(frozen=True, eq=False)
class Stretch:
    """What was seen in a span, and what joining it to its neighbours needs."""

    span: Span
    watched: Watched
    """Of the ticks of the span."""
    met: FaceBatch | None
    """The faces of its first picture; None if it has no picture."""
    followed: np.ndarray | None
    """Box of the face that was followed at its end, in pixels."""


def spans_of(video: VideoInfo, parts: int = 1) -> list[Span]:
    """The spans to watch a video in.

    Args:
        video: What the file says of itself.
        parts: How many times `watching.ANEW_S` each is long.
    """
    step = parts * ANEW_TICKS
    firsts = range(0, max(1, tick_count(video.duration_s)), step)
    # How long a file really is, only its end knows.
    return [Span(n, None if n == firsts[-1] else n + step) for n in firsts]


def watch(
    video: VideoInfo,
    span: Span,
    model: EmotionModel,
    detector: FaceDetector,
    options: ExtractOptions,
    followed: np.ndarray | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Stretch:
    """Watches one span of a video.

    Args:
        video: What `probe` said of the file.
        span: Which ticks.
        model: Emotion model for the face crops.
        detector: Face detector.
        options: As of the whole video.
        followed: Box of the face that was followed before, in pixels.
        progress: Told how many seconds of it were watched; may raise to stop the work.

    Raises:
        MediaError: If the file cannot be read.
    """
    watcher = Watcher(model, detector, options.face_region, options.every, followed)
    # The picture before says how much the first one has changed.
    pictures = Pictures(video, options.quick, max(0, span.first - 1))
    end = span.first
    with closing(ahead(pictures, PICTURES_AHEAD)) as seen:
        for tick, picture in _until(span.last, seen):
            if tick < span.first:
                watcher.compare_with(tick, picture)
                continue
            watcher.add(tick, picture)
            end = tick + 1
            progress(tick_to_s(end - span.first))
            if end % TIDY_TICKS == 0:
                give_back_memory()
    watched = watcher.watched(end, tuple(filter(span.holds, pictures.damage)), pictures.end_s)
    return Stretch(span, _from(watched, span.first), watcher.met, watcher.followed)


def _until(last: int | None, seen: Iterator[Seen]) -> Iterator[Seen]:
    return seen if last is None else takewhile(lambda item: item[0] < last, seen)


def _from(watched: Watched, first: int) -> Watched:
    return replace(watched, **{name: getattr(watched, name)[first:] for name in _COLUMNS})


def joined(
    stretches: Sequence[Stretch], again: Callable[[Span, np.ndarray | None], Stretch]
) -> Watched:
    """What was seen in a whole video.

    Args:
        stretches: All of them, in order, each watched with nobody followed before.
        again: Watches a span once more, with the box of the face that is followed then.
    """
    followed, right = None, []
    for stretch in stretches:
        if _takes_another(stretch, followed):
            stretch = again(stretch.span, followed)
        right.append(stretch)
        followed = followed if stretch.met is None else stretch.followed
    damage = tuple(lost_s for stretch in right for lost_s in stretch.watched.damage)
    end_s = max(stretch.watched.end_s for stretch in right)
    return Watched(
        **{name: _laid_out(right, name) for name in _COLUMNS}, damage=damage, end_s=end_s
    )


def _takes_another(stretch: Stretch, followed: np.ndarray | None) -> bool:
    """Whether somebody else is followed in a stretch than it was watched for."""
    if followed is None or stretch.met is None or not len(stretch.met):
        return False
    taken = whom_to_follow(None, stretch.met), whom_to_follow(followed, stretch.met)
    return not np.array_equal(*taken)  # type: ignore[arg-type]


def _laid_out(stretches: Sequence[Stretch], name: str) -> np.ndarray:
    """A column of all stretches, each where it belongs; zeros where the file was damaged."""
    last = stretches[-1]
    columns = [getattr(stretch.watched, name) for stretch in stretches]
    whole = np.zeros((last.span.first + len(columns[-1]), *columns[0].shape[1:]), columns[0].dtype)
    for stretch, column in zip(stretches, columns, strict=True):
        whole[stretch.span.first :][: len(column)] = column
    return whole
