"""What cannot be handed over is refused, with what to do about it."""

from fractions import Fraction

import pytest

from funny.errors import FunnyError, OptionError
from funny.moments.handoff.formats import FORMATS, export, exported
from funny.moments.handoff.values import ExportOptions
from funny.records import Highlight
from funny.verbs import export as verb
from tests.moments.handoff.planted import FOUND, SOUNDS, analysis, source

PROJECTS = ("edl", "fcpxml", "premiere", "otio")


def moment(start_s, end_s, **other):
    return Highlight(start_s, end_s, start_s, 0.9, **other)


@pytest.mark.parametrize(
    ("found", "options", "words"),
    [
        pytest.param([], {}, "lower --threshold", id="none"),
        pytest.param([moment(1, 2, kept=False)], {}, "1 were not kept: --all", id="none-kept"),
        pytest.param([moment(1, 5), moment(4, 8)], {}, "1 and 2 overlap at 00:00:04", id="overlap"),
        pytest.param([moment(1, 5), moment(1, 5)], {}, "overlap", id="twice"),
        pytest.param([moment(95, 101)], {}, "beyond the end of the video", id="beyond-the-end"),
        pytest.param([moment(200, 201)], {}, "beyond the end of the video", id="far-beyond"),
        pytest.param([moment(1, 5)], {"mode": "both"}, "--mode both", id="mode"),
        pytest.param([moment(1, 5)], {"handles_s": -1.0}, "--handles", id="handles"),
        pytest.param([moment(1, 5)], {"handles_s": float("nan")}, "--handles", id="handles-nan"),
        pytest.param([moment(1, 5)], {"language": "fr"}, "--language", id="language"),
        pytest.param([moment(1, 5)], {"timeline_start": "1 h"}, "no timecode", id="start"),
        pytest.param([moment(1, 5)], {"timeline_start": "00:00:00:25"}, "25 frames", id="start-25"),
    ],
)
@pytest.mark.parametrize("name", PROJECTS)
def test_it_is_said(name, found, options, words):
    with pytest.raises(FunnyError, match=r".*\.$") as raised:
        chosen = ExportOptions(**{"mode": "cut", **options})
        export(analysis(found, 100.0), name, chosen, source(length_s=100.0))
    assert words in str(raised.value)


def test_spans_that_end_before_they_begin_cannot_be():
    with pytest.raises(ValueError, match="0 <= start < end"):
        moment(5, 4)


def test_a_picture_that_ends_early_is_said():
    with pytest.raises(FunnyError, match="after the picture has ended"):
        export(analysis([moment(50, 60)], 100.0), "edl", ExportOptions(), source(length_s=40.0))


@pytest.mark.parametrize("name", [f.id for f in FORMATS if "cut" not in f.modes])
def test_lists_of_the_video_are_not_cut(name):
    with pytest.raises(OptionError, match="Leave --mode out"):
        export(analysis(), name, ExportOptions("cut"), source())


@pytest.mark.parametrize("name", ["edl", "davinci"])
def test_an_edl_holds_999_events(name):
    found = [moment(n, n + 0.5) for n in range(1000)]
    with pytest.raises(OptionError, match="999 events"):
        export(analysis(found), name, ExportOptions(), source())


def test_timecode_ends_after_a_day():
    late = analysis([moment(86_300, 86_399)], 90_000)
    options = ExportOptions(timeline_start="23:59:00:00")
    with pytest.raises(OptionError, match="24 hours"):
        export(late, "edl", options, source(length_s=90_000.0))


def test_overlapping_moments_can_be_marked():
    found = [moment(1, 5), moment(4, 8)]
    for name in PROJECTS:
        export(analysis(found), name, ExportOptions("mark"), source())


def test_moments_that_touch_show_a_frame_once():
    found = [moment(1.0, 2.01), moment(2.01, 3.0)]
    text = export(analysis(found), "edl", ExportOptions(), source(Fraction(25))).decode()
    codes = [line.split()[4:6] for line in text.splitlines() if line[:3].isdecimal()]
    assert codes == [["00:00:01:00", "00:00:02:01"], ["00:00:02:01", "00:00:03:00"]]


def test_handles_share_what_is_between_two():
    found = [moment(10, 12), moment(13, 15)]
    file = export(analysis(found), "audacity", ExportOptions(handles_s=5.0)).decode()
    spans = [line.split("\t")[:2] for line in file.splitlines()]
    assert [[float(t) for t in span] for span in spans] == [[5, 12.5], [12.5, 20]]


def test_more_sound_than_an_edl_holds_is_said():
    file = exported(analysis(), "edl", ExportOptions(), source(sounds=SOUNDS * 2))
    assert any("four sound channels and the video 8" in note for note in file.notes)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param({"is_variable": True}, "frame rate varies", id="variable"),
        pytest.param({"pace_hz": Fraction(15)}, "15.00 pictures a second", id="15-in-30"),
        pytest.param({"pace_hz": Fraction(0), "width": 0, "height": 0}, "no picture", id="sound"),
    ],
)
def test_a_rate_that_is_not_the_videos_is_said(given, words):
    file = exported(analysis(), "fcpxml", ExportOptions(), source(Fraction(30), **given))
    assert words in file.notes[0]


def test_the_command_line_knows_every_format():
    assert tuple(f.id for f in FORMATS) == verb.FORMATS


@pytest.mark.parametrize("chosen", FORMATS, ids=lambda f: f.id)
def test_every_format_says_what_it_is_for(chosen):
    assert set(chosen.purpose) == {"en", "ko"}
    assert all(chosen.purpose.values())


@pytest.mark.parametrize("title", ["a | b", "<&>\"'", "한\n줄", "\x00\x07", "9 lives", "x" * 500])
@pytest.mark.parametrize("chosen", FORMATS, ids=lambda f: f.id)
def test_any_name_of_a_video_is_held(chosen, title, tmp_path):
    path = tmp_path / f"{title}.mp4".replace("/", "")
    given = analysis(FOUND, path=path)
    text = export(given, chosen.id, ExportOptions(only_kept=False), source()).decode()
    assert "\x00" not in text and "\x07" not in text
