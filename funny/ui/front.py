"""What stands before every request: a limit for each address, headers for browsers, `/health`."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse

from funny.ui.visitor import address_of

Message = MutableMapping[str, Any]

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # The address of a page names a work, and whoever knows the name sees it.
    "Referrer-Policy": "no-referrer",
    # Spaces show the page in a frame of theirs; nobody else may.
    "Content-Security-Policy": "frame-ancestors 'self' https://huggingface.co https://*.hf.space",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
LIVE_HEADERS = {
    **HEADERS,
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), "
    "geolocation=()",
}
"""Where a page may be live."""
_MINUTE_S = 60.0


class Front:
    """ASGI middleware: refuses who asks too often, and says how the server is.

    Args:
        app: What answers.
        proxies: How many proxies stand before the server.
        per_minute: How often one address may ask for something to be done, a minute.
        waiting: How many jobs wait.
        headers: What browsers are told with every answer.
    """

    def __init__(
        self,
        app: Any,
        proxies: int,
        per_minute: int,
        waiting: Callable[[], int],
        headers: Mapping[str, str] = HEADERS,
    ) -> None:
        self._app, self._proxies, self._waiting, self._headers = app, proxies, waiting, headers
        self._limit = PerMinute(per_minute)

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        """Answers, or passes on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await (self._answer(scope) or self._app)(scope, receive, sent)

    def _answer(self, scope: Message) -> Any:
        """An answer of our own, if there is one."""
        if scope["path"] == f"{scope.get('root_path', '')}/health":
            state = {"status": "ok", "waiting": self._waiting()}
            return JSONResponse(state, headers={"Cache-Control": "no-store"})
        client, headers = scope.get("client"), Headers(scope=scope)
        address = address_of(client[0] if client else "", headers, self._proxies)
        if scope["method"] == "POST" and not self._limit.allows(address):
            return PlainTextResponse(
                "Too many requests. Wait a minute, then go on.", 429, {"Retry-After": "60"}
            )
        return None


class PerMinute:
    """Counts what each address asks for, minute by minute.

    Args:
        most: How often is allowed.
        clock: Seconds that never go back.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._minute, self._asked = 0, Counter[str]()

    def allows(self, address: str) -> bool:
        """Whether an address may ask once more; it is counted."""
        minute = int(self._clock() // _MINUTE_S)
        if minute != self._minute:
            self._minute, self._asked = minute, Counter()
        self._asked[address] += 1
        return self._asked[address] <= self._most
