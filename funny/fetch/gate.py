"""The gate for addresses: which URLs may be fetched, and which machines may be asked for them."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from funny.errors import FetchError

SITES = (
    "youtube.com",
    "youtu.be",
    "twitch.tv",
    "chzzk.naver.com",
    "tv.naver.com",
    "sooplive.co.kr",
    "sooplive.com",
    "afreecatv.com",
    "tv.kakao.com",
    "vimeo.com",
    "kick.com",
    "dailymotion.com",
    "bilibili.com",
    "nicovideo.jp",
)
"""Where streamers' videos are; each with its subdomains."""

MAX_LENGTH = 4096
_SHOWN_LENGTH = 100
_PORTS = {"http": 80, "https": 443}
_HOST_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
# yt-dlp reads orders for its extractors out of a fragment like this.
_SMUGGLED = "__youtubedl_smuggle"
_NAT64 = IPv6Network("64:ff9b::/96")


def looks_like_url(text: str) -> bool:
    """Whether somebody who typed this meant an address of the network and not a file."""
    return re.match(r"[a-z][a-z0-9+.-]*://", text.strip(), re.IGNORECASE) is not None


def shown(url: str) -> str:
    """A URL as a message may show it: one line, and not longer than a person reads."""
    line = "".join(c if c.isprintable() else "?" for c in url)
    return line if len(line) <= _SHOWN_LENGTH else f"{line[:_SHOWN_LENGTH]}…"


def more_sites(text: str) -> tuple[str, ...]:
    """SITES and the hosts of a list like `video.example.org, example.net:8000`.

    Raises:
        FetchError: If one of them is no name of a host.
    """
    added = [host.lower() for host in re.split(r"[\s,;]+", text) if host]
    for host in added:
        if not re.fullmatch(rf"{_HOST_NAME.pattern}(:\d+)?", host):
            raise FetchError(f"{shown(host)}: is no name of a host. Write hosts like youtube.com.")
    return tuple(dict.fromkeys((*SITES, *added)))


def checked_url(url: str, sites: Iterable[str] | None = SITES) -> str:
    """The URL as it will be asked for, if it may be.

    Args:
        url: What somebody typed.
        sites: Hosts that may be asked, each with its subdomains, at the usual port or the one that
            is written with them; None lets every host.

    Raises:
        FetchError: If it may not; says what may, and what to do.
    """
    parts = _parts(url.strip(" "))
    host = _host(parts, url)
    port = f":{parts.port}" if parts.port not in (None, _PORTS[parts.scheme]) else ""
    netloc = f"[{host}]{port}" if ":" in host else f"{host}{port}"
    if sites is not None:
        _refuse_other_sites(url, netloc, tuple(sites))
    return parts._replace(netloc=netloc, path=parts.path or "/").geturl()


def _parts(url: str) -> SplitResult:
    """The parts of a URL whose form leaves no doubt what it means."""
    if len(url) > MAX_LENGTH:
        raise FetchError(f"{shown(url)}: is {len(url)} characters long. Give a shorter address.")
    if not url.isprintable() or " " in url or "\\" in url:
        raise FetchError(
            f"{shown(url)}: holds a line break, a space or a backslash. Copy the address again."
        )
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise FetchError(f"{shown(url)}: is no address ({error}). Copy it again.") from error
    if parts.scheme not in _PORTS:
        raise FetchError(f"{shown(url)}: only addresses with http:// or https:// can be fetched.")
    if "@" in parts.netloc:
        raise FetchError(
            f"{shown(url.rpartition('@')[2])}: user names and passwords do not belong in an "
            "address. Take them out; --cookies-from-browser signs in."
        )
    if _SMUGGLED in parts.fragment:
        raise FetchError(f"{shown(url)}: ends in orders for yt-dlp. Take the part after # out.")
    return parts


def _host(parts: SplitResult, url: str) -> str:
    """The host of a URL, in ASCII."""
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        return host  # an IPv6 address: urlsplit has looked at it
    try:
        ascii_host = host if host.isascii() else host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        ascii_host = ""
    if not _HOST_NAME.fullmatch(ascii_host):
        raise FetchError(f"{shown(url)}: names no host. Copy the address again.")
    return ascii_host


def _refuse_other_sites(url: str, netloc: str, sites: tuple[str, ...]) -> None:
    if not any(netloc == site or netloc.endswith(f".{site}") for site in sites):
        raise FetchError(
            f"{shown(url)}: videos can be fetched from {', '.join(sites)} only. Upload the file, "
            "or run `funny analyze URL` on your own machine."
        )


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, by its number alone.

    An address that carries an IPv4 address inside (mapped, 6to4, Teredo, NAT64) is as public as
    the one it carries. What is no number, such as a name, is not public.
    """
    try:
        number = ip_address(address)
    except ValueError:
        return False
    if isinstance(number, IPv6Address):
        if (carried := _carried(number)) is not None:
            return is_public(str(carried))
        if number.is_site_local:
            return False
    return number.is_global and not (number.is_multicast or number.is_reserved)


def _carried(number: IPv6Address) -> IPv4Address | None:
    if number in _NAT64:
        return IPv4Address(int(number) & 0xFFFF_FFFF)
    return number.ipv4_mapped or number.sixtofour or (number.teredo or (None, None))[1]
