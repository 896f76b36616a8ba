"""Laughter that subtitles name."""

import pytest

from funny.learn.beside.captions import Caption, Track
from funny.learn.beside.rows import Rows
from funny.learn.cues.subtitles import subtitle_cues


def track(*captions, automatic=False):
    return Track("a.ko.vtt", Rows(tuple(Caption(*caption) for caption in captions)), automatic)


def strength(text, automatic=False):
    found = subtitle_cues([track((10.0, 12.0, text), automatic=automatic)])
    return found[0].strength if found else 0.0


@pytest.mark.parametrize(
    "text",
    [
        *("[웃음]", "(웃음)", "（웃음）", "[관객들 웃음]", "(다 같이 웃는다)", "네 (웃음) 맞아요"),
        *("[laughter]", "[ Laughter ]", "(LAUGHTER)", "(laughs)", "[laughing]", "*laughs*"),
        *("[audience laughs]", "[笑]"),
    ],
)
def test_a_mark(text):
    assert strength(text) == 0.9


@pytest.mark.parametrize("text", ["[폭소]", "(laughing hysterically)", "[빵 터짐]", "(박장대소)"])
def test_roaring_is_surer(text):
    assert strength(text) == 1.0


@pytest.mark.parametrize("text", ["[chuckles]", "(giggling)", "[피식]", "(낄낄)"])
def test_a_chuckle_is_less_sure(text):
    assert strength(text) == 0.7


@pytest.mark.parametrize(
    "text",
    ["", "웃음", "laughter is good", "[음악]", "(박수)", "[비웃음]", "[Applause]", "ㅋㅋ", "[]"],
)
def test_no_mark(text):
    assert strength(text) == 0


def test_a_machine_is_less_sure_than_a_person():
    assert strength("[Laughter]", automatic=True) < strength("[Laughter]")


def test_spelled_laughter_is_a_weaker_sign():
    assert 0 < strength("아 ㅋㅋㅋㅋㅋㅋ") < 0.7


def test_a_mark_is_as_far_into_the_caption_as_into_its_text():
    early, late = (
        subtitle_cues([track((10, 14, text))])[0].time_s
        for text in ("(웃음) 네", "그래서 " * 9 + "(웃음)")
    )
    assert early == 10
    assert 13 < late < 14


def test_what_two_languages_name_is_one_laugh():
    both = [track((10.0, 12.0, "(웃음)")), track((10.4, 11.0, "[Laughter]"), automatic=True)]
    found = subtitle_cues(both)
    assert [(c.start_s, c.end_s, c.strength, c.note) for c in found] == [
        (10.0, 12.0, 0.9, "(웃음)")
    ]


def test_laughs_apart_are_two():
    assert len(subtitle_cues([track((10.0, 12.0, "(웃음)"), (20.0, 22.0, "(웃음)"))])) == 2
