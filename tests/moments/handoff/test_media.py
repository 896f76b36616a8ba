"""Where the video lies for an editor: any machine's paths, written down right and never opened."""

import json
from pathlib import Path, PureWindowsPath
from xml.etree import ElementTree

import opentimelineio as otio
import pytest

from funny.errors import OptionError
from funny.moments.handoff.formats import FORMATS, export
from funny.moments.handoff.media import place_of, url_of
from funny.moments.handoff.values import ExportOptions
from tests.moments.handoff.planted import analysis, source

WINDOWS = r"C:\영상\vod #1.mp4"
WINDOWS_URL = "file:///C:/%EC%98%81%EC%83%81/vod%20%231.mp4"


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        pytest.param(WINDOWS, WINDOWS_URL, id="windows"),
        pytest.param(f' "{WINDOWS}" ', WINDOWS_URL, id="copied-with-quotes"),
        pytest.param("C:/영상/vod #1.mp4", WINDOWS_URL, id="windows-with-slashes"),
        pytest.param(r"\\nas\방송\a.mp4", "file://nas/%EB%B0%A9%EC%86%A1/a.mp4", id="share"),
        pytest.param("/Volumes/SSD 1/a?.mp4", "file:///Volumes/SSD%201/a%3F.mp4", id="mac"),
        pytest.param("/mnt/100%/a.mp4", "file:///mnt/100%25/a.mp4", id="percent"),
        pytest.param("", "%EB%B0%A9%EC%86%A1%20%232.mp4", id="nothing"),
        pytest.param("a: 1.mp4", "a%3A%201.mp4", id="name-with-a-colon"),
        pytest.param("D:\\vods\\", "file:///D:/vods/%EB%B0%A9%EC%86%A1%20%232.mp4", id="folder"),
        pytest.param("/vods/", "file:///vods/%EB%B0%A9%EC%86%A1%20%232.mp4", id="mac-folder"),
    ],
)
def test_a_path_becomes_the_url_that_editors_follow(typed, url):
    assert url_of(place_of(typed, "방송 #2.mp4")) == url


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("videos/a.mp4", id="half-a-path"),
        pytest.param(r"videos\a.mp4", id="half-a-windows-path"),
        pytest.param("~/a.mp4", id="home"),
        pytest.param("https://example.org/a.mp4", id="address"),
        pytest.param("..", id="dots"),
        pytest.param("/vods/..", id="dots-at-the-end"),
        pytest.param("/a\nb.mp4", id="line-break"),
        pytest.param("/a\0b.mp4", id="nul"),
        pytest.param("/" + "a" * 5000, id="endless"),
    ],
)
def test_what_is_no_whole_path_is_refused_in_one_sentence(typed):
    with pytest.raises(OptionError, match="expected the whole path") as refused:
        place_of(typed, "a.mp4")
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 300


def test_a_name_that_is_not_utf_8_is_kept_byte_by_byte():
    assert url_of(place_of("", "\udcb9\udce6.mp4")) == "%B9%E6.mp4"


def test_a_path_of_this_machine_is_made_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert url_of(Path("a b.mp4")) == (tmp_path / "a b.mp4").as_uri()


def media_of(name, content):
    """What a file says of where the video lies, by readers that are not ours."""
    if name == "fcpxml":
        return ElementTree.fromstring(content).find(".//media-rep").get("src")
    if name == "premiere":
        return ElementTree.fromstring(content).find(".//pathurl").text
    if name == "otio":
        clip = next(iter(otio.adapters.read_from_string(content, "otio_json").find_clips()))
        return clip.media_reference.target_url
    if name == "json":
        return json.loads(content)["video"]["path"]
    return json.loads(content)["mediaFileName"] if name == "losslesscut" else None


@pytest.mark.parametrize(
    ("name", "there"),
    [
        *((name, WINDOWS_URL) for name in ("fcpxml", "premiere", "otio")),
        ("json", WINDOWS),
        ("losslesscut", "vod #1.mp4"),
    ],
)
def test_a_project_points_at_the_editors_own_path(name, there):
    options = ExportOptions(media=PureWindowsPath(WINDOWS))
    content = export(analysis(), name, options, source()).decode()
    assert media_of(name, content) == there


@pytest.mark.parametrize("chosen", FORMATS, ids=lambda f: f.id)
def test_nothing_names_where_the_video_lay_here(chosen):
    options = ExportOptions(media=PureWindowsPath(WINDOWS))
    content = export(analysis(), chosen.id, options, source()).decode()
    assert "/videos" not in content and "긴 방송" not in content and "%EA%B8%B4" not in content
