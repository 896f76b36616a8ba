"""What yt-dlp finds is looked at before it is downloaded, in the shapes that yt-dlp gives it."""

import json
from types import SimpleNamespace

import pytest
from yt_dlp.networking.exceptions import RequestError
from yt_dlp.YoutubeDL import YoutubeDL

from funny.errors import FetchError
from funny.fetch import extras, ytdlp
from funny.fetch.extras import load_extras
from funny.fetch.options import FetchOptions
from funny.fetch.ytdlp import Log, downloader, find, plain_info, stated_bytes

URL = "https://www.youtube.com/watch?v=x"
VIDEO = {"id": "x", "extractor": "youtube", "webpage_url": URL, "duration": 60}


def found(info, **options):
    """What `find` makes of an answer of yt-dlp's."""
    ydl = SimpleNamespace(params={}, extract_info=lambda url, download: info)
    return find(ydl, URL, FetchOptions(**options))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        pytest.param({"is_live": True}, "is live, or will be", id="live"),
        pytest.param({"live_status": "is_upcoming"}, "is live, or will be", id="upcoming"),
        pytest.param({"duration": 90_000}, "25.0 hours long, and 24.0 are", id="long"),
        pytest.param({"filesize": 30 << 30}, "32.2 GB or more, and 21.5 GB", id="large"),
        pytest.param(
            {"requested_formats": [{"filesize": 20 << 30}, {"filesize": 2 << 30}]},
            "23.6 GB or more",
            id="large-together",
        ),
        pytest.param({"webpage_url": "https://evil.org/"}, "can be fetched from", id="elsewhere"),
    ],
)
def test_what_must_not_be_fetched_is_refused_before(more, message):
    with pytest.raises(FetchError, match=message):
        found({**VIDEO, **more})


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({}, id="plain"),
        pytest.param({"duration": None}, id="no-duration"),
        pytest.param({"webpage_url": f"{URL}#__youtubedl_smuggle=1"}, id="orders-of-its-own"),
        pytest.param({"live_status": "was_live", "is_live": False}, id="recording"),
        pytest.param({"filesize_approx": 30 << 30}, id="only-guessed-to-be-large"),
    ],
)
def test_others_pass(more):
    assert found({**VIDEO, **more})["id"] == "x"


def test_a_list_of_one_is_that_one():
    assert found({"_type": "playlist", "entries": [VIDEO]})["id"] == "x"


@pytest.mark.parametrize(
    ("entries", "message"),
    [([], "holds no videos"), ([VIDEO, VIDEO], "holds 7 videos"), ([None, None], "no videos")],
)
def test_lists_are_refused(entries, message):
    with pytest.raises(FetchError, match=message):
        found({"_type": "playlist", "entries": entries, "playlist_count": 7})


@pytest.mark.parametrize(
    ("formats", "size"),
    [([{"filesize": 3}, {"filesize": 4}], 7), ([{"filesize": 3}, {}], 0), ([], 0)],
)
def test_a_size_is_known_if_all_of_it_is(formats, size):
    assert stated_bytes({"requested_formats": formats}) == size


def made(**options):
    silent = Log(lambda: None)
    return downloader(FetchOptions(**options), None, silent, "ffmpeg", print, print, lambda n: 0)


def formats(*rows):
    """Formats as extractors give them: id, height, codec of picture, of sound, protocol."""
    keys = ("format_id", "height", "vcodec", "acodec", "protocol")
    return [
        {**dict(zip(keys, row, strict=True)), "url": "https://a.kr/x", "ext": "mp4"} for row in rows
    ]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        pytest.param([("a", 480, "h264", "aac", "https")], "a", id="one"),
        pytest.param(
            [("v", 720, "h264", "none", "https"), ("s", None, "none", "aac", "https")],
            "v+s",
            id="merged",
        ),
        pytest.param(
            [("a", 720, "h264", "aac", "https"), ("b", 1080, "h264", "aac", "https")],
            "a",
            id="not-taller",
        ),
        pytest.param(
            [("a", 1440, "h264", "aac", "https"), ("b", 1080, "h264", "aac", "https")],
            "b",
            id="the-least-tall",
        ),
        pytest.param(
            [("a", 720, "av01", "aac", "https"), ("b", 720, "h264", "aac", "https")],
            "b",
            id="easy-codec",
        ),
        pytest.param(
            [("a", 360, "h264", "aac", "m3u8_native"), ("b", 720, "h264", "aac", "rtmp")],
            "a",
            id="no-other-programs",
        ),
        pytest.param([("s", None, "none", "aac", "https")], "s", id="sound-only"),
        pytest.param([("a", None, None, None, "https")], "a", id="nothing-known"),
    ],
)
def test_formats_are_chosen(rows, wanted):
    info = {"id": "x", "title": "x", "extractor": "a", "formats": formats(*rows)}
    chosen = made(max_height=720).process_video_result({**info, "extractor_key": "A"}, False)
    assert chosen["format_id"] == wanted


