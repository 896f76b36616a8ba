"""Timeline → FCPXML 1.11, for Final Cut Pro (and DaVinci Resolve).

Written here and not by OpenTimelineIO's adapter (1.0.0): it writes version 1.8, where files are
declared in another way; it leaves a frame's length empty at 24000/1001, 30000/1001 and 60000/1001;
it calls `ffprobe`; and it loses drop-frame, start timecodes, channels and the notes of markers.

Times are fractions of seconds, and whole multiples of the frame's length at every place where Final
Cut asks for that.
"""

from fractions import Fraction
from xml.etree import ElementTree

from funny.moments.handoff.media import url_of
from funny.moments.handoff.rates import STANDARD
from funny.moments.handoff.values import Mark, Piece, Plan

Element = ElementTree.Element

_RATES = {32_000: "32k", 44_100: "44.1k", 48_000: "48k", 88_200: "88.2k", 96_000: "96k"}
_USUAL_RATE = "48k"
_CONFORMED = {**{rate: name for name, rate in STANDARD.items()}, STANDARD["23.976"]: "23.98"}
_SHAPE_WITHOUT_PICTURE = (1920, 1080)


def fcpxml(plan: Plan) -> str:
    """A project in an event of its own: one clip a piece, with its markers and sound tracks."""
    root = ElementTree.Element("fcpxml", version="1.11")
    _add_resources(_sub(root, "resources"), plan)
    event = _sub(_sub(root, "library"), "event", name=plan.name)
    project = _sub(event, "project", name=plan.name)
    spine = _sub(_sub(project, "sequence", **_sequence(plan)), "spine")
    for piece in plan.pieces:
        _add_clip(spine, plan, piece)
    ElementTree.indent(root, "    ")
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n{text}\n'


def _sub(parent: Element, tag: str, **attributes: str) -> Element:
    return ElementTree.SubElement(parent, tag, attributes)


def _time(time_s: Fraction) -> str:
    """Seconds as a fraction: a frame at 29.97 is 1001/30000s."""
    numerator, denominator = time_s.as_integer_ratio()
    return f"{numerator}s" if denominator == 1 else f"{numerator}/{denominator}s"


def _frames(plan: Plan, frames: int) -> str:
    return _time(plan.rate.seconds(frames))


def _in_video(plan: Plan, frame: int) -> str:
    """Where a frame of the video is on the clock of its timecode."""
    return _time(plan.source_start_s + plan.rate.seconds(frame))


def _add_resources(resources: Element, plan: Plan) -> None:
    source = plan.source
    shape = (source.width, source.height) if source.has_picture else _SHAPE_WITHOUT_PICTURE
    _add_format(resources, "r1", plan.rate.fps, shape)
    if _differs(plan):
        _add_format(resources, "r3", source.fps, shape)
    asset = _sub(resources, "asset", id="r2", name=plan.name, **_asset(plan))
    _sub(asset, "media-rep", kind="original-media", src=url_of(source.path))


def _differs(plan: Plan) -> bool:
    return plan.source.has_picture and plan.source.fps != plan.rate.fps


def _add_format(parent: Element, name: str, fps: Fraction, shape: tuple[int, int]) -> None:
    size = {"width": str(shape[0]), "height": str(shape[1])}
    _sub(parent, "format", id=name, frameDuration=_time(1 / fps), **size)


def _asset(plan: Plan) -> dict[str, str]:
    source = plan.source
    found = {
        "start": _in_video(plan, 0),
        "duration": _frames(plan, plan.source_length),
    }
    if source.has_picture:
        # A video at another rate than the timeline has a format of its own.
        own = "r3" if _differs(plan) else "r1"
        found |= {"hasVideo": "1", "videoSources": "1", "format": own}
    if source.sounds:
        found |= {
            "hasAudio": "1",
            "audioSources": str(len(source.sounds)),
            "audioChannels": str(max(sound.channels for sound in source.sounds)),
            "audioRate": str(source.sounds[0].rate),
        }
    return found


def _sequence(plan: Plan) -> dict[str, str]:
    rate = plan.source.sounds[0].rate if plan.source.sounds else 0
    return {
        "format": "r1",
        "duration": _frames(plan, plan.length),
        "tcStart": _frames(plan, plan.start),
        "tcFormat": _code(plan),
        "audioLayout": "stereo",
        "audioRate": _RATES.get(rate, _USUAL_RATE),
    }


def _code(plan: Plan) -> str:
    return "DF" if plan.rate.drop else "NDF"


def _add_clip(spine: Element, plan: Plan, piece: Piece) -> None:
    name = piece.marks[0].moment.title if len(piece.marks) == 1 else plan.name
    clip = _sub(
        spine,
        "asset-clip",
        ref="r2",
        name=name,
        offset=_frames(plan, plan.start + piece.at),
        start=_in_video(plan, piece.first),
        duration=_frames(plan, piece.length),
        tcFormat=_code(plan),
    )
    if len(piece.marks) == 1:
        _sub(clip, "note").text = piece.marks[0].moment.note
    if _differs(plan):
        # Without this, 24 in 25 would be played faster, and the moments would be elsewhere.
        conformed = _CONFORMED[plan.source.fps]
        _sub(clip, "conform-rate", scaleEnabled="0", srcFrameRate=conformed)
    for mark in piece.marks:
        _add_marker(clip, plan, piece, mark)
    _add_sounds(clip, plan)


def _add_marker(clip: Element, plan: Plan, piece: Piece, mark: Mark) -> None:
    # Markers are on the clip's own clock, which is that of the video's timecode.
    _sub(
        clip,
        "marker",
        start=_in_video(plan, piece.first + mark.first - piece.at),
        duration=_frames(plan, mark.last - mark.first),
        value=mark.moment.title,
        note=mark.moment.note,
    )


def _add_sounds(clip: Element, plan: Plan) -> None:
    """Names every sound track: its channels among those of the file, counted from 1."""
    channel = 1
    for number, sound in enumerate(plan.source.sounds, 1):
        those = ", ".join(map(str, range(channel, channel + sound.channels)))
        _sub(clip, "audio-channel-source", srcCh=those, role=f"dialogue.dialogue-{number}")
        channel += sound.channels
