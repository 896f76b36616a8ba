"""The cache keeps to its room: what was used longest ago goes, and what is in use stays."""

import os
import time

import numpy as np
import pytest

from funny.extract.cache import CheckpointCache, SignalCache, content_sha
from funny.extract.quota import FRESH_S, USUAL_GB, room_bytes
from funny.records import VideoInfo

OLD_S = 1e6


@pytest.fixture
def room(monkeypatch):
    """Sets how many bytes the cache may take."""
    return lambda size: monkeypatch.setenv("FUNNY_CACHE_GB", str(size / 1e9))


def plant(cache, name, age_s, size=1000):
    path = cache / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))
    then_s = time.time() - age_s
    os.utime(path, (then_s, then_s))
    return path


def something_is_written(folder):
    """Sixty-four bytes."""
    (folder / "video").write_bytes(b"anything")
    content_sha(folder / "video")


ROWS = [
    pytest.param({}, 10**6, [], id="empty"),
    pytest.param({"signals/a": OLD_S}, 1064, ["signals/a"], id="as-much-as-may-be"),
    pytest.param({"signals/a": OLD_S}, 1063, [], id="a-byte-too-much"),
    pytest.param({"signals/a": FRESH_S - 60}, 0, ["signals/a"], id="fresh"),
    pytest.param({"signals/a": FRESH_S + 60}, 0, [], id="just-not-fresh"),
    pytest.param({"checkpoints/a": 10}, 0, ["checkpoints/a"], id="a-checkpoint-in-use"),
    pytest.param({"checkpoints/a": OLD_S}, 0, [], id="an-old-checkpoint"),
    pytest.param({"signals/tmpx": 10}, 0, ["signals/tmpx"], id="half-written-now"),
    pytest.param({"signals/tmpx": OLD_S}, 0, [], id="half-written-long-ago"),
    pytest.param({"signals/a": -OLD_S}, 0, [], id="from-the-future"),
    pytest.param({"weights/a": OLD_S, "mine": OLD_S}, 0, ["mine", "weights/a"], id="none-of-it"),
    pytest.param(
        {"signals/a": OLD_S + 1, "scores/b": OLD_S + 3, "sha/c": OLD_S + 2},
        2064,
        ["sha/c", "signals/a"],
        id="the-oldest-of-all-goes-first",
    ),
    pytest.param(
        {"signals/a": OLD_S, "scores/b": 1, "signals/c": OLD_S + 1},
        1100,
        ["scores/b"],
        id="old-ones-go-for-a-fresh-one",
    ),
]


@pytest.mark.parametrize(("ages_s", "most", "left"), ROWS)
def test_what_is_left_when_something_is_written(ages_s, most, left, cache_folder, room, tmp_path):
    planted = {name: plant(cache_folder, name, age_s) for name, age_s in ages_s.items()}
    room(most)
    something_is_written(tmp_path)
    assert sorted(name for name, path in planted.items() if path.exists()) == left


def test_what_was_read_was_used(cache_folder, room, tmp_path):
    something_is_written(tmp_path)
    [memo] = (cache_folder / "sha").iterdir()
    for path in (memo, other := plant(cache_folder, "signals/other", OLD_S)):
        os.utime(path, (1e9, 1e9))
    content_sha(tmp_path / "video")
    room(0)
    (tmp_path / "video").write_bytes(b"another")
    content_sha(tmp_path / "video")
    assert memo.exists() and not other.exists()


def test_a_link_is_no_file_of_ours(cache_folder, room, tmp_path):
    mine = plant(tmp_path, "mine", OLD_S)
    (cache_folder / "signals").mkdir()
    (cache_folder / "signals" / "link").symlink_to(mine)
    (cache_folder / "scores").symlink_to(tmp_path / "nowhere")
    room(0)
    something_is_written(tmp_path)
    assert mine.exists() and (cache_folder / "signals" / "link").exists()


def test_who_reads_it_reads_on(cache_folder, room, tmp_path):
    path = tmp_path / "planted"
    np.savez(path, a=np.arange(10_000))
    kept = plant(cache_folder, "signals/a.npz", 0)
    kept.write_bytes(path.with_suffix(".npz").read_bytes())
    os.utime(kept, (1e9, 1e9))
    room(0)
    with np.load(kept) as arrays:
        something_is_written(tmp_path)
        assert not kept.exists()
        assert arrays["a"][-1] == 9999


def test_what_cannot_be_removed_stops_nobody(cache_folder, room, tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "planted")

    plant(cache_folder, "signals/a", OLD_S)
    room(0)
    monkeypatch.setattr("funny.extract.quota.os.unlink", refuse)
    something_is_written(tmp_path)


@pytest.mark.parametrize(
    ("said", "room_gb"),
    [
        pytest.param(None, USUAL_GB, id="nothing"),
        pytest.param("", USUAL_GB, id="empty"),
        pytest.param("0", 0, id="none"),
        pytest.param("0.5", 0.5, id="half"),
        pytest.param("much", USUAL_GB, id="a-word"),
        pytest.param("-1", USUAL_GB, id="negative"),
        pytest.param("nan", USUAL_GB, id="nan"),
        pytest.param("inf", USUAL_GB, id="inf"),
    ],
)
def test_room(said, room_gb, monkeypatch):
    monkeypatch.delenv("FUNNY_CACHE_GB", raising=False)
    if said is not None:
        monkeypatch.setenv("FUNNY_CACHE_GB", said)
    assert room_bytes() == room_gb * 1e9


@pytest.mark.parametrize("cache", [SignalCache, CheckpointCache])
def test_what_went_is_not_there(cache, cache_folder, room, tmp_path):
    video = VideoInfo(tmp_path / "a.mp4", 10.0, 30.0, 64, 36, 0, "abc")
    kept = cache(video, (), {})
    plant(kept.path.parent, kept.path.name, OLD_S)
    room(0)
    something_is_written(tmp_path)
    assert kept.read() is None
