"""Timeline → edit decision lists: CMX 3600, and the marker list of DaVinci Resolve.

Written here and not by OpenTimelineIO's adapter for CMX 3600 (1.0.0): it writes the first track
alone, so that all sound is lost, and refuses more than two sound tracks; it states no frame code
mode, by which an editor knows drop-frame; it takes 29.97 for drop-frame whatever the video says.
"""

from collections.abc import Iterator

from funny.errors import OptionError
from funny.moments.handoff import words
from funny.moments.handoff.values import Mark, Piece, Plan

MOST_CHANNELS = 4
_MOST_EVENTS = 999
_LONGEST_TITLE = 70
_VIDEO = {0: "V", 1: "B", 2: "AA/V"}
_SOUND = {1: "A", 2: "AA"}
_MORE = {3: ("AUD  3",), 4: ("AUD  3    4",)}


def edl(plan: Plan) -> str:
    """A CMX 3600 list: one event a piece, with a locator for every mark.

    Raises:
        OptionError: If it has more events or hours than such a list can hold.
    """
    _check_count(len(plan.pieces))
    lines = _head(plan)
    for number, piece in enumerate(plan.pieces, 1):
        lines += [_event(plan, number, piece), *_MORE.get(_channels(plan), ())]
        # The clip's name is the file's: editors find the media by it.
        lines.append(f"* FROM CLIP NAME:  {words.one_line(plan.source.path.name)}")
        lines += [_locator(plan, mark) for mark in piece.marks]
    return "\n".join([*lines, ""])


def marker_edl(plan: Plan) -> str:
    """A list as DaVinci Resolve writes its timeline's markers: colour, name, note, length.

    Raises:
        OptionError: If it has more events or hours than such a list can hold.
    """
    _check_count(len(plan.marks))
    lines = _head(plan)
    for number, mark in enumerate(plan.marks, 1):
        lines += [*_marker(plan, number, mark), ""]
    return "\n".join(lines)


def left_out(plan: Plan) -> tuple[str, ...]:
    """What to say of sound that an EDL cannot hold."""
    channels = plan.source.channels
    if channels <= MOST_CHANNELS:
        return ()
    return (words.word("channels", plan.language, channels=channels),)


def _check_count(events: int) -> None:
    if events > _MOST_EVENTS:
        raise OptionError(
            f"an EDL holds {_MOST_EVENTS} events, and there are {events}. "
            "Choose --format fcpxml, otio or premiere."
        )


def _head(plan: Plan) -> list[str]:
    code = "DROP FRAME" if plan.rate.drop else "NON-DROP FRAME"
    return [f"TITLE: {plan.name[:_LONGEST_TITLE]}", f"FCM: {code}", ""]


def _channels(plan: Plan) -> int:
    return min(MOST_CHANNELS, plan.source.channels)


def _event(plan: Plan, number: int, piece: Piece) -> str:
    source = (plan.source_start + piece.first, plan.source_start + piece.last)
    record = (plan.start + piece.at, plan.start + piece.end)
    known = _VIDEO if plan.source.has_picture else _SOUND
    channels = known.get(_channels(plan), known[2])
    codes = " ".join(plan.rate.timecode(frame) for frame in (*source, *record))
    # AX is a source without a tape's name.
    return f"{number:03d}  {'AX':<8} {channels:<5} C        {codes}"


def _locator(plan: Plan, mark: Mark) -> str:
    code = plan.rate.timecode(plan.start + mark.first)
    return f"* LOC: {code} {mark.moment.colour:<7} {mark.moment.text}"


def _marker(plan: Plan, number: int, mark: Mark) -> Iterator[str]:
    first = plan.start + mark.first
    codes = f"{plan.rate.timecode(first)} {plan.rate.timecode(first + 1)}"
    moment = mark.moment
    # The note comes first; it would be taken for an event if it began with a digit.
    note, title = (text.replace("|", "/") for text in (moment.note, moment.title))
    colour = moment.colour.capitalize()
    yield f"{number:03d}  001      V     C        {codes} {codes}  "
    yield f"{note} |C:ResolveColor{colour} |M:{title} |D:{mark.last - mark.first}"
