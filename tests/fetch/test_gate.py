"""Which URLs pass the gate, and which numbers are public."""

import pytest

from funny.errors import FetchError
from funny.fetch.gate import SITES, checked_url, is_public, looks_like_url, more_sites

LONG = "https://youtube.com/" + "a" * 10_000
ONLY_SITES = "videos can be fetched from youtube.com, youtu.be"


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        pytest.param("https://youtu.be/x", "https://youtu.be/x", id="as-it-is"),
        pytest.param("https://youtu.be", "https://youtu.be/", id="no-path"),
        pytest.param("  https://youtu.be/x ", "https://youtu.be/x", id="spaces-around"),
        pytest.param("HTTPS://WWW.YouTube.COM./w?v=A", "https://www.youtube.com/w?v=A", id="case"),
        pytest.param("https://youtube.com:443/x", "https://youtube.com/x", id="usual-port"),
        pytest.param("https://chzzk.naver.com/video/1", "https://chzzk.naver.com/video/1", id="ko"),
        pytest.param("https://ｙoutube.com/x", "https://youtube.com/x", id="full-width"),
        pytest.param("https://youtu.be/하하#t=3", "https://youtu.be/하하#t=3", id="unicode-path"),
        pytest.param("http://youtube.com/@user", "http://youtube.com/@user", id="at-in-path"),
    ],
)
def test_urls_of_known_sites_pass(typed, asked):
    assert checked_url(typed) == asked


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        pytest.param("", "only addresses with http:// or https://", id="empty"),
        pytest.param("-x", "only addresses with http://", id="option"),
        pytest.param("--exec=id", "only addresses with http://", id="long-option"),
        pytest.param("youtube.com", "only addresses with http://", id="no-scheme"),
        pytest.param("//youtube.com/x", "only addresses with http://", id="scheme-left-out"),
        pytest.param("file:///etc/passwd", "only addresses with http://", id="file"),
        pytest.param("ftp://youtube.com/x", "only addresses with http://", id="ftp"),
        pytest.param("ytsearch:cats", "only addresses with http://", id="search"),
        pytest.param("http://", "names no host", id="no-host"),
        pytest.param("http:///etc/passwd", "names no host", id="path-only"),
        pytest.param("http://user@youtube.com/", "user names and passwords", id="user"),
        pytest.param("http://youtube.com@127.0.0.1/", "user names", id="host-as-user"),
        pytest.param("http://@youtube.com/", "user names", id="empty-user"),
        pytest.param("https://youtube.com\n/x", "holds a line break", id="newline"),
        pytest.param("https://youtube.com/x\r\nHost: a", "holds a line break", id="header"),
        pytest.param("https://youtube.com/x\n", "holds a line break", id="newline-at-end"),
        pytest.param("https://youtube.com/\x00", "holds a line break", id="nul"),
        pytest.param("https://youtube.com/a b", "a space", id="space"),
        pytest.param("http://youtube.com\\@127.0.0.1/", "a backslash", id="backslash"),
        pytest.param(LONG, "is 10020 characters long", id="long"),
        pytest.param("https://youtube.com:99999/", "is no address", id="port-out-of-range"),
        pytest.param("https://[::1/", "is no address", id="half-a-bracket"),
        pytest.param("http://a／b.com/", "is no address", id="slash-look-alike"),
        pytest.param("https://youtu.be/#__youtubedl_smuggle=1", "orders for yt-dlp", id="smuggled"),
        pytest.param("https://youtube.com:8443/x", ONLY_SITES, id="odd-port"),
        pytest.param("https://evilyoutube.com/", ONLY_SITES, id="ends-like-one"),
        pytest.param("https://youtube.com.evil.org/", ONLY_SITES, id="begins-like-one"),
        pytest.param("https://уoutube.com/", ONLY_SITES, id="cyrillic"),
        pytest.param("https://naver.com/", ONLY_SITES, id="parent-of-one"),
        pytest.param("http://127.0.0.1/", ONLY_SITES, id="loopback"),
        pytest.param("http://2130706433/", ONLY_SITES, id="decimal"),
        pytest.param("http://[::1]/", ONLY_SITES, id="ipv6"),
        pytest.param("http://169.254.169.254/latest", ONLY_SITES, id="metadata"),
    ],
)
def test_others_are_refused_in_one_line(typed, message):
    with pytest.raises(FetchError, match=message) as refused:
        checked_url(typed)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 500


def test_a_password_is_not_repeated():
    with pytest.raises(FetchError) as refused:
        checked_url("http://me:secret@youtube.com/x")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("typed", ["http://127.0.0.1:80/", "https://[::1]:1/x", "http://a_b.kr/"])
def test_without_a_list_every_host_is_left_to_the_guard(typed):
    assert checked_url(typed, None).startswith(typed.split("/")[0])


def test_ipv6_keeps_its_brackets():
    assert checked_url("http://[::1]:8000/x", None) == "http://[::1]:8000/x"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("", SITES, id="empty"),
        pytest.param("youtube.com", SITES, id="there-already"),
        pytest.param(" A.kr, b.org;c.net:80 ", (*SITES, "a.kr", "b.org", "c.net:80"), id="three"),
    ],
)
def test_sites_are_added(text, wanted):
    assert more_sites(text) == wanted


@pytest.mark.parametrize("text", ["*", "https://a.kr", "a..b", "-a.kr", "a.kr/x", "한국.kr"])
def test_what_is_no_host_is_not_added(text):
    with pytest.raises(FetchError, match="is no name of a host"):
        more_sites(text)


def test_a_site_with_a_port_is_asked_there_only():
    sites = more_sites("127.0.0.1:8000")
    assert checked_url("http://127.0.0.1:8000/x", sites) == "http://127.0.0.1:8000/x"
    for other in ("http://127.0.0.1/x", "http://127.0.0.1:80000/", "http://127.0.0.1:8001/"):
        with pytest.raises(FetchError):
            checked_url(other, sites)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "8.8.8.8",
            "2001:4860:4860::8888",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::",
        ),
    ],
)
def test_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("", "localhost", "youtube.com", "2130706433", "0x7f.1", "127.1"),
        *("0.0.0.0", "127.0.0.1", "127.255.255.255", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe"),
        *("fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:0:0:0:0:80ff:fffe"),
    ],
)
def test_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    ("text", "is_url"),
    [("a.mp4", False), ("C:\\a.mp4", False), ("HTTP://a", True), ("file:///a", True), ("", False)],
)
def test_files_are_told_from_urls(text, is_url):
    assert looks_like_url(text) == is_url
