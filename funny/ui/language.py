"""The language of the page: the address's, where it names one, else the browser's."""

from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import gradio as gr

from funny.ui.strings import language_of

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

_SCRIPT = (Path(__file__).parent / "assets" / "language.js").read_text("utf-8")
_HEAD = b"<head>"


class LanguageFirst:
    """ASGI middleware: a page whose address names a language learns of it before it starts.

    Gradio asks the browser for its language as the first thing of all; what its `head` is given
    comes later.
    """

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Any, send: Send) -> None:
        """Passes everything on, and pages with a script more."""
        asks = scope["type"] == "http" and b"lang" in scope["query_string"]
        if asks and "lang" in parse_qs(scope["query_string"].decode("latin-1")):
            send = _Page(send)
        await self._app(scope, receive, send)


def language_for(request: gr.Request | None) -> str:
    """The language that a visitor's address asks for, else the browser."""
    if request is None:
        return language_of(None)
    return language_of(request.query_params.get("lang") or request.headers.get("accept-language"))


class _Page:
    """Sends a page with the script as the first thing in its head."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_html(message):
            self._start = message  # its length is known with its body
            return
        if self._start is not None and message["type"] == "http.response.body":
            message = await self._begun(message)
        await self._send(message)

    async def _begun(self, message: Message) -> Message:
        body = message.get("body", b"")
        longer = body.replace(_HEAD, _HEAD + f"<script>{_SCRIPT}</script>".encode(), 1)
        start, self._start = self._start, None
        assert start is not None
        await self._send({**start, "headers": list(_lengthened(start, len(longer) - len(body)))})
        return {**message, "body": longer}


def _is_html(start: Message) -> bool:
    return any(k == b"content-type" and v.startswith(b"text/html") for k, v in start["headers"])


def _lengthened(start: Message, by: int) -> Any:
    for key, value in start["headers"]:
        yield (key, str(int(value) + by).encode()) if key == b"content-length" else (key, value)
