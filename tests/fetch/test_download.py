"""Whole downloads from a site on loopback, by the real yt-dlp in its own process."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import av
import pytest

from funny.errors import Cancelled, FetchError
from funny.extract.video import probe
from funny.fetch import process
from funny.fetch.download import STAGE, Listed, fetch, list_videos
from funny.fetch.failures import SeveralVideos
from funny.fetch.options import FetchOptions
from tests.fetch.site import Site, waits_for

PAGE = (
    '<html><head><title>침착한 방송</title></head><body><video src="/a.mp4"></video></body></html>'
)
HLS = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n{}#EXT-X-ENDLIST\n"
SEGMENT = "#EXTINF:4,\n{}\n"
DASH = """<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT4S"
  profiles="urn:mpeg:dash:profile:isoff-on-demand:2011" minBufferTime="PT1S"><Period>
  <AdaptationSet mimeType="video/mp4"><Representation id="v" codecs="avc1.64001f" width="64"
    height="64" bandwidth="9000"><BaseURL>picture.mp4</BaseURL></Representation></AdaptationSet>
  <AdaptationSet mimeType="audio/mp4"><Representation id="a" codecs="mp4a.40.2"
    bandwidth="9000"><BaseURL>{}</BaseURL></Representation></AdaptationSet>
</Period></MPD>"""


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def refusal(url, folder, options):
    """Why a URL was not fetched: one line, and nothing is left."""
    with pytest.raises(FetchError) as refused:
        fetch(url, folder, options)
    assert "\n" not in str(refused.value)
    assert not folder.exists()
    return str(refused.value)


def test_a_file_is_fetched_into_a_folder_of_its_own(site, mp4, tmp_path):
    told = []
    url = site.add("/a.mp4", mp4)
    found = fetch(url, tmp_path, site.options(), lambda *news: told.append(news))
    assert found.video.read_bytes() == mp4
    assert [path.name for path in sorted(found.folder.iterdir())] == [
        *("fetched.json", "info.json", "video.mp4")
    ]
    assert (found.url, found.id, found.title, found.is_new) == (url, "a", "a", True)
    assert told[-1] == (STAGE, len(mp4), len(mp4))


def test_what_is_there_is_not_asked_for_again(site, mp4, tmp_path):
    url = site.add("/a.mp4", mp4)
    first = fetch(url, tmp_path, site.options())
    asked = len(site.asked)
    second = fetch(url, tmp_path, site.options())
    assert (second.video, second.is_new) == (first.video, False)
    assert len(site.asked) == asked


def test_another_address_of_the_same_video_is_recognised(site, mp4, tmp_path):
    site.add("/a.mp4", mp4)
    first = fetch(site.add("/page", PAGE), tmp_path, site.options(item=1))
    second = fetch(site.redirect("/short", "/page"), tmp_path, site.options(item=1))
    assert (second.video, second.is_new) == (first.video, False)
    assert len(names(tmp_path)) == 4


def test_a_page_with_a_video_gives_it_its_title(site, mp4, tmp_path):
    site.add("/a.mp4", mp4)
    found = fetch(site.add("/watch", PAGE), tmp_path, site.options())
    assert "침착한 방송" in found.title
    assert "침착" not in str(found.video)
    assert json.loads(found.info.read_text("utf-8"))["original_url"] == site.url("/watch")


@pytest.mark.parametrize("segments", [1, 3])
def test_a_stream_becomes_a_file_that_editors_open(site, made, tmp_path, segments):
    listed = "".join(SEGMENT.format(f"{n}.ts") for n in range(segments))
    for number in range(segments):
        site.add(f"/{number}.ts", made("video.ts"))
    found = fetch(site.add("/x.m3u8", HLS.format(listed)), tmp_path, site.options())
    with av.open(found.video) as container:
        assert "mp4" in container.format.name
    assert probe(found.video).has_audio


def test_picture_and_sound_are_put_together(site, made, tmp_path):
    site.add("/picture.mp4", made("picture.mp4", has_sound=False))
    site.add("/sound.mp4", made("sound.mp4", has_picture=False))
    kind = "application/dash+xml"
    found = fetch(site.add("/x.mpd", DASH.format("sound.mp4"), kind=kind), tmp_path, site.options())
    video = probe(found.video)
    assert (video.has_picture, video.has_audio) == (True, True)
    assert len(names(tmp_path)) == 4


def test_a_file_is_named_after_what_it_is(site, mp4, tmp_path):
    url = site.add("/video", mp4, kind="application/octet-stream")
    assert fetch(url, tmp_path, site.options()).video.name == "video.mp4"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(b"\0\1junk" * 100, "application/octet-stream", id="junk"),
        pytest.param(b"#EXTM3U\nfile:///etc/passwd\n", "video/mp4", id="list-called-mp4"),
        pytest.param(b"ffconcat version 1.0\nfile /etc/passwd\n", "video/mp4", id="concat"),
        pytest.param(b"<html>no</html>", "video/mp4", id="page-called-mp4"),
    ],
)
def test_what_is_no_video_is_refused_and_removed(site, tmp_path, content, kind):
    url = site.add("/a.mp4", content, kind=kind)
    assert "is no video" in refusal(url, tmp_path / "out", site.options())


@pytest.mark.parametrize("status", [403, 404, 410, 429, 500, 503])
def test_a_status_becomes_a_line(site, tmp_path, status):
    said = refusal(site.add("/a.mp4", status=status), tmp_path / "out", site.options())
    assert said.startswith(site.url("/a.mp4"))
    assert "cannot be fetched" not in said


@pytest.mark.parametrize(
    "target",
    [
        *("http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/"),
        *("http://[::ffff:127.0.0.1]:1/", "http://169.254.169.254/latest/"),
        *("file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/"),
    ],
)
def test_a_redirect_does_not_lead_inside(site, tmp_path, target):
    said = refusal(site.redirect("/a.mp4", target), tmp_path / "out", site.options())
    assert "is not public" in said


def test_a_second_server_of_this_machine_is_not_asked(site, mp4, tmp_path):
    with Site() as inside:
        secret = inside.add("/secret.mp4", mp4)
        pages = {
            "/redirect": dict(status=302, headers={"Location": secret}),
            "/late": dict(content=PAGE.replace("/a.mp4", "/redirect")),
            "/page": dict(content=PAGE.replace("/a.mp4", secret)),
            "/x.m3u8": dict(content=HLS.format(SEGMENT.format(secret))),
            "/key.m3u8": dict(content=HLS.format(_key(secret) + SEGMENT.format("redirect"))),
            "/x.mpd": dict(content=DASH.format(secret), kind="application/dash+xml"),
        }
        for path, page in pages.items():
            site.add(path, **page)
        site.add("/picture.mp4", mp4)
        for path in pages:
            assert "is not public" in refusal(site.url(path), tmp_path / "out", site.options())
        assert inside.asked == []


def _key(url):
    return f'#EXT-X-KEY:METHOD=AES-128,URI="{url}"\n'


@pytest.mark.parametrize("path", ["/etc/hostname", "file:///etc/hostname"])
def test_a_stream_names_no_files_of_this_machine(site, tmp_path, path):
    url = site.add("/x.m3u8", HLS.format(SEGMENT.format(path)))
    refusal(url, tmp_path / "out", site.options())


def test_a_name_that_leads_inside_is_refused(site, mp4, tmp_path, monkeypatch):
    """The name is public where the gate is, and loopback where the connection is made."""
    planted = (
        "import socket\nreal = socket.getaddrinfo\n"
        "def planted(host, *rest, **more):\n"
        "    return real('127.0.0.1' if host.endswith('.example') else host, *rest, **more)\n"
        "socket.getaddrinfo = planted\n"
        "from funny.fetch.child import main\nmain()\n"
    )
    monkeypatch.setattr(process, "COMMAND", (sys.executable, "-c", planted))
    site.add("/a.mp4", mp4)
    url = f"http://video.example:{site.address.split(':')[1]}/a.mp4"
    options = FetchOptions(sites=("video.example:" + site.address.split(":")[1],))
    assert "is not public" in refusal(url, tmp_path / "out", options)
    assert site.asked == []
    allowed = site.options(sites=options.sites)
    assert fetch(url, tmp_path / "out", allowed).video.read_bytes() == mp4


def test_a_site_cannot_send_on_to_one_that_is_not_listed(site, mp4, tmp_path):
    with Site() as other:
        url = site.redirect("/a.mp4", other.add("/b.mp4", mp4))
        both = (site.address, other.address)
        options = FetchOptions(sites=(site.address,), allowed_addresses=both)
        assert "only. Upload the file" in refusal(url, tmp_path / "out", options)


def test_visitors_get_nothing_from_loopback(site, mp4, tmp_path):
    url = site.add("/a.mp4", mp4)
    assert "youtube.com" in refusal(url, tmp_path / "out", FetchOptions())
    assert "is not public" in refusal(url, tmp_path / "out", FetchOptions(sites=None))
    assert site.asked == []


@pytest.mark.parametrize("how", [{}, {"claims": 10**12}])
def test_what_is_too_large_is_given_up_and_removed(site, mp4, tmp_path, how):
    said = refusal(
        site.add("/a.mp4", mp4 * 50, **how), tmp_path / "out", site.options(max_bytes=100_000)
    )
    assert "100.0 kB are allowed" in said


def test_a_stream_that_grows_too_large_is_given_up(site, made, tmp_path):
    site.add("/0.ts", made("video.ts"))
    url = site.add("/x.m3u8", HLS.format(SEGMENT.format("0.ts") * 50))
    said = refusal(url, tmp_path / "out", site.options(max_bytes=len(made("video.ts")) * 3))
    assert "are allowed" in said
    assert len(site.ranges_of("/0.ts")) < 10


def test_what_drips_is_given_up(site, mp4, tmp_path):
    url = site.add("/a.mp4", mp4, drip=(50, 0.5))
    with pytest.raises(FetchError, match=r"nothing came for 2 s\. Run it again"):
        fetch(url, tmp_path / "out", site.options(stall_s=2))


def test_what_takes_too_long_is_given_up(site, mp4, tmp_path):
    url = site.add("/a.mp4", mp4 * 1000, drip=(40_000, 0.1))
    with pytest.raises(FetchError, match="takes longer than"):
        fetch(url, tmp_path / "out", site.options(limit_s=4))


def test_a_connection_that_breaks_is_taken_up_again(site, mp4, tmp_path):
    found = fetch(site.add("/a.mp4", mp4, cut_at=9000), tmp_path, site.options())
    assert found.video.read_bytes() == mp4
    assert site.ranges_of("/a.mp4")[-1] == "bytes=9000-"


def test_a_download_that_broke_off_is_gone_on_with(site, mp4, tmp_path):
    url = site.add("/a.mp4", mp4, cut_at=1000, cuts=99)
    with pytest.raises(FetchError, match="goes on where it stopped"):
        fetch(url, tmp_path, site.options())
    part = next(tmp_path.rglob("*.part")).stat().st_size
    site.add("/a.mp4", mp4)
    assert fetch(url, tmp_path, site.options()).video.read_bytes() == mp4
    assert site.ranges_of("/a.mp4")[-1] == f"bytes={part}-"
    assert len(names(tmp_path)) == 4


def test_one_who_stops_it_leaves_the_part_and_no_process(site, mp4, tmp_path, monkeypatch):
    url = site.add("/a.mp4", mp4 * 100, drip=(20_000, 0.05))
    started = []
    start = process._start
    monkeypatch.setattr(process, "_start", lambda *w: started.append(start(*w)) or started[-1])

    def stop(stage, done, total):
        if done > 50_000:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        fetch(url, tmp_path, site.options(), stop)
    assert [one.returncode for one in started] == [-signal.SIGKILL]
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.suffix for path in kept] == [".part"]
    part = kept[0].stat().st_size
    assert part > 50_000
    site.add("/a.mp4", mp4 * 100)
    assert fetch(url, tmp_path, site.options()).video.read_bytes() == mp4 * 100
    assert site.ranges_of("/a.mp4")[-1] == f"bytes={part}-"


def test_it_does_not_outlive_who_wanted_it(site, mp4, tmp_path):
    url = site.add("/a.mp4", mp4 * 1000, drip=(20_000, 0.05))
    code = (
        "from pathlib import Path; from funny.fetch.download import fetch; "
        "from funny.fetch.options import FetchOptions; "
        f"fetch({url!r}, Path({str(tmp_path)!r}), FetchOptions(sites=None, "
        f"allowed_addresses=({site.address!r},)))"
    )
    wanted = subprocess.Popen([sys.executable, "-c", code])
    assert waits_for(lambda: list(tmp_path.rglob("*.part")))
    wanted.send_signal(signal.SIGKILL)
    wanted.wait()
    # Whoever listened has hung up.
    assert waits_for(lambda: site.hung_up == ["/a.mp4"])


def test_a_process_that_dies_is_one_error(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "COMMAND", (sys.executable, "-c", "raise SystemExit('so long')"))
    with pytest.raises(FetchError, match=r"ended by itself \(so long\)\. Run it again"):
        fetch("https://youtu.be/x", tmp_path)


def test_an_old_yt_dlp_is_told_from_a_broken_site(tmp_path, monkeypatch):
    old = "import yt_dlp.version as v; v.__version__ = '2024.01.01'"
    code = f"{old}; from funny.fetch.child import main; main()"
    monkeypatch.setattr(process, "COMMAND", (sys.executable, "-c", code))
    with pytest.raises(FetchError, match=r"yt-dlp 2024\.01\.01 is too old\. Update it: pip"):
        fetch("https://youtu.be/x", tmp_path)


def test_a_folder_without_a_root_stays_so(site, mp4, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    url = site.add("/a.mp4", mp4)
    first = fetch(url, Path("out"), site.options())
    assert not first.video.is_absolute()
    assert fetch(url, Path("out"), site.options()) == replace(first, is_new=False)


def test_without_ytdlp_it_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "yt_dlp", None)
    with pytest.raises(FetchError, match=r"yt-dlp is missing.*pip install"):
        fetch("https://youtu.be/x", tmp_path)


def test_a_page_of_several_videos_asks_which(site, mp4, tmp_path):
    site.add("/a.mp4", mp4)
    two = site.add("/two", PAGE + '<video src="/a.mp4?2"></video>')
    with pytest.raises(SeveralVideos, match="holds 2 videos"):
        fetch(two, tmp_path / "out", site.options())
    assert list_videos(two, 9, site.options()) == [
        Listed(two, 1, "침착한 방송 (1)"),
        Listed(two, 2, "침착한 방송 (2)"),
    ]
    found = [fetch(two, tmp_path / "out", site.options(item=n)) for n in (1, 2)]
    assert len({video.folder for video in found}) == 2
    with pytest.raises(FetchError, match="has no video number 3"):
        fetch(two, tmp_path / "out", site.options(item=3))


def test_a_feed_is_listed_up_to_a_limit(site, mp4):
    items = "".join(
        f"<item><title>{n}</title><link>{site.add(f'/{n}.mp4', mp4)}</link></item>"
        for n in range(5)
    )
    feed = f'<?xml version="1.0"?><rss><channel><title>x</title>{items}</channel></rss>'
    url = site.add("/feed", feed, kind="application/rss+xml")
    videos = list_videos(url, 2, site.options())
    assert [video.url for video in videos] == [site.url("/0.mp4"), site.url("/1.mp4")]
    assert list_videos(site.url("/0.mp4"), 2, site.options()) == [
        Listed(site.url("/0.mp4"), None, "0")
    ]


def test_subtitles_of_a_page_come_with_it(site, mp4, tmp_path):
    site.add("/a.mp4", mp4)
    site.add("/ko.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n[웃음]\n", kind="text/vtt")
    tracks = '<track kind="subtitles" srclang="{0}" src="/{0}.vtt">'
    page = PAGE.replace("></video>", f">{tracks.format('ko')}{tracks.format('en')}</video>")
    found = fetch(site.add("/page", page), tmp_path, site.options(subtitles=("ko", "en")))
    assert [path.name for path in found.subtitles] == ["ko.vtt"]
    assert "[웃음]" in found.subtitles[0].read_text("utf-8")
    assert len(found.notes) == 1
    assert found.notes[0].startswith("en.vtt could not be had")


def test_a_proxy_is_asked_in_place_of_the_site(site, mp4, tmp_path):
    site.add("http://93.184.215.14/a.mp4", mp4)
    options = FetchOptions(sites=None, proxy=f"http://{site.address}")
    assert fetch("http://93.184.215.14/a.mp4", tmp_path, options).video.read_bytes() == mp4
    assert {path for path, _ in site.asked} == {"http://93.184.215.14/a.mp4"}


@pytest.mark.parametrize("target", ["http://127.0.0.1:1/", "http://[::1]/", "http://10.0.0.1/"])
def test_a_proxy_is_not_sent_inside_by_a_redirect(site, tmp_path, target):
    site.redirect("http://93.184.215.14/a.mp4", target)
    options = FetchOptions(sites=None, proxy=f"http://{site.address}")
    said = refusal("http://93.184.215.14/a.mp4", tmp_path / "out", options)
    assert "is not public" in said


def test_cookies_are_sent_and_their_file_is_left_alone(site, mp4, tmp_path):
    cookies = tmp_path / "cookies.txt"
    cookies.write_text("# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tkey\topen\n")
    before = cookies.read_bytes()
    url = site.add("/a.mp4", mp4, headers={"Set-Cookie": "more=1; Path=/"})
    fetch(url, tmp_path / "out", site.options(cookies=cookies))
    assert all("key=open" in found for found in site.cookies)
    assert cookies.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(None, "cannot be read (No such file", id="missing"),
        pytest.param(b"\xff\xfe", "it is not text", id="bytes"),
        pytest.param(b'[{"name": "a"}]', "Netscape", id="json"),
    ],
)
def test_cookies_that_are_none_are_refused(site, mp4, tmp_path, content, message):
    cookies = tmp_path / "cookies.txt"
    if content is not None:
        cookies.write_bytes(content)
    url = site.add("/a.mp4", mp4)
    assert message in refusal(url, tmp_path / "out", site.options(cookies=cookies))


def test_plugins_and_settings_of_the_person_are_not_run(site, mp4, tmp_path, monkeypatch):
    home = tmp_path / "home"
    plugin = home / ".config/yt-dlp/plugins/mine/yt_dlp_plugins/extractor/mine.py"
    plugin.parent.mkdir(parents=True)
    plugin.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    (home / ".config/yt-dlp/config").write_text("--exec touch\n--simulate\n")
    (home / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert fetch(site.add("/a.mp4", mp4), tmp_path / "out", site.options()).video.is_file()
    assert not (tmp_path / "ran").exists()


def test_folders_with_signs_of_a_shell_are_only_names(site, mp4, tmp_path):
    folder = tmp_path / "~ $HOME %(title)s '하'"
    found = fetch(site.add("/a.mp4", mp4), folder, site.options())
    assert found.video.is_file()
    assert found.video.is_relative_to(folder)
