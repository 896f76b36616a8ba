"""The downloading process: `python -m funny.fetch.child` reads an order, and writes what happens.

The order is one line of JSON on its standard input, events are one line of JSON each on its
standard output. When its input ends, because whoever gave the order is gone, so is it.
"""

import json
import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from yt_dlp.networking.exceptions import RequestError
from yt_dlp.utils import YoutubeDLError
from yt_dlp.version import __version__

from funny.errors import FetchError
from funny.fetch.extras import load_extras
from funny.fetch.failures import INSTALL, SeveralVideos, explain
from funny.fetch.folders import (
    PARTIAL,
    Fetched,
    fetched_of,
    folder_of,
    partial_name,
    read_fetched,
    tidy,
    write_whole,
)
from funny.fetch.gate import shown
from funny.fetch.guard import Endpoint, Guard, endpoints
from funny.fetch.lists import listed
from funny.fetch.media import as_player_reads
from funny.fetch.options import FetchOptions, endpoint_of, options_from_json
from funny.fetch.ytdlp import (
    OLDEST,
    RUNTIMES,
    Log,
    downloader,
    find,
    load,
    plain_info,
    stated_bytes,
    too_large,
)

_OFTEN_S = 0.2
_MEMORY_BYTES = 2 << 30
"""What a hostile page is unpacked to has no end."""
_KEYRINGS = ("kwallet-query", "dbus-send", "security")
"""Programs that keep the keys of browsers' cookies."""


class Events:
    """Tells what happens, and not too often."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._next_s = 0.0
        self._one_by_one = threading.Lock()

    def tell(self, event: str, **more: Any) -> None:
        """Writes one event now."""
        with self._one_by_one:
            self._out.write(json.dumps({"event": event, **more}) + "\n")
            self._out.flush()

    def alive(self) -> None:
        """Something happens."""
        self._seldom("alive")

    def progress(self, done: float, total: float, is_last: bool) -> None:
        """So many bytes are there, of so many; 0 if nobody knows."""
        tell = self.tell if is_last else self._seldom
        tell("progress", done=done, total=total)

    def _seldom(self, event: str, **more: Any) -> None:
        if time.monotonic() >= self._next_s:
            self._next_s = time.monotonic() + _OFTEN_S
            self.tell(event, **more)


def main() -> None:
    """Does what it is told, once."""
    events = Events(_private_output())
    order = json.loads(_order())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit_memory()
    try:
        _run(order, events)
    except FetchError as error:
        events.tell("failed", text=str(error), several=isinstance(error, SeveralVideos))
    except MemoryError:
        text = f"{shown(order['url'])}: has no end. Give the address of the video's own page."
        events.tell("failed", text=text)
    # Without waiting for yt-dlp's threads, or for the one that reads the input.
    os._exit(0)


def _private_output() -> IO[str]:
    """The standard output for events alone; whatever else is printed goes to the errors."""
    ours = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return ours


def _order() -> str:
    line = b""
    while not line.endswith(b"\n") and (part := os.read(0, 1 << 16)):
        line += part
    return line.decode("utf-8")


def _end_with_parent() -> None:
    with suppress(OSError):
        while os.read(0, 1 << 16):
            pass
    if hasattr(os, "killpg"):
        os.killpg(os.getpgid(0), signal.SIGKILL)
    os._exit(1)


def _limit_memory() -> None:
    with suppress(ImportError, OSError, ValueError):
        import resource

        # Not of the address space: what runs scripts claims much of it and uses little.
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY_BYTES, hard))


def _run(order: dict[str, Any], events: Events) -> None:
    os.environ["YTDLP_NO_PLUGINS"] = "1"
    options = options_from_json(order["options"])
    guard = _guard(options, order["ffmpeg"])
    guard.install()
    job = _Job(order, options, events, guard)
    try:
        events.tell("done", **job.result())
    except FetchError:
        raise
    except (YoutubeDLError, RequestError, OSError) as error:
        events.tell("failed", said=str(error), warnings=job.log.warnings)
    except Exception as error:  # a bug of yt-dlp's on some page must not look like one of ours
        events.tell("failed", said=f"{error}; please report this issue", warnings=job.log.warnings)


def _guard(options: FetchOptions, ffmpeg: str) -> Guard:
    programs = [os.path.basename(ffmpeg), *RUNTIMES, *(f"{name}.exe" for name in RUNTIMES)]
    if options.cookies_from_browser:
        programs += _KEYRINGS
    addresses = [endpoint_of(address) for address in options.allowed_addresses]
    return Guard(addresses, _proxies(options), options.proxy is not None, programs)


def _proxies(options: FetchOptions) -> list[Endpoint]:
    """Endpoints of the proxy that was asked for, or else of the environment's."""
    named = {"all": options.proxy} if options.proxy else getproxies()
    found: list[Endpoint] = []
    for kind, url in named.items():
        with suppress(ValueError):  # the environment names something else that ends in _PROXY
            parts = urlsplit(url if "://" in url else f"http://{url}")
            if kind != "no" and parts.hostname:
                usual = 1080 if parts.scheme.startswith("socks") else 80
                found.extend(endpoints(parts.hostname, parts.port or usual))
    return found


