"""Titles name rank, time and reasons, and never leave the picture."""

import sys

import numpy as np
import pytest
from PIL import Image, ImageFont

from funny.errors import OptionError
from funny.moments.handoff.words import SIGNALS, WORDS
from funny.moments.reel.cards import draw_strip, lines_of, margin
from funny.records import Highlight, Reason

WHY = (Reason("laughter", 0.0, 0.9), Reason("loudness", 0.0, 11.0))
FOUND = Highlight(4330.5, 4342, 4335, 0.93, WHY)


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ("Funny #3 · 01:12:10", "laughter · loudness")),
        ("ko", ("웃긴 순간 #3 · 01:12:10", "웃음소리 · 소리")),
    ],
)
def test_a_title_says_which_when_and_why(language, lines):
    assert lines_of(3, 4330.5, FOUND, language) == lines


def test_a_moment_without_reasons_has_one_line():
    assert lines_of(1, 0.0, Highlight(0, 1, 0, 0.9), "ko") == ("웃긴 순간 #1 · 00:00:00", "")


def strip(tmp_path, lines, width, height):
    draw_strip(lines, width, height, tmp_path / "a.png")
    return np.asarray(Image.open(tmp_path / "a.png"))


SHORT = ("웃긴 순간 #1 · 00:00:00", "웃음소리 · 소리")
LONG = ("웃긴 순간 #80 · 11:59:59 " * 4, "웃음소리·" * 60)
ENDLESS = ("웃" * 300, "x" * 500)


@pytest.mark.parametrize(
    "lines", [SHORT, SHORT[:1], LONG, ENDLESS], ids=["short", "one", "long", "endless"]
)
@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (720, 1280), (320, 240)], ids=str)
def test_a_strip_lies_inside_the_picture_and_its_text_inside_the_strip(tmp_path, lines, size):
    pixels = strip(tmp_path, lines, *size)
    height, width = pixels.shape[:2]
    left, top = margin(*size)
    assert left + width <= size[0]
    # The lowest part of an upright video is under its player's buttons.
    is_upright = size[1] > size[0]
    assert top + height <= size[1] * (0.85 if is_upright else 0.5)
    assert top >= size[1] * (0.5 if is_upright else 0.05)
    # Right of its bar, nothing bright touches an edge.
    bar = size[1] // 20
    bright = (pixels[..., :3].max(-1) > 120) & (pixels[..., 3] > 220)
    assert bright[:, bar:].any()
    assert not bright[:, -2:].any()
    assert not bright[[0, -1], bar:].any()


def test_the_time_is_the_first_line_in_yellow_and_the_reasons_white(tmp_path):
    pixels = strip(tmp_path, SHORT, 1280, 720)[..., :3].astype(int)
    upper, lower = np.array_split(pixels[:, 30:], 2)
    yellow = lambda p: ((p[..., 0] > 200) & (p[..., 2] < 90)).sum()  # noqa: E731
    white = lambda p: (p.min(-1) > 200).sum()  # noqa: E731
    assert yellow(upper) > 500
    assert white(upper) == 0
    assert white(lower) > 200


def test_every_word_has_letters_in_the_font():
    from fontTools.ttLib import TTFont
    from pylopdf_fonts_ko import sans_path

    words = [WORDS[language]["title"] for language in WORDS]
    words += [name for names in SIGNALS.values() for name in names.values()]
    letters = TTFont(sans_path()).getBestCmap()
    assert {c for c in "".join([*words, "0123456789:·…"]) if ord(c) not in letters} == set()
    assert ImageFont.truetype(str(sans_path()), 20).getname()[0] == "Noto Sans KR"


def test_a_font_that_is_missing_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pylopdf_fonts_ko", None)
    with pytest.raises(OptionError, match="pip install pylopdf-fonts-ko"):
        strip(tmp_path, SHORT, 640, 360)
