"""`funny export`: one file whole where it was asked for, or one line that says why not."""

import json
import os
import shutil
import sys
from dataclasses import replace

import pytest

from funny import store
from funny.cli import main
from funny.extract.cache import content_sha
from funny.extract.video import probe
from funny.moments.handoff.formats import FORMATS
from funny.records import Highlight
from tests.media import Movie, Sound, sine, steady, write_media
from tests.values import analysis_of

FOUND = (
    Highlight(4.0, 9.0, 6.0, 0.9),
    Highlight(20.0, 26.0, 22.0, 0.7),
    Highlight(32, 40, 33, 0.6),
)


@pytest.fixture
def folder(tmp_path):
    """A folder with a video of 42 s and its analysis."""
    video = tmp_path / "방송 #1.mp4"
    write_media(video, Movie(steady(25, 42)), Sound(sine(0.5, 42)))
    found = replace(probe(video), sha=content_sha(video), duration_s=42.0)
    (tmp_path / "found").mkdir()
    store.save(replace(analysis_of(84, FOUND), video=found), tmp_path / "found")
    return tmp_path


@pytest.fixture
def export(folder, capsys):
    """Exports, and gives the exit code and what was said."""

    def run(*arguments):
        code = main(["export", str(folder / "found"), *map(str, arguments)])
        return code, *capsys.readouterr()

    return run


def refused(result, *words):
    code, out, err = result
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert all(word in err for word in words), err


@pytest.mark.parametrize("chosen", FORMATS, ids=lambda f: f.id)
def test_a_folder_gets_a_file_named_after_the_video(export, folder, chosen):
    code, out, err = export("--format", chosen.id, "--out", folder)
    path = folder / f"방송 #1{chosen.suffix}"
    assert (code, err, out) == (0, "", f"{path}\n")
    assert path.stat().st_size > 40


def test_a_file_is_made_where_it_is_asked_for(export, folder):
    out = folder / "new" / "a.edl"
    assert export("--format", "edl", "--out", out, "--quiet") == (0, "", "")
    assert out.read_text().count("FROM CLIP NAME") == 3


def test_programs_are_told_in_json(export, folder):
    code, out, _ = export("--format", "edl", "--out", folder / "a.edl", "--json")
    assert (code, json.loads(out)) == (0, {"path": str(folder / "a.edl"), "notes": []})


def test_what_a_person_should_know_is_told_beside_it(export, folder):
    (folder / "else").mkdir()
    code, _, err = export("--format", "losslesscut", "--out", folder / "else")
    assert code == 0
    assert err.startswith("Note: LosslessCut looks for 방송 #1.mp4")


def test_an_old_file_is_replaced_whole(export, folder):
    out = folder / "a.srt"
    out.write_text("x" * 100_000)
    assert export("--format", "srt", "--out", out)[0] == 0
    assert out.read_text().startswith("1\n00:00:04,000 -->")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--format", "avid"], ["--format", "avid"], id="format"),
        pytest.param(["--format", "edl", "--fps", "15"], ["--fps 15", "29.97"], id="fps"),
        pytest.param(["--format", "edl", "--handles", "x"], ["--handles", "x"], id="handles"),
        pytest.param(["--format", "edl", "--handles", "-1"], ["--handles"], id="handles-below-0"),
        pytest.param(["--format", "csv", "--mode", "cut"], ["Leave --mode out"], id="mode"),
        pytest.param(["--format", "edl", "--timeline-start", "1"], ["no timecode"], id="start"),
        pytest.param(
            ["--format", "edl", "--relink", "b.mp4"], ["b.mp4", "no such file"], id="gone"
        ),
    ],
)
def test_bad_usage_is_one_line(export, folder, arguments, words, capsys):
    before = sorted(folder.iterdir())
    try:
        result = export("--out", folder / "a.edl", *arguments)
    except SystemExit as stopped:
        result = (stopped.code, *capsys.readouterr())
    refused(result, *words)
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("방송 #1.mp4", ["no place for a new file"], id="the-video-itself"),
        pytest.param("a" * 300, ["too long"], id="name-too-long"),
        pytest.param("found/analysis.json/a.edl", ["cannot be written"], id="inside-a-file"),
        pytest.param("nul\0.edl", ["nul"], id="nul"),
    ],
)
def test_a_bad_place_is_refused(export, folder, name, words):
    before = (folder / "방송 #1.mp4").read_bytes()
    refused(export("--format", "edl", "--out", folder / name), *words)
    assert (folder / "방송 #1.mp4").read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_may_not_be_written_is_refused(export, folder):
    (folder / "locked").mkdir(mode=0o500)
    refused(export("--format", "edl", "--out", folder / "locked" / "a.edl"), "cannot be written")


def test_a_video_that_moved_is_asked_for(export, folder):
    shutil.move(folder / "방송 #1.mp4", folder / "moved.mp4")
    refused(export("--format", "edl", "--out", folder / "a.edl"), "--relink PATH")
    relinked = ("--relink", folder / "moved.mp4")
    assert export("--format", "edl", "--out", folder / "a.edl", *relinked)[0] == 0
    assert "moved.mp4" in (folder / "a.edl").read_text()


def test_lists_of_times_need_no_video(export, folder):
    (folder / "방송 #1.mp4").unlink()
    for name in ("csv", "json", "chapters", "srt", "vtt", "audacity", "losslesscut", "comment"):
        assert export("--format", name, "--out", folder)[0] == 0


def test_another_video_in_its_place_is_refused(export, folder):
    write_media(folder / "방송 #1.mp4", Movie(steady(30, 42)))
    refused(export("--format", "edl", "--out", folder / "a.edl"), "not the video that was analysed")


def test_a_folder_without_an_analysis_is_refused(folder, capsys):
    code = main(["export", str(folder), "--format", "csv", "--out", str(folder / "a.csv")])
    refused((code, *capsys.readouterr()), "holds no analysis")


def test_without_the_library_it_says_what_to_install(export, folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "opentimelineio", None)
    result = export("--format", "otio", "--out", folder / "a.otio")
    refused(result, 'pip install ".[export]"')


def test_a_project_for_another_machine_points_there(export, folder):
    there = ("--media", r"D:\vods\vod.mp4")
    assert export("--format", "fcpxml", "--out", folder, *there)[0] == 0
    assert 'src="file:///D:/vods/vod.mp4"' in (folder / "vod.fcpxml").read_text()
    refused(export("--format", "edl", "--out", folder / "a.edl", "--media", "a/b"), "--media a/b")
