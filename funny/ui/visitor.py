"""Who asks, as far as turns and limits need to know: nobody is recognised by it later."""

import hashlib
import secrets
from typing import Any

_SALT = secrets.token_bytes(16)
"""Of this process: what is kept tells nobody an address."""


def visitor_of(request: Any) -> str:
    """A word for the address that a gr.Request comes from; empty without one."""
    client = getattr(request, "client", None)
    if client is None:
        return ""
    return hashlib.blake2b(client.host.encode(), key=_SALT, digest_size=8).hexdigest()
