"""`funny dataset`: from a planted stream to its manifest, and messages of one line."""

import json

import numpy as np
import pytest

from funny.cli import main
from funny.learn.manifest import load_manifest
from tests.learn.planted_streamer import face_at, plant
from tests.media import Movie, Sound, steady, write_media


def exit_of(*arguments):
    try:
        return main([str(argument) for argument in arguments])
    except SystemExit as stopped:
        return stopped.code


def share_of_face(stream, clip):
    times = np.arange(clip.start_s, clip.end_s, 0.5)
    return np.mean([face_at(stream, time_s) != "nobody" for time_s in times])


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A dataset of one stream."""
    folder = tmp_path_factory.mktemp("dataset")
    return folder, plant(folder, 0, seed=7)


@pytest.fixture
def folder(planted):
    yield planted[0]
    for path in planted[0].glob("manifest*.json"):
        path.unlink()


def test_a_stream_is_watched_and_its_moments_proposed(planted, folder, capsys):
    assert exit_of("dataset", "propose", folder, "--emotion", "embedded", "--json") == 0
    out, err = capsys.readouterr()
    said, stream = json.loads(out), planted[1]
    assert err == ""
    found = load_manifest(folder)
    assert said["manifest"] == str(folder / "manifest.json")
    assert said["clips"] == found.counts() and said["notes"] == list(found.notes)
    assert {row["cue"] for row in said["cues"] if row["found"]} >= {"laughter", "loudness", "chat"}
    funny = [clip for clip in found.clips if clip.proposed == "funny"]
    hit = [any(c.start_s <= s < c.end_s for c in funny) for s, _ in stream.funny]
    assert sum(hit) == len(hit) > 0
    plain = [clip for clip in found.clips if clip.proposed == "funny" or not clip.votes]
    assert [share_of_face(stream, clip) for clip in plain] == [1.0] * len(plain)
    assert found.videos[0].sha and found.videos[0].streamer == "심심맨"


def test_people_get_a_table(folder, capsys):
    assert exit_of("dataset", "propose", folder, "--quick") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["cue", "found", "in", "clips", "alone", "strength"]
    assert lines[1].split() == ["laughter", "0", "0", "0", "0.00"]
    assert lines[4].split()[0] == "chat" and int(lines[4].split()[1]) > 0
    assert lines[-1].endswith(f"clips of 1 videos: {folder / 'manifest.json'}")


def test_again_keeps_and_fresh_sets_aside(folder):
    assert exit_of("dataset", "propose", folder, "--quick", "--quiet", "--count", "1") == 0
    first = load_manifest(folder)
    exit_of("dataset", "propose", folder, "--quick", "--quiet", "--count", "1", "--seed", "9")
    assert load_manifest(folder).clips == first.clips
    exit_of("dataset", "propose", folder, "--quick", "--quiet", "--fresh", "--seed", "9")
    assert load_manifest(folder).clips != first.clips
    assert load_manifest(folder / "manifest.before-1.json").clips == first.clips


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param([], "required: ACTION", id="nothing"),
        pytest.param(["propose"], "required: DIR", id="no-folder"),
        pytest.param(["propose", "nowhere"], "nowhere/videos: cannot be read", id="nowhere"),
        pytest.param(["propose", "nowhere", "--count", "0"], "--count 0: expected", id="count"),
        pytest.param(["propose", "nowhere", "--count", "many"], "invalid int", id="no-number"),
        pytest.param(["import", "ted"], "invalid choice: 'ted'", id="unknown-set"),
        pytest.param(["import", "mustard", "a.json"], "required: --videos, --out", id="no-videos"),
        pytest.param(
            ["import", "mustard", "a.json", "--videos", ".", "--out", "out"],
            "a.json: cannot be read as MUStARD",
            id="no-file",
        ),
    ],
)
def test_bad_usage_is_one_line(arguments, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert exit_of("dataset", *arguments) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert message in err


def test_a_broken_manifest_says_how_to_start_over(folder, capsys):
    (folder / "manifest.json").write_text("{")
    assert exit_of("dataset", "propose", folder, "--quick") == 2
    assert "start over with --fresh" in capsys.readouterr().err
    assert (folder / "manifest.json").read_text() == "{"
    assert exit_of("dataset", "propose", folder, "--quick", "--fresh", "--quiet") == 0


def test_a_damaged_video_is_one_line_and_nothing_is_written(tmp_path, capsys):
    (tmp_path / "videos" / "a").mkdir(parents=True)
    (tmp_path / "videos" / "a" / "a.mp4").write_bytes(b"no video")
    assert exit_of("dataset", "propose", tmp_path, "--emotion", "embedded", "--json") == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "no video can be read" in err and "a.mp4" in err
    assert not (tmp_path / "manifest.json").exists()


def test_a_set_is_imported(tmp_path, capsys):
    videos = tmp_path / "videos"
    videos.mkdir()
    write_media(videos / "1_0.mp4", Movie(steady(2, 6)), Sound(np.zeros(6 * 8000), 8000))
    lines = tmp_path / "a.json"
    lines.write_text('{"1_0": {"utterance": "sure", "sarcasm": true}}')
    arguments = ("mustard", lines, "--videos", videos, "--out", tmp_path / "out")
    assert exit_of("dataset", "import", *arguments) == 0
    assert "1 funny, 0 ordinary clips of 1 videos" in capsys.readouterr().out
    assert (
        load_manifest(tmp_path / "out").file_of(load_manifest(tmp_path / "out").videos[0]).exists()
    )
