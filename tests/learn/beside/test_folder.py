"""The folder of a video: what is there, what is missing, what is damaged."""

import json

import pytest

from funny.errors import DatasetError
from funny.learn.beside.folder import read_beside, video_folders
from tests.learn.planted_beside import chat_line


def put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


@pytest.fixture
def folder(tmp_path):
    """As `dataset collect` leaves it."""
    put(tmp_path / "abc" / "abc.mp4", "")
    put(tmp_path / "abc" / "abc.info.json", '{"id": "abc", "automatic_captions": {"en": []}}')
    put(tmp_path / "abc" / "abc.ko.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n(웃음)\n")
    put(tmp_path / "abc" / "abc.en.srt", "1\n00:00:01,000 --> 00:00:02,000\n[Laughter]\n")
    put(tmp_path / "abc" / "abc.live_chat.json", chat_line(3, "ㅋㅋ"))
    return tmp_path / "abc"


def test_all_that_lies_there(folder):
    found = read_beside(folder)
    assert (found.id, found.file.name, found.info.id) == ("abc", "abc.mp4", "abc")
    assert [(t.name, t.is_automatic) for t in found.tracks] == [
        ("abc.en.srt", True),
        ("abc.ko.vtt", False),
    ]
    assert len(found.chat.rows) == 1


def test_a_machine_wrote_what_its_name_says(folder):
    put(folder / "ko.auto.vtt", "WEBVTT\n")
    assert {t.name: t.is_automatic for t in read_beside(folder).tracks}["ko.auto.vtt"]


def test_leftovers_of_a_fetch_are_no_videos(folder):
    for name in ("abc.f137.mp4", "abc.temp.mp4", "abc.mp4.part", ".abc.mp4", "partial-1.mp4"):
        put(folder / name, "")
    assert read_beside(folder).file.name == "abc.mp4"


@pytest.mark.parametrize("names", [[], ["a.mp4", "b.mkv"], ["a.f137.mp4"]])
def test_one_video_a_folder(tmp_path, names):
    for name in [*names, "a.info.json"]:
        put(tmp_path / "a" / name, "{}")
    with pytest.raises(DatasetError, match=r"expected one video, found .*Give each a folder"):
        read_beside(tmp_path / "a")


def test_what_is_missing_is_noted(tmp_path):
    put(tmp_path / "a" / "a.mp4", "")
    assert read_beside(tmp_path / "a").notes == (
        "no info.json: no comments, no 'most replayed', no name of the streamer",
        "no subtitles",
        "no live chat",
    )


@pytest.mark.parametrize(
    ("info", "note"),
    [
        pytest.param({"view_count": 900}, "no 'most replayed' (it has 900 views;", id="few-views"),
        pytest.param({"view_count": 90_000}, "no 'most replayed'", id="many-views"),
        pytest.param({}, "no comments were fetched", id="comments"),
    ],
)
def test_what_an_info_lacks_is_noted(folder, info, note):
    put(folder / "abc.info.json", json.dumps(info))
    assert [n for n in read_beside(folder).notes if n.startswith(note)]


def test_damage_is_noted_with_its_file(folder):
    put(folder / "abc.live_chat.json", chat_line(3, "ㅋㅋ") + "\nnull\n{")
    put(folder / "abc.info.json", "{")
    notes = read_beside(folder).notes
    assert "abc.live_chat.json: 2 damaged rows passed over" in notes
    assert [note for note in notes if note.startswith("abc.info.json cannot be read (")]


def test_several_chats_are_one(folder):
    put(folder / "chat.csv", "1,와\n9,흠\n")
    assert [m.text for m in read_beside(folder).chat.rows] == ["와", "ㅋㅋ", "흠"]


def test_folders_of_videos_by_name(tmp_path):
    for name in ("b", "a", ".hidden"):
        (tmp_path / "videos" / name).mkdir(parents=True)
    put(tmp_path / "videos" / "file.txt", "")
    assert [path.name for path in video_folders(tmp_path)] == ["a", "b"]


@pytest.mark.parametrize("make", [lambda p: None, lambda p: (p / "videos").mkdir()])
def test_no_videos_say_where_they_come_from(tmp_path, make):
    make(tmp_path)
    with pytest.raises(DatasetError, match=r"videos: .*dataset collect"):
        video_folders(tmp_path)
