"""Chapter markers in what OBS records, by obs-websocket 5 (OBS 30.2 and later, hybrid MP4).

OBS puts a chapter where its recording is now, and a moment is known some seconds after its end; so
the chapter's name says where the moment is.
"""

import asyncio
import os
import queue
from contextlib import suppress
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from funny.errors import OptionError
from funny.extras import extra
from funny.fetch.gate import shown
from funny.grid import clock
from funny.records import Highlight
from funny.scale.live.events import Moment
from funny.scale.live.outputs import Report

PASSWORD = "FUNNY_OBS_PASSWORD"
"""Names the password of obs-websocket in the environment, where no list of processes shows it."""

_TIMEOUT_S = 5
_LAST_S = 12.0


class ObsChapters:
    """Sets a chapter for each moment; an OBS that is not there never holds up anything.

    Args:
        address: Of obs-websocket, such as `ws://127.0.0.1:4455`.

    Raises:
        OptionError: If it is no such address, or simpleobsws is not installed.
    """

    def __init__(self, address: str) -> None:
        with extra("obs"):
            import simpleobsws  # noqa: F401
        parts = urlsplit(address)
        if parts.scheme not in ("ws", "wss") or not parts.hostname or not address.isprintable():
            raise OptionError(f"--obs {shown(address)}: expected ws://127.0.0.1:4455 or the like.")
        self._address, self._failures = address, list[str]()
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread = Thread(target=self._run, name="funny-live-obs", daemon=True)
        self._thread.start()

    def tell(self, report: Report) -> None:
        """Takes a moment to set a chapter for."""
        if isinstance(report.event, Moment):
            self._waiting.put(chapter_name(report.event.highlight))

    def close(self) -> list[str]:
        """Sets what is left, for some seconds at most."""
        self._waiting.put(None)
        self._thread.join(_LAST_S)
        return self._failures[:1]

    def _run(self) -> None:
        while (name := self._waiting.get()) is not None:
            try:
                asyncio.run(_set_chapter(self._address, name))
            except Exception as error:  # of the network, of the protocol, of OBS
                why = str(error) or type(error).__name__
                self._failures.append(f"--obs {shown(self._address)}: no chapter was set ({why}).")


async def _set_chapter(address: str, name: str) -> None:
    """Connects for one chapter: moments are minutes apart, and OBS may be begun anew meanwhile."""
    import simpleobsws

    client = simpleobsws.WebSocketClient(address, os.environ.get(PASSWORD, ""))
    await asyncio.wait_for(client.connect(), _TIMEOUT_S)
    try:
        if not await client.wait_until_identified(_TIMEOUT_S):
            raise ConnectionError(f"OBS did not let us in; is {PASSWORD} right?")
        asked: Any = simpleobsws.Request("CreateRecordChapter", {"chapterName": name})
        answer = await client.call(asked, _TIMEOUT_S)
        if not answer.ok():
            raise ConnectionError(answer.requestStatus.comment or "OBS does not record")
    finally:
        with suppress(Exception):
            await client.disconnect()


def chapter_name(highlight: Highlight) -> str:
    """What a moment's chapter is called."""
    span = f"{clock(highlight.start_s)} – {clock(highlight.end_s)}"
    return f"funny {span} ({highlight.score:.2f})"