def test_only_the_network_that_the_guard_sees_is_used():
    ydl = made()
    assert list(ydl._request_director.handlers) == ["Urllib"]
    with pytest.raises(Exception, match="file:// URLs are disabled"):
        ydl.urlopen("file:///etc/passwd")


def test_a_page_without_end_is_not_read(site, monkeypatch):
    monkeypatch.setattr(ytdlp, "_PAGE_BYTES", 1000)
    page = site.add("/page", "x" * 999)
    assert len(made().urlopen(page).read()) == 999
    with pytest.raises(RequestError, match="has no end"):
        made().urlopen(site.add("/more", "x" * 5000)).read()
    assert len(made().urlopen(site.url("/more")).read(5000)) == 5000


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("firefox", ("firefox", None, None, None)),
        ("chrome:Default", ("chrome", "Default", None, None)),
        ("vivaldi+BASICTEXT:x::box", ("vivaldi", "x", "BASICTEXT", "box")),
        ("firefox::none", ("firefox", None, None, "none")),
    ],
)
def test_browsers_are_named_as_yt_dlp_names_them(text, wanted):
    FetchOptions(cookies_from_browser=text)
    assert ytdlp._browser(text) == wanted


RICH = {
    **VIDEO,
    "title": "하하",
    "chapters": [{"start_time": 0.0, "end_time": 60.0, "title": "intro"}],
    "heatmap": [{"start_time": 0.0, "end_time": 0.6, "value": 1.0}] * 100,
    "comments": [{"id": "c", "text": "0:12 ㅋㅋㅋㅋ", "parent": "root", "like_count": 3}],
    "subtitles": {"ko": [{"ext": "vtt", "url": "https://a.kr/ko"}]},
}


def test_info_keeps_what_is_learned_from_and_no_keys():
    secret = {"cookies": "key=1", "http_headers": {"Cookie": "key=1"}, "url": "https://a.kr/?key=1"}
    info = {**RICH, **secret, "formats": [secret], "requested_formats": [secret]}
    written = json.loads(json.dumps(plain_info(YoutubeDL, info)))
    assert {key: written[key] for key in RICH} == RICH
    assert "key=1" not in json.dumps(written)


def track(*exts):
    return [{"ext": ext, "url": f"https://a.kr/{ext}"} for ext in exts]


CHAT = {"ext": "json", "protocol": "youtube_live_chat_replay", "url": URL, "video_id": "x"}


@pytest.mark.parametrize(
    ("written", "heard", "wanted"),
    [
        pytest.param({}, {}, [], id="none"),
        pytest.param(None, None, [], id="not-said"),
        pytest.param({"ko": track("json3", "vtt")}, {}, ["ko.vtt"], id="vtt-first"),
        pytest.param({"ko": track("ttml", "json3")}, {}, ["ko.json3"], id="json3-next"),
        pytest.param({"ko": track("ttml")}, {}, [], id="nothing-that-is-read"),
        pytest.param({"ja": track("vtt")}, {}, [], id="another-language"),
        pytest.param({"ko-KR": track("vtt")}, {}, ["ko.vtt"], id="with-a-country"),
        pytest.param({"kok": track("vtt")}, {}, [], id="konkani"),
        pytest.param(
            {"ko": track("vtt")}, {"ko": track("vtt")}, ["ko.vtt", "ko.auto.vtt"], id="both-kinds"
        ),
        pytest.param(
            {},
            {"ko-orig": track("vtt"), "ko": track("vtt"), "en": track("vtt")},
            ["ko.auto.vtt"],
            id="not-what-a-machine-translated",
        ),
        pytest.param({"live_chat": [CHAT]}, {}, ["live_chat.json"], id="chat"),
        pytest.param(
            {"live_chat": [{**CHAT, "protocol": "youtube_live_chat"}]}, {}, [], id="chat-goes-on"
        ),
    ],
)
def test_what_comes_with_a_video_is_chosen(written, heard, wanted, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    loaded = []
    monkeypatch.setattr(extras, "load_file", lambda ydl, source, name: loaded.append(name))
    options = FetchOptions(subtitles=("ko", "en"), live_chat=True)
    load_extras(None, {"subtitles": written, "automatic_captions": heard}, options)
    assert loaded == wanted


def test_a_chat_that_broke_off_begins_anew(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "live_chat.json.part").write_text("{}\n")
    monkeypatch.setattr(extras, "load_file", lambda *_: None)
    load_extras(None, {"subtitles": {"live_chat": [CHAT]}}, FetchOptions(live_chat=True))
    assert list(tmp_path.iterdir()) == []
