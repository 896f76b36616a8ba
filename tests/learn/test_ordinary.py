"""Ordinary clips: away from signs, like the funny ones."""

import numpy as np
import pytest

from funny.learn.cues.cue import Cue
from funny.learn.evidence import Evidence
from funny.learn.manifest import Clip, SourceVideo
from funny.learn.ordinary import Room, ordinary_clips
from tests.values import signals_of


def evidence(*cues, duration_s=600.0, name="abc", face=True, closed=()):
    video = SourceVideo(name, f"{name}.mp4", duration_s)
    return Evidence(video, cues, signals_of(round(duration_s * 2), found=face), closed_s=closed)


def rooms(*found, taken=()):
    return {e.video.id: Room(e, [c for c in taken if c.video == e.video.id]) for e in found}


def funny(start_s, length_s=7.0, name="abc"):
    return Clip(f"{name}{start_s}", name, start_s, start_s + length_s, "funny")


def chat(start_s, end_s, strength=1.0):
    return Cue("chat", start_s, end_s, start_s, strength)


def draw(found, clips, seed=0):
    return ordinary_clips(rooms(*found, taken=clips), clips, seed)


def test_nothing_to_match():
    assert draw([evidence()], []) == []


def test_one_for_each_of_its_length():
    clips = [funny(100, 5.0), funny(200, 6.5), funny(300, 7.0)]
    found = draw([evidence()], clips)
    assert [clip.length_s for clip in found] == [5.0, 6.5, 7.0]
    assert {clip.proposed for clip in found} == {"ordinary"}


def test_none_overlaps_anything():
    clips = [funny(30 + 14 * n) for n in range(20)]
    found = [*clips, *draw([evidence()], clips)]
    assert not [(a, b) for a in found for b in found if a is not b and a.overlaps(b)]


def test_away_from_every_sign_and_from_both_ends():
    signs = [chat(start_s, start_s + 3) for start_s in range(60, 540, 60)]
    for clip in draw([evidence(*signs)], [funny(100)] * 12):
        gaps = [max(clip.start_s - s.end_s, s.start_s - clip.end_s) for s in signs]
        assert min(gaps) >= 10
        assert clip.start_s >= 30 and clip.end_s <= 570


def test_where_there_is_little_room_signs_come_closer_and_it_is_less_sure():
    crowded = [chat(start_s, start_s + 3) for start_s in range(0, 600, 20)]
    (near,) = draw([evidence(*crowded)], [funny(100)])
    (far,) = draw([evidence()], [funny(100)])
    assert near.strength < far.strength


def test_no_room_is_no_clip():
    everywhere = [chat(start_s, start_s + 3) for start_s in range(0, 600, 6)]
    assert draw([evidence(*everywhere)], [funny(100)]) == []


@pytest.mark.parametrize(
    "sign",
    [
        pytest.param(Cue("replayed", 0, 600, 0, 1.0), id="inexact"),
        pytest.param(chat(0, 15, strength=0.1), id="weak"),
    ],
)
def test_what_says_nothing_keeps_nothing_away(sign):
    assert len(draw([evidence(sign)], [funny(100)])) == 1


def test_nothing_is_drawn_from_what_is_unknown():
    found = draw([evidence(closed=((0, 400),))], [funny(100)] * 5)
    assert len(found) == 5 and min(clip.start_s for clip in found) >= 400


@pytest.mark.parametrize("seen", [0.0, 1.0])
def test_alike_in_share_of_face(seen):
    face = np.arange(1200) < 600
    clip = funny(100 if seen else 400)
    for seed in range(5):
        (found,) = draw([evidence(face=face)], [clip], seed)
        assert Room(evidence(face=face), []).face(found) == seen


def test_from_another_video_if_its_own_is_full():
    full = evidence(chat(0, 15), duration_s=40.0, name="full")
    found = draw([full, evidence(name="other")], [funny(20, name="full")])
    assert [clip.video for clip in found] == ["other"]


def test_the_seed_decides():
    first, again, other = (draw([evidence()], [funny(100)] * 3, seed) for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize("duration_s", [0.5, 4.0, 7.0, 16.0])
def test_a_short_video_has_no_room(duration_s):
    assert draw([evidence(duration_s=duration_s)], [funny(0)]) == []


def loud(start_s, strength=1.0):
    return Cue("loudness", start_s, start_s + 3, start_s, strength)


CHAT = chat(400, 405)
"""Somebody is there."""


@pytest.mark.parametrize(
    ("cues", "count"),
    [
        pytest.param([], 0, id="nothing"),
        pytest.param([loud(100)], 0, id="no-audience"),
        pytest.param([loud(100), CHAT], 1, id="nobody-reacted"),
        pytest.param([loud(100, 0.3), CHAT], 0, id="hardly-loud"),
        pytest.param([loud(100), chat(107, 110), CHAT], 0, id="chat-laughed"),
        pytest.param([loud(100), chat(107, 110, 0.1), CHAT], 1, id="chat-hardly-did"),
        pytest.param([loud(100), Cue("replayed", 90, 120, 100, 1.0), CHAT], 0, id="replayed"),
        pytest.param([loud(100), Cue("laughter", 99, 103, 99, 1.0), CHAT], 0, id="laughter"),
        pytest.param([loud(2), CHAT], 0, id="greeting"),
        pytest.param([loud(598), CHAT], 0, id="farewell"),
        pytest.param([loud(201), CHAT], 0, id="taken"),
    ],
)
def test_a_loud_moment_that_nobody_reacted_to_is_a_trap(cues, count):
    clips = draw([evidence(*cues)], [funny(200)])
    assert sum(bool(clip.votes) for clip in clips) == count
    assert len(clips) == 1


def test_a_trap_lies_in_its_clip_as_a_payoff_does_and_says_why():
    (trap,) = draw([evidence(loud(100), CHAT)], [funny(200, 6.0)])
    assert (trap.start_s, trap.end_s, trap.proposed) == (97.0, 103.0, "ordinary")
    assert [vote.cue for vote in trap.votes] == ["loudness"]


def test_one_in_three_is_a_trap_the_loudest_first():
    signs = [loud(30.0 + 20 * n, 0.5 + n / 50) for n in range(18)]
    clips = draw([evidence(*signs, CHAT)], [funny(420.0 + 8 * n) for n in range(7)])
    traps = [clip for clip in clips if clip.votes]
    assert len(clips) == 7
    assert sorted(clip.start_s for clip in traps) == [327.0, 347.0, 367.0]


def test_traps_of_other_videos_are_taken_where_there_is_none():
    found = [evidence(CHAT), evidence(loud(100), CHAT, name="other")]
    (trap,) = draw(found, [funny(200)])
    assert (trap.video, trap.start_s) == ("other", 97.0)
