"""A web site on loopback with videos, and with everything that can go wrong with them."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from funny.fetch.options import FetchOptions

KINDS = {".mp4": "video/mp4", ".m3u8": "application/vnd.apple.mpegurl", ".ts": "video/mp2t"}


@dataclass(frozen=True)
class Page:
    """What is answered at one path."""

    content: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drip: tuple[int, float] | None = None
    """So many bytes, then so many seconds of pause."""
    cut_at: int | None = None
    """The connection breaks after so many bytes of an answer."""
    cuts: int = 2
    """How often it does; the first time is when yt-dlp looks what there is."""
    claims: int | None = None
    """Length that is claimed instead of the true one."""
    ranges: bool = True


class Site:
    """A server from `with Site() as site:` to its end."""

    def __init__(self, address="127.0.0.1"):
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, str]] = []
        """Paths and ranges in the order in which they were asked for."""
        self.cookies: list[str] = []
        self.hung_up: list[str] = []
        """Paths whose answers nobody heard to the end."""
        self.stopping = threading.Event()
        site = self

        class Handler(_Handler):
            owner = site

        self._server = _Server((address, 0), Handler)
        self.address = f"{address}:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *error):
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def url(self, path):
        return f"http://{self.address}{path}"

    def add(self, path, content=b"", **how):
        """Answers a path with content; returns its URL."""
        kind = next((KINDS[end] for end in KINDS if path.endswith(end)), Page.kind)
        body = content.encode() if isinstance(content, str) else content
        self.pages[path] = Page(body, **{"kind": kind, **how})
        return self.url(path)

    def redirect(self, path, target):
        return self.add(path, status=302, headers={"Location": target})

    def options(self, **more):
        """Options under which a download may ask this server, and no other that is not public."""
        return FetchOptions(**{"sites": None, "allowed_addresses": (self.address,), **more})

    def ranges_of(self, path):
        return [asked for name, asked in self.asked if name == path]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """A killed downloader hangs up in the middle of a sentence."""


class _Handler(BaseHTTPRequestHandler):
    owner: Site
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.partition("?")[0]
        asked = self.headers.get("Range", "")
        self.owner.asked.append((path, asked))
        self.owner.cookies.append(self.headers.get("Cookie", ""))
        page = self.owner.pages.get(path, Page(b"not here", status=404))
        begin = 0
        if page.ranges and (found := re.fullmatch(r"bytes=(\d+)-(\d*)", asked)):
            begin = int(found[1])
        if begin >= len(page.content) > 0:
            page, begin = Page(status=416), 0
        self._head(page, begin)
        if self.command != "HEAD":
            self._body(page, path, begin)

    do_HEAD = do_GET
    do_POST = do_GET

    def _head(self, page, begin):
        length = page.claims or len(page.content)
        self.send_response(206 if begin else page.status)
        self.send_header("Content-Type", page.kind)
        self.send_header("Content-Length", str(length - begin))
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{length - 1}/{length}")
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _body(self, page, path, begin):
        end, self.close_connection = len(page.content), page.claims is not None
        if page.cut_at is not None and page.cuts:
            end, self.close_connection = begin + page.cut_at, True
            self.owner.pages[path] = replace(page, cuts=page.cuts - 1)
        step, pause_s = page.drip or (1 << 16, 0)
        for at in range(begin, end, step):
            try:
                self.wfile.write(page.content[at : min(end, at + step)])
            except OSError:
                self.owner.hung_up.append(path)
                self.close_connection = True
                return
            if pause_s and self.owner.stopping.wait(pause_s):
                self.close_connection = True
                return

    def log_message(self, *_):
        pass


def waits_for(condition: Callable[[], object], seconds=30.0):
    """Whether something becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False
