"""A plan shows the funniest, whole where they fit, in whole frames and never twice."""

from fractions import Fraction
from pathlib import Path

import pytest

from funny.errors import OptionError
from funny.moments.reel.plan import plan_reel
from funny.moments.reel.values import ReelOptions
from funny.records import Highlight, VideoInfo

FPS = Fraction(25)
VIDEO = VideoInfo(Path("a.mp4"), 1000.0, 25.0, 64, 64, (), "")


def moment(start_s, end_s, peak_s=None, kept=True):
    return Highlight(start_s, end_s, start_s if peak_s is None else peak_s, 0.9, kept=kept)


def plan(*highlights, fps=FPS, video=VIDEO, **options):
    return plan_reel(video, highlights, fps, ReelOptions(**options))


def shown(planned):
    """Rank, start and end of each piece."""
    return [(p.rank, p.start_s, p.start_s + planned.seconds(p.frames)) for p in planned.pieces]


@pytest.mark.parametrize(
    ("highlights", "options", "expected"),
    [
        pytest.param([moment(5, 9)], {}, [(1, 5, 9)], id="one"),
        pytest.param(
            [moment(50, 54), moment(5, 9)], {}, [(2, 5, 9), (1, 50, 54)], id="order-of-time"
        ),
        pytest.param(
            [moment(50, 54), moment(5, 9)],
            {"order": "rank"},
            [(1, 50, 54), (2, 5, 9)],
            id="order-of-rank",
        ),
        pytest.param(
            [moment(50, 54), moment(5, 9), moment(20, 24)],
            {"best": 2},
            [(2, 5, 9), (1, 50, 54)],
            id="best-2",
        ),
        pytest.param(
            [moment(50, 54, kept=False), moment(5, 9)], {"best": 1}, [(2, 5, 9)], id="not-kept"
        ),
        pytest.param(
            [moment(990, 1010), moment(1000, 1010)], {}, [(1, 990, 1000)], id="past-the-end"
        ),
        pytest.param(
            [moment(20, 30), moment(5, 9), moment(25, 40)],
            {},
            [(2, 5, 9), (1, 20, 40)],
            id="overlap-is-one",
        ),
        pytest.param([moment(20, 30), moment(22, 25)], {}, [(1, 20, 30)], id="inside-another"),
        pytest.param([moment(20, 30), moment(10, 20)], {}, [(1, 10, 30)], id="touching-is-one"),
        pytest.param(
            [moment(20, 30), moment(10, 19.9)], {}, [(2, 10, 19.88), (1, 20, 30)], id="apart"
        ),
    ],
)
def test_what_is_shown(highlights, options, expected):
    got = shown(plan(*highlights, **options))
    assert [rank for rank, *_ in got] == [rank for rank, *_ in expected]
    assert [t for _, *span in got for t in span] == pytest.approx(
        [t for _, *span in expected for t in span]
    )


TEN = [moment(100 * n, 100 * n + 10, 100 * n + 6) for n in range(1, 6)]


@pytest.mark.parametrize(
    ("length_s", "highlights", "expected"),
    [
        pytest.param(4, TEN, [(1, 103.6, 107.6)], id="only-part-of-the-funniest"),
        pytest.param(10, TEN, [(1, 100, 110)], id="exactly-one"),
        pytest.param(12.5, TEN, [(1, 100, 110)], id="too-little-left-for-a-part"),
        pytest.param(15, TEN, [(1, 100, 110), (2, 202.76, 208.16)], id="a-part-fills-the-rest"),
        pytest.param(19.6, TEN, [(1, 100, 110), (2, 200, 210)], id="two-and-the-fade-between-them"),
        pytest.param(1e6, TEN[:2], [(1, 100, 110), (2, 200, 210)], id="more-than-there-is"),
        pytest.param(
            20,
            [moment(100, 110), moment(200, 230), moment(300, 309)],
            [(1, 100, 110), (3, 300, 309)],
            id="one-too-long-is-passed-over",
        ),
    ],
)
def test_to_a_length(length_s, highlights, expected):
    planned = plan(*highlights, length_s=length_s)
    got = shown(planned)
    assert [rank for rank, *_ in got] == [rank for rank, *_ in expected]
    assert [t for _, *span in got for t in span] == pytest.approx(
        [t for _, *span in expected for t in span], abs=0.05
    )
    assert planned.length_s <= length_s


