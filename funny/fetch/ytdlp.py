"""yt-dlp, told what it may do: nothing but Python's own network, no programs but ffmpeg's."""

import io
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import yt_dlp
from yt_dlp.downloader.external import FFmpegFD
from yt_dlp.networking.exceptions import RequestError
from yt_dlp.postprocessor.ffmpeg import FFmpegPostProcessor

from funny.errors import FetchError
from funny.fetch.failures import SeveralVideos
from funny.fetch.gate import checked_url, shown
from funny.fetch.options import FetchOptions

OLDEST = "2025.11.12"
"""The first yt-dlp that runs the scripts of YouTube as it wants them run now."""

RUNTIMES = ("deno",)
"""Runs the scripts of sites; of those that yt-dlp knows, the one that keeps them from the network
and from files."""

# Protocols that yt-dlp hands to other programs, which the guard could not see.
_OWN_NETWORK = "[protocol!~='^(rtmp|rtsp|mms|ws|fc2|niconico_live|mhtml|ftp)']"
_CONTAINERS = "mov,matroska,webm,mpegts,flv,ogg,mp3,aac,flac,wav"
_SAFE_INPUT = ["-protocol_whitelist", "file,pipe", "-format_whitelist", _CONTAINERS]
_RETRIES = 4
_PAGE_BYTES = 64 << 20
"""What is read in one go and into memory is a page or a list, and not larger than this."""


class Log:
    """Takes what yt-dlp says: a sign of life, and warnings that may explain a failure."""

    def __init__(self, alive: Callable[[], None]) -> None:
        self._alive = alive
        self.warnings: list[str] = []

    def debug(self, _: str) -> None:
        """What it is doing."""
        self._alive()

    info = error = debug

    def warning(self, message: str) -> None:
        """What it does not like."""
        self._alive()
        self.warnings = [*self.warnings[-20:], message]


class Downloader(yt_dlp.YoutubeDL):
    """yt-dlp with the network of Python's own urllib, whose every request the guard sees."""

    def build_request_director(self, handlers: Any, preferences: Any = None) -> Any:
        """Leaves out what connects by a library in C, or in ways the guard does not read."""
        return super().build_request_director(
            [handler for handler in handlers if handler.RH_NAME == "urllib"], preferences
        )

    def urlopen(self, req: Any) -> Any:
        """An answer that is not read into memory without an end."""
        response = super().urlopen(req)
        unbounded = response.read

        def read(amt: int | None = None) -> bytes:
            content = unbounded(_PAGE_BYTES if amt is None else amt)
            if amt is None and len(content) == _PAGE_BYTES:
                raise RequestError("Unsupported URL: the page has no end")
            return content

        response.read = read
        return response


def downloader(
    options: FetchOptions,
    cookies: str | None,
    log: Log,
    ffmpeg: str,
    progress: Callable[[Any], None],
    working: Callable[[Any], None],
    pause_s: Callable[[int], float],
) -> Downloader:
    """A yt-dlp for one video.

    Args:
        options: What may be fetched, and how.
        cookies: A cookies.txt as text.
        log: Told what it says.
        ffmpeg: The program that merges picture and sound.
        progress: Told how a download goes on, in yt-dlp's terms.
        working: Told when ffmpeg begins and ends.
        pause_s: How long to wait before it is tried for the nth time.
    """
    # It would make requests of its own, and read a file of the network as if it were a list.
    FFmpegFD.available = classmethod(lambda cls, path=None: False)
    FFmpegFD.real_download = _refuse_stream
    # It looks into a file with no limits on what the file may point to; ffmpeg knows by itself.
    FFmpegPostProcessor.get_audio_codec = lambda self, path: None
    more = {"logger": log, "retry_sleep_functions": {"http": pause_s, "fragment": pause_s}}
    found = Downloader({**_parameters(options, cookies, ffmpeg), **more}, auto_init=False)
    found.add_default_info_extractors()
    found.add_progress_hook(progress)
    found.add_postprocessor_hook(working)
    return found


def _refuse_stream(*_: Any) -> bool:
    raise yt_dlp.utils.DownloadError("Unsupported URL: the stream needs another program")


def _parameters(options: FetchOptions, cookies: str | None, ffmpeg: str) -> dict[str, Any]:
    return {
        **_network(options, cookies),
        **_choice(options),
        "quiet": True,
        "noprogress": True,
        "color": "never",
        "cachedir": False,
        "noplaylist": True,
        "updatetime": False,
        "fixup": "never",
        "external_downloader": {"default": "native"},
        "ffmpeg_location": ffmpeg,
        "postprocessor_args": {"ffmpeg_i": _SAFE_INPUT},
        "js_runtimes": {name: {} for name in RUNTIMES},
    }


def _network(options: FetchOptions, cookies: str | None) -> dict[str, Any]:
    return {
        "socket_timeout": 20,
        "retries": _RETRIES,
        "fragment_retries": _RETRIES,
        "skip_unavailable_fragments": False,
        "ratelimit": options.rate_limit,
        "sleep_interval_requests": options.sleep_s,
        "sleep_interval_subtitles": options.sleep_s,
        "proxy": options.proxy,
        # From memory: yt-dlp writes the cookies back, and the person's file is theirs.
        "cookiefile": None if cookies is None else io.StringIO(cookies),
        "cookiesfrombrowser": _browser(options.cookies_from_browser),
    }


def _browser(text: str | None) -> tuple[str | None, ...] | None:
    """BROWSER[+KEYRING][:PROFILE][::CONTAINER] as yt-dlp's own command line reads it."""
    if text is None:
        return None
    found = re.fullmatch(
        r"(?P<name>[^+:]+)(?:\+(?P<keyring>[^:]+))?(?::(?!:)(?P<profile>.+?))?(?:::(?P<box>.+))?",
        text,
    )
    assert found is not None, "FetchOptions has looked at it"
    return found["name"], found["profile"], found["keyring"], found["box"]


