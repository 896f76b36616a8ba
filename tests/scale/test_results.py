"""Results lie in folders of their own, whole or not at all."""

import json
from pathlib import Path

import pytest

from funny.errors import FunnyError
from funny.scale import results
from funny.scale.parts import WORK, Parts
from funny.scale.results import RECORD, Results, folder_name
from tests.scale.planted import made


def save(found, name="a", sha="1" * 64, stamp="s", content=b"x", path="a.mp4"):
    return found.save(name, Path(path), "", "2026-01-02", stamp, made(sha, content))


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_result_is_found_again(tmp_path):
    saved = save(Results(tmp_path))
    again = Results(tmp_path)
    assert [*again] == [saved]
    assert again.known("1" * 64, "s") == saved
    assert again.known("1" * 64, "other options") is None
    assert again.known("2" * 64, "s") is None
    assert files(tmp_path) == ["a-11111111", "a-11111111/analysis.json", f"a-11111111/{RECORD}"]


def test_a_new_result_of_a_content_takes_the_place_of_the_old_one(tmp_path):
    found = Results(tmp_path)
    save(found)
    new = save(found, "renamed", stamp="t", content=b"new")
    assert [*Results(tmp_path)] == [new]
    assert files(tmp_path)[0] == "a-11111111"
    assert (tmp_path / "a-11111111" / "analysis.json").read_bytes() == b"new"


def test_a_video_that_has_moved_is_linked_where_it_is(tmp_path):
    found = Results(tmp_path)
    moved = found.moved(save(found), "b", Path("/videos/b.mp4"), "")
    assert (moved.name, moved.path) == ("b", "/videos/b.mp4")
    assert [*Results(tmp_path)] == [moved]


def test_what_cannot_be_written_leaves_what_was_there(tmp_path, monkeypatch):
    found = Results(tmp_path)
    save(found)
    before = files(tmp_path)
    rename = results.os.rename

    def refuse(source, target):
        if Path(source).name == "new":
            raise OSError(28, "No space left on device")
        rename(source, target)

    monkeypatch.setattr(results.os, "rename", refuse)
    with pytest.raises(FunnyError, match="cannot be written"):
        save(found, content=b"new")
    assert files(tmp_path) == before
    assert (tmp_path / "a-11111111" / "analysis.json").read_bytes() == b"x"


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"summary": {}}', "\0"])
def test_a_folder_that_is_no_result_is_passed_over(tmp_path, content):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / RECORD).write_text(content)
    assert [*Results(tmp_path)] == []


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        pytest.param("침착맨 #12", "침착맨 _12", id="korean"),
        pytest.param("../../etc/passwd", "_.._etc_passwd", id="no-way-out"),
        pytest.param("a" * 300, "a" * 80, id="long"),
        pytest.param("...", "video", id="dots"),
        pytest.param("\udcff\n<b>", "___b_", id="no-text"),
    ],
)
def test_a_name_becomes_a_harmless_folder(name, folder):
    assert folder_name(name, "ab" * 32) == f"{folder}-abababab"


def test_parts_are_kept_until_they_are_forgotten(tmp_path):
    mine, other = Parts(tmp_path, "k"), Parts(tmp_path, "other")
    mine.keep("sound", b"1")
    other.keep("sound", b"2")
    assert (mine.has("sound"), mine.has("ticks-0-end")) == (True, False)
    assert Parts(tmp_path, "k").read("sound") == b"1"
    mine.forget()
    assert files(tmp_path / WORK) == ["other", "other/sound"]
    other.forget()
    assert files(tmp_path) == []


def test_a_record_is_json_for_others(tmp_path):
    save(Results(tmp_path))
    found = json.loads((tmp_path / "a-11111111" / RECORD).read_text("utf-8"))
    assert found["summary"]["moments"][0]["text"]
