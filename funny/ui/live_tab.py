"""The Live tab: what goes on before a camera or on a screen is scored while it does."""

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import gradio as gr

from funny.errors import FunnyError
from funny.moments.reasons import reason_text
from funny.pipeline import Analyzer
from funny.records import Highlight
from funny.scale.live.analysis import LiveModels
from funny.ui.language import language_for
from funny.ui.live import Live
from funny.ui.live_feed import feed_of
from funny.ui.live_sessions import LiveError, LiveSessions, told
from funny.ui.live_words import WORDS
from funny.ui.refusals import without_folder
from funny.ui.strings import reason_words


class LiveTab:
    """Watches what a browser sends; made inside a `gr.Tab`. Nothing of it is kept on the server.

    Args:
        analyzer: Whose models watch.
        most: How many pages may be live at once.
    """

    def __init__(self, analyzer: Analyzer, most: int) -> None:
        self._sessions = LiveSessions(partial(LiveModels.of, analyzer), most)
        self._live = Live(elem_id="live")
        self._number = count()
        self._wire(most)

    def _wire(self, most: int) -> None:
        # Past the queue: the next half second is there already.
        each: dict[str, Any] = {
            "queue": False,
            "show_progress": "hidden",
            "trigger_mode": "multiple",
            "api_visibility": "private",
            "concurrency_limit": most + 1,
        }
        self._live.open(self._open, None, self._live, **each)
        self._live.begin(self._begin, None, self._live, **each)
        self._live.feed(self._feed, None, self._live, **each)
        self._live.finish(self._finish, None, self._live, **each)

    def _open(self, request: gr.Request) -> Live:
        return Live(words=WORDS[language_for(request)])

    def _begin(self, request: gr.Request, event: gr.EventData) -> Live:
        has_sound = bool(_field(event, "has_sound"))
        return self._answer(request, event, lambda why: self._sessions.begin(has_sound))

    def _feed(self, request: gr.Request, event: gr.EventData) -> Live:
        def fed(why: Callable[[Highlight], list[str]]) -> dict[str, Any]:
            feed = feed_of(event._data)
            return {"events": told(self._sessions.feed(_field(event, "id"), feed), why)}

        return self._answer(request, event, fed)

    def _finish(self, request: gr.Request, event: gr.EventData) -> Live:
        def finished(why: Callable[[Highlight], list[str]]) -> dict[str, Any]:
            return {"events": told(self._sessions.finish(_field(event, "id")), why), "ended": True}

        return self._answer(request, event, finished)

    def _answer(
        self,
        request: gr.Request,
        event: gr.EventData,
        made: Callable[[Callable[[Highlight], list[str]]], dict[str, Any]],
    ) -> Live:
        """What is told to the page: what it asked for, or what the problem is."""
        language = language_for(request)
        words = reason_words(language)
        try:
            answer = made(lambda h: [reason_text(reason, words) for reason in h.reasons])
        except FunnyError as error:
            answer = {"problem": _problem(language, error)}
        # What was told before is told again else only if it is another.
        return Live(told={**answer, "to": _field(event, "number"), "nonce": next(self._number)})


def _problem(language: str, error: FunnyError) -> str:
    if isinstance(error, LiveError):
        return WORDS[language][f"problem_{error.kind}"]
    return without_folder(str(error))


def _field(event: gr.EventData, name: str) -> Any:
    return event._data.get(name) if isinstance(event._data, dict) else None
