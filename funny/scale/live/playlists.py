"""What a playlist names is fetched here, and not by FFmpeg: each address is asked about first.

A playlist may name any machine, and a name may lead elsewhere the second time; so a connection is
made to the very number that was found to be allowed, for the playlist, for each of its parts, and
after each redirect.
"""

import http.client
import socket
import ssl
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from funny.errors import FetchError, MediaError
from funny.fetch.gate import shown
from funny.scale.live.places import Permit

_TIMEOUT_S = 10.0
_REDIRECTS = 5
_MOVED = (301, 302, 303, 307, 308)


class PlaylistOpener:
    """Opens addresses for FFmpeg, http and https only.

    Args:
        permit: Which machines may be asked.
    """

    def __init__(self, permit: Permit) -> None:
        self._permit = permit

    def __call__(self, url: str, flags: int, options: dict[str, Any]) -> "Body":
        """What an address holds.

        Raises:
            FetchError: If it may not be asked.
            MediaError: If it does not answer, or has nothing there.
        """
        for _ in range(_REDIRECTS + 1):
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise FetchError(f"{shown(url)}: is not fetched for a playlist.")
            answer = self._asked(parts, _range(options))
            if answer.status not in _MOVED:
                return Body(answer, shown(url))
            url = urljoin(url, answer.headers.get("Location", ""))
        raise FetchError(f"{shown(url)}: leads from one address to the next.")

    def _asked(self, parts: SplitResult, headers: dict[str, str]) -> HTTPResponse:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = parts.hostname or ""
        number = self._permit.addresses_of(host, port)[0]
        try:
            connection = _connected(parts.scheme, host, number, port)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", target, headers={"Connection": "close", **headers})
            return connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            raise MediaError(f"{host}: does not answer ({error}).") from error


def _range(options: dict[str, Any]) -> dict[str, str]:
    """The part of a file that a playlist means, if it means a part."""
    first, end = int(options.get("offset", 0)), int(options.get("end_offset", 0))
    return {"Range": f"bytes={first}-{end - 1}"} if end > first else {}


def _connected(scheme: str, host: str, number: str, port: int) -> HTTPConnection:
    """A connection to a number, in which the host is called by its name."""
    kinds = {"http": HTTPConnection, "https": HTTPSConnection}
    connection = kinds[scheme](host, port, timeout=_TIMEOUT_S)
    connection.sock = socket.create_connection((number, port), _TIMEOUT_S)
    if scheme == "https":
        secured = ssl.create_default_context()
        connection.sock = secured.wrap_socket(connection.sock, server_hostname=host)
    return connection


class Body:
    """An answer's content, as FFmpeg reads it."""

    def __init__(self, answer: HTTPResponse, name: str) -> None:
        if answer.status not in (200, 206):
            raise MediaError(f"{name}: answers {answer.status}.")
        self._answer = answer

    def read(self, size: int) -> bytes:
        """At most so many bytes; none at the end."""
        return self._answer.read(size)

    def close(self) -> None:
        """Ends the connection."""
        self._answer.close()
