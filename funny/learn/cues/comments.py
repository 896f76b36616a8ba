"""Comments that name a time: people write down what made them laugh, and others like it.

A comment with many times is a table of contents; a line of it that laughs still says something.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log1p

from funny.learn.beside.info import Comment
from funny.learn.beside.times import times_in
from funny.learn.cues.cue import Cue
from funny.learn.cues.laughing import laughing

# Who names a time names its second roughly, and rather too early than too late.
_EARLY_S, _LATE_S = 1.0, 6.0
_USUAL_LATENESS_S = 2.0
_SAME_MOMENT_S = 4.0
_FEW_TIMES = 2
_CHAPTER_S = 1.5
_ONE_COMMENT = 0.5
"""What a liked comment alone is worth; several at one time add up."""
# Weaker ones are lines of a table of contents.
_LEAST_STRENGTH = 0.05


@dataclass(frozen=True)
class _Named:
    """A time that a comment names."""

    time_s: float
    strength: float
    note: str


def comment_cues(
    comments: Sequence[Comment], duration_s: float, chapters_s: Sequence[float] = ()
) -> list[Cue]:
    """The moments that comments name, those of several comments stronger."""
    most = max((comment.likes for comment in comments), default=0)
    named = [n for comment in comments for n in _named(comment, most, chapters_s)]
    inside = sorted((n for n in named if n.time_s < duration_s), key=lambda n: n.time_s)
    cues = [_cue(group, duration_s) for group in _groups(inside)]
    return [cue for cue in cues if cue.strength >= _LEAST_STRENGTH]


def _named(comment: Comment, most_likes: int, chapters_s: Sequence[float]) -> Iterator[_Named]:
    times = times_in(comment.text)
    liked = log1p(comment.likes) / log1p(max(1, most_likes))
    for place, time_s in times:
        line = _line(comment.text, place)
        strength = _worth(line, len(times)) * (0.5 + 0.5 * liked)
        if any(abs(time_s - chapter_s) <= _CHAPTER_S for chapter_s in chapters_s):
            strength *= _of_many(len(chapters_s) + _FEW_TIMES)
        yield _Named(time_s, strength, f"{line[:80]} ({comment.likes} likes)")


def _line(text: str, place: int) -> str:
    """The line of a text that holds a place."""
    return text[text.rfind("\n", 0, place) + 1 :].split("\n", 1)[0].strip()


def _worth(line: str, times: int) -> float:
    """What a time is worth by its line and by how many its comment names, 0..1."""
    return max(_of_many(times) * (0.7 + 0.3 * laughing(line)), 0.8 * laughing(line))


def _of_many(times: int) -> float:
    return min(1.0, (_FEW_TIMES / times) ** 2)


def _groups(named: Iterable[_Named]) -> Iterator[list[_Named]]:
    group: list[_Named] = []
    for one in named:
        if group and one.time_s - group[-1].time_s > _SAME_MOMENT_S:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _cue(group: list[_Named], duration_s: float) -> Cue:
    doubt = 1.0
    for one in group:
        doubt *= 1 - _ONE_COMMENT * one.strength
    best = max(group, key=lambda one: one.strength)
    start_s = max(0.0, group[0].time_s - _EARLY_S)
    end_s = min(duration_s, group[-1].time_s + _LATE_S)
    time_s = min(duration_s, best.time_s + _USUAL_LATENESS_S)
    more = f" and {len(group) - 1} more" if len(group) > 1 else ""
    return Cue("comment", start_s, end_s, time_s, 1 - doubt, best.note + more)
