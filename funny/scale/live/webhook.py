"""A webhook: each moment is sent to one address, in the background, some times over if need be."""

import json
import queue
import time
import urllib.error
import urllib.request
from contextlib import suppress
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from funny.errors import OptionError
from funny.fetch.gate import shown
from funny.scale.live.outputs import Report

TOLD = ("started", "moment", "gap", "lost", "clip", "ended")
"""What is sent: everything but scores, and dropped pictures one by one."""

_TIMEOUT_S = 5.0
_TRIES_AFTER_S = (0.0, 1.0, 4.0)
_MOST_WAITING = 1000
_LAST_S = 10.0


class Webhook:
    """Sends events as JSON; an address that does not answer never holds up anything.

    Args:
        url: Where to; the person's own choice, so any host.

    Raises:
        OptionError: If it is no address of http or https.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or not url.isprintable():
            raise OptionError(f"--webhook {shown(url)}: expected http://… or https://…")
        self._url, self._lost = url, 0
        self._waiting: queue.Queue[dict[str, Any] | None] = queue.Queue(_MOST_WAITING)
        # Only to the address that was given: neither a redirect nor a proxy leads elsewhere.
        self._opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))
        self._thread = Thread(target=self._run, name="funny-live-webhook", daemon=True)
        self._thread.start()

    def tell(self, report: Report) -> None:
        """Takes an event to send; one too many is counted as lost."""
        if report.values["event"] not in TOLD:
            return
        try:
            self._waiting.put_nowait(report.values)
        except queue.Full:
            self._lost += 1

    def close(self) -> list[str]:
        """Sends what is left, for some seconds at most."""
        with suppress(queue.Full):
            self._waiting.put(None, timeout=_LAST_S)
        self._thread.join(_LAST_S)
        lost = self._lost + self._waiting.qsize()
        return [f"--webhook: {lost} events could not be sent."] if lost else []

    def _run(self) -> None:
        while (values := self._waiting.get()) is not None:
            if not any(self._is_sent(values, after_s) for after_s in _TRIES_AFTER_S):
                self._lost += 1

    def _is_sent(self, values: dict[str, Any], after_s: float) -> bool:
        time.sleep(after_s)
        request = urllib.request.Request(
            self._url,
            json.dumps(values, ensure_ascii=False).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with self._opener.open(request, timeout=_TIMEOUT_S) as answer:
                return 200 <= answer.status < 300
        except (OSError, ValueError, urllib.error.URLError):
            return False


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """A redirect is a failure."""
