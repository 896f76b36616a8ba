"""Analysis → the moments that are handed over, checked, in the order of time."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from funny.errors import OptionError
from funny.grid import clock
from funny.moments.choice import check_inside
from funny.moments.handoff import words
from funny.moments.handoff.values import CUT, ExportOptions, Listing, Moment
from funny.records import Analysis, Highlight

_ROUNDING_S = 0.01
_COLOURS = ((0.8, "RED"), (0.6, "YELLOW"), (0.0, "GREEN"))


def listing(analysis: Analysis, options: ExportOptions, mode: str) -> Listing:
    """The moments of an analysis that the options name.

    Raises:
        OptionError: If there is none, or two overlap that should be cut.
        MediaError: If one lies beyond the end of the video.
    """
    length_s = analysis.video.duration_s
    moments = _chosen(analysis, options)
    for moment in moments:
        check_inside(moment.rank, moment.highlight, length_s)
    if mode == CUT:
        _check_apart(moments)
    reaching = tuple(_with_handles(moments, options.handles_s, length_s))
    media = options.media or analysis.video.path
    name = words.one_line(media.stem) or "funny"
    return Listing(name, media, analysis.video, reaching, length_s, options)


def _chosen(analysis: Analysis, options: ExportOptions) -> list[Moment]:
    found = [
        _moment(rank, highlight, options.language)
        for rank, highlight in enumerate(analysis.highlights, 1)
        if highlight.kept or not options.only_kept
    ]
    if not found:
        there = f" ({len(analysis.highlights)} were not kept: --all)" if analysis.highlights else ""
        raise OptionError(
            f"there is no moment to export{there}. Keep one, or analyse with a lower --threshold."
        )
    return sorted(found, key=lambda m: (m.start_s, m.end_s))


def _moment(rank: int, highlight: Highlight, language: str) -> Moment:
    return Moment(
        rank,
        highlight,
        highlight.start_s,
        highlight.end_s,
        words.title(rank, language),
        words.note(highlight, language),
        _colour(highlight),
    )


def _colour(highlight: Highlight) -> str:
    if not highlight.kept:
        return "BLUE"
    return next(colour for score, colour in _COLOURS if highlight.score >= score)


def _check_apart(moments: Sequence[Moment]) -> None:
    for before, after in pairwise(moments):
        if after.start_s < before.end_s - _ROUNDING_S:
            ranks = sorted((before.rank, after.rank))
            raise OptionError(
                f"moments {ranks[0]} and {ranks[1]} overlap at {clock(after.start_s)}: cut, the "
                "same frames would come twice. Merge them or move an edge, or use --mode mark."
            )


def _with_handles(moments: Sequence[Moment], handles_s: float, length_s: float) -> "list[Moment]":
    """With more on both sides; two handles that would meet share what is between."""
    gaps = [max(0.0, after.start_s - before.end_s) for before, after in pairwise(moments)]
    room = [2 * handles_s, *gaps, 2 * handles_s]
    return [
        replace(
            moment,
            start_s=max(0.0, moment.start_s - min(handles_s, before / 2)),
            end_s=max(moment.end_s, min(length_s, moment.end_s + min(handles_s, after / 2))),
        )
        for moment, before, after in zip(moments, room, room[1:], strict=False)
    ]
