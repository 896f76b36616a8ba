"""Results appear whole, or not at all."""

import os

import pytest

from funny.errors import FunnyError, OptionError, WeightsError
from funny.files import file_sha256, read_json, replace_json, staged, write_json


def tree(folder):
    """Every file below a folder with its text."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text() for path in files}


def fill(folder, **files):
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize(
    "place",
    [pytest.param("out", id="new"), pytest.param("a/b/out", id="below-new-folders")],
)
def test_a_new_folder_appears(tmp_path, place):
    with staged(tmp_path / place) as folder:
        fill(folder, result="new", clips__one="clip")
        assert not (tmp_path / place).exists()
    assert tree(tmp_path) == {f"{place}/result": "new", f"{place}/clips/one": "clip"}


def test_the_files_of_others_stay_and_old_results_go(tmp_path):
    fill(tmp_path, mine="mine", album__photo="photo", result="old", clips__one="old", clips__two="")
    with staged(tmp_path) as folder:
        fill(folder, result="new", clips__one="new")
    wanted = {"mine": "mine", "album/photo": "photo", "result": "new", "clips/one": "new"}
    assert tree(tmp_path) == wanted


def test_what_this_run_does_not_make_again_goes(tmp_path):
    fill(tmp_path, mine="mine", clips__one="old", result="old")
    with staged(tmp_path, replaces=("clips", "never-there")) as folder:
        fill(folder, result="new")
    assert tree(tmp_path) == {"mine": "mine", "result": "new"}


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(ValueError("bug"), id="bug"),
        pytest.param(FunnyError("bad"), id="bad-input"),
        pytest.param(KeyboardInterrupt(), id="ctrl-c"),
    ],
)
@pytest.mark.parametrize(
    "before", [pytest.param({}, id="absent"), pytest.param({"result": "old"}, id="existing")]
)
def test_a_failure_leaves_everything_as_it_was(tmp_path, before, error):
    fill(tmp_path, **{f"out__{name}": text for name, text in before.items()})
    with pytest.raises(type(error)), staged(tmp_path / "out") as folder:
        fill(folder, result="new", clips__one="clip")
        raise error
    assert tree(tmp_path) == {f"out/{name}": text for name, text in before.items()}
    assert (tmp_path / "out").exists() == bool(before)


def test_a_full_disk_is_told_of(tmp_path):
    with pytest.raises(FunnyError, match=r"No space.*MB are free"), staged(tmp_path / "out"):
        raise OSError(28, "No space left on device")
    assert not list(tmp_path.iterdir())


def test_a_failure_while_moving_brings_the_old_back(tmp_path, monkeypatch):
    old = {"a": "old", "a0": "stale", "c": "old", "d": "stale"}
    fill(tmp_path, b__one="old", **old)
    rename, moves = os.rename, []

    def fails_once(source, target):
        moves.append(target)
        if len(moves) == 4:  # two of the three are there, or on their way
            raise OSError(28, "No space left on device")
        rename(source, target)

    monkeypatch.setattr("funny.files.os.rename", fails_once)
    with pytest.raises(FunnyError), staged(tmp_path, replaces=("d", "a0")) as folder:
        fill(folder, a="new", b__one="new", b__two="new", c="new")
    assert tree(tmp_path) == {**old, "b/one": "old"}


def test_a_file_gives_way_to_a_folder_and_a_folder_to_a_file(tmp_path):
    fill(tmp_path, clips="a file", result__x="a folder")
    with staged(tmp_path) as folder:
        fill(folder, clips__one="clip", result="text")
    assert tree(tmp_path) == {"clips/one": "clip", "result": "text"}


@pytest.mark.parametrize("name", ["file", "file/out", "file/a/b"])
def test_where_nothing_can_be_written_is_an_option_error(tmp_path, name):
    fill(tmp_path, file="in the way")
    message = "cannot be written .* Choose another folder"
    with pytest.raises(OptionError, match=message), staged(tmp_path / name):
        raise AssertionError("nothing may be started")
    assert tree(tmp_path) == {"file": "in the way"}


def test_only_the_folder_itself_need_be_writable(tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    with staged(tmp_path / "out") as folder:
        assert folder.parent == tmp_path / "out"  # its parent may be another disk
        fill(folder, result="new")
    assert tree(tmp_path) == {"out/result": "new"}


def test_json_comes_back(tmp_path):
    content = {"이름": "침착맨", "values": [1, 2.5, None]}
    write_json(tmp_path / "a.json", content)
    assert read_json(tmp_path / "a.json") == content


def test_json_is_replaced_whole_and_makes_its_folder(tmp_path):
    for content in ({"a": 1}, {"a": 2}):
        replace_json(tmp_path / "new" / "a.json", content)
    assert read_json(tmp_path / "new" / "a.json") == {"a": 2}
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.json"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_json_that_cannot_be_written_leaves_the_old(tmp_path, monkeypatch, error):
    def fail(path, content):
        path.write_text("{")
        raise error

    replace_json(tmp_path / "a.json", {"a": 1})
    monkeypatch.setattr("funny.files.write_json", fail)
    with pytest.raises((FunnyError, KeyboardInterrupt)):
        replace_json(tmp_path / "a.json", {"a": 2})
    assert tree(tmp_path) == {"a.json": '{\n  "a": 1\n}\n'}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(None, "cannot be read", id="missing"),
        pytest.param("", "cannot be read", id="empty"),
        pytest.param("[1]", "expected a JSON object, got list", id="list"),
    ],
)
def test_what_is_no_json_object_is_a_weights_error(tmp_path, text, message):
    path = tmp_path / "config.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(WeightsError, match=f"config.json: {message}"):
        read_json(path)


def test_sha256_of_a_file(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")
    assert file_sha256(tmp_path / "abc").startswith("ba7816bf8f01cfea414140de5dae2223")
