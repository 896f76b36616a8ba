"""Folders, lists and addresses are read as videos."""

import pytest

from funny.errors import FetchError, OptionError
from funny.scale.sources import Source, sources_of


@pytest.fixture
def folder(tmp_path):
    for name in ("b.MKV", "a.mp4", "notes.txt", "in/c.webm", ".hidden/d.mp4", "in/.e.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def names(*given, out="/nowhere"):
    return [source.name for source in sources_of(given, out)]


def test_a_folder_is_searched_to_its_depth_without_what_is_hidden(folder):
    assert names(folder) == ["a", "b", "c"]


def test_the_results_inside_a_folder_are_no_source(folder):
    assert names(folder, out=folder / "in") == ["a", "b"]


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        pytest.param("list.txt", "# two\na.mp4\n\n  in/c.webm \n", ["a", "c"], id="lines"),
        pytest.param("list.txt", "\ufeffa.mp4\r\n", ["a"], id="windows"),
        pytest.param("list.txt", "x, y.mp4\n", ["x, y"], id="comma"),
        pytest.param("list.csv", 'path,note\n"a.mp4","one, two"\nb.MKV,\n', ["a", "b"], id="csv"),
        pytest.param("list.csv", "# c\na.mp4\n", ["a"], id="csv-without-head"),
        pytest.param("list.m3u", "#EXTM3U\na.mp4\na.mp4\n", ["a"], id="once"),
        pytest.param("list", "not there.mp4\n", ["not there"], id="missing"),
    ],
)
def test_a_list_names_videos_beside_it(folder, file, text, expected):
    (folder / file).write_text(text, "utf-8", newline="")
    found = sources_of([folder / file], folder / "out")
    assert [source.name for source in found] == expected
    assert {source.path.parent for source in found} <= {folder, folder / "in"}


def test_addresses(folder):
    uri = (folder / "a b#1.mp4").as_uri()
    (folder / "l.txt").write_text(f"{uri}\nhttps://EXAMPLE.org/v?x=1\n")
    assert sources_of([folder / "l.txt", "https://example.org"], folder) == [
        Source("a b#1", folder / "a b#1.mp4"),
        Source("https://example.org/v?x=1", url="https://example.org/v?x=1"),
        Source("https://example.org/", url="https://example.org/"),
    ]


def test_a_video_is_no_list(folder):
    assert names(str(folder / "a.mp4")) == ["a"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("none.txt", None, "is not there", id="missing"),
        pytest.param("empty.txt", b"# nothing\n", "holds no video", id="empty"),
        pytest.param("video.bin", b"\0\1\2", "neither a list", id="binary"),
    ],
)
def test_what_names_no_video_is_refused(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(OptionError, match=message):
        sources_of([tmp_path / name], tmp_path / "out")


def test_an_address_that_cannot_be_one_is_refused(tmp_path):
    with pytest.raises(FetchError):
        sources_of(["ftp://example.org/a.mp4"], tmp_path)
