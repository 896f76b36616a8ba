"""Videos for a dataset, from a site on loopback and from files of this machine."""

import errno
import json
import os
from dataclasses import replace

import pytest

from funny.errors import Cancelled, FetchError
from funny.fetch.folders import read_fetched
from funny.learn import collect as module
from funny.learn.collect import COPIED, FAILED, FETCHED, LINKED, POLITE, THERE, collect
from tests.fetch.site import Site
from tests.media import Movie, steady, write_media

INFO = {"id": "v01", "title": "a stream", "channel": "침착맨", "duration": 4, "heatmap": []}


@pytest.fixture(scope="session")
def mp4(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "a.mp4"
    write_media(path, Movie(steady(5, 4)))
    return path.read_bytes()


@pytest.fixture
def clip(tmp_path, mp4):
    """A file with all that yt-dlp writes beside it, under a name as it makes them."""
    video = tmp_path / "mine" / "A stream [v01].mp4"
    video.parent.mkdir()
    video.write_bytes(mp4)
    beside = {
        "info.json": json.dumps(INFO),
        "ko.vtt": "WEBVTT\n\n[웃음]\n",
        "vtt": "WEBVTT\n",
        "live_chat.json": "{}\n",
        "description": "no",
    }
    for name, content in beside.items():
        (video.parent / f"A stream [v01].{name}").write_text(content, "utf-8")
    (video.parent / "A stream [v01] 2.ko.vtt").write_text("of another video")
    return video


@pytest.fixture
def site():
    with Site() as site:
        yield site


def polite(site):
    return replace(POLITE, allowed_addresses=(site.address,), sleep_s=0)


def states(found):
    return [one.state for one in found]


def test_nothing_gives_nothing(tmp_path):
    assert list(collect([], tmp_path)) == []
    assert list(tmp_path.iterdir()) == []


def test_a_file_with_a_sidecar_is_taken_like_a_fetched_one(clip, tmp_path):
    (found,) = collect([str(clip)], tmp_path / "set")
    folder = tmp_path / "set" / "videos" / "v01"
    assert found.state == LINKED
    assert sorted(path.name for path in folder.iterdir()) == [
        *("fetched.json", "info.json", "ko.vtt", "live_chat.json", "und.vtt", "video.mp4")
    ]
    assert os.path.samefile(folder / "video.mp4", clip)
    assert json.loads((folder / "info.json").read_text("utf-8")) == INFO
    assert read_fetched(folder) == found.video
    assert (found.video.streamer, found.video.duration_s) == ("침착맨", 4)


def test_a_file_is_copied_where_there_are_no_links(clip, tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    (found,) = collect([str(clip)], tmp_path / "set")
    assert found.state == COPIED
    assert not os.path.samefile(found.video.video, clip)
    assert found.video.video.read_bytes() == clip.read_bytes()


def test_a_link_is_followed(clip, tmp_path):
    link = clip.with_name("other.mp4")
    link.symlink_to(clip)
    (clip.parent / "other.info.json").write_text(json.dumps({**INFO, "id": "other"}))
    (found,) = collect([str(link)], tmp_path / "set")
    assert os.path.samefile(found.video.video, clip)
    assert not found.video.video.is_symlink()


def test_a_file_takes_the_place_of_a_download_that_broke_off(clip, tmp_path):
    folder = tmp_path / "set" / "videos" / "v01"
    folder.mkdir(parents=True)
    (folder / "partial-1.mp4.part").write_bytes(b"x")
    (found,) = collect([str(clip)], tmp_path / "set")
    assert found.state == LINKED
    assert not list(folder.glob("partial-*"))


def test_a_second_run_takes_nothing(clip, tmp_path):
    (first,) = collect([str(clip)], tmp_path / "set")
    before = first.video.video.stat()
    (second,) = collect([str(clip)], tmp_path / "set")
    assert second.state == THERE
    assert first.video.video.stat() == before


def test_a_folder_gives_every_video_with_a_sidecar(clip, tmp_path):
    (clip.parent / "lonely.info.json").write_text(json.dumps({"id": "lonely"}))
    found = list(collect([str(clip.parent)], tmp_path / "set"))
    assert states(found) == [LINKED, FAILED]
    assert os.path.samefile(found[0].video.video, clip)
    assert "lonely.mp4: is no file" in found[1].problem


@pytest.mark.parametrize(
    ("sidecar", "message"),
    [
        pytest.param(None, "has no A stream [v01].info.json beside it", id="missing"),
        pytest.param("", "is no info.json of a video", id="empty"),
        pytest.param("{", "is no info.json of a video", id="torn"),
        pytest.param("[1]", "is no info.json of a video", id="list"),
        pytest.param('{"title": "x"}', "It is a JSON object with an id", id="no-id"),
    ],
)
def test_a_sidecar_that_says_nothing_is_one_line(clip, tmp_path, sidecar, message):
    path = clip.with_name("A stream [v01].info.json")
    path.unlink() if sidecar is None else path.write_text(sidecar)
    (found,) = collect([str(clip)], tmp_path / "set")
    assert (found.state, found.video) == (FAILED, None)
    assert message in found.problem
    assert not (tmp_path / "set").exists()


def test_a_full_disk_leaves_nothing(clip, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    monkeypatch.setattr(module.shutil, "copyfile", full)
    (found,) = collect([str(clip)], tmp_path / "set")
    assert "No space left on device" in found.problem
    assert not [path for path in (tmp_path / "set").rglob("*") if path.is_file()]


def test_one_that_cannot_be_had_stops_no_other(site, mp4, clip, tmp_path):
    good = site.add("/good.mp4", mp4)
    bad = (site.url("/gone.mp4"), "file:///etc/passwd", str(tmp_path / "no.mp4"))
    found = list(collect([*bad, good, str(clip)], tmp_path / "set", polite(site)))
    assert states(found) == [FAILED, FAILED, FAILED, FETCHED, LINKED]
    assert all(one.problem for one in found[:3])
    assert all(one.problem.count("\n") == 0 for one in found)
    again = list(collect([good, str(clip)], tmp_path / "set", polite(site)))
    assert states(again) == [THERE, THERE]


def test_a_list_gives_its_first_videos(site, mp4, tmp_path):
    site.add("/1.mp4", mp4)
    shown = "".join(f'<video src="/1.mp4?{n}"></video>' for n in range(3))
    url = site.add("/list", f"<html><title>x</title>{shown}</html>")
    found = list(collect([url], tmp_path, polite(site), limit=2))
    assert states(found) == [FETCHED, FETCHED]
    assert len({one.video.folder for one in found}) == 2
    assert states(collect([url], tmp_path, polite(site), limit=2)) == [THERE, THERE]


def test_it_pauses_between_videos_but_not_for_those_that_are_there(
    site, mp4, tmp_path, monkeypatch
):
    pauses = []
    monkeypatch.setattr(module.time, "sleep", pauses.append)
    urls = [site.add(f"/{n}.mp4", mp4) for n in range(3)]
    options = replace(polite(site), sleep_s=0.01)
    list(collect(urls[:2], tmp_path, options))
    assert pauses == [0.1]
    list(collect(urls, tmp_path, options))
    assert pauses == [0.1]


def test_one_who_stops_it_stops_all(site, mp4, tmp_path):
    def stop(*_):
        raise Cancelled("Stopped.")

    urls = [site.add(f"/{n}.mp4", mp4) for n in range(2)]
    with pytest.raises(Cancelled):
        list(collect(urls, tmp_path, polite(site), progress=stop))


def test_its_own_errors_are_not_taken_for_a_videos(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "fetch", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        list(collect(["https://youtu.be/x"], tmp_path))
    monkeypatch.setattr(module, "fetch", _blocked)
    assert states(collect(["https://youtu.be/x"], tmp_path)) == [FAILED]


def _blocked(*_):
    raise FetchError("https://youtu.be/x: the site takes this machine for a robot.")
