"""What is watched live from browsers: each page has its own, and knows its name alone."""

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from funny.errors import FunnyError
from funny.grid import SAMPLE_RATE
from funny.records import Highlight, VideoInfo
from funny.scale.live.analysis import LiveAnalysis, LiveModels
from funny.scale.live.events import Event, Moment, to_json
from funny.ui.live_feed import MOST_SOUND_S, Feed
from funny.ui.live_words import WORDS

IDLE_S = 90.0
"""A page of which nothing was heard for so long is gone."""
LONGEST_S = 24 * 3600.0

Sent = dict[str, Any]
"""Plain values for the page."""


class LiveError(FunnyError):
    """What is live cannot begin or go on.

    Args:
        kind: `busy`, `gone` or `early`, as the words of the Live view know it.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(WORDS["en"][f"problem_{kind}"])


class LiveSessions:
    """The pages that are live now, a few at most: each costs a good part of a core.

    Args:
        load: Loads the models, when the first begins.
        most: How many may be live at once.
        clock: Seconds that never go back.
    """

    def __init__(
        self,
        load: Callable[[], LiveModels],
        most: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load, self._most, self._clock = load, most, clock
        self._sessions: dict[str, _Session] = {}
        self._lock = threading.Lock()

    @cached_property
    def _models(self) -> LiveModels:
        return self._load()

    def begin(self, has_sound: bool) -> Sent:
        """Begins to watch; gives its name, and the score at which a moment is one.

        Raises:
            LiveError: If too many are live.
            WeightsError: If a model cannot be loaded.
        """
        with self._lock:
            self._forget()
            if len(self._sessions) >= self._most:
                raise LiveError("busy")
            models, name = self._models, secrets.token_urlsafe(24)
            session = _Session(LiveAnalysis(models, has_sound=has_sound), self._clock())
            self._sessions[name] = session
        return {"id": name, "threshold": session.live.thresholds.onset}

    def feed(self, name: object, feed: Feed) -> list[Event]:
        """Takes a piece of what goes on; gives what happened.

        Raises:
            LiveError: If nothing of this name is live, or it tells of what is yet to come.
        """
        session = self._found(name)
        with session.lock:
            now = session.heard_at = self._clock()
            # Ticks that do not exist yet would take memory for nothing.
            if feed.end_s > min(now - session.began + MOST_SOUND_S, LONGEST_S):
                raise LiveError("early")
            return _fed(session.live, feed)

    def finish(self, name: object) -> list[Event]:
        """Ends it; gives what was still to be said.

        Raises:
            LiveError: If nothing of this name is live.
        """
        session = self._found(name)
        with session.lock:
            self._sessions.pop(str(name), None)
            session.live.finish(VideoInfo(Path("live"), 0.0, 0.0, 0, 0, (), ""))
            return session.live.events()

    def _found(self, name: object) -> "_Session":
        session = self._sessions.get(name) if isinstance(name, str) else None
        if session is None:
            raise LiveError("gone")
        return session

    def _forget(self) -> None:
        """Forgets pages that are gone."""
        since = self._clock() - IDLE_S
        for name in [name for name, s in self._sessions.items() if s.heard_at < since]:
            del self._sessions[name]


class _Session:
    def __init__(self, live: LiveAnalysis, now: float) -> None:
        self.live, self.began, self.heard_at = live, now, now
        self.lock = threading.Lock()


def _fed(live: LiveAnalysis, feed: Feed) -> list[Event]:
    """Hands on pictures and sound side by side: neither is to be waited for in vain."""
    for time_s in feed.dropped_s:
        live.drop(time_s)
    heard = 0
    for time_s, picture in feed.pictures:
        until = max(heard, round((time_s - feed.from_s) * SAMPLE_RATE))
        _hear(live, feed, heard, until)
        live.see(time_s, picture)
        heard = until
    _hear(live, feed, heard, len(feed.samples))
    return live.events()


def _hear(live: LiveAnalysis, feed: Feed, first: int, last: int) -> None:
    samples = feed.samples[first:last]
    if len(samples):
        live.hear(feed.from_s + first / SAMPLE_RATE, samples)


def told(events: list[Event], why: Callable[[Highlight], list[str]]) -> list[Mapping[str, Any]]:
    """Events as plain values, the reasons of moments in the page's words."""
    return [
        {**to_json(event), "reasons": why(event.highlight)}
        if isinstance(event, Moment)
        else to_json(event)
        for event in events
    ]
