"""The guard inside the downloading process: no connection leaves for an address that is not public.

It hangs on Python's audit events, which tell of every connection at the moment it is made, with the
number that it goes to: neither a redirect nor a name that resolves differently the second time
comes past it, and it cannot be taken off again.
"""

import os
import socket
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from funny.fetch.gate import is_public

Endpoint = tuple[str, int]
"""IP address and port."""

NOT_PUBLIC = "is not a public address"
NOT_THE_PROXY = "is not the proxy that was asked for"
"""What refused connections say."""

_SCHEMES = ("http", "https", "data")


class Refused(OSError):
    """What the guard does not let pass; an OSError, as if the network had refused."""


class Guard:
    """Looks at audit events, and raises at those that must not happen.

    Args:
        allowed: Endpoints that may be asked although they are not public.
        proxies: Endpoints of the proxies in force.
        only_proxies: Whether nothing but the proxies may be asked.
        programs: File names of programs that may be started.
    """

    def __init__(
        self,
        allowed: Iterable[Endpoint] = (),
        proxies: Iterable[Endpoint] = (),
        only_proxies: bool = False,
        programs: Iterable[str] = (),
    ) -> None:
        self._allowed, self._proxies = frozenset(allowed), frozenset(proxies)
        self._only_proxies, self._programs = only_proxies, frozenset(programs)
        self.refused = ""
        """What it said of the last request that it did not let pass."""
        self._watched: dict[str, Callable[..., None]] = {
            "socket.connect": self._connect,
            "socket.sendto": self._connect,
            "socket.sendmsg": self._connect,
            "urllib.Request": self._request,
            "subprocess.Popen": self._start,
            "os.exec": self._start,
            "os.posix_spawn": self._start,
            "os.spawn": lambda _, *program: self._start(*program),
            "os.system": self._start,
        }

    def install(self) -> None:
        """Watches this process from now on."""
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Python's audit hook.

        Raises:
            Refused: If this must not happen.
        """
        if watch := self._watched.get(event):
            watch(*arguments)

    def _connect(self, _: socket.socket, address: Any) -> None:
        if not isinstance(address, tuple):
            return  # a socket file, which no URL can name; UDP that is connected already
        endpoint = (_plain(address[0]), address[1])
        if endpoint in self._proxies or endpoint in self._allowed:
            return
        if self._only_proxies:
            self._refuse(f"{address[0]} {NOT_THE_PROXY}")
        if not is_public(address[0]):
            self._refuse(f"{address[0]} {NOT_PUBLIC}")

    def _request(self, url: str, *_: Any) -> None:
        """A proxy connects in our place, so what it is asked for is looked at before."""
        parts = urlsplit(url)
        if parts.scheme not in _SCHEMES:
            self._refuse(f"{parts.scheme}: is not a scheme that is fetched")
        if self._proxies and parts.hostname:
            for address in _addresses(parts.hostname):
                if not is_public(address) and (address, parts.port) not in self._allowed:
                    self._refuse(f"{address} {NOT_PUBLIC}")

    def _refuse(self, why: str) -> None:
        self.refused = why
        raise Refused(why)

    def _start(self, program: Any, words: Any = (), *_: Any) -> None:
        name = os.path.basename(os.fsdecode(program))
        if name not in self._programs or any("://" in os.fsdecode(word) for word in words):
            raise Refused(f"{name}: is not a program that is started here")


def _plain(address: str) -> str:
    """An address as it is written in lists: IPv4 as such, even where IPv6 carries it."""
    return address.removeprefix("::ffff:")


@cache
def _addresses(host: str) -> tuple[str, ...]:
    """The addresses of a host as this machine knows them; none if it asks nobody for names."""
    with suppress(OSError, UnicodeError):
        return tuple({_plain(str(found[4][0])) for found in socket.getaddrinfo(host, None)})
    return ()


def endpoints(host: str, port: int) -> tuple[Endpoint, ...]:
    """Every address of a host, with a port."""
    return tuple((address, port) for address in _addresses(host))
