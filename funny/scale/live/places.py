"""Which sources may be watched: what somebody typed → how it is read, if it may be."""

import re
import socket
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from funny.errors import FetchError, MediaError, OptionError
from funny.fetch.gate import is_public, looks_like_url, shown
from funny.fetch.options import endpoint_of

SCHEMES = {"rtmp": 1935, "rtmps": 443, "rtsp": 554, "srt": None, "http": 80, "https": 443}
"""Addresses that may be watched, and their usual ports."""

_DEVICE = re.compile(r"device:v4l2:(/dev/video\d+)")


@dataclass(frozen=True)
class Source:
    """What is watched."""

    kind: str
    """`file`, `pipe`, `device`, `hls`, `srt`, or another key of `funny.extract.streams.WAYS`."""
    name: str
    """A path or an address; `-` for the pipe."""

    @property
    def is_network(self) -> bool:
        """Whether it is somewhere else, and may come back after an outage."""
        return self.kind not in ("file", "pipe", "device")

    @property
    def shown(self) -> str:
        """Its name for messages, without a password or a key."""
        if not self.is_network:
            return self.name
        parts = urlsplit(self.name)
        return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}"


@dataclass(frozen=True)
class Permit:
    """Which machines may be asked."""

    network: bool = False
    """Whether any may."""
    addresses: tuple[str, ...] = ()
    """`IP:PORT` of servers that may be asked although they are not public."""

    def __post_init__(self) -> None:
        for address in self.addresses:
            endpoint_of(address)

    def addresses_of(self, host: str, port: int) -> list[str]:
        """The numbers of a host that may be connected to.

        Raises:
            FetchError: If one of them may not.
            MediaError: If it has none now.
        """
        try:
            found = {str(row[4][0]) for row in socket.getaddrinfo(host, port)}
        except (OSError, UnicodeError) as error:
            raise MediaError(f"{host}: is not known ({error}). Check the address.") from error
        for number in found:
            if not is_public(number) and (number, port) not in map(endpoint_of, self.addresses):
                raise FetchError(
                    f"{host}: {number} is not a public address. "
                    f"--allow-address {_endpoint(number, port)} lets it be asked."
                )
        return sorted(found)

    def check(self, address: str) -> None:
        """Refuses an address that may not be connected to.

        Raises:
            FetchError: With what to do.
            MediaError: If nobody knows its host now.
        """
        parts = urlsplit(address)
        self.addresses_of(parts.hostname or "", parts.port or SCHEMES[parts.scheme] or 0)


def source_of(typed: str, permit: Permit) -> Source:
    """What somebody meant, if it may be watched; nothing is opened or asked.

    Args:
        typed: A path, `-`, `device:v4l2:/dev/video0`, or an address.
        permit: Which machines may be asked.

    Raises:
        OptionError: If there is no such kind of source, or the network may not be used.
        FetchError: If an address is none that can be watched.
    """
    if typed == "-":
        return Source("pipe", typed)
    if typed.startswith("device:"):
        return _device(typed)
    if looks_like_url(typed):
        return _address(typed, permit)
    return Source("file", str(Path(typed)))


def _device(typed: str) -> Source:
    if not (found := _DEVICE.fullmatch(typed)):
        raise OptionError(f"{shown(typed)}: expected a device like device:v4l2:/dev/video0.")
    return Source("device", found[1])


def _address(typed: str, permit: Permit) -> Source:
    parts = _parts(typed)
    if not permit.network:
        raise OptionError(
            f"{shown(parts.scheme)}://…: addresses are watched with --allow-network only. "
            "Add it if you trust this source."
        )
    if parts.scheme not in ("http", "https"):
        return Source(parts.scheme, typed)
    if not parts.path.endswith(".m3u8"):
        raise FetchError(
            f"{shown(typed)}: of http and https only playlists are watched (.m3u8). "
            "`funny analyze URL` fetches a video."
        )
    return Source("hls", typed)


def _parts(typed: str, schemes: Collection[str] = tuple(SCHEMES)) -> SplitResult:
    """The parts of an address whose form leaves no doubt what it means."""
    if not typed.isprintable() or re.search(r"[\s\\]", typed) or len(typed) > 4096:
        raise FetchError(f"{shown(typed)}: is no address. Copy it again.")
    try:
        parts = urlsplit(typed)
        port = parts.port or SCHEMES.get(parts.scheme)
    except ValueError as error:
        raise FetchError(f"{shown(typed)}: is no address ({error}). Copy it again.") from error
    if parts.scheme not in schemes:
        known = ", ".join(f"{scheme}://" for scheme in schemes)
        raise FetchError(f"{shown(typed)}: expected one of {known}, or a file, or - for a pipe.")
    if not parts.hostname or port is None:
        raise FetchError(f"{shown(typed)}: names no host and port. Copy the address again.")
    return parts


def _endpoint(number: str, port: int) -> str:
    return f"[{number}]:{port}" if ":" in number else f"{number}:{port}"
