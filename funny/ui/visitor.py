"""Who asks, as far as turns and limits need to know: nobody is recognised by it later."""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

_SALT = secrets.token_bytes(16)
"""Of this process: what is kept tells nobody an address."""


def visitor_of(request: Any, proxies: int = 0) -> str:
    """A word for the address that a gr.Request comes from; empty without one.

    Args:
        request: The request.
        proxies: How many proxies stand before the server.
    """
    client = getattr(request, "client", None)
    if client is None:
        return ""
    address = address_of(client.host, request.headers, proxies)
    return hashlib.blake2b(address.encode(), key=_SALT, digest_size=8).hexdigest()


def address_of(peer: str, headers: Mapping[str, str], proxies: int) -> str:
    """The address of who asked.

    Args:
        peer: Who is at the other end of the connection.
        headers: Of the request. Each proxy adds to `X-Forwarded-For` whom it heard it from; what
            stands further left there, anybody may have written.
        proxies: How many proxies stand before the server.
    """
    heard = [part.strip() for part in (headers.get("x-forwarded-for") or "").split(",")]
    return heard[-proxies] if 0 < proxies <= len(heard) and heard[-proxies] else peer
