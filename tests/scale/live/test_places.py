"""What may be watched, and what must be allowed first."""

import pytest

from funny.errors import FetchError, OptionError
from funny.scale.live.places import Permit, Source, source_of

OPEN = Permit(network=True)


@pytest.mark.parametrize(
    ("typed", "source"),
    [
        pytest.param("obs.mkv", Source("file", "obs.mkv"), id="file"),
        pytest.param("-", Source("pipe", "-"), id="pipe"),
        pytest.param("device:v4l2:/dev/video0", Source("device", "/dev/video0"), id="device"),
        pytest.param("concat:a|b.mp4", Source("file", "concat:a|b.mp4"), id="no-protocol"),
    ],
)
def test_what_is_here_needs_no_leave(typed, source):
    assert source_of(typed, Permit()) == source


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        pytest.param("rtmp://a.example/live/key", "rtmp", id="rtmp"),
        pytest.param("rtmps://a.example/live/key", "rtmps", id="rtmps"),
        pytest.param("rtsp://me:word@a.example/cam", "rtsp", id="rtsp"),
        pytest.param("srt://a.example:9000", "srt", id="srt"),
        pytest.param("https://a.example/x.m3u8?key=1", "hls", id="hls"),
    ],
)
def test_addresses_need_leave(typed, kind):
    with pytest.raises(OptionError, match="--allow-network"):
        source_of(typed, Permit())
    assert source_of(typed, OPEN).kind == kind


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        pytest.param("https://a.example/x.mp4", "only playlists", id="no-playlist"),
        pytest.param("ftp://a.example/x", "expected one of rtmp://", id="other-scheme"),
        pytest.param("file:///etc/passwd", "expected one of rtmp://", id="file-scheme"),
        pytest.param("srt://a.example", "names no host and port", id="no-port"),
        pytest.param("rtmp://a.example/x y", "is no address", id="options-of-librtmp"),
        pytest.param("rtmp:///x", "names no host", id="no-host"),
        pytest.param("rtmp://a:999999/x", "is no address", id="port"),
    ],
)
def test_other_addresses_are_refused(typed, message):
    with pytest.raises(FetchError, match=message):
        source_of(typed, OPEN)


@pytest.mark.parametrize(
    "typed", ["device:/dev/video0", "device:v4l2:/etc/passwd", "device:x11::0"]
)
def test_other_devices_are_refused(typed):
    with pytest.raises(OptionError, match="device:v4l2:/dev/video0"):
        source_of(typed, OPEN)


def test_a_private_machine_must_be_named():
    with pytest.raises(FetchError, match=r"--allow-address 127\.0\.0\.1:1935"):
        OPEN.check("rtmp://127.0.0.1/live/x")
    Permit(True, ("127.0.0.1:1935",)).check("rtmp://127.0.0.1/live/x")
    with pytest.raises(FetchError, match="not a public address"):
        Permit(True, ("127.0.0.1:1935",)).check("rtmp://127.0.0.1:22/live/x")


def test_no_message_holds_a_key():
    assert source_of("rtmp://a.example/live/secret", OPEN).shown == "rtmp://a.example"
    assert source_of("rtsp://me:word@a.example:99/cam", OPEN).shown == "rtsp://a.example:99"
