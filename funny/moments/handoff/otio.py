"""Timeline → OpenTimelineIO, and by its adapter for Final Cut Pro 7 the XML that Premiere opens."""

from typing import Any
from xml.etree import ElementTree

from funny.extras import extra
from funny.moments.handoff import words
from funny.moments.handoff.media import url_of
from funny.moments.handoff.values import Mark, Piece, Plan

_FCP7 = "fcp_xml"
_RESOLVE = "Resolve_OTIO"
_STEREO = 2


def otio_json(plan: Plan) -> str:
    """An `.otio` file: the picture on one track, and a track for every sound track of the video.

    Raises:
        OptionError: If OpenTimelineIO is not installed.
    """
    with extra("export"):
        import opentimelineio as otio
    sounds = [_sound_track(plan, number) for number in range(len(plan.source.sounds))]
    timeline = _timeline(plan, [*_picture_tracks(plan, {}), *sounds])
    timeline.metadata[_RESOLVE] = {"Resolve OTIO Meta Version": "1.0"}
    return otio.adapters.write_to_string(timeline, "otio_json")


def _timeline(plan: Plan, tracks: list[Any]) -> Any:
    import opentimelineio as otio

    timeline = otio.schema.Timeline(plan.name, global_start_time=_time(plan, plan.start))
    timeline.tracks.extend(tracks)
    timeline.tracks.markers.extend(_marker(plan, mark) for mark in plan.marks)
    return timeline


def _time(plan: Plan, frame: float) -> Any:
    from opentimelineio.opentime import RationalTime

    return RationalTime(frame, float(plan.rate.fps))


def _range(plan: Plan, first: float, length: int) -> Any:
    from opentimelineio.opentime import TimeRange

    return TimeRange(_time(plan, first), _time(plan, length))


def _marker(plan: Plan, mark: Mark) -> Any:
    import opentimelineio as otio

    moment = mark.moment
    return otio.schema.Marker(
        name=moment.title,
        marked_range=_range(plan, mark.first, mark.last - mark.first),
        color=moment.colour,
        comment=moment.note,
        metadata={_FCP7: {"comment": moment.note}},
    )


def _track(plan: Plan, kind: str, name: str, metadata: Any, of_clip: Any) -> Any:
    """A track with a clip for every piece; `of_clip` gives the metadata of the n-th, from 1."""
    import opentimelineio as otio

    track = otio.schema.Track(name, kind=kind, metadata=metadata)
    for number, piece in enumerate(plan.pieces, 1):
        track.append(_clip(plan, piece, of_clip(number)))
    return track


def _clip(plan: Plan, piece: Piece, metadata: Any) -> Any:
    import opentimelineio as otio

    name = piece.marks[0].moment.title if len(piece.marks) == 1 else plan.name
    span = _range(plan, float(plan.source_start_s * plan.rate.fps) + piece.first, piece.length)
    return otio.schema.Clip(name, _media(plan), span, metadata=metadata)


def _media(plan: Plan) -> Any:
    import opentimelineio as otio

    media = otio.schema.ExternalReference(
        url_of(plan.source.path), _whole(plan), metadata={_FCP7: _file(plan)}
    )
    media.name = words.one_line(plan.source.path.name)
    return media


def _whole(plan: Plan) -> Any:
    """All of the video, counted at its own rate, whatever the timeline's is."""
    from opentimelineio.opentime import RationalTime, TimeRange

    fps = plan.source.fps
    first, length = (
        round(plan.source_start_s * fps),
        round(plan.source_length * fps / plan.rate.fps),
    )
    return TimeRange(RationalTime(first, float(fps)), RationalTime(length, float(fps)))


def _picture_tracks(plan: Plan, metadata: Any) -> list[Any]:
    if not plan.source.has_picture:
        return []
    linked = lambda number: {_RESOLVE: {"Link Group ID": number}}  # noqa: E731
    return [_track(plan, "Video", "V1", metadata, linked)]


def _sound_track(plan: Plan, index: int) -> Any:
    """A sound track; Resolve reads from its metadata which one of the file is meant."""
    sound = plan.source.sounds[index]
    channels = [{"Source Channel ID": c, "Source Track ID": index} for c in range(sound.channels)]
    kind = "Stereo" if sound.channels == _STEREO else "Mono"

    def of_clip(number: int) -> Any:
        return {_RESOLVE: {"Channels": channels, "Link Group ID": number}}

    return _track(plan, "Audio", f"A{index + 1}", {_RESOLVE: {"Audio Type": kind}}, of_clip)


