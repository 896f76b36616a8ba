"""Subtitles of every kind, whole and damaged."""

import json

import pytest

from funny.learn.beside.captions import Caption, read_track

BY_HAND = """WEBVTT
Kind: captions
Language: ko

NOTE nobody reads this

1
00:00:01.000 --> 00:00:03.500 align:start
<i>그래서</i> 제가
갔는데 &amp; 왔어요

00:01:02.000 --> 00:01:04.000
[웃음]
"""

# As YouTube writes them: ten milliseconds of the finished line between two lines.
ROLLING = """WEBVTT
Kind: captions
Language: en

00:00:00.160 --> 00:00:02.070 align:start position:0%
 
so<00:00:00.480><c> I</c><00:00:00.800><c> went</c>

00:00:02.070 --> 00:00:02.080 align:start position:0%
so I went
 

00:00:02.080 --> 00:00:04.390 align:start position:0%
so I went
home<00:00:03.000><c> [Laughter]</c>

00:00:04.390 --> 00:00:04.400 align:start position:0%
home [Laughter]
 

00:00:04.400 --> 00:00:06.000 align:start position:0%
home [Laughter]
so<00:00:05.000><c> I</c><00:00:05.500><c> went</c>
"""  # noqa: W293

SRT = "1\n00:00:01,000 --> 00:00:02,500\n안녕\n\n2\n01:00:00,000 --> 01:00:02,000\n(웃음)\n"

JSON3 = {
    "wireMagic": "pb3",
    "events": [
        {"tStartMs": 0, "dDurationMs": 9000, "id": 1, "wpWinPosId": 1},
        {
            "tStartMs": 160,
            "dDurationMs": 4000,
            "wWinId": 1,
            "segs": [{"utf8": "so"}, {"utf8": " [Laughter]", "tOffsetMs": 320}],
        },
        {"tStartMs": 2070, "aAppend": 1, "wWinId": 1, "segs": [{"utf8": "\n"}]},
    ],
}


def track(tmp_path, text, name="a.ko.vtt"):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return read_track(path)


def said(found):
    return [(c.start_s, c.end_s, c.text) for c in found.captions.rows]


def test_a_line_of_people_is_one_caption(tmp_path):
    found = track(tmp_path, BY_HAND)
    assert said(found) == [(1.0, 3.5, "그래서 제가 갔는데 & 왔어요"), (62.0, 64.0, "[웃음]")]
    assert (found.is_automatic, found.captions.damaged) == (False, 0)


def test_rolling_lines_are_said_once_and_words_have_their_times(tmp_path):
    found = track(tmp_path, ROLLING)
    assert [(c.start_s, c.text) for c in found.captions.rows] == [
        (0.16, "so"),
        (0.48, "I"),
        (0.8, "went"),
        (2.08, "home"),
        (3.0, "[Laughter]"),
        (4.4, "so"),
        (5.0, "I"),
        (5.5, "went"),
    ]
    assert found.is_automatic


def test_a_line_that_comes_again_after_a_pause_was_said_again(tmp_path):
    spans = ("00:00:01.000 --> 00:00:02.000", "00:00:03.000 --> 00:00:04.000")
    found = track(tmp_path, "WEBVTT\n\n" + "\n\n".join(f"{span}\n(웃음)" for span in spans))
    assert [c.start_s for c in found.captions.rows] == [1.0, 3.0]


def test_srt(tmp_path):
    found = track(tmp_path, SRT, "a.srt")
    assert said(found) == [(1.0, 2.5, "안녕"), (3600.0, 3602.0, "(웃음)")]


def test_json3(tmp_path):
    found = track(tmp_path, json.dumps(JSON3), "a.en.json3")
    assert said(found) == [(0.16, 0.48, "so"), (0.48, 4.16, "[Laughter]")]
    assert found.is_automatic


@pytest.mark.parametrize(
    "change", [str.encode, lambda t: t.replace("\n", "\r\n").encode("utf-8-sig")]
)
def test_line_ends_and_byte_order_marks_change_nothing(tmp_path, change):
    (tmp_path / "a.vtt").write_bytes(change(BY_HAND))
    assert len(read_track(tmp_path / "a.vtt").captions.rows) == 2


@pytest.mark.parametrize(
    ("name", "text", "whole", "damaged"),
    [
        pytest.param("a.vtt", "", 0, 0, id="empty"),
        pytest.param("a.vtt", "WEBVTT\n\nsoon --> later\nha\n", 0, 1, id="no-times"),
        pytest.param("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nha\n\n00:0", 1, 0, id="cut-off"),
        pytest.param("a.vtt", "<html>404</html>", 0, 0, id="another-file"),
        pytest.param("a.json3", "{", 0, 1, id="json-cut-off"),
        pytest.param("a.json3", "[]", 0, 1, id="json-of-another-kind"),
        pytest.param("a.json3", '{"events": [null, {"segs": [1]}]}', 0, 2, id="json-rows"),
        pytest.param("a.json3", '{"events": ' + "[" * 100_000, 0, 1, id="json-bomb"),
    ],
)
def test_damage_is_counted(tmp_path, name, text, whole, damaged):
    found = track(tmp_path, text, name).captions
    assert (len(found.rows), found.damaged) == (whole, damaged)


def test_an_end_before_the_start_is_no_negative_length(tmp_path):
    found = track(tmp_path, "WEBVTT\n\n00:05.000 --> 00:02.000\nha\n")
    assert found.captions.rows == (Caption(5.0, 5.0, "ha"),)
