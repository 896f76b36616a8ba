"""yt-dlp's own messages, as it and the sites word them, become one line with a remedy."""

import pytest

from funny.fetch.failures import INSTALL, explain

URL = "https://youtu.be/x"
LOGIN = (
    "Use --cookies-from-browser or --cookies for the authentication. See  "
    "https://github.com/yt-dlp/yt-dlp/wiki/FAQ#how-do-i-pass-cookies-to-yt-dlp  for how to manually"
    " pass cookies. Also see  https://github.com/yt-dlp/yt-dlp/wiki/Extractors#exporting-youtube-"
    "cookies  for tips on effectively exporting YouTube cookies"
)
NO_RUNTIME = (
    "[youtube] No supported JavaScript runtime could be found. Only deno is enabled by default; to "
    "use another runtime add  --js-runtimes RUNTIME[:PATH]  to your command/config. YouTube "
    "extraction without a JS runtime has been deprecated, and some formats may be missing."
)
REPORT = (
    "; please report this issue on  https://github.com/yt-dlp/yt-dlp/issues?q= , filling out the "
    "appropriate issue template. Confirm you are on the latest version using  yt-dlp -U"
)
FIREFOX = "--cookies-from-browser firefox` on your own machine"
MEMBERS = (
    "This video is available to this channel's members on level: 개방장 (or any higher level). "
    "Join this channel to get access to members-only content and other exclusive perks."
)
SLOW_DOWN = (
    "This content isn't available, try again later. The current session has been rate-limited by "
    "YouTube for up to an hour. It is recommended to use `-t sleep` to add a delay between video "
    "requests to avoid exceeding the rate limit."
)
PRIVATE = "Private video. Sign in if you've been granted access to this video. "
AGE = "Sign in to confirm your age. This video may be inappropriate for some users. "
ABROAD = "Video unavailable. The uploader has not made this video available in your country"
BLOCKED = (
    "Video unavailable. This video contains content from SME, who has blocked it in your country "
    "on copyright grounds"
)
TERMINATED = (
    "Video unavailable. This video is no longer available because the YouTube account associated "
    "with this video has been terminated."
)
LOOKUP = (
    "Unable to download webpage: [Errno -2] Name or service not known (caused by TransportError("
    "'[Errno -2] Name or service not known'))"
)
REFUSED = (
    "Unable to download webpage: 127.0.0.1 is not a public address (caused by TransportError("
    "'127.0.0.1 is not a public address'))"
)
FORBIDDEN = "unable to download video data: HTTP Error 403: Forbidden"
SUBSCRIBERS = (
    "You must be logged into an account that has access to this subscriber-only content. Use "
    "--cookies"
)
CERTIFICATE = (
    "Unable to download webpage: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
    "self-signed certificate (_ssl.c:1006)"
)
NOT_NETSCAPE = (
    "Cookies file must be Netscape formatted, not JSON. See  https://github.com/yt-dlp/yt-dlp/wiki"
)
PART = "You have requested downloading the video partially, but ffmpeg is not installed. Aborting"


