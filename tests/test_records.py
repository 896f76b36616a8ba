"""Values refuse what cannot be, and say what they expected and what they got."""

from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import numpy as np
import pytest

from funny.records import Edge, Edges, Highlight, Timeline, VideoInfo
from tests.values import HEAD, LISTENER, analysis_of, signals_of, timeline_of


def nan_at(tick, shape):
    array = np.zeros(shape)
    array[tick] = np.nan
    return array


@pytest.mark.parametrize(
    ("column", "array", "message"),
    [
        pytest.param("rms", np.zeros(0), "rms: expected shape (4,), got (0,)", id="none"),
        pytest.param("rms", np.zeros(3), "rms: expected shape (4,), got (3,)", id="short"),
        pytest.param("rms", np.zeros((4, 1)), "rms: expected shape (4,), got (4, 1)", id="deep"),
        pytest.param(
            "times_s", np.zeros((4, 2)), "times_s: expected shape (4,), got (4, 2)", id="times"
        ),
        pytest.param(
            "emotions",
            np.zeros((4, 8)),
            "emotions: expected shape (4, 10), got (4, 8)",
            id="eight-emotions",
        ),
        pytest.param(
            "face_found", np.ones(5, bool), "face_found: expected shape (4,), got (5,)", id="found"
        ),
        pytest.param(
            "face_box", np.zeros(4), "face_box: expected shape (4, 4), got (4,)", id="boxes"
        ),
        pytest.param(
            "rms", nan_at(2, 4), "rms: expected finite numbers, got nan at tick 2", id="nan"
        ),
        pytest.param(
            "rms",
            nan_at(0, 4) + np.inf,
            "rms: expected finite numbers, got nan at tick 0",
            id="inf",
        ),
        pytest.param(
            "emotions",
            nan_at((3, 1), (4, 10)),
            "emotions: expected finite numbers, got [ 0. nan",
            id="nan-emotion",
        ),
        pytest.param(
            "rms", np.array([0, 0, -0.5, 0]), "rms: expected numbers of at least 0", id="negative"
        ),
        pytest.param(
            "laughter", np.zeros(3), "laughter: expected shape (4,), got (3,)", id="laughter"
        ),
        pytest.param(
            "laughter", nan_at(1, 4), "laughter: expected finite numbers", id="nan-laughter"
        ),
        pytest.param(
            "envelope", np.zeros(4), "envelope: expected shape (100,), got (4,)", id="envelope"
        ),
        pytest.param(
            "changes", np.zeros(3), "changes: expected shape (4,), got (3,)", id="changes"
        ),
    ],
)
def test_signals_refuse(column, array, message):
    with pytest.raises(ValueError) as refused:
        replace(signals_of(4), **{column: array})
    assert message in str(refused.value)


def test_no_ticks_are_signals_too():
    assert len(signals_of(0)) == 0
    assert len(timeline_of([])) == 0


def test_laughter_that_nobody_listened_for_is_zeros():
    assert signals_of(3).laughter.tolist() == [0, 0, 0]
    assert signals_of(3, laughter=[0, 0.5, 1]).laughter.tolist() == [0, 0.5, 1]


def test_nobody_measures_the_edges_of_some_signals():
    assert signals_of(3).changes.tolist() == [0, 0, 0]
    assert len(signals_of(3).envelope) == 0


def test_laughter_that_was_listened_for_is_there():
    with pytest.raises(ValueError, match=r"laughter: expected shape \(4,\), got \(0,\)"):
        replace(signals_of(4), laughter=np.zeros(0), laughter_model=LISTENER)


@pytest.mark.parametrize("shape", [(1, 3), (2, 2), (3,)])
def test_contributions_are_one_a_tick_and_sense(shape):
    with pytest.raises(ValueError, match=r"contributions: expected shape \(2, 3\), got"):
        replace(timeline_of([0.5, 0.5]), contributions=np.zeros(shape))


def test_contributions_that_nobody_asked_for_are_zeros():
    assert timeline_of([0.5, 0.5]).contributions.tolist() == [[0, 0, 0], [0, 0, 0]]


def test_a_column_by_its_name():
    assert signals_of(3, arousal=[0, 0.5, 1]).emotion("arousal").tolist() == [0, 0.5, 1]


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        pytest.param([0.5], "scores: expected shape (2,), got (1,)", id="short"),
        pytest.param([0.5, np.nan], "scores: expected finite numbers, got nan at tick 1", id="nan"),
        pytest.param([-0.1, 1.0], "scores: expected 0..1, got -0.1..1.0", id="below"),
        pytest.param([0.0, 1.5], "scores: expected 0..1, got 0.0..1.5", id="above"),
    ],
)
def test_a_timeline_refuses(scores, message):
    with pytest.raises(ValueError) as refused:
        Timeline(np.array([0, 0.5]), np.array(scores), HEAD)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("span", "peak_s", "message"),
    [
        pytest.param((2, 2), 2, "expected 0 <= start < end, got [2, 2)", id="empty"),
        pytest.param((3, 2), 2, "expected 0 <= start < end, got [3, 2)", id="backwards"),
        pytest.param((-1, 2), 1, "expected 0 <= start < end, got [-1, 2)", id="before-the-start"),
        pytest.param((float("nan"), 2), 1, "expected 0 <= start < end", id="nan"),
        pytest.param((1, 2), 2, "peak_s: expected inside [1, 2), got 2", id="peak-at-the-end"),
        pytest.param((1, 2), 0.5, "peak_s: expected inside [1, 2), got 0.5", id="peak-before"),
    ],
)
def test_a_highlight_refuses(span, peak_s, message):
    with pytest.raises(ValueError) as refused:
        Highlight(*span, peak_s, 0.5)
    assert message in str(refused.value)


def test_an_analysis_refuses_a_timeline_of_another_length():
    with pytest.raises(ValueError, match="timeline: expected 40 ticks, got 39"):
        replace(analysis_of(40), timeline=timeline_of(np.zeros(39)))


def test_values_are_frozen():
    with pytest.raises(FrozenInstanceError):
        Highlight(0, 1, 0, 0.5).score = 1.0


@pytest.mark.parametrize(
    ("width", "tracks", "has_picture", "has_audio"),
    [
        pytest.param(0, (), False, False, id="nothing"),
        pytest.param(0, ("",), False, True, id="sound-without-a-name"),
        pytest.param(640, (), True, False, id="silent-film"),
    ],
)
def test_what_a_video_has(width, tracks, has_picture, has_audio):
    video = VideoInfo(Path("a.mp4"), 1.0, 25, width, width, tracks, "")
    assert (video.has_picture, video.has_audio) == (has_picture, has_audio)


def test_length_of_a_highlight():
    assert Highlight(1.5, 4.0, 2.0, 0.5).length_s == 2.5


def test_plain_edges_are_put_back():
    chosen = Highlight(1.5, 4.0, 2.0, 0.5, edges=Edges(Edge("pause", 1.75), Edge("cut", 3.5)))
    plain = chosen.with_plain_edges()
    assert (plain.start_s, plain.end_s) == (1.75, 3.5)
    assert plain.edges == Edges(Edge("plain", 1.75), Edge("plain", 3.5))
    assert plain.with_plain_edges() == plain


def test_edges_that_nobody_chose_stay():
    highlight = Highlight(1.5, 4.0, 2.0, 0.5)
    assert highlight.with_plain_edges() is highlight
