"""Canaries: a file and a server that tell whether anybody came, and files that name them."""

import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.media import Movie, steady, write_media


@dataclass(frozen=True)
class Canaries:
    """What a file could name."""

    file: Path
    """A pipe: whoever opens it is noticed."""
    url: str
    opened: threading.Event
    asked: list[str]
    """What the server was asked for."""


@contextmanager
def canaries(folder: Path) -> Iterator[Canaries]:
    """Both, alive."""
    pipe, opened, asked = folder / "canary.mp4", threading.Event(), []
    os.mkfifo(pipe)
    over = threading.Event()

    def wait() -> None:
        os.close(os.open(pipe, os.O_WRONLY))  # until somebody reads
        if not over.is_set():
            opened.set()

    class Handler(BaseHTTPRequestHandler):
        def handle(self) -> None:
            asked.append(str(self.client_address))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threads = [threading.Thread(target=wait), threading.Thread(target=server.serve_forever)]
    for thread in threads:
        thread.start()
    try:
        port = server.server_address[1]
        yield Canaries(pipe, f"http://127.0.0.1:{port}/canary.mp4", opened, asked)
    finally:
        over.set()
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        server.shutdown()
        server.server_close()
        for thread in threads:
            thread.join()
        os.close(reader)


def hls(canary: Canaries) -> bytes:
    """A playlist with one entry of each kind."""
    entries = "".join(f"#EXTINF:9,\n{name}\n" for name in (canary.file, canary.url, "/etc/passwd"))
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n{entries}#EXT-X-ENDLIST\n".encode()


def concat(canary: Canaries) -> bytes:
    """A list of files to be read one after the other."""
    return f"ffconcat version 1.0\nfile '{canary.file}'\nfile '{canary.url}'\n".encode()


def dash(canary: Canaries) -> bytes:
    """A manifest of another kind."""
    return (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'
        f"<BaseURL>{canary.url}</BaseURL><Period><AdaptationSet><Representation>"
        f"<BaseURL>{canary.file}</BaseURL></Representation></AdaptationSet></Period></MPD>"
    ).encode()


def session(canary: Canaries) -> bytes:
    """A description of a session on the network."""
    port = canary.url.split(":")[2].split("/")[0]
    return (
        f"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        f"m=video {port} RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
    ).encode()


def asx(canary: Canaries) -> bytes:
    """A playlist of Windows."""
    return f'<asx version="3.0"><entry><ref href="{canary.url}"/></entry></asx>'.encode()


def reference(canary: Canaries) -> bytes:
    """A QuickTime file whose only content is an address."""
    url = canary.url.encode() + b"\0"
    data = _box(b"rdrf", b"\0\0\0\0url " + struct.pack(">I", len(url)) + url)
    return _box(b"ftyp", b"qt  \0\0\0\0") + _box(b"moov", _box(b"rmra", _box(b"rmda", data)))


def alias(canary: Canaries) -> bytes:
    """A whole mp4 whose track says that its pictures lie in another file."""
    made = canary.file.with_name("whole.mp4")
    write_media(made, Movie(steady(10, 1)))
    content = made.read_bytes()
    made.unlink()
    entry = content.index(b"url \0\0\0\x01") - 4
    return _replaced(content, entry, 12, _box(b"alis", b"\0" * 4 + _alias_record(canary.file)))


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def _alias_record(path: Path) -> bytes:
    """An alias of a Macintosh, of which FFmpeg believes the absolute path."""
    name, target = path.name.encode(), str(path).replace("/", ":").encode()
    head = bytes(10) + b"\1V" + bytes(26) + bytes(12) + bytes([len(name)]) + name.ljust(63, b"\0")
    levels = bytes(16) + struct.pack(">HH", 1, 1) + bytes(16)
    volume = b"V" + target
    padded = volume + b"\0" * (len(volume) % 2)
    return (
        head + levels + struct.pack(">HH", 2, len(volume)) + padded + struct.pack(">HH", 0xFFFF, 0)
    )


def _replaced(content: bytes, at: int, length: int, new: bytes) -> bytes:
    """A part of the `moov` box, which is the last one, in another size."""
    torn = bytearray(content)
    for name in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        place = content.index(name) - 4
        (size,) = struct.unpack_from(">I", content, place)
        struct.pack_into(">I", torn, place, size + len(new) - length)
    torn[at : at + length] = new
    return bytes(torn)


LURES = {
    "hls": hls,
    "concat": concat,
    "dash": dash,
    "sdp": session,
    "asx": asx,
    "reference": reference,
    "alias": alias,
}
"""Files that name others."""
