"""Moments → a timeline in whole frames of the video; pure arithmetic, nothing is read or written.

A moment begins with the frame that is on screen at its start, and ends before the first frame that
begins at its end or later: as the clips are cut.
"""

from dataclasses import replace
from fractions import Fraction

from funny.errors import MediaError
from funny.grid import clock
from funny.moments.handoff.rates import Rate, can_drop, is_drop
from funny.moments.handoff.values import CUT, Listing, Mark, Moment, Piece, Plan, Source


def plan(listing: Listing, source: Source, mode: str, custom_start: str) -> Plan:
    """Lays the moments on a timeline.

    Args:
        listing: The moments.
        source: The video.
        mode: `cut` or `mark`.
        custom_start: Timecode at which such timelines begin, where the options name none.

    Raises:
        MediaError: If a moment begins after the picture has ended.
        OptionError: If a timecode is none at this rate.
    """
    fps = listing.options.fps or source.fps
    rate = Rate(fps, can_drop(fps) and (not source.timecode or is_drop(source.timecode)))
    frames = max(1, round(source.length_s * fps))
    lay = _cut if mode == CUT else _marked
    return Plan(
        name=listing.name,
        rate=rate,
        source=source,
        source_start=_source_start(source, rate),
        source_start_s=_source_start_s(source),
        source_length=frames,
        start=rate.frame_of(listing.options.timeline_start or custom_start),
        pieces=lay(listing.moments, rate, frames),
        language=listing.options.language,
    )


def _source_start(source: Source, rate: Rate) -> int:
    """The first frame's label; at another rate, the same label with its frames scaled."""
    if not source.timecode:
        return 0
    seconds, frames = source.timecode[:-2], int(source.timecode[-2:])
    scaled = frames * rate.base // round(source.fps)
    return rate.frame_of(f"{seconds}{scaled:02d}")


def _source_start_s(source: Source) -> Fraction:
    own = Rate(source.fps, can_drop(source.fps) and is_drop(source.timecode))
    return own.seconds(own.frame_of(source.timecode)) if source.timecode else Fraction(0)


def _cut(moments: tuple[Moment, ...], rate: Rate, frames: int) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    shown, at = 0, 0
    for moment in moments:
        first, last = _span(moment, moment.start_s, moment.end_s, rate, frames)
        # Where two moments touch within a frame, it is shown once.
        first = max(first, min(shown, last - 1))
        inner = _span(moment, moment.highlight.start_s, moment.highlight.end_s, rate, frames)
        mark = Mark(at + max(first, inner[0]) - first, at + inner[1] - first, moment)
        pieces.append(Piece(first, last, at, (mark,)))
        shown, at = last, at + last - first
    return tuple(pieces)


def _marked(moments: tuple[Moment, ...], rate: Rate, frames: int) -> tuple[Piece, ...]:
    marks = (Mark(*_span(m, m.start_s, m.end_s, rate, frames), m) for m in moments)
    return (Piece(0, frames, 0, tuple(marks)),)


def _span(moment: Moment, start_s: float, end_s: float, rate: Rate, frames: int) -> tuple[int, int]:
    first = rate.frame_at(start_s)
    if first >= frames:
        raise MediaError(
            f"moment {moment.rank} begins at {clock(start_s)}, after the picture has ended "
            f"({clock(float(rate.seconds(frames)))}). Leave it out, or move its edge."
        )
    return first, max(first + 1, min(frames, rate.frame_after(end_s)))


def on_timeline(listing: Listing, made: Plan) -> Listing:
    """The same moments, at their times on the timeline that was cut."""
    moments = tuple(
        replace(
            piece.marks[0].moment,
            start_s=float(made.rate.seconds(piece.at)),
            end_s=float(made.rate.seconds(piece.end)),
        )
        for piece in made.pieces
    )
    return replace(listing, moments=moments, length_s=float(made.rate.seconds(made.length)))
