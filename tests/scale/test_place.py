"""Results at an address that fsspec knows are those of a folder, and are gone on with."""

import json
import sys

import pytest

from funny.errors import FunnyError, OptionError
from funny.scale.place import Here, place_of
from funny.scale.results import RECORD, Results
from tests.scale.planted import made

fsspec = pytest.importorskip("fsspec")


@pytest.fixture
def address():
    memory = fsspec.filesystem("memory")
    yield "memory://channel/results"
    if memory.exists("/channel"):
        memory.rm("/channel", recursive=True)


def save(there, name="a", sha="1" * 64):
    result = Results(there.folder).save(name, there.folder, "", "2026-01-02", "s", made(sha))
    there.put(result.folder)
    return result


def remote():
    memory = fsspec.filesystem("memory")
    return sorted(path.removeprefix("/channel/results/") for path in memory.find("/channel"))


def test_a_folder_stays_a_folder(tmp_path):
    for out in (tmp_path, str(tmp_path), tmp_path.as_uri()):
        found = place_of(out)
        assert (type(found), found.folder) == (Here, tmp_path)


def test_a_result_is_copied_and_only_its_record_stays(address):
    there = place_of(address)
    save(there)
    assert remote() == ["a-11111111/analysis.json", f"a-11111111/{RECORD}"]
    assert [path.name for path in (there.folder / "a-11111111").iterdir()] == [RECORD]
    memory = fsspec.filesystem("memory")
    record = json.loads(memory.cat(f"/channel/results/a-11111111/{RECORD}"))
    assert record["summary"]["sha"] == "1" * 64


def test_another_machine_goes_on_with_what_is_there(address, monkeypatch, tmp_path):
    save(place_of(address))
    monkeypatch.setenv("FUNNY_CACHE", str(tmp_path / "another machine"))
    with (there := place_of(address)).held():
        assert Results(there.folder).known("1" * 64, "s") is not None


def test_what_was_never_copied_is_not_believed_to_be_there(address):
    save(place_of(address))
    there = place_of(address)
    Results(there.folder).save("b", there.folder, "", "2026-01-02", "s", made("2" * 64))
    with there.held():
        assert [result.name for result in Results(there.folder)] == ["a"]


def test_a_record_is_copied_last(address, monkeypatch):
    there = place_of(address)
    copied = []
    put = there._files.put_file
    monkeypatch.setattr(
        there._files, "put_file", lambda a, b: (copied.append(b.rsplit("/", 1)[1]), put(a, b))
    )
    save(there)
    assert copied[-1] == RECORD and len(copied) == 2


@pytest.mark.parametrize("kind", ["folder", "address"])
def test_a_second_batch_is_turned_away_until_the_first_is_done(kind, address, tmp_path):
    out = address if kind == "address" else tmp_path / "out"
    with place_of(out).held():
        # Where the first has put something in the meantime.
        save(place_of(out))
        with pytest.raises(OptionError, match="another batch writes there"):
            place_of(out).held().__enter__()
    with (there := place_of(out)).held():
        assert [result.name for result in Results(there.folder)] == ["a"]


def test_nothing_is_left_where_nothing_was_made(tmp_path):
    with place_of(tmp_path / "channel" / "out").held():
        pass
    assert [*(tmp_path / "channel").iterdir()] == []


def test_a_folder_that_cannot_be_written_is_refused_at_once(tmp_path):
    (tmp_path / "a").write_text("a file")
    with pytest.raises(OptionError, match="Choose another folder"):
        place_of(tmp_path / "a").held().__enter__()


def test_what_cannot_be_reached_is_one_sentence(address, monkeypatch):
    there = place_of(address)

    def refuse(*_):
        raise ConnectionError("no route\nto host")

    monkeypatch.setattr(there._files, "put_file", refuse)
    with pytest.raises(FunnyError, match=r"memory://.*ConnectionError: no route to host"):
        save(there)


@pytest.mark.parametrize("out", ["nosuch://bucket/a", "s3a+x://b"])
def test_an_address_that_nobody_knows_is_refused(out):
    with pytest.raises(OptionError, match=r"--out .*cannot be opened"):
        place_of(out)


def test_without_fsspec_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(OptionError, match=r'pip install "\.\[remote\]"'):
        place_of("memory://a")
