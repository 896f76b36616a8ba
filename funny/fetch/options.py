"""What may be fetched, how much of it, and how."""

import re
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from funny.errors import FetchError, OptionError
from funny.fetch.gate import SITES

_PROXY = re.compile(r"(http|socks4a?|socks5h?)://[^\s/]+:\d+/?")
_BROWSER = re.compile(r"[a-z]+(\+[A-Z0-9]+)?(:[^:\0]+)?(::[^:\0]+)?")


@dataclass(frozen=True)
class FetchOptions:
    """Limits and ways of a download; the defaults are the page's, where a stranger types the URL.

    Raises:
        OptionError: If one of them cannot work.
    """

    sites: tuple[str, ...] | None = SITES
    """Hosts that may be asked, each with its subdomains; None lets every public host."""
    allowed_addresses: tuple[str, ...] = ()
    """`IP:PORT` of servers that may be asked although they are not public. Never from a visitor."""
    max_bytes: int = 20 << 30
    max_duration_s: float = 24 * 3600.0
    max_height: int = 1080
    """Taller pictures are not fetched, unless there are no others."""
    item: int | None = None
    """Which video of a playlist, or which part of a recording, from 1."""
    subtitles: tuple[str, ...] = ()
    """Languages of subtitles to fetch, written by people and by machines: `ko`, `en`."""
    comments: int = 0
    """How many comments to ask for, at most."""
    live_chat: bool = False
    """Fetch the replay of the chat as well."""
    rate_limit: int | None = None
    """Bytes a second, at most."""
    sleep_s: float = 0.0
    """Pause before every request that reads pages, in seconds."""
    cookies: Path | None = None
    """A cookies.txt in Netscape format; it is read and never written."""
    cookies_from_browser: str | None = None
    """BROWSER[+KEYRING][:PROFILE][::CONTAINER], as yt-dlp writes it."""
    proxy: str | None = None
    """Then nothing else is asked; without one, the environment's proxies are used."""
    stall_s: float = 60.0
    """A download that brings next to nothing for so long is given up."""
    limit_s: float = 12 * 3600.0
    """A download that takes longer than this is given up."""

    def __post_init__(self) -> None:
        for name in ("max_bytes", "max_duration_s", "max_height", "stall_s", "limit_s"):
            if not getattr(self, name) > 0:
                raise OptionError(f"{name}: expected more than 0, got {getattr(self, name)}.")
        if not self.sleep_s >= 0:
            raise OptionError(f"--sleep {self.sleep_s:g}: expected at least 0 seconds.")
        if self.item is not None and self.item < 1:
            raise OptionError(f"--item {self.item}: expected the number of a video, from 1.")
        if self.rate_limit is not None and self.rate_limit < 10_000:
            raise OptionError(f"--rate-limit {self.rate_limit}: expected at least 10K a second.")
        if self.proxy is not None and not _PROXY.fullmatch(self.proxy):
            raise OptionError("--proxy: expected http://HOST:PORT or socks5://HOST:PORT.")
        browser = self.cookies_from_browser
        if browser is not None and not _BROWSER.fullmatch(browser):
            raise OptionError(f"--cookies-from-browser {browser}: expected a name like firefox.")
        for address in self.allowed_addresses:
            endpoint_of(address)

    def cookie_text(self) -> str | None:
        """What stands in the file of cookies.

        Raises:
            FetchError: If it cannot be read.
        """
        try:
            return None if self.cookies is None else self.cookies.read_text("utf-8")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise FetchError(
                f"{self.cookies}: cannot be read ({reason}). Give --cookies a cookies.txt in "
                "Netscape format."
            ) from error

    def to_json(self) -> dict[str, Any]:
        """The options as plain values; cookies as text."""
        return {**asdict(self), "cookies": self.cookie_text()}


def options_from_json(found: dict[str, Any]) -> FetchOptions:
    """Options from plain values, without the cookies."""
    lists = {k: tuple(v) for k, v in found.items() if isinstance(v, list)}
    known = {f.name for f in fields(FetchOptions)} - {"cookies"}
    return FetchOptions(**{k: v for k, v in {**found, **lists}.items() if k in known})


def endpoint_of(address: str) -> tuple[str, int]:
    """The parts of `IP:PORT`.

    Raises:
        OptionError: If it is something else.
    """
    found = re.fullmatch(r"\[?([0-9a-f.:]+?)\]?:(\d{1,5})", address)
    if not found:
        raise OptionError(f"--allow-address {address}: expected IP:PORT, like 192.168.0.2:8000.")
    return found[1], int(found[2])
