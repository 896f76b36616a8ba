"""What a killed server left in the folder of its work goes, and nothing else does."""

import os
import subprocess
import sys
import tempfile
import time

import pytest

from funny.ui.desk import Desk
from funny.ui.temporary import throw_away, use_folder
from tests.serving import App

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes and links of POSIX")

NOW_S = time.time()


@pytest.fixture(scope="module")
def gone():
    """Number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Temporary files lie in a folder of the test."""
    for name in ("tempdir", "template"):
        monkeypatch.setattr(tempfile, name, getattr(tempfile, name))
    monkeypatch.setenv("TMPDIR", os.environ.get("TMPDIR", "/tmp"))
    use_folder(tmp_path)
    return tmp_path


ROWS = [
    pytest.param("funny-temporary-{gone}-abcdefg_", 1e4, False, id="of-a-killed-server"),
    pytest.param("funny-temporary-{gone}-abcdefg_.mp4", 1e4, False, id="with-a-suffix"),
    pytest.param("funny-temporary-{own}-abcdefg_", 1e4, False, id="of-one-with-our-number"),
    pytest.param("funny-temporary-{own}-abcdefg_", -10, True, id="our-own"),
    pytest.param("funny-temporary-{parent}-abcdefg_", 1e4, True, id="of-one-that-lives"),
    pytest.param("funny-temporary-{gone}-abc", 1e4, True, id="too-short-a-name"),
    pytest.param("funny-temporary-x-abcdefg_", 1e4, True, id="no-number"),
    pytest.param("my-funny-temporary-{gone}-abcdefg_", 1e4, True, id="of-others"),
    pytest.param("tmpabcdefg_", 1e4, True, id="of-another-program"),
    pytest.param("desk", 1e4, True, id="the-desk"),
    pytest.param("uploads", 1e4, True, id="the-uploads"),
]


@pytest.mark.parametrize("kind", ["file", "folder"])
@pytest.mark.parametrize(("name", "age_s", "stays"), ROWS)
def test_what_stays(tmp_path, gone, name, age_s, stays, kind):
    path = tmp_path / name.format(gone=gone, own=os.getpid(), parent=os.getppid())
    if kind == "folder":
        (path / "inside").mkdir(parents=True)
    else:
        path.write_text("x")
    os.utime(path, (NOW_S - age_s, NOW_S - age_s))
    throw_away(tmp_path, NOW_S)
    assert path.exists() == stays


def test_no_link_is_followed(tmp_path, gone):
    state, mine = tmp_path / "state", tmp_path / "mine"
    folder = state / f"funny-temporary-{gone}-abcdefg_"
    for path in (mine, folder):
        path.mkdir(parents=True)
        (path / "file").write_text("keep me")
    (folder / "link").symlink_to(mine)
    links = [state / f"funny-temporary-{gone}-{number}hijklmn" for number in (1, 2)]
    for link, target in zip(links, (mine, mine / "file"), strict=True):
        link.symlink_to(target)
    throw_away(state, time.time() + 10)
    assert not folder.exists() and all(link.is_symlink() for link in links)
    assert (mine / "file").read_text() == "keep me"


def test_a_folder_that_is_not_there_is_empty(tmp_path):
    throw_away(tmp_path / "nowhere", NOW_S)


def test_temporary_files_are_known_by_their_names(temporary):
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as file:
        throw_away(temporary, NOW_S - 10)
        assert os.path.exists(folder) and os.path.exists(file.name)
    left = tempfile.mkdtemp()
    throw_away(temporary, time.time() + 10)
    assert not os.path.exists(left)


@pytest.mark.parametrize("is_first", [True, False], ids=["holds-the-lock", "comes-second"])
def test_only_who_holds_the_lock_throws_away(temporary, gone, is_first):
    first = None if is_first else Desk(folder=temporary / "desk")
    if first:
        first.sweep()
        assert first._root == temporary / "desk"
    left = temporary / f"funny-temporary-{gone}-abcdefg_"
    left.mkdir()
    os.utime(left, (1e9, 1e9))
    Desk(folder=temporary / "desk").resume(None)
    assert left.exists() != is_first


def test_a_server_that_is_served_throws_away_what_was_left(tmp_path, gone):
    state = tmp_path / "state"
    left, mine = state / f"funny-temporary-{gone}-abcdefg_", state / "mine.txt"
    for path in (left, mine):
        state.mkdir(exist_ok=True)
        path.write_text("x")
        os.utime(path, (1e9, 1e9))
    with App(tmp_path):
        assert mine.exists() and not left.exists()
