"""HLS from a real server: what a playlist names is asked about first."""

import http.server
import threading
from functools import partial

import pytest

from funny.errors import FetchError, MediaError
from funny.scale.live.places import Permit
from funny.scale.live.playlists import PlaylistOpener
from tests.scale.live.feeding import numbered_film
from tests.scale.live.test_reading import numbers, reader_of


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        self.server.asked.append(self.path)

    def do_GET(self):
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", self.path.replace("/moved", "", 1).replace("@", ":"))
            self.end_headers()
        else:
            super().do_GET()


@pytest.fixture
def site(tmp_path):
    """A server of a folder with a playlist of two parts."""
    for part in ("a", "b"):
        numbered_film(tmp_path / f"{part}.ts", 4)
    lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:4", "#EXTINF:4,", "a.ts"]
    (tmp_path / "list.m3u8").write_text("\n".join([*lines, "#EXT-X-ENDLIST", ""]))
    handler = partial(Quiet, directory=tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def address(server, path):
    return f"http://127.0.0.1:{server.server_port}/{path}"


def allowed(server):
    return Permit(True, (f"127.0.0.1:{server.server_port}",))


def test_a_playlist_is_watched(site):
    items = list(reader_of(address(site, "list.m3u8"), 0.5, allowed(site)))
    assert set(numbers(items)) >= set(range(7))


def test_a_part_on_another_machine_is_not_asked_for(site, tmp_path):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as other:
        other.asked = []
        threading.Thread(target=other.serve_forever, daemon=True).start()
        lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:4", "#EXTINF:4,", address(other, "a.ts")]
        (tmp_path / "evil.m3u8").write_text("\n".join([*lines, "#EXT-X-ENDLIST", ""]))
        with pytest.raises(FetchError, match="not a public address"):
            list(reader_of(address(site, "evil.m3u8"), 0.5, allowed(site)))
        other.shutdown()
    assert other.asked == []


@pytest.mark.parametrize("path", ["file:///etc/passwd", "tcp://127.0.0.1:1", "data:,x"])
def test_only_http_is_opened(path):
    with pytest.raises(FetchError, match="is not fetched for a playlist"):
        PlaylistOpener(Permit(True))(path, 1, {})


def test_a_redirect_is_asked_about_too(site):
    opener = PlaylistOpener(allowed(site))
    assert opener(address(site, "moved/list.m3u8"), 1, {}).read(7) == b"#EXTM3U"
    with pytest.raises(FetchError, match="not a public address"):
        opener(address(site, "moved//127.0.0.2@99/x"), 1, {})


def test_a_missing_part_says_so(site):
    with pytest.raises(MediaError, match="answers 404"):
        PlaylistOpener(allowed(site))(address(site, "no.ts"), 1, {})