@pytest.mark.parametrize("fps", [FPS, Fraction(24000, 1001), Fraction(60)], ids=str)
@pytest.mark.parametrize("length_s", [30, 61.3, 90, 200])
@pytest.mark.parametrize("order", ["time", "rank"])
def test_a_length_is_met_within_three_seconds(fps, length_s, order):
    moments = [moment(40 * n, 40 * n + 5 + n * 7 % 13, 40 * n + 4) for n in range(1, 25)]
    planned = plan(*moments, fps=fps, length_s=length_s, order=order)
    assert length_s - 3.4 <= planned.length_s <= length_s


@pytest.mark.parametrize("order", ["time", "rank"])
def test_a_part_has_its_peak_and_what_was_around_it(order):
    part = plan(*TEN, length_s=15, order=order).pieces[1]
    length_s = float(part.frames / FPS)
    assert (206 - part.start_s) / length_s == pytest.approx(0.6, abs=0.01)


@pytest.mark.parametrize(
    ("lengths_s", "crossfade_s", "fades"),
    [
        pytest.param((4, 4), 0.0, [0], id="cut"),
        pytest.param((4, 4), 0.4, [10], id="short"),
        pytest.param((4, 0.2), 0.4, [2], id="half-of-the-shorter"),
        pytest.param((4, 0.04, 4), 0.4, [0, 0], id="a-single-frame"),
        pytest.param((4, 2, 6), 5.0, [25, 25], id="both-sides-of-one"),
    ],
)
def test_a_crossfade_is_never_longer_than_half_a_piece(lengths_s, crossfade_s, fades):
    moments = [moment(100 * n, 100 * n + length_s) for n, length_s in enumerate(lengths_s)]
    planned = plan(*moments, crossfade_s=crossfade_s)
    assert [p.fade_out for p in planned.pieces] == [*fades, 0]
    assert [p.fade_in for p in planned.pieces] == [0, *fades]
    assert planned.frames == round(sum(lengths_s) * 25) - sum(fades)


def test_pieces_overlap_by_their_crossfade():
    first, second, third = plan(*TEN[:3]).pieces
    assert (first.at, second.at, third.at) == (0, 240, 480)
    assert first.end - second.at == first.fade_out == second.fade_in == 10


@pytest.mark.parametrize(
    "highlights",
    [
        pytest.param([], id="none"),
        pytest.param([moment(1, 2, kept=False)], id="none-kept"),
        pytest.param([moment(2000, 2010)], id="none-inside"),
    ],
)
def test_nothing_to_show_is_one_sentence(highlights):
    with pytest.raises(OptionError, match="no moment to show"):
        plan(*highlights)


def test_a_video_that_does_not_say_how_long_it_is():
    unknown = VideoInfo(Path("a.mp4"), 0.0, 25.0, 64, 64, (), "")
    assert shown(plan(moment(5, 9), video=unknown)) == [(1, 5, 9)]


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"best": 0}, "--best 0"),
        ({"length_s": 0.5}, "--length 0.5"),
        ({"length_s": float("nan")}, "--length nan"),
        ({"length_s": float("inf")}, "--length inf"),
        ({"order": "size"}, "--order size"),
        ({"crossfade_s": -0.1}, "--crossfade -0.1"),
        ({"crossfade_s": float("nan")}, "--crossfade nan"),
        ({"language": "fr"}, "--language fr"),
        ({"loudness_lufs": 0.0}, "--loudness 0.0"),
    ],
    ids=str,
)
def test_options_that_cannot_work_are_named(options, name):
    with pytest.raises(OptionError, match=name):
        ReelOptions(**options)
