"""Comments that name a time."""

import pytest

from funny.learn.beside.info import Comment
from funny.learn.cues.comments import comment_cues

CONTENTS = "\n".join(f"{minute}:00 {minute}부" for minute in range(1, 10))


def cues(*comments, duration_s=3600.0, chapters_s=()):
    return comment_cues([Comment(*c) for c in comments], duration_s, chapters_s)


def strengths(*comments, **more):
    return [round(cue.strength, 3) for cue in cues(*comments, **more)]


@pytest.mark.parametrize("comments", [[], [("재밌다", 900)], [("10분 동안 웃음", 3)]])
def test_no_time_no_cue(comments):
    assert cues(*comments) == []


def test_a_time_points_a_little_later_than_people_write():
    (found,) = cues(("1:02:03 여기 ㅋㅋㅋㅋ", 12), duration_s=7200)
    assert (found.start_s, found.end_s, found.time_s) == (3722.0, 3729.0, 3725.0)
    assert found.note == "1:02:03 여기 ㅋㅋㅋㅋ (12 likes)"


def test_likes_count():
    few, many = strengths(("1:00 a", 0), ("2:00 b", 500))
    assert few < many


def test_likes_count_by_what_is_usual_here():
    assert strengths(("1:00 a", 5), ("재밌다", 5)) == strengths(("1:00 a", 5000))


def test_laughing_counts():
    plain, laughing = strengths(("1:00 노래 제목", 5), ("2:00 ㅋㅋㅋㅋㅋㅋㅋㅋ", 5))
    assert plain < laughing


def test_several_at_one_moment_add_up():
    (alone,) = strengths(("1:00 ㅋㅋㅋ", 5))
    (together,) = strengths(("1:00 ㅋㅋㅋ", 5), ("0:58 ㅋㅋㅋ", 5), ("1분 3초", 5))
    assert alone < together < 1


def test_a_table_of_contents_says_nothing():
    assert cues((CONTENTS, 900)) == []


def test_a_line_of_a_long_list_that_laughs_says_something():
    (found,) = cues((f"{CONTENTS}\n20:00 넘어짐 ㅋㅋㅋㅋㅋㅋㅋㅋ", 900))
    assert found.time_s == 1202.0
    assert found.strength > 0.3


def test_a_chapter_that_is_named_again_says_little():
    chapters = tuple(60.0 * n for n in range(10))
    assert strengths(("2:00 a", 5), chapters_s=chapters) < strengths(("2:00 a", 5))


def test_times_beyond_the_end_are_somebody_elses():
    assert cues(("59:59 a", 5), duration_s=600.0) == []


def test_a_span_stays_inside_the_video():
    start, end = cues(("0:00 ㅋㅋㅋㅋ", 5), ("9:58 ㅋㅋㅋㅋ", 5), duration_s=600.0)
    assert (start.start_s, end.end_s, end.time_s) == (0.0, 600.0, 600.0)