@pytest.mark.parametrize(
    ("said", "what", "remedy"),
    [
        pytest.param(
            f"[youtube] x: Sign in to confirm you’re not a bot. {LOGIN}", "robot", FIREFOX
        ),
        pytest.param(
            "[youtube] x: Sign in to confirm you're not a bot", "robot", "Upload the file"
        ),
        pytest.param(f"[youtube] x: {PRIVATE}{LOGIN}", "is private", FIREFOX),
        pytest.param(
            "[youtube] x: Video unavailable. This video is private", "is private", FIREFOX
        ),
        pytest.param("[soop] 81669846: This VOD is private", "is private", FIREFOX),
        pytest.param(f"[youtube] x: {AGE}{LOGIN}", "age-limited", FIREFOX),
        pytest.param(
            "[soop] 1: Only users older than 19 are able to watch this video", "age", FIREFOX
        ),
        pytest.param(f"[youtube] x: {MEMBERS}", "members only", FIREFOX),
        pytest.param(
            "[youtube] x: Join this channel to get access to members-only content like this video, "
            "and other exclusive perks.",
            "members only",
            FIREFOX,
        ),
        pytest.param("[soop] 1: This VOD is for subscribers only", "members only", FIREFOX),
        pytest.param(f"[twitch:vod] v1: {SUBSCRIBERS}", "members only", FIREFOX),
        pytest.param(f"[youtube] x: {ABROAD}", "in this country", "--proxy"),
        pytest.param(f"[youtube] x: {BLOCKED}", "in this country", "--proxy"),
        pytest.param(
            "[x] This video is not available from your location due to geo restriction\n"
            "You might want to use a VPN or a proxy server (with --proxy) to workaround.",
            "in this country",
            "--proxy",
        ),
        pytest.param("[youtube] x: Premieres in 3 hours", "not begun", "when it is over"),
        pytest.param("[youtube] x: Premiere will begin shortly", "not begun", "when it is over"),
        pytest.param(
            "[youtube] x: This live event will begin in 2 days.", "not begun", "when it is over"
        ),
        pytest.param(
            "[chzzk:live] c68: The channel is not currently live", "nothing is live", "recording"
        ),
        pytest.param(f"[youtube] x: {TERMINATED}", "not there", "Check the address"),
        pytest.param("[youtube] x: Video unavailable", "not there", "Check the address"),
        pytest.param(
            "[youtube] x: Video unavailable. This video has been removed by the uploader",
            "not there",
            "Check the address",
        ),
        pytest.param("[twitch:vod] v1: Video v1 does not exist", "not there", "Check the address"),
        pytest.param(
            "[generic] Unable to download webpage: HTTP Error 404: Not Found (caused by <HTTPError "
            "404: Not Found>)",
            "not there",
            "Check the address",
        ),
        pytest.param("[x] 1: This video is DRM protected", "DRM", "Upload"),
        pytest.param(f"[youtube] x: {SLOW_DOWN}", "wants a pause", "in an hour"),
        pytest.param(
            "[youtube] x: Unable to download API page: HTTP Error 429: Too Many Requests",
            "wants a pause",
            "--sleep",
        ),
        pytest.param(FORBIDDEN, "refuses this machine", "Upload the file"),
        pytest.param(f"[generic] {LOOKUP}", "no way to that host", "the network"),
        pytest.param(f"[generic] {REFUSED}", "not public", "--allow-address"),
        pytest.param(
            "[generic] r: Unable to download webpage: HTTP Error 302: Found", "not public", "Upload"
        ),
        pytest.param(
            "[x] Unable to download webpage: <urlopen error [Errno 111] Connection refused>",
            "does not answer",
            "goes on where it stopped",
        ),
        pytest.param(
            "\r[download] Got error: 4096 bytes read, 12800 more expected", "breaks off", "again"
        ),
        pytest.param(
            "[download] Got error: Downloaded 5 bytes, expected 7 bytes. Giving up after 4 retries",
            "breaks off",
            "again",
        ),
        pytest.param("Did not get any data blocks", "breaks off", "again"),
        pytest.param(f"[x] {CERTIFICATE}", "certificate", "clock"),
        pytest.param(
            "[generic] Unsupported URL: https://youtu.be/x", "no video is found", "own page"
        ),
        pytest.param(f"[x] 1: No video formats found!{REPORT}", "no video is found", "own page"),
        pytest.param("unable to write data: [Errno 28] No space left on device", "full", "Free"),
        pytest.param(NOT_NETSCAPE, "cookies cannot be read", "cookies.txt"),
        pytest.param(
            "could not find firefox cookies database in '/home/a/.mozilla/firefox'",
            "cookies cannot be read",
            "browser on this machine",
        ),
        pytest.param(
            'unsupported browser specified for cookies: "netscape-navigator"', "cookies", "browser"
        ),
        pytest.param(
            "[x] Unable to download webpage: Tunnel connection failed: 407 Proxy Authentication",
            "proxy",
            "Check --proxy",
        ),
        pytest.param(f"[youtube:clip] x: {PART}", "part of a longer video", "the whole video"),
        pytest.param(
            f"[youtube] x: Unable to extract yt initial data{REPORT}", "cannot read", INSTALL
        ),
        pytest.param(
            "[vimeo] 1: This video is only available for registered users", "account", "x"
        ),
        pytest.param(f"[x] 1: something quite new{REPORT}", "something quite new)", INSTALL),
    ],
)
def test_a_message_becomes_one_line(said, what, remedy):
    line = explain(URL, f"ERROR: {said}")
    assert line.startswith(f"{URL}: ")
    assert what in line
    assert remedy in line
    assert "\n" not in line
    assert "report" not in line


@pytest.mark.parametrize(
    "said", ["Requested format is not available. Use --list-formats", "No video formats found!"]
)
def test_a_missing_runtime_is_named_where_it_explains_the_failure(said):
    assert "JavaScript runtime" in explain(URL, f"ERROR: [youtube] x: {said}", [NO_RUNTIME])
    assert "JavaScript runtime" not in explain(URL, f"ERROR: [youtube] x: {said}")


def test_a_missing_runtime_explains_nothing_else():
    assert "is private" in explain(URL, f"ERROR: [youtube] x: {PRIVATE}", [NO_RUNTIME])


def test_words_in_an_address_explain_nothing():
    said = "ERROR: [generic] Unsupported URL: https://a.kr/DRM-private-video-HTTP-Error-429"
    assert "no video is found" in explain(URL, said)


def test_a_long_address_is_shortened():
    assert len(explain("https://youtu.be/" + "x" * 3000, "Video unavailable")) < 200
