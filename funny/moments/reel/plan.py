"""Highlights → the plan of a reel: whole moments by rank as far as they fit its length."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from funny.errors import OptionError
from funny.moments.handoff.rates import Rate
from funny.moments.reel.values import RANK, Piece, ReelOptions, ReelPlan
from funny.records import Highlight, VideoInfo

_LEAST_S = 3.0
"""A moment that is cut down to less has lost its set-up or its laugh: it is left out."""


@dataclass(frozen=True)
class _Span:
    """A stretch of the video that is to be shown, and whose moment it is."""

    rank: int
    highlight: Highlight
    start_s: float
    end_s: float


def plan_reel(
    video: VideoInfo, highlights: Sequence[Highlight], fps: Fraction, options: ReelOptions
) -> ReelPlan:
    """Decides what a reel shows.

    The best are taken by rank. Moments that overlap or touch become one piece, under the better
    rank. To a length, whole moments that fit are taken by rank; if 3 s or more are left then, the
    best of the others fills them, cut down around its peak. The funniest is never left out.
    Crossfades count: two pieces share their seconds.

    Args:
        video: The video; what is outside it is left out.
        highlights: Ranked highlights; those that are not kept count as ranks only.
        fps: Frames a second of the reel.
        options: What is wanted.

    Raises:
        OptionError: If there is nothing to show.
    """
    spans = _merged(_inside(video, highlights, fps)[: options.best], fps)
    if not spans:
        raise OptionError(
            "there is no moment to show: none is kept, or none lies inside the video. "
            "Keep some on the page, or analyse with a lower --threshold."
        )
    chosen = _fitting(spans, fps, options) if options.length_s else spans
    return _arranged(chosen, fps, options)


def _inside(video: VideoInfo, highlights: Sequence[Highlight], fps: Fraction) -> list[_Span]:
    """Moments that are kept, by rank, without what is after the video's end."""
    # A header may not say how long the video is.
    end_s = video.duration_s or float("inf")
    spans = [
        _Span(rank, h, h.start_s, min(h.end_s, end_s))
        for rank, h in enumerate(highlights, 1)
        if h.kept
    ]
    return [span for span in spans if _frames(span, fps) > 0]


def _merged(spans: Sequence[_Span], fps: Fraction) -> list[_Span]:
    """By rank; what overlaps or touches is one: nobody wants to see the same laugh twice."""
    merged: list[_Span] = []
    for span in sorted(spans, key=lambda s: s.start_s):
        if merged and span.start_s < merged[-1].end_s + 1 / fps:
            merged[-1] = _both(merged[-1], span)
        else:
            merged.append(span)
    return sorted(merged, key=lambda s: s.rank)


def _both(first: _Span, second: _Span) -> _Span:
    better = min(first, second, key=lambda s: s.rank)
    return replace(better, start_s=first.start_s, end_s=max(first.end_s, second.end_s))


def _fitting(spans: Sequence[_Span], fps: Fraction, options: ReelOptions) -> list[_Span]:
    """What fills the wanted length: whole spans, and one cut down where that is worth it."""
    most = Rate(fps).frame_at(options.length_s or 0.0)
    chosen, others = [_cut_down(spans[0], most, fps)], list[_Span]()
    for span in spans[1:]:
        fits = _arranged([*chosen, span], fps, options).frames <= most
        (chosen if fits else others).append(span)
    return _filled(chosen, others[0], most, fps, options) if others else chosen


def _filled(
    chosen: list[_Span], span: _Span, most: int, fps: Fraction, options: ReelOptions
) -> list[_Span]:
    """With a part of one more span, if there is room for a part that is worth it."""
    total = _arranged([*chosen, span], fps, options).frames
    part = _frames(span, fps) - (total - most)
    if part < _LEAST_S * fps:
        return chosen
    return [*chosen, _cut_down(span, part, fps)]


def _cut_down(span: _Span, frames: int, fps: Fraction) -> _Span:
    """At most so many frames around the peak, as much of it before the peak as it was."""
    length_s = span.end_s - span.start_s
    kept = min(1.0, float(frames / fps) / length_s)
    peak_s = min(span.highlight.peak_s, span.end_s)
    start_s = peak_s - kept * (peak_s - span.start_s)
    return replace(span, start_s=start_s, end_s=start_s + kept * length_s)


def _frames(span: _Span, fps: Fraction) -> int:
    return max(0, Rate(fps).frame_at(span.end_s - span.start_s))


def _arranged(spans: Sequence[_Span], fps: Fraction, options: ReelOptions) -> ReelPlan:
    """The pieces in their order, overlapping by their crossfades."""
    key = (lambda s: s.rank) if options.order == RANK else (lambda s: s.start_s)
    pieces = [
        Piece(s.rank, s.highlight, s.start_s, _frames(s, fps)) for s in sorted(spans, key=key)
    ]
    longest = round(options.crossfade_s * fps)
    fades = [min(longest, a.frames // 2, b.frames // 2) for a, b in pairwise(pieces)]
    placed, at = [], 0
    for piece, before, after in zip(pieces, [0, *fades], [*fades, 0], strict=True):
        at -= before
        placed.append(replace(piece, at=at, fade_in=before, fade_out=after))
        at += piece.frames
    return ReelPlan(fps, tuple(placed))
