"""What an editor does anyway, as labels: kept and added moments are funny, dropped ones are not."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from funny.grid import TICK_S
from funny.learn.manifest import (
    FUNNY,
    LONGEST_S,
    ORDINARY,
    SHORTEST_S,
    Clip,
    Manifest,
    SourceVideo,
    Vote,
)
from funny.moments.edit import Decisions, Edits, Moment
from funny.moments.highlights import Span
from funny.records import Analysis

CUE = "label"
BY_HAND, LEFT_ALONE = 1.0, 0.5
"""How sure a correction is: what a person set or dropped, and what a person saw and left alone."""
MOST_ORDINARY = 3
"""Clips that are cut from one dropped moment at most."""


@dataclass(frozen=True)
class Corrections:
    """The labels that one edited video gives."""

    video: SourceVideo
    clips: tuple[Clip, ...]


def corrections_to_labels(analysis: Analysis, edits: Edits) -> Corrections:
    """Labelled clips of what a person kept, dropped, moved and added; touches no file.

    A funny clip lies around the peak of each moment that is kept; ordinary ones lie in dropped
    moments, where no kept one is. Who decided nothing labels nothing.

    Args:
        analysis: Of the video, as it was edited.
        edits: The list of moments with what the person decided.
    """
    video = _video(analysis)
    if replace(edits.decisions, plain=frozenset()) == Decisions():
        return Corrections(video, ())
    kept = [m for m in edits.moments if m.highlight.kept]
    spans = [_span(m) for m in kept]
    funny = [clip for m in kept for clip in _funny(m, video)]
    ordinary = [clip for m in _dropped(edits) for clip in _ordinary(m, video, spans)]
    return Corrections(video, _apart([*funny, *ordinary]))


def _video(analysis: Analysis) -> SourceVideo:
    video = analysis.video
    path, title = str(video.path.absolute()), video.path.stem
    return SourceVideo(video.sha[:12] or title, path, video.duration_s, title=title, sha=video.sha)


def _dropped(edits: Edits) -> list[Moment]:
    """What the machine found and the person did not want; taking back one's own says nothing."""
    found = {m.id: m for m in edits.found}
    unkept = [m for m in edits.moments if not m.highlight.kept]
    removed = [found[id] for id in sorted(edits.decisions.removed) if id in found]
    return [*unkept, *removed]


def _funny(moment: Moment, video: SourceVideo) -> Iterator[Clip]:
    """One clip around the peak, with the peak two thirds in: laughter follows its cause."""
    length_s = float(np.clip(_whole_ticks(moment.highlight.length_s), SHORTEST_S, LONGEST_S))
    start_s, end_s = _span(moment)
    latest_s = max(start_s, end_s - length_s)
    first_s = float(np.clip(moment.highlight.peak_s - length_s * 2 / 3, start_s, latest_s))
    if end_s - start_s < length_s:
        first_s = (start_s + end_s - length_s) / 2
    note = "kept, set by hand" if moment.by_hand else "kept"
    strength = BY_HAND if moment.by_hand else LEFT_ALONE
    yield from _clip(first_s, length_s, video, FUNNY, strength, moment, note)


def _ordinary(moment: Moment, video: SourceVideo, kept: list[Span]) -> Iterator[Clip]:
    """Clips side by side in a dropped moment, none of which touches a kept one."""
    start_s, end_s = _span(moment)
    count = max(1, int((end_s - start_s) // SHORTEST_S))
    length_s = float(np.clip(_whole_ticks((end_s - start_s) / count), SHORTEST_S, LONGEST_S))
    first_s = start_s if count > 1 else (start_s + end_s - length_s) / 2
    starts = [first_s + n * length_s for n in range(min(count, MOST_ORDINARY))]
    for at_s in starts:
        for clip in _clip(at_s, length_s, video, ORDINARY, BY_HAND, moment, "dropped"):
            if not any(_overlap(clip, span) for span in kept):
                yield clip


def _clip(
    start_s: float,
    length_s: float,
    video: SourceVideo,
    label: str,
    strength: float,
    moment: Moment,
    note: str,
) -> Iterator[Clip]:
    """A clip on the grid inside its video; none if the video is too short for one."""
    latest_s = _whole_ticks(video.duration_s - length_s)
    if latest_s < 0:
        return
    start_s = min(max(0.0, _whole_ticks(start_s)), latest_s)
    vote = Vote(CUE, strength, moment.highlight.peak_s, note)
    id, span = f"{_prefix(video)}{round(start_s * 1000)}", (start_s, start_s + length_s)
    yield Clip(id, video.id, *span, label, label, strength, (vote,))


def _prefix(video: SourceVideo) -> str:
    return f"{video.id}-edit-"


def _whole_ticks(time_s: float) -> float:
    return float(np.floor(time_s / TICK_S + 1e-6)) * TICK_S


def _span(moment: Moment) -> Span:
    return moment.highlight.start_s, moment.highlight.end_s


def _overlap(clip: Clip, span: Span) -> bool:
    return clip.start_s < span[1] and span[0] < clip.end_s


def _apart(clips: list[Clip]) -> tuple[Clip, ...]:
    """Clips that do not overlap; the first of those that do."""
    chosen: list[Clip] = []
    for clip in clips:
        if not any(_overlap(clip, (c.start_s, c.end_s)) for c in chosen):
            chosen.append(clip)
    return tuple(chosen)


def appended(manifest: Manifest, corrections: Corrections) -> Manifest:
    """The manifest with the corrections of a video, in place of earlier ones of that video.

    A video that is there already, by its content, keeps its id. Proposals that nobody labelled
    give way to corrections that they overlap.

    Args:
        manifest: To which they are added; it stays as it is.
        corrections: Of one video.
    """
    there = [v for v in manifest.videos if _is_same(v, corrections.video)]
    video = there[0] if there else corrections.video
    clips = [_of_video(clip, corrections.video, video) for clip in corrections.clips]
    rest = [c for c in manifest.clips if not _gives_way(c, video, clips)]
    videos = manifest.videos if there else (*manifest.videos, video)
    return replace(manifest, videos=videos, clips=(*rest, *clips))


def _is_same(one: SourceVideo, two: SourceVideo) -> bool:
    return one.sha == two.sha if one.sha and two.sha else one.id == two.id


def _of_video(clip: Clip, old: SourceVideo, new: SourceVideo) -> Clip:
    id = clip.id.replace(_prefix(old), _prefix(new), 1)
    return replace(clip, id=id, video=new.id)


def _gives_way(clip: Clip, video: SourceVideo, corrections: list[Clip]) -> bool:
    if clip.video != video.id:
        return False
    is_earlier = clip.id.startswith(_prefix(video))
    overlaps = any(_overlap(clip, (c.start_s, c.end_s)) for c in corrections)
    return is_earlier or (clip.label is None and overlaps)
