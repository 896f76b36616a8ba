"""The manifest: a round trip, and every row that can be wrong."""

import errno
import json
import os
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from funny.errors import DatasetError, FunnyError
from funny.learn.manifest import Clip, Manifest, SourceVideo, Vote, load_manifest

VIDEO = SourceVideo("abc", "videos/abc/abc.mp4", 60.0, "침착맨", "다시보기", "https://a", "f00")
FUNNY = Clip("a", "abc", 10.0, 17.0, "funny", None, 0.8, (Vote("chat", 0.7, 13.5, "ㅋㅋ 12"),))
ORDINARY = Clip("b", "abc", 30.0, 35.0, "ordinary", "ordinary", 0.9)


@pytest.fixture
def manifest(tmp_path):
    return Manifest(tmp_path / "set", (VIDEO,), (FUNNY, ORDINARY), ("no live chat: abc",))


@pytest.fixture
def saved(manifest):
    manifest.save()
    return manifest


def test_a_round_trip(saved):
    assert load_manifest(saved.folder) == saved == load_manifest(saved.path)


def test_an_empty_one_is_a_manifest(tmp_path):
    Manifest(tmp_path).save()
    assert load_manifest(tmp_path) == Manifest(tmp_path)


def test_fields_of_later_versions_are_passed_over(saved):
    found = json.loads(saved.path.read_text("utf-8"))
    found["clips"][0]["colour"] = found["videos"][0]["colour"] = found["colour"] = "red"
    saved.path.write_text(json.dumps(found))
    assert load_manifest(saved.folder) == saved


def test_counts_go_by_labels_first(manifest):
    assert manifest.counts() == {"funny": 1, "ordinary": 1}
    relabelled = replace(manifest, clips=(replace(FUNNY, label="ordinary"), ORDINARY))
    assert relabelled.counts() == {"funny": 0, "ordinary": 2}


@pytest.mark.parametrize(
    ("start_s", "end_s", "video", "overlaps"),
    [(3, 10, "abc", False), (17, 22, "abc", False), (16.5, 22, "abc", True), (10, 17, "x", False)],
)
def test_overlap(start_s, end_s, video, overlaps):
    assert FUNNY.overlaps(Clip("c", video, start_s, end_s, "funny")) is overlaps


NAN = float("nan")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"video": "x"}, "its video 'x' is not among the videos. Add it", id="video"),
        pytest.param({"video": 3}, "video: expected text, got 3", id="video-number"),
        pytest.param({"id": None}, "id: expected text, got None", id="no-id"),
        pytest.param({"start_s": NAN}, "expected finite seconds, got nan", id="nan"),
        pytest.param({"end_s": "17"}, "expected finite seconds, got 10.0 to '17'", id="text"),
        pytest.param({"end_s": 14.0}, "is 4.000 s long, expected 5 to 7 s. Move", id="short"),
        pytest.param({"end_s": 17.5}, "is 7.500 s long, expected 5 to 7 s. Move", id="long"),
        pytest.param(
            {"start_s": 55.0, "end_s": 61.0}, "[55, 61) is not inside its video", id="end"
        ),
        pytest.param({"start_s": -1.0, "end_s": 5.0}, "[-1, 5) is not inside", id="before"),
        pytest.param({"proposed": "maybe"}, "proposed: expected funny or ordinary", id="proposed"),
        pytest.param({"label": NAN}, "label: expected funny or ordinary, got nan", id="label"),
        pytest.param({"strength": NAN}, "strength: expected 0 to 1, got nan", id="strength"),
        pytest.param({"votes": (Vote("chat", 2.0, 0),)}, "strength: expected 0 to 1", id="vote"),
    ],
)
def test_a_wrong_clip_is_named_with_the_remedy(tmp_path, change, message):
    with pytest.raises(DatasetError) as error:
        Manifest(tmp_path, (VIDEO,), (ORDINARY, replace(FUNNY, **change)))
    assert str(error.value).startswith("clips[1] (")
    assert message in str(error.value)


@pytest.mark.parametrize("duration_s", [0.0, -1.0, NAN, float("inf"), None, "60", True])
def test_a_wrong_video_is_named(tmp_path, duration_s):
    with pytest.raises(DatasetError, match=r"videos\[0\] \(abc\): duration_s: expected seconds"):
        Manifest(tmp_path, (replace(VIDEO, duration_s=duration_s),))


@pytest.mark.parametrize("table", ["videos", "clips"])
def test_twins_are_refused(manifest, table):
    rows = getattr(manifest, table)
    with pytest.raises(DatasetError, match=f"{table}: .* is there twice. Give every row its own"):
        replace(manifest, **{table: (*rows, rows[0])})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(None, "cannot be read", id="missing"),
        pytest.param("", "cannot be read", id="empty"),
        pytest.param("{", "cannot be read", id="torn"),
        pytest.param("[]", "cannot be read", id="list"),
        pytest.param("{}", "is no funny.manifest/1. Make it with", id="another-file"),
        pytest.param({"videos": 3}, "videos is no list", id="no-list"),
        pytest.param({"videos": [3]}, "videos[0]: expected an object, got 3", id="number"),
        pytest.param({"clips": [None]}, "clips[0]: expected an object, got null", id="null"),
        pytest.param(
            {"clips": [{"id": "a"}]}, "clips[0]: lacks video, start_s, end_s, proposed", id="part"
        ),
        pytest.param(
            {"clips": [{**asdict(FUNNY), "votes": 3}]}, "clips[0].votes: is no list", id="votes"
        ),
        pytest.param(
            {"clips": [{**asdict(FUNNY), "votes": [{}]}]},
            "clips[0].votes[0]: lacks cue, strength, time_s. Mend",
            id="vote",
        ),
    ],
)
def test_a_file_that_is_no_manifest_is_named(tmp_path, text, message):
    if isinstance(text, dict):
        text = json.dumps({"schema": "funny.manifest/1", **text})
    if text is not None:
        (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(DatasetError) as error:
        load_manifest(tmp_path)
    assert message in str(error.value)


def test_a_full_disk_leaves_the_old_one(saved, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    before = saved.path.read_bytes()
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(FunnyError, match=r"No space left on device; \d+ MB are free"):
        replace(saved, notes=("new",)).save()
    assert saved.path.read_bytes() == before
    assert [path.name for path in saved.folder.iterdir()] == ["manifest.json"]


def test_a_folder_that_cannot_be_made_is_a_message(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FunnyError, match="cannot be written"):
        Manifest(tmp_path / "file" / "set").save()


def test_what_is_set_aside_is_never_lost(saved):
    for _ in range(2):
        saved.set_aside()
        saved.save()
    saved.set_aside()
    kept = sorted(path.name for path in saved.folder.iterdir())
    assert kept == [f"manifest.before-{n}.json" for n in (1, 2, 3)]
    saved.set_aside()


def test_a_name_that_is_no_utf_8_does_not_stop_it(tmp_path):
    odd = replace(VIDEO, path=os.fsdecode(b"videos/\xff.mp4"))
    Manifest(tmp_path, (odd,)).save()
    assert load_manifest(tmp_path).file_of(odd) == tmp_path / Path(odd.path)
