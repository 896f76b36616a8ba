"""What Final Cut and Premiere ask of the shape of their files."""

import re
from fractions import Fraction
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest

from funny.moments.handoff.formats import export
from funny.moments.handoff.rates import STANDARD
from funny.moments.handoff.values import ExportOptions
from tests.moments.handoff.planted import KEPT, PATH, RATES, SOUNDS, analysis, source

# What Apple's DTD of FCPXML 1.10 allows of the elements that are written here (1.11 was not to be
# had): children in their order, attributes that must be there, and those that may.
CLIP = {"name", "offset", "start", "duration", "tcFormat"}
SHAPE = {
    "fcpxml": ("resources library", {"version"}, set()),
    "resources": ("format* asset format*", set(), set()),
    "format": ("", {"id"}, {"name", "frameDuration", "width", "height"}),
    "asset": (
        "media-rep+",
        {"id"},
        {
            *("name", "start", "duration", "hasVideo", "format", "hasAudio"),
            *("videoSources", "audioSources", "audioChannels", "audioRate"),
        },
    ),
    "media-rep": ("", {"src"}, {"kind"}),
    "library": ("event*", set(), set()),
    "event": ("project*", set(), {"name"}),
    "project": ("sequence", set(), {"name"}),
    "sequence": (
        "note? spine",
        {"format"},
        {"duration", "tcStart", "tcFormat", "audioLayout", "audioRate"},
    ),
    "spine": ("asset-clip*", set(), set()),
    "asset-clip": ("note? conform-rate? marker* audio-channel-source*", {"ref"}, CLIP),
    "note": ("", set(), set()),
    "conform-rate": ("", set(), {"scaleEnabled", "srcFrameRate"}),
    "marker": ("", {"start", "value"}, {"duration", "note"}),
    "audio-channel-source": ("", {"srcCh"}, {"role"}),
}
CHOICES = {
    "tcFormat": {"DF", "NDF"},
    "audioLayout": {"mono", "stereo", "surround"},
    "scaleEnabled": {"0", "1"},
    "srcFrameRate": set(["23.98", "24", "25", "29.97", "30", "47.95", "48", "50", "59.94", "60"]),
    "kind": {"original-media", "proxy-media"},
}
CASES = [
    pytest.param({}, {"mode": "cut"}, id="cut"),
    pytest.param({}, {"mode": "mark"}, id="mark"),
    pytest.param({"sounds": ()}, {"mode": "cut"}, id="silent"),
    pytest.param({"width": 0, "height": 0, "pace_hz": Fraction(0)}, {}, id="sound-alone"),
    pytest.param({}, {"fps": STANDARD["59.94"]}, id="another-rate"),
    pytest.param({"timecode": "10:00:00:00"}, {}, id="timecode"),
]


def assert_shaped(element):
    children, needed, allowed = SHAPE[element.tag]
    pattern = "".join(
        rf"(?:{name.rstrip('*?+')} ){name[-1] if name[-1] in '*?+' else ''}"
        for name in children.split()
    )
    assert re.fullmatch(pattern, "".join(f"{child.tag} " for child in element))
    assert needed <= set(element.keys()) <= needed | allowed
    for name, value in element.items():
        assert value in CHOICES.get(name, {value})
    for child in element:
        assert_shaped(child)


@pytest.mark.parametrize(("video", "options"), CASES)
@pytest.mark.parametrize("fps", [fps for _, fps in RATES], ids=[name for name, _ in RATES])
def test_final_cut_gets_what_it_allows(fps, video, options):
    text = export(analysis(), "fcpxml", ExportOptions(**options), source(fps, **video)).decode()
    root = ElementTree.fromstring(text)
    assert text.splitlines()[:2] == ['<?xml version="1.0" encoding="UTF-8"?>', "<!DOCTYPE fcpxml>"]
    assert root.get("version") == "1.11"
    assert_shaped(root)


@pytest.mark.parametrize(("video", "options"), CASES)
@pytest.mark.parametrize("fps", [fps for _, fps in RATES], ids=[name for name, _ in RATES])
def test_final_cuts_times_are_whole_frames(fps, video, options):
    text = export(analysis(), "fcpxml", ExportOptions(**options), source(fps, **video)).decode()
    counted = options.get("fps", fps)
    root = ElementTree.fromstring(text)
    for element in (*root.iter("sequence"), *root.iter("asset-clip"), *root.iter("marker")):
        for name in {"offset", "duration", "tcStart"} & set(element.keys()):
            assert (Fraction(element.get(name).removesuffix("s")) * counted).denominator == 1
    ids = {element.get("id") for element in root.find("resources")}
    refs = {element.get(n) for element in root.iter() for n in ("ref", "format")} - {None}
    assert refs <= ids


@pytest.mark.parametrize("name", ["fcpxml", "premiere", "otio"])
def test_the_file_is_named_by_an_address_that_leads_to_it(name):
    text = export(analysis(), name, ExportOptions(), source()).decode()
    addresses = set(re.findall(r"file://[^\"<]+", text))
    [address] = addresses
    assert "#" not in address and " " not in address
    assert unquote(urlsplit(address).path) == str(PATH)


def premiere(**video):
    return ElementTree.fromstring(
        export(analysis(), "premiere", ExportOptions(), source(STANDARD["29.97"], **video))
    )


def test_premiere_gets_a_track_for_every_channel():
    root = premiere()
    channels = sum(sound.channels for sound in SOUNDS)
    tracks = root.findall(".//sequence/media/audio/track")
    assert len(tracks) == channels == 4
    for number, track in enumerate(tracks, 1):
        clips = track.findall("clipitem")
        assert len(clips) == len(KEPT)
        assert {c.findtext("sourcetrack/trackindex") for c in clips} == {str(number)}


def test_premiere_moves_picture_and_sound_as_one():
    root = premiere()
    ids = {clip.get("id") for clip in root.iter("clipitem")}
    for clip in root.iter("clipitem"):
        linked = [link.findtext("linkclipref") for link in clip.findall("link")]
        assert len(set(linked)) == len(linked) == 5
        assert clip.get("id") in linked and set(linked) <= ids
        assert len(clip.findall("rate")) == 1


@pytest.mark.parametrize(
    ("name", "base", "ntsc"),
    [("23.976", "24", "TRUE"), ("25", "25", "FALSE"), ("59.94", "60", "TRUE")],
)
def test_premiere_is_told_the_rate(name, base, ntsc):
    text = export(analysis(), "premiere", ExportOptions(), source(STANDARD[name]))
    root = ElementTree.fromstring(text)
    rates = {(r.findtext("timebase"), r.findtext("ntsc")) for r in root.iter("rate")}
    assert rates == {(base, ntsc)}


def test_premiere_is_told_of_drop_frame():
    assert {e.text for e in premiere().iter("displayformat")} == {"DF"}
    undropped = premiere(timecode="01:00:00:00")
    assert {e.text for e in undropped.iter("displayformat")} == {"NDF"}
