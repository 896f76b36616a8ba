"""A file's name is a name: never an option, a protocol, a pattern, or a part of a filter."""

import os
import shutil
from pathlib import Path

import pytest

from funny.extract.video import as_url, probe
from funny.moments.clips import cut_clips
from funny.moments.cutting import COPY, CutOptions
from funny.moments.preview import needs_preview, write_preview
from funny.records import Highlight
from tests.media import Movie, Sound, sine, steady, write_media

NAMES = [
    pytest.param("-y.mp4", id="option"),
    pytest.param("--help.mp4", id="long-option"),
    pytest.param("-i", id="option-alone"),
    pytest.param("concat:a|b.mp4", id="concat"),
    pytest.param("pipe:0", id="pipe"),
    pytest.param("http:x.mp4", id="http"),
    pytest.param("file:x.mp4", id="file"),
    pytest.param("data:video,x.mp4", id="data"),
    pytest.param("subfile,,start,9,end,99,,:a.mp4", id="subfile"),
    pytest.param("a%03d.mp4", id="pattern"),
    pytest.param("a*?[0].mp4", id="wildcards"),
    pytest.param("two\nlines.mp4", id="two-lines"),
    pytest.param('quote\'s "double".mp4', id="quotes"),
    pytest.param("a;b,c[0:v]=d:e\\f.mp4", id="filter"),
    pytest.param("$(touch x)`touch x`.mp4", id="shell"),
    pytest.param(" .mp4 ", id="spaces"),
    pytest.param("CON.mp4", id="reserved-on-Windows"),
    pytest.param("웃음😂.mp4", id="korean"),
    pytest.param("\udcbf\udcf4.mp4", id="other-encoding"),
    pytest.param("a" * 251 + ".mp4", id="255-bytes"),
]


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    path = tmp_path_factory.mktemp("good") / "good.mkv"
    write_media(path, Movie(steady(10, 2)), Sound(sine(0.5, 2)))
    return path


def exports(path, folder):
    """What ffmpeg is called for."""
    moment = Highlight(0.0, 1.0, 0.5, 1.0)
    video = probe(path)
    assert video.width == 64
    assert needs_preview(path)
    write_preview(path, folder / "preview.mp4")
    made = cut_clips(video, [moment], folder / "exact")
    made += cut_clips(video, [moment], folder / "copied", CutOptions(how=COPY))
    return made


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_any_name_is_read_and_cut(good, tmp_path, monkeypatch, name):
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.chdir(room)
    path = Path(name)
    shutil.copy(good, f"./{name}")
    clips = exports(path, tmp_path / "made")
    assert [clip.name for clip in clips] == ["01_00-00-00_score-1.00.mp4"] * 2
    assert all(probe(clip).width == 64 for clip in clips)
    assert os.listdir(room) == [name]


@pytest.mark.parametrize("name", ["concat:a|b", "a%03d", "-f", "two\nlines", "it's [0:v]"])
def test_a_folder_of_any_name_is_read_from_and_written_to(good, tmp_path, monkeypatch, name):
    folder = tmp_path / name
    folder.mkdir()
    shutil.copy(good, folder / "a.mkv")
    monkeypatch.chdir(tmp_path)
    assert all(clip.stat().st_size for clip in exports(Path(name) / "a.mkv", Path(name)))


@pytest.mark.parametrize("name", ["-y.mp4", "http://example.com/a.mp4", "a.mp4"])
def test_ffmpeg_is_told_of_a_file(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    assert as_url(Path(name)).startswith(f"file:{tmp_path}/")
