"""Names of folders are made by us, and a record says the same when it is read again."""

import os
from dataclasses import replace

import pytest

from funny.fetch.folders import (
    Fetched,
    fetched_before,
    fetched_of,
    folder_of,
    partial_name,
    read_fetched,
    tidy,
)

INFO = {"id": "dQw4w9WgXcQ", "extractor": "youtube", "title": "../../하하", "channel": "침착맨"}


@pytest.fixture
def whole(tmp_path):
    """A video that was fetched."""
    folder = tmp_path / "dQw4w9WgXcQ"
    folder.mkdir()
    for name in ("video.mp4", "info.json", "ko.vtt", "ko.auto.vtt", "live_chat.json"):
        (folder / name).write_text(name)
    fetched = replace(fetched_of(INFO, folder, "https://youtu.be/x"), notes=("a note",), item=2)
    fetched.save()
    return fetched


def test_a_plain_id_is_the_name(tmp_path):
    assert folder_of(tmp_path, INFO) == tmp_path / "dQw4w9WgXcQ"


@pytest.mark.parametrize(
    "name",
    [
        *("..", ".", "../../etc/passwd", "/etc/passwd", "a/b", "a\\b", "-rf", ".hidden", "a.", ""),
        *(
            "a\nb",
            "a\0b",
            "하하",
            "con",
            "NUL.mp4",
            "com1",
            "x" * 300,
            "a b",
            "$HOME",
            "~",
            "%(id)s",
        ),
    ],
)
def test_an_odd_id_becomes_a_harmless_name_of_its_own(tmp_path, name):
    folder = folder_of(tmp_path, {**INFO, "id": name})
    assert folder.parent == tmp_path
    assert len(folder.name) < 100
    assert folder.name.isascii()
    assert folder.name[0] not in ".-"
    assert folder != folder_of(tmp_path, {**INFO, "id": f"{name}?"})
    folder.mkdir()


def test_ids_that_yt_dlp_makes_from_file_names_are_told_apart(tmp_path):
    pages = [f"http://a.kr/{n}/video.mp4" for n in range(2)]
    infos = [{"id": "video", "extractor": "generic", "webpage_url": page} for page in pages]
    assert len({folder_of(tmp_path, info) for info in infos}) == 2


def test_the_same_id_on_another_site_is_another_video(whole, tmp_path):
    assert folder_of(tmp_path, INFO) == whole.folder
    assert folder_of(tmp_path, {**INFO, "extractor": "vimeo"}) != whole.folder


def test_a_part_belongs_to_one_format_of_one_video():
    formats = [{**INFO, "format_id": name} for name in ("137+140", "136+140")]
    assert len({partial_name(info) for info in [*formats, {**formats[0], "id": "b"}]}) == 3


def test_a_record_is_read_as_it_was_written(whole):
    assert read_fetched(whole.folder) == replace(whole, is_new=False)
    assert [path.name for path in whole.subtitles] == ["ko.auto.vtt", "ko.vtt"]
    assert (whole.streamer, whole.title) == ("침착맨", "../../하하")


def test_a_folder_that_moves_takes_its_record_along(whole, tmp_path):
    os.rename(whole.folder, tmp_path / "moved")
    found = read_fetched(tmp_path / "moved")
    assert found is not None
    assert found.video == tmp_path / "moved" / "video.mp4"


@pytest.mark.parametrize(
    ("url", "item", "is_found"),
    [
        ("https://youtu.be/x", 2, True),
        ("https://youtu.be/x", None, False),
        ("https://youtu.be/y", 2, False),
    ],
)
def test_a_video_is_found_by_its_address(whole, tmp_path, url, item, is_found):
    assert (fetched_before(tmp_path, url, item) is not None) == is_found


@pytest.mark.parametrize("spoiled", [None, "", "{", "[]", "{}", '{"video": "video.mp4"}'])
def test_a_spoiled_record_is_none(whole, spoiled):
    if spoiled is None:
        whole.video.unlink()
    else:
        (whole.folder / "fetched.json").write_text(spoiled)
    assert read_fetched(whole.folder) is None


@pytest.mark.parametrize(
    ("there", "keeps", "left"),
    [
        pytest.param({}, True, None, id="empty"),
        pytest.param({"partial-1.mp4.part": 9}, True, ["partial-1.mp4.part"], id="part"),
        pytest.param({"partial-1.mp4.part": 9}, False, None, id="part-of-no-use"),
        pytest.param({"partial-1.mp4.part": 0, "partial-1.mp4.ytdl": 9}, True, None, id="nothing"),
        pytest.param(
            {"partial-1.f1.mp4": 9, "partial-1.temp.mp4": 5, ".fetched.json.partial": 1},
            True,
            ["partial-1.f1.mp4"],
            id="half-merged",
        ),
        pytest.param({"mine.txt": 1, "partial-1.mp4": 2}, False, ["mine.txt"], id="not-ours"),
    ],
)
def test_only_what_can_be_gone_on_with_is_left(tmp_path, there, keeps, left):
    folder = tmp_path / "id"
    folder.mkdir()
    for name, size in there.items():
        (folder / name).write_bytes(b"x" * size)
    tidy(folder, keeps)
    assert (sorted(p.name for p in folder.iterdir()) if folder.exists() else None) == left


def test_tidying_leaves_a_whole_video_alone(whole):
    (whole.folder / "partial-1.mp4").write_text("late")
    tidy(whole.folder, keeps_partial=True)
    assert read_fetched(whole.folder) is not None
    assert not list(whole.folder.glob("partial-*"))


def test_the_sentence_says_whose_and_where(whole):
    assert whole.sentence == (f"Source: ../../하하 by 침착맨, fetched: {whole.video}. a note")
    assert "fetched before" in replace(whole, is_new=False).sentence
    assert isinstance(Fetched(**{**vars(whole)}).to_json()["subtitles"][0], str)
