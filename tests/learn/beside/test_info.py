"""info.json as yt-dlp writes it, and worse."""

import json

import pytest

from funny.learn.beside.info import Bin, Comment, Info, info_of, read_info

WHOLE = {
    "id": "abc",
    "title": "침착맨 다시보기",
    "channel": "침착맨",
    "uploader": "someone",
    "webpage_url": "https://www.youtube.com/watch?v=abc",
    "duration": 100,
    "view_count": 60_000,
    "heatmap": [
        {"start_time": 0.0, "end_time": 1.0, "value": 1.0},
        {"start_time": 1.0, "end_time": 2.0, "value": 0.25},
    ],
    "chapters": [{"start_time": 0.0, "end_time": 50.0, "title": "a"}, {"start_time": 50}],
    "comments": [
        {"id": "1", "text": "0:12 ㅋㅋ", "like_count": 3, "parent": "root"},
        {"text": "a"},
    ],
    "subtitles": {"ko": [], "live_chat": []},
    "automatic_captions": {"ko": [], "en": []},
}


def test_every_field():
    found = info_of(WHOLE)
    assert (found.id, found.title, found.streamer) == ("abc", "침착맨 다시보기", "침착맨")
    assert (found.duration_s, found.views, found.chapters_s) == (100.0, 60_000, (0.0, 50.0))
    assert found.heatmap.rows == (Bin(0, 1, 1), Bin(1, 2, 0.25))
    assert found.comments and found.comments.rows == (Comment("0:12 ㅋㅋ", 3), Comment("a"))
    assert found.automatic == {"en"}


@pytest.mark.parametrize(
    "found",
    [
        pytest.param({}, id="empty"),
        pytest.param(dict.fromkeys(WHOLE), id="null"),
        pytest.param({name: True for name in WHOLE if name != "comments"}, id="other-types"),
        pytest.param({"duration": float("nan"), "view_count": "many"}, id="nan"),
    ],
)
def test_what_is_missing_is_not_there(found):
    assert info_of(found) == Info()


def test_comments_that_nobody_fetched_are_none_and_those_that_nobody_wrote_are_empty():
    assert info_of({}).comments is None
    assert info_of({"comments": []}).comments.rows == ()


@pytest.mark.parametrize(
    "row",
    [None, {}, {"start_time": 2, "end_time": 1, "value": 0}, {"start_time": 0, "end_time": 1}],
)
def test_damaged_rows_are_counted(row):
    found = info_of({"heatmap": [row, WHOLE["heatmap"][0]], "comments": [row, {"text": 3}]})
    assert (len(found.heatmap.rows), found.heatmap.damaged) == (1, 1)
    assert found.comments.damaged == 2


@pytest.mark.parametrize("text", ["", "{", "[1]", "7", '{"a": ' + "[" * 100_000])
def test_no_object_is_a_value_error(tmp_path, text):
    (tmp_path / "a.info.json").write_text(text)
    with pytest.raises(ValueError):
        read_info(tmp_path / "a.info.json")


def test_reads_a_file(tmp_path):
    (tmp_path / "a.info.json").write_text(json.dumps(WHOLE), "utf-8")
    assert read_info(tmp_path / "a.info.json") == info_of(WHOLE)
