"""Project files read back by programs that are not ours: pieces and marks in frames.

A piece is (first frame of the video, frame after its last, its first frame on the timeline), a mark
(first frame on the timeline, its length, title); frames count from 0 wherever timecodes begin.
"""

import re
from fractions import Fraction
from xml.etree import ElementTree

import opentimelineio as otio


def from_edl(text, fps, start, source_start):
    """By OpenTimelineIO's adapter for CMX 3600; the locators by their timecodes."""
    timeline = otio.adapters.read_from_string(text, "cmx_3600", rate=float(fps))
    found = {tuple(_pieces(track, 0)) for track in timeline.tracks}
    assert len(found) == 1
    pieces = [(a - source_start, b - source_start, at) for a, b, at in found.pop()]
    marks = [
        (frame_of(code, fps) - start, None, title)
        for code, title in re.findall(r"^\* LOC: (\S+) \w+ +(.+?):", text, re.M)
    ]
    return pieces, marks


def from_markers(text, fps, start):
    """The marks of DaVinci Resolve's list: the timecode, and what its second line says."""
    pattern = r"^\d{3} .* (\S+) \S+ +\n.*\|M:(.*) \|D:(\d+)$"
    return [
        (frame_of(code, fps) - start, int(length), title)
        for code, title, length in re.findall(pattern, text, re.M)
    ]


def frame_of(code, fps):
    """The frame of a timecode, by OpenTimelineIO."""
    return round(otio.opentime.from_timecode(code, float(fps)).value)


def from_otio(text, source_start_s):
    """By OpenTimelineIO: every track has the same pieces."""
    return _of_timeline(otio.adapters.read_from_string(text, "otio_json"), source_start_s)


def from_premiere(text, source_start_s):
    """By OpenTimelineIO's adapter for Final Cut Pro 7."""
    return _of_timeline(otio.adapters.read_from_string(text, "fcp_xml"), source_start_s)


def _of_timeline(timeline, source_start_s):
    found = {tuple(_pieces(track, source_start_s)) for track in timeline.tracks}
    assert len(found) == 1
    marks = [
        (round(m.marked_range.start_time.value), round(m.marked_range.duration.value), m.name)
        for m in timeline.tracks.markers
    ]
    return list(found.pop()), sorted(marks)


def _pieces(track, source_start_s):
    for clip in track.find_clips():
        source, at = clip.source_range, track.range_of_child(clip).start_time
        offset = float(source_start_s) * source.start_time.rate
        first = round(source.start_time.value - offset)
        yield first, first + round(source.duration.value), round(at.value)


def from_fcpxml(text, fps, source_start_s):
    """By the rules of FCPXML: times are fractions of seconds, markers on the clip's own clock."""
    root = ElementTree.fromstring(text)
    start = _time(root.find(".//sequence").get("tcStart"))
    pieces, marks = [], []
    for clip in root.iter("asset-clip"):
        inside, length = _time(clip.get("start")), _time(clip.get("duration"))
        at = whole((_time(clip.get("offset")) - start) * fps)
        first = whole((inside - source_start_s) * fps)
        pieces.append((first, first + whole(length * fps), at))
        for mark in clip.iter("marker"):
            begins = at + whole((_time(mark.get("start")) - inside) * fps)
            marks.append((begins, whole(_time(mark.get("duration")) * fps), mark.get("value")))
    return pieces, sorted(marks)


def _time(text):
    return Fraction(text.removesuffix("s"))


def whole(frames):
    """A number of frames, which must be whole."""
    assert Fraction(frames).denominator == 1, frames
    return int(frames)