def _choice(options: FetchOptions) -> dict[str, Any]:
    most = str(options.comments)
    return {
        "format": f"bv*{_OWN_NETWORK}+ba{_OWN_NETWORK}/b{_OWN_NETWORK}/ba{_OWN_NETWORK}",
        # The tallest that is not too tall, or else the least tall.
        # H.264 and AAC are read fast and played by every browser.
        "format_sort": [f"res:{options.max_height}", "vcodec:h264", "acodec:aac"],
        "getcomments": options.comments > 0,
        "extractor_args": {"youtube": {"max_comments": [most, "all", most, "20"]}},
    }


def find(ydl: Downloader, url: str, options: FetchOptions) -> dict[str, Any]:
    """What a site says of one video; its formats are chosen, nothing is downloaded yet.

    Raises:
        FetchError: If it is one of many and nobody said which, or must not be fetched.
    """
    item = options.item
    ydl.params["playlist_items"] = str(item) if item else "1:2"
    ydl.params["extract_flat"] = False if item else "in_playlist"
    info = ydl.extract_info(url, download=False)
    if info and "entries" in info:
        info = _the_one(ydl, url, info, item)
    if not info or "entries" in info:
        raise FetchError(f"{shown(url)}: is a list of lists. Give the address of one video.")
    _refuse(info, url, options)
    return info


def _the_one(
    ydl: Downloader, url: str, info: dict[str, Any], item: int | None
) -> dict[str, Any] | None:
    entries = [entry for entry in info["entries"] if entry]
    if len(entries) > 1:
        count = info.get("playlist_count") or "several"
        raise SeveralVideos(
            f"{shown(url)}: holds {count} videos. Give the address of one of them, or its number "
            "with --item N; `funny dataset collect` takes them all."
        )
    if not entries:
        what = f"has no video number {item}" if item else "holds no videos"
        raise FetchError(f"{shown(url)}: {what}. Check the address.")
    if entries[0].get("_type") in ("url", "url_transparent"):
        return ydl.extract_info(entries[0]["url"], download=False)
    return entries[0]


def _refuse(info: dict[str, Any], url: str, options: FetchOptions) -> None:
    if options.sites is not None:  # the page may have sent us on to another one
        checked_url(urldefrag(info.get("webpage_url") or url).url, options.sites)
    if info.get("is_live") or info.get("live_status") == "is_upcoming":
        raise FetchError(
            f"{shown(url)}: is live, or will be. Give its address again when it is over."
        )
    duration_s = info.get("duration") or 0
    if duration_s > options.max_duration_s:
        raise FetchError(
            f"{shown(url)}: is {duration_s / 3600:.1f} hours long, and "
            f"{options.max_duration_s / 3600:.1f} are allowed. Upload a part of it instead."
        )
    if (size := stated_bytes(info)) > options.max_bytes:
        raise too_large(url, options, size)


def stated_bytes(info: dict[str, Any]) -> float:
    """How large a video is in all its chosen formats, as far as its site says so; 0 if not."""
    sizes = [f.get("filesize") for f in info.get("requested_formats") or [info]]
    return 0 if None in sizes else sum(sizes)


def too_large(url: str, options: FetchOptions, size: float) -> FetchError:
    """What to say of a video that is larger than is allowed."""
    return FetchError(
        f"{shown(url)}: has {_size(size)} or more, and {_size(options.max_bytes)} are allowed. "
        "Choose a shorter video, or upload a smaller copy."
    )


def _size(count: float) -> str:
    for unit, name in ((1e9, "GB"), (1e6, "MB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count / 1e3:.1f} kB"


def load(ydl: Downloader, info: dict[str, Any], name: str) -> Path:
    """Downloads a video that was found into the working folder, and returns its file.

    Args:
        ydl: What has found it.
        info: What was found.
        name: The file's name, without an extension.
    """
    # A name and no path: yt-dlp would read ~ and $HOME in it as a shell does.
    ydl.params["outtmpl"]["default"] = f"{name}.%(ext)s"
    done = ydl.process_ie_result(info, download=True)
    # yt-dlp says nothing of a failure where it takes an empty answer for the end of a file.
    files = [found.get("filepath") for found in done.get("requested_downloads") or ()]
    if not files or not files[0] or not Path(files[0]).is_file():
        raise yt_dlp.utils.DownloadError("Did not get any data blocks")
    return Path(files[0])


def load_file(ydl: Downloader, source: dict[str, Any], name: str) -> None:
    """Downloads a track of subtitles, or a chat, into the working folder."""
    if source.get("data") is not None:
        Path(name).write_text(source["data"], "utf-8")
        return
    done, _ = ydl.dl(name, source, subtitle=True)
    if not done:
        raise yt_dlp.utils.DownloadError("no file came")


_NOT_WRITTEN = {
    *("formats", "url", "cookies", "http_headers", "manifest_url"),
    *("fragments", "fragment_base_url", "automatic_captions", "thumbnails"),
}


def plain_info(ydl: Downloader, info: dict[str, Any]) -> dict[str, Any]:
    """What a site says of a video as yt-dlp writes it to info.json, without the addresses of files.

    Those hold keys and cookies of the one who asked, and are dead within hours.
    """
    kept = {k: v for k, v in info.items() if k not in _NOT_WRITTEN}
    return ydl.sanitize_info({"epoch": int(time.time()), **kept}, remove_private_keys=True)
