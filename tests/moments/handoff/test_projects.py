"""Project files, read back by other programs, hold every moment to the frame, at every rate."""

from fractions import Fraction
from itertools import accumulate

import pytest

from funny.moments.handoff.formats import export
from funny.moments.handoff.rates import STANDARD, Rate, can_drop
from funny.moments.handoff.values import ExportOptions
from tests.moments.handoff.planted import KEPT, LENGTH_S, RATES, analysis, frames, source
from tests.moments.handoff.readers import (
    from_edl,
    from_fcpxml,
    from_markers,
    from_otio,
    from_premiere,
)

TITLES = ["Funny #3", "Funny #2", "Funny #1"]
PROJECTS = ("edl", "fcpxml", "premiere", "otio")
CODES = {"no-code": "", "from-an-hour": "01:00:00:00", "drop": "01:00:00;00"}


def cases():
    """Every rate, with and without a timecode of the camera's; drop-frame where there is such."""
    for name, fps in RATES:
        for kind, code in CODES.items():
            if kind != "drop" or can_drop(fps):
                yield pytest.param(fps, code, id=f"{name}-{kind}")


def read_back(name, fps, code, mode, **options):
    """Pieces and marks of an export, by a reader that is not ours."""
    video = source(fps, timecode=code)
    options = ExportOptions(mode=mode, **options)
    text = export(analysis(), name, options, video).decode()
    rate = Rate(fps, can_drop(fps) and (not code or ";" in code))
    first = rate.frame_of(code) if code else 0
    first_s = Rate(fps, ";" in code).seconds(first) if code else Fraction(0)
    if name == "edl":
        return from_edl(text, fps, rate.frame_of("01:00:00:00"), first)
    if name == "fcpxml":
        return from_fcpxml(text, fps, first_s)
    return {"otio": from_otio, "premiere": from_premiere}[name](text, first_s)


@pytest.mark.parametrize("name", PROJECTS)
@pytest.mark.parametrize(("fps", "code"), cases())
def test_the_moments_alone_are_cut_to_the_frame(name, fps, code):
    pieces, marks = read_back(name, fps, code, "cut")
    spans = [frames(fps, moment) for moment in KEPT]
    lengths = [last - first for first, last in spans]
    at = [0, *accumulate(lengths)][:-1]
    assert pieces == [(*span, where) for span, where in zip(spans, at, strict=True)]
    assert [(first, title) for first, _, title in marks] == list(zip(at, TITLES, strict=True))
    if name != "edl":  # its locators have no length
        assert [length for _, length, _ in marks] == lengths


@pytest.mark.parametrize("name", PROJECTS)
@pytest.mark.parametrize(("fps", "code"), cases())
def test_the_whole_video_is_marked_to_the_frame(name, fps, code):
    pieces, marks = read_back(name, fps, code, "mark")
    assert pieces == [(0, round(LENGTH_S * fps), 0)]
    assert [(first, title) for first, _, title in marks] == [
        (frames(fps, moment)[0], title) for moment, title in zip(KEPT, TITLES, strict=True)
    ]


@pytest.mark.parametrize(("name", "fps"), [pytest.param(n, f, id=n) for n, f in RATES])
def test_resolve_gets_every_mark(name, fps):
    text = export(analysis(), "davinci", ExportOptions(), source(fps)).decode()
    start = Rate(fps, can_drop(fps)).frame_of("01:00:00:00")
    spans = [frames(fps, moment) for moment in KEPT]
    wanted = [(a, b - a, title) for (a, b), title in zip(spans, TITLES, strict=True)]
    assert from_markers(text, fps, start) == wanted


@pytest.mark.parametrize("name", PROJECTS)
def test_handles_are_added_on_both_sides(name):
    fps = STANDARD["29.97"]
    pieces, marks = read_back(name, fps, "", "cut", handles_s=2.0)
    spans = [frames(fps, moment, 2.0) for moment in KEPT]
    assert [piece[:2] for piece in pieces] == spans
    # The marks stay where the moments are.
    inner = [frames(fps, moment)[0] - span[0] for moment, span in zip(KEPT, spans, strict=True)]
    assert [mark[0] - piece[2] for mark, piece in zip(marks, pieces, strict=True)] == inner


@pytest.mark.parametrize("name", ["fcpxml", "otio", "premiere"])
def test_a_timeline_of_another_rate_shows_the_same_moments(name):
    fps = STANDARD["25"]
    text = export(analysis(), name, ExportOptions("cut", fps=fps), source(STANDARD["30"])).decode()
    read = {
        "fcpxml": lambda: from_fcpxml(text, fps, 0),
        "otio": lambda: from_otio(text, 0),
        "premiere": lambda: from_premiere(text, 0),
    }
    pieces, _ = read[name]()
    assert [piece[:2] for piece in pieces] == [frames(fps, moment) for moment in KEPT]