def premiere(plan: Plan) -> str:
    """The XML of Final Cut Pro 7, version 4, as Premiere Pro opens it.

    The adapter writes it; what it has no word for is put into the metadata that it copies, and the
    links between picture and sound, which it drops, are added after it.

    Raises:
        OptionError: If OpenTimelineIO or the adapter is not installed.
    """
    with extra("export"):
        import opentimelineio as otio
        import otio_fcp_adapter  # noqa: F401
    timeline = _timeline(plan, [*_picture_tracks(plan, {}), *_channel_tracks(plan)])
    timeline.metadata[_FCP7] = _sequence(plan)
    root = ElementTree.fromstring(otio.adapters.write_to_string(timeline, _FCP7))
    _finish(root)
    ElementTree.indent(root, "    ")
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n{text}\n'


def _channel_tracks(plan: Plan) -> list[Any]:
    """A track for every channel, as Premiere has it: the two of a stereo track belong together."""
    tracks, source_channel = [], 1
    for number, sound in enumerate(plan.source.sounds, 1):
        for channel in range(sound.channels):
            name = f"A{number}"
            tracks.append(_channel_track(plan, name, channel, sound.channels, source_channel))
            source_channel += 1
    return tracks


def _channel_track(plan: Plan, name: str, channel: int, channels: int, source_channel: int) -> Any:
    kind = "stereo" if channels == _STEREO else "mono"
    track = {
        "@premiereTrackType": kind.capitalize(),
        "@currentExplodedTrackIndex": str(channel if channels == _STEREO else 0),
        "@totalExplodedTrackCount": str(channels if channels == _STEREO else 1),
        "outputchannelindex": str(1 + channel % _STEREO),
    }
    clip = {
        "@premiereChannelType": kind,
        "sourcetrack": {"mediatype": "audio", "trackindex": str(source_channel)},
    }
    return _track(plan, "Audio", name, {_FCP7: track}, lambda number: {_FCP7: clip})


def _code(plan: Plan) -> dict[str, str]:
    return {"displayformat": "DF" if plan.rate.drop else "NDF"}


def _file(plan: Plan) -> dict[str, Any]:
    """What the file holds; Premiere asks for every sound track and its channels."""
    media: dict[str, Any] = {"video": _picture(plan)} if plan.source.has_picture else {}
    media["audio"] = [
        {
            "samplecharacteristics": {"depth": "16", "samplerate": str(sound.rate)},
            "channelcount": str(sound.channels),
        }
        for sound in plan.source.sounds
    ]
    return {"media": media, "timecode": _code(plan)}


def _picture(plan: Plan) -> dict[str, Any]:
    shape = {"width": str(plan.source.width), "height": str(plan.source.height)}
    pixels = {"anamorphic": "FALSE", "pixelaspectratio": "square", "fielddominance": "none"}
    rate = {"timebase": str(plan.rate.base), "ntsc": _is_ntsc(plan)}
    return {"samplecharacteristics": {"rate": rate, **shape, **pixels}}


def _is_ntsc(plan: Plan) -> str:
    return "FALSE" if plan.rate.fps.denominator == 1 else "TRUE"


def _sequence(plan: Plan) -> dict[str, Any]:
    rate = plan.source.sounds[0].rate if plan.source.sounds else 48_000
    outputs = [
        {"index": str(n), "numchannels": "1", "downmix": "0", "channel": {"index": str(n)}}
        for n in (1, 2)
    ]
    audio = {
        "numOutputChannels": "2",
        "format": {"samplecharacteristics": {"depth": "16", "samplerate": str(rate)}},
        "outputs": {"group": outputs},
    }
    video = {"format": _picture(plan)} if plan.source.has_picture else {}
    media = {"video": video, "audio": audio}
    return {"@explodedTracks": "true", "media": media, "timecode": _code(plan)}


def _finish(root: ElementTree.Element) -> None:
    """Links what belongs together, by which an editor moves picture and sound as one."""
    tracks = [
        (kind, number, track.findall("clipitem"))
        for kind in ("video", "audio")
        for number, track in enumerate(root.findall(f".//sequence/media/{kind}/track"), 1)
    ]
    for media in root.iter("media"):
        # Metadata comes back in the order of its names; picture is before sound.
        media[:] = sorted(media, key=lambda part: part.tag != "video")
    for place, together in enumerate(zip(*(clips for _, _, clips in tracks), strict=True), 1):
        for clip in together:
            # The adapter states a clip's rate twice, and the format knows it once.
            clip.remove(clip.findall("rate")[1])
            for (kind, number, _), other in zip(tracks, together, strict=True):
                _add_link(clip, other.attrib["id"], kind, number, place)


def _add_link(clip: ElementTree.Element, to: str, kind: str, track: int, place: int) -> None:
    link = ElementTree.SubElement(clip, "link")
    found = {"linkclipref": to, "mediatype": kind, "trackindex": track, "clipindex": place}
    for tag, value in found.items():
        ElementTree.SubElement(link, tag).text = str(value)
    if kind == "audio":
        ElementTree.SubElement(link, "groupindex").text = "1"
