"""Who stops listening to a file stops its being read."""

from collections.abc import MutableMapping
from typing import Any

import anyio

from funny.ui.addresses import FILE, GRADIO

Message = MutableMapping[str, Any]

_FILES = GRADIO + FILE


class HangUp:
    """ASGI middleware: a file is no longer read when the browser that asked for it has hung up.

    A player hangs up at every seek and reload. Gradio and Starlette would go on to the end of the
    file, to nobody: of a video of some gigabytes that keeps a core busy for minutes.
    """

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        """Passes everything on; files as long as somebody listens."""
        if scope["type"] != "http" or _FILES not in scope["path"] or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        line = _Line(receive)
        async with anyio.create_task_group() as group:
            group.start_soon(line.listen, group.cancel_scope)
            await self._app(scope, line.receive, send)
            group.cancel_scope.cancel()


class _Line:
    """The connection to who asked for a file; two may wait for its end."""

    def __init__(self, receive: Any) -> None:
        self._receive = receive
        self._is_asked = False
        self._ended = anyio.Event()

    async def listen(self, scope: anyio.CancelScope) -> None:
        """Waits for the end, then cancels."""
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._ended.set()
        scope.cancel()

    async def receive(self) -> Message:
        """What there is to read of a request without a body."""
        if self._is_asked:
            await self._ended.wait()
            return {"type": "http.disconnect"}
        self._is_asked = True
        return {"type": "http.request", "body": b"", "more_body": False}
