"""Faces become tracks: one for each face in each shot."""

import numpy as np
import pytest

from funny.moments.people import pair, seen, shots, speaker, together
from tests.values import signals_of

TIMES = np.arange(0, 4, 0.2)
SMALL, LARGE = (0.1, 0.3, 0.1, 0.2), (0.6, 0.2, 0.2, 0.4)


def looked(*boxes_of):
    """Looks (20) at which each of some functions of the look gives a box or None."""
    rows = [[box for of in boxes_of if (box := of(k)) is not None] for k in range(len(TIMES))]
    return [np.array(row, float).reshape(-1, 4) for row in rows]


def at(box, *looks):
    """A face that stays; at all looks, or at some."""
    return lambda k: box if not looks or k in looks else None


def only(looked_at, cuts_s=()):
    return shots(4.0, list(cuts_s), TIMES, looked_at)


def test_nobody_gives_a_shot_without_tracks():
    (shot,) = only(looked())
    assert shot.tracks == ()
    assert pair(shot) is None
    assert not seen(speaker(shot, signals_of(8), 0.0)).any()


def test_a_shot_without_looks_has_no_tracks():
    first, second = shots(4.0, [3.9], TIMES[:10], looked(at(LARGE))[:10])
    assert (len(first.tracks), len(second.tracks), together(second)) == (1, 0, 0.0)


def test_each_face_has_its_track_the_largest_first():
    (shot,) = only(looked(at(SMALL), at(LARGE)))
    assert [track[0].tolist() for track in shot.tracks] == [list(LARGE), list(SMALL)]
    assert all(seen(track).all() for track in shot.tracks)


def test_a_face_that_moves_keeps_its_track():
    (shot,) = only(looked(lambda k: (0.1 + 0.03 * k, 0.3, 0.1, 0.2)))
    assert len(shot.tracks) == 1
    assert shot.tracks[0][:, 0] == pytest.approx(0.1 + 0.03 * np.arange(20))


def test_a_face_that_is_lost_for_a_while_is_not_seen_meanwhile():
    (shot,) = only(looked(at(LARGE, *range(5), *range(12, 20))))
    assert seen(shot.tracks[0]).tolist() == [True] * 5 + [False] * 7 + [True] * 8


def test_who_comes_back_elsewhere_is_the_same_one():
    (shot,) = only(looked(at(LARGE, *range(8)), at((0.1, 0.2, 0.2, 0.4), *range(11, 20))))
    assert len(shot.tracks) == 1


def test_of_two_who_are_never_apart_none_is_the_other():
    other = (0.1, 0.2, 0.2, 0.4)
    (shot,) = only(looked(at(LARGE, *range(12)), at(other, *range(10, 20))))
    assert len(shot.tracks) == 2


def test_a_cut_begins_new_tracks():
    first, second = only(looked(at(LARGE)), [2.0])
    assert (len(first.times_s), len(second.times_s)) == (10, 10)
    assert (first.end_s, second.start_s, second.end_s) == (2.0, 2.0, 4.0)


def test_two_are_told_from_left_to_right():
    (shot,) = only(looked(at(LARGE), at(SMALL)))
    left, right = pair(shot)
    assert (left[0, 0], right[0, 0]) == (SMALL[0], LARGE[0])
    assert together(shot) == pytest.approx(4.0)


def test_who_is_there_for_an_instant_is_no_second_one():
    (shot,) = only(looked(at(LARGE), at(SMALL, 3, 4)))
    assert pair(shot) is None
    assert together(shot) == 0


@pytest.mark.parametrize(("watched", "x"), [(SMALL, SMALL[0]), (LARGE, LARGE[0])])
def test_the_speaker_is_whom_the_analysis_followed(watched, x):
    signals = signals_of(20)
    signals.face_box[:] = watched
    (shot,) = only(looked(at(LARGE), at(SMALL)))
    assert speaker(shot, signals, 2.0)[0, 0] == x


def test_if_it_followed_nobody_the_largest_is_the_speaker():
    (shot,) = only(looked(at(SMALL), at(LARGE)))
    assert speaker(shot, signals_of(20, found=False), 2.0)[0, 0] == LARGE[0]
