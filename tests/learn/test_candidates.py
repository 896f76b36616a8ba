"""Signs → clips: agreement, place, and what is one moment."""

import pytest

from funny.learn.candidates import LEAST_STRENGTH, candidates, edge_s, is_near_edge
from funny.learn.cues.cue import Cue
from funny.learn.manifest import SourceVideo

HOUR = SourceVideo("abc", "a.mp4", 3600.0)


def cue(kind, time_s, strength=1.0, length_s=2.0):
    return Cue(kind, time_s, time_s + length_s, time_s, strength, kind)


def spans(*cues, video=HOUR):
    return [(clip.start_s, clip.end_s) for clip in candidates(video, cues)]


def test_no_signs_no_clips():
    assert spans() == []


@pytest.mark.parametrize(
    ("kind", "is_enough"),
    [
        ("subtitle", True),
        ("laughter", True),
        ("chat", True),
        ("comment", True),
        ("loudness", False),
        ("replayed", False),
    ],
)
def test_what_is_enough_alone(kind, is_enough):
    assert bool(spans(cue(kind, 1000))) is is_enough
    assert spans(cue(kind, 1000, strength=0.3)) == []


def test_weak_signs_that_agree_are_enough():
    assert spans(cue("loudness", 1000), cue("replayed", 1000)) == [(997, 1004)]
    assert spans(cue("loudness", 1000), cue("replayed", 1010)) == []


def test_signs_that_agree_are_surer_and_all_of_them_are_kept():
    (found,) = candidates(HOUR, [cue("chat", 1001, 0.5), cue("laughter", 1000, 0.5)])
    assert found.strength == pytest.approx(1 - (1 - 0.8 * 0.5) * (1 - 0.75 * 0.5))
    assert [(vote.cue, vote.time_s) for vote in found.votes] == [("laughter", 1000), ("chat", 1001)]


def test_of_each_kind_the_strongest_speaks():
    (found,) = candidates(HOUR, [cue("chat", 1001, 0.5), cue("chat", 1002, 0.9)])
    assert [vote.strength for vote in found.votes] == [0.9]


def test_the_most_exact_sign_says_where():
    assert spans(cue("chat", 1002), cue("comment", 998), cue("laughter", 1000.2)) == [(997, 1002)]


def test_rough_signs_meet_in_the_middle():
    assert spans(cue("chat", 1000), cue("comment", 1003)) == [(998.5, 1005.5)]


@pytest.mark.parametrize(
    ("length_s", "span"),
    [(1.0, (997, 1002)), (2.9, (997, 1003)), (4.0, (997, 1004)), (30.0, (997, 1004))],
)
def test_set_up_and_payoff_are_inside(length_s, span):
    assert spans(cue("laughter", 1000, length_s=length_s)) == [span]


@pytest.mark.parametrize("time_s", [0.0, 1.3, 999.74, 3597.0, 3599.9])
def test_clips_lie_on_ticks_inside_the_video(time_s):
    video = SourceVideo("abc", "a.mp4", 3600.2)
    (found,) = candidates(video, [cue("label", time_s)])
    assert (found.start_s * 2).is_integer() and (found.end_s * 2).is_integer()
    assert 0 <= found.start_s <= time_s < found.end_s + 0.5 <= 3600.7


def test_a_video_shorter_than_a_clip_has_none():
    assert spans(cue("laughter", 2.0), video=SourceVideo("abc", "a.mp4", 4.5)) == []


def test_a_long_laugh_is_one_moment():
    laughs = [cue("laughter", t, length_s=3) for t in (1000, 1005)]
    assert len(spans(*laughs, cue("chat", 1000, length_s=12))) == 1


def test_a_burst_of_chat_that_a_clip_used_makes_no_other():
    assert len(spans(cue("laughter", 1000), Cue("chat", 1000, 1015, 1011, 1.0))) == 1


def test_two_moments_are_two_and_never_overlap():
    found = spans(*(cue("laughter", t, length_s=4) for t in (1000, 1008.2)))
    assert sorted(found) == [(997, 1004), (1005, 1012)]


def test_the_surest_comes_first():
    found = spans(cue("laughter", 1000, 0.7), cue("laughter", 2000, 0.9), cue("subtitle", 3000))
    assert [start_s for start_s, _ in found] == [2997, 1997, 997]


def test_a_sign_that_is_not_exact_places_nothing_but_counts():
    anywhere = Cue("replayed", 900, 1044, 900, 0.9)
    assert spans(anywhere, cue("loudness", 1000)) == [(997, 1004)]
    assert spans(anywhere) == []


@pytest.mark.parametrize(
    ("duration_s", "edge"), [(30, 8), (90, 8), (600, 30), (3600, 180), (36_000, 300)]
)
def test_edges_grow_with_the_stream(duration_s, edge):
    assert edge_s(duration_s) == edge


def test_greetings_are_no_highlights():
    assert spans(cue("chat", 20.0)) == []
    assert spans(cue("chat", 3590.0)) == []
    many = [cue(kind, 20.0) for kind in ("chat", "laughter", "subtitle", "comment")]
    (found,) = candidates(HOUR, many)
    assert LEAST_STRENGTH < found.strength < 0.5
    assert is_near_edge(20.0, 3600) and not is_near_edge(1800.0, 3600)


def test_a_label_is_no_greeting():
    assert candidates(HOUR, [cue("label", 20.0)])[0].strength == 1


def test_the_same_moment_has_the_same_name():
    first, again = (candidates(HOUR, [cue("chat", 1000, s)])[0].id for s in (0.8, 0.9))
    assert first == again == "abc-00997000"
