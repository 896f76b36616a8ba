"""Which lines laugh, and how much."""

import pytest

from funny.learn.cues.laughing import laughing


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ㅋ",
        "ㅎ",
        "오 그렇구나",
        "ㅎㄷㄷ",
        "ㅎㅎㄷㄷ",
        "ㄱㅅ",
        "ㅎㅇ",
        "ㅎㅇㅎㅇ",
        "안녕하세요 ㅎㅎㅎㅎ",
        "하이 ㅋㅋㅋㅋㅋ",
        "hello everyone lol",
        "hi hahaha",
        "안 웃겨 ㅋㅋ",
        "노잼ㅋㅋㅋㅋ",
        "www.example.com",
        "Alfred",
        "lollipop",
        "hahn",
        "kekwait",
        "ㄷㄷㄷㄷ",
    ],
)
def test_no_laugh(text):
    assert laughing(text) == 0


@pytest.mark.parametrize(
    ("text", "least"),
    [
        pytest.param("ㅋㅋ", 0.3, id="polite"),
        pytest.param("ㅎㅎㅎㅎ", 0.35, id="soft"),
        pytest.param("아 ㅋㅋㅋㅋㅋㅋㅋㅋ 미쳤다", 1.0, id="korean"),
        pytest.param("앜ㅋㅋㅋㅋㅋ", 0.7, id="syllable"),
        pytest.param("ᄏᄏᄏᄏ", 0.6, id="composing-letters"),
        pytest.param("ㅋㅎㅋㅎㅋㅎ", 0.8, id="mixed"),
        pytest.param("크크크크", 0.6, id="spelled"),
        pytest.param("하하하", 0.6, id="haha-korean"),
        pytest.param("hahahaha", 0.7, id="haha"),
        pytest.param("LMAO", 0.7, id="lmao"),
        pytest.param("that was xD", 0.4, id="face"),
        pytest.param("KEKW", 0.7, id="twitch"),
        pytest.param("OMEGALUL OMEGALUL", 0.9, id="twitch-twice"),
        pytest.param(" :_kekw: ", 0.7, id="emoji-of-a-channel"),
        pytest.param("😂", 0.5, id="one-emoji"),
        pytest.param("🤣🤣🤣", 0.9, id="emoji"),
        pytest.param("ｗｗｗｗ", 0.6, id="japanese"),
        pytest.param("진짜 웃기네", 0.5, id="word"),
    ],
)
def test_a_laugh(text, least):
    assert least <= laughing(text) <= 1


def test_longer_is_more():
    strengths = [laughing("ㅋ" * n) for n in range(1, 12)]
    assert strengths == sorted(strengths)
    assert strengths[1] < strengths[3] < strengths[7] == 1


def test_a_wall_of_text_is_quick():
    for text in ("ㅋ" * 200_000, "ha" * 100_000, "a" * 200_000, "ㅋㄱ" * 100_000):
        laughing(text)
