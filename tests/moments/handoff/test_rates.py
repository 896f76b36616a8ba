"""Frames and timecodes at every rate that editors know, compared with OpenTimelineIO's."""

from fractions import Fraction

import pytest
from opentimelineio import opentime

from funny.errors import OptionError
from funny.moments.handoff.rates import (
    STANDARD,
    Rate,
    can_drop,
    nearest,
    nominal,
    rate_name,
    rate_named,
)

RATES = [Rate(fps) for fps in STANDARD.values()]
DROPPING = [Rate(fps, drop=True) for fps in STANDARD.values() if can_drop(fps)]
HOUR_S = 3600


def name(rate):
    return f"{rate_name(rate.fps)}{'-drop' if rate.drop else ''}"


def around(rate):
    """Frames at which labels turn: seconds, minutes, tenths of minutes, hours, to the last."""
    marks_s = (0, 1, 59, 60, 119, 599, 600, 3599, 3600, 35_999, 36_000, 86_399)
    frames = {round(mark * rate.fps) + d for mark in marks_s for d in range(-3, 4)}
    return sorted(f for f in frames if 0 <= f < 86_390 * rate.fps)


@pytest.mark.parametrize(
    ("rate", "frame", "label"),
    [
        pytest.param(Rate(STANDARD["24"]), 0, "00:00:00:00", id="first"),
        pytest.param(Rate(STANDARD["23.976"]), 24 * HOUR_S, "01:00:00:00", id="film-counts-24"),
        pytest.param(Rate(STANDARD["29.97"], True), 1799, "00:00:59;29", id="before-a-minute"),
        pytest.param(Rate(STANDARD["29.97"], True), 1800, "00:01:00;02", id="two-labels-dropped"),
        pytest.param(Rate(STANDARD["29.97"], True), 17_982, "00:10:00;00", id="tenth-minute"),
        pytest.param(Rate(STANDARD["29.97"], True), 107_892, "01:00:00;00", id="an-hour"),
        pytest.param(Rate(STANDARD["59.94"], True), 3600, "00:01:00;04", id="four-labels-dropped"),
        pytest.param(Rate(STANDARD["29.97"]), 107_892, "00:59:56:12", id="an-hour-undropped"),
        pytest.param(Rate(STANDARD["60"]), 60 * 86_399 + 59, "23:59:59:59", id="the-last-one"),
    ],
)
def test_labels_are_those_of_the_standard(rate, frame, label):
    assert rate.timecode(frame) == label
    assert rate.frame_of(label) == frame


@pytest.mark.parametrize("rate", [*RATES, *DROPPING], ids=name)
def test_labels_are_those_of_opentimelineio(rate):
    fps = float(rate.fps)
    for frame in around(rate):
        theirs = opentime.to_timecode(opentime.RationalTime(frame, fps), fps, rate.drop)
        assert rate.timecode(frame) == theirs
        assert rate.frame_of(theirs) == frame


@pytest.mark.parametrize("rate", DROPPING, ids=name)
def test_drop_frame_keeps_to_the_clock(rate):
    for minute in range(0, 24 * 60, 10):
        off_s = float(rate.seconds(rate.frame_of(f"{minute // 60:02}:{minute % 60:02}:00;00")))
        assert abs(off_s - 60 * minute) < 0.1


@pytest.mark.parametrize("rate", [*RATES, *DROPPING], ids=name)
def test_a_frame_is_found_by_its_own_time(rate):
    for frame in around(rate):
        time_s = float(rate.seconds(frame))
        for rounded_s in (time_s, round(time_s, 6), time_s - 1e-6, time_s + 1e-6):
            assert rate.frame_at(rounded_s) == frame
            assert rate.frame_after(rounded_s) == frame
        assert rate.frame_at(time_s + 0.4 / float(rate.fps)) == frame
        assert rate.frame_after(time_s + 0.4 / float(rate.fps)) == frame + 1


@pytest.mark.parametrize(
    ("rate", "label"),
    [
        pytest.param(Rate(STANDARD["24"]), "", id="nothing"),
        pytest.param(Rate(STANDARD["24"]), "one", id="a-word"),
        pytest.param(Rate(STANDARD["24"]), "00:00:00:24", id="frame-too-many"),
        pytest.param(Rate(STANDARD["24"]), "00:60:00:00", id="minute-too-many"),
        pytest.param(Rate(STANDARD["24"]), "24:00:00:00", id="a-day"),
        pytest.param(Rate(STANDARD["29.97"], True), "00:01:00;00", id="dropped-label"),
        pytest.param(Rate(STANDARD["59.94"], True), "00:11:00;03", id="dropped-label-of-four"),
    ],
)
def test_what_is_no_label_is_refused(rate, label):
    with pytest.raises(OptionError, match="no timecode"):
        rate.frame_of(label)


@pytest.mark.parametrize("rate", [*RATES, *DROPPING], ids=name)
def test_no_label_comes_after_a_day(rate):
    day = rate.frame_of("23:59:59:" + str(rate.base - 1)) + 1
    with pytest.raises(OptionError, match="24 hours"):
        rate.timecode(day)


def test_only_two_rates_drop():
    with pytest.raises(ValueError, match="drop"):
        Rate(STANDARD["30"], drop=True)


@pytest.mark.parametrize(
    ("text", "fps"),
    [
        ("23.976", "23.976"),
        ("23.98", "23.976"),
        ("24000/1001", "23.976"),
        ("24", "24"),
        ("25.0", "25"),
        ("29.97", "29.97"),
        ("30", "30"),
        ("59.94", "59.94"),
        ("60", "60"),
    ],
)
def test_rates_are_known_by_their_usual_names(text, fps):
    assert rate_named(text) == STANDARD[fps]


@pytest.mark.parametrize("text", ["", "0", "-25", "nan", "1/0", "15", "48", "120", "quick"])
def test_other_rates_are_refused(text):
    with pytest.raises(OptionError, match="--fps"):
        rate_named(text)


@pytest.mark.parametrize(
    ("fps", "counted_in"),
    [
        (Fraction(15), "30"),
        (Fraction(120), "60"),
        (Fraction(12), "24"),
        (Fraction(48), "24"),
        (Fraction(1), "24"),
        (Fraction(15000, 1001), "29.97"),
        (Fraction(2997, 100), "29.97"),
        (Fraction(30), "30"),
        (Fraction(299, 10), "29.97"),
        (Fraction(100), "50"),
    ],
)
def test_videos_are_counted_in_a_rate_that_fits(fps, counted_in):
    assert nominal(fps) == STANDARD[counted_in]


def test_the_nearest_rate_is_so_in_proportion():
    assert nearest(Fraction(27)) == STANDARD["25"]
