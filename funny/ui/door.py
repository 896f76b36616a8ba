"""The door: what Gradio would do for strangers beyond what the page needs is not there."""

import errno
import logging
from collections.abc import MutableMapping
from typing import Any

from gradio.route_utils import FnIndexInferError
from gradio_client.utils import is_http_url_like
from starlette.responses import PlainTextResponse

from funny.files import is_full
from funny.ui.addresses import FILE, GRADIO

logger = logging.getLogger(__name__)

Message = MutableMapping[str, Any]

# Among what is not: `process_recording`, which gives any upload to the machine's own ffmpeg, past
# all limits; `deep_link`, which writes a file at every visit; `proxy=`; `component_server`, of
# whose functions the page has none.
_OPEN = {
    *(FILE, "api", "app_id", "call", "cancel", "config", "heartbeat", "info", "login_check"),
    *("mcp", "openapi.json", "queue", "reset", "run", "startup-events", "theme.css", "token"),
    *("upload", "upload_progress", "user"),
}
# What Gradio raises at a request that no browser sends.
_SENSELESS = (LookupError, TypeError, ValueError, FnIndexInferError)


class Door:
    """ASGI middleware: passes on what the page and programs ask for, and nothing else of Gradio's.

    A file is one of this server: Gradio would fetch any public address for whoever asks, and hand
    it on as if it were ours.
    """

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        """Answers, or passes on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif not _is_open(scope["path"]):
            await PlainTextResponse("Not found.", 404)(scope, receive, send)
        else:
            await self._passed(scope, receive, send)

    async def _passed(self, scope: Message, receive: Any, send: Any) -> None:
        """Passes on; a request without sense is told so, and no error of the server."""
        has_begun = False

        async def sent(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except (*_SENSELESS, OSError) as error:
            if has_begun or (answer := _answer(error)) is None:
                raise
            logger.warning("refused with %d: %s", answer.status_code, type(error).__name__)
            await answer(scope, receive, send)


def _answer(error: Exception) -> PlainTextResponse | None:
    """What is told to who asked, if it is no fault of the server."""
    if is_full(error):
        return PlainTextResponse("The disk of the server is full. Please try again later.", 507)
    if isinstance(error, OSError) and error.errno != errno.ENAMETOOLONG:
        return None
    return PlainTextResponse("This request makes no sense.", 400)


def _is_open(path: str) -> bool:
    """Whether the page or a program needs what lies at a path."""
    _, is_gradio, asked = path.partition(GRADIO)
    if not is_gradio:
        return True
    if asked.startswith(FILE):
        return not is_http_url_like(asked.removeprefix(FILE))
    return asked.split("/")[0] in _OPEN