class _Job:
    """One order: a video to fetch, or a list to read."""

    def __init__(
        self, order: dict[str, Any], options: FetchOptions, events: Events, guard: Guard
    ) -> None:
        if tuple(map(int, __version__.split(".")[:3])) < tuple(map(int, OLDEST.split("."))):
            raise FetchError(f"yt-dlp {__version__} is too old. Update it: {INSTALL}")
        self.log = Log(events.alive)
        self._order, self._options = order, options
        self._events, self._guard = events, guard
        self._sizes: dict[str, float] = {}
        self._total = 0.0
        cookies = order["options"]["cookies"]
        hooks = self._progress, self._working, self._pause_s
        self._ydl = downloader(options, cookies, self.log, order["ffmpeg"], *hooks)
        events.tell("alive")

    def result(self) -> dict[str, Any]:
        """What was asked for: a list of videos, or the folder of one."""
        if limit := self._order.get("limit"):
            return {"videos": listed(self._ydl, self._order["url"], limit)}
        return {"name": self._fetch().folder.name}

    def _fetch(self) -> Fetched:
        url, options = self._order["url"], self._options
        info = find(self._ydl, url, options)
        folder = folder_of(Path(self._order["folder"]), info)
        if there := read_fetched(folder):
            return there
        folder.mkdir(parents=True, exist_ok=True)
        self._events.tell("begins", name=folder.name)
        tidy(folder, keeps_partial=True)
        folder.mkdir(parents=True, exist_ok=True)
        os.chdir(folder)
        self._total = stated_bytes(info)
        return self._load(info, folder)

    def _load(self, info: dict[str, Any], folder: Path) -> Fetched:
        """Downloads everything; the video gets its name last, when all is there."""
        partial = load(self._ydl, info, partial_name(info))
        self._working()
        partial = as_player_reads(partial, self._order["ffmpeg"], shown(self._order["url"]))
        self._events.tell("worked")
        notes = load_extras(self._ydl, info, self._options)
        url = self._order["url"]
        fetched = replace(
            fetched_of(info, folder, url),
            video=folder / f"video{partial.suffix}",
            notes=notes,
            item=self._options.item,
        )
        write_whole(fetched.info, {**plain_info(self._ydl, info), "original_url": url})
        fetched.save()
        os.replace(partial, fetched.video)
        for left in folder.glob(f"{PARTIAL}*"):
            left.unlink()
        return fetched

    def _working(self, *_: Any) -> None:
        """Nothing is heard of ffmpeg until it is done, and that may be long."""
        self._events.tell("working")

    def _pause_s(self, n: int) -> float:
        """Before try n, counted from 0; what the guard has refused is not worth one."""
        if self._guard.refused:
            raise FetchError(explain(self._order["url"], self._guard.refused))
        return min(10, 0.2 * 2**n)

    def _progress(self, status: dict[str, Any]) -> None:
        """yt-dlp's progress hook: one file of perhaps several grows."""
        stated = status.get("total_bytes") or 0
        self._sizes[status["filename"]] = status.get("downloaded_bytes") or stated
        done = sum(self._sizes.values())
        size = max(done, stated)
        if size > self._options.max_bytes:
            raise too_large(self._order["url"], self._options, size)
        estimate = self._total or stated or status.get("total_bytes_estimate") or 0
        is_last = status["status"] == "finished" and "fragment_info_dict" not in status
        self._events.progress(done, max(done, estimate) if estimate else 0, is_last)


if __name__ == "__main__":
    main()
