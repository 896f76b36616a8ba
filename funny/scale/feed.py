"""Videos one after the other, as fast as somebody wants them; those of the web are fetched ahead.

Sites are asked for one video at a time, and no more than AHEAD lie about unread.
"""

import threading
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from funny.errors import Cancelled, FunnyError
from funny.fetch.download import fetch, list_videos
from funny.fetch.failures import SeveralVideos
from funny.fetch.folders import Fetched, fetched_before
from funny.fetch.options import FetchOptions
from funny.scale.sources import Source

FETCHED = "source"
"""Folder among the results for what was fetched."""
AHEAD = 2
_LONG_PAUSE = 10
"""Between two videos the pause is so many times that before a request."""


class Feed:
    """Hands videos out.

    Args:
        sources: The videos.
        folder: Where those of the web are fetched to.
        options: How.
        limit: How many videos of a playlist or a channel are taken, at most.
    """

    def __init__(
        self, sources: Iterable[Source], folder: Path, options: FetchOptions, limit: int
    ) -> None:
        sources = list(sources)
        self._ready = deque(source for source in sources if source.path)
        self._web = deque(source for source in sources if not source.path)
        self._coming: deque[tuple[Source, Future[list[Source]]]] = deque()
        self._folder, self._options, self._limit = folder, options, limit
        self._fetcher = ThreadPoolExecutor(1, "fetch")
        self._is_over = threading.Event()
        self._listed: set[tuple[str, int | None]] = set()
        self._has_asked = False

    def __len__(self) -> int:
        """How many are still to be handed out, as far as is known."""
        return len(self._ready) + len(self._web) + len(self._coming)

    def next(self) -> Source | None:
        """The next video that is there; None if there is none at the moment.

        Raises:
            Unfetched: If it could not be fetched.
        """
        while self._web and len(self._coming) < AHEAD:
            source = self._web.popleft()
            self._coming.append((source, self._fetcher.submit(self._brought, source)))
        if self._coming and self._coming[0][1].done():
            self._take(*self._coming.popleft())
        return self._ready.popleft() if self._ready else None

    def _take(self, source: Source, brought: "Future[list[Source]]") -> None:
        try:
            found = brought.result()
        except FunnyError as error:
            raise Unfetched(source, str(error)) from error
        # A list brings addresses, a video itself.
        self._ready.extendleft(one for one in found if one.path)
        self._web.extendleft(reversed([one for one in found if not one.path]))

    def _brought(self, source: Source) -> list[Source]:
        """The video itself; or those of the list that it turns out to be."""
        options = replace(self._options, item=source.item)
        if there := fetched_before(self._folder, source.url, source.item):
            return [_as_file(source, there)]
        self._pause()
        try:
            return [_as_file(source, fetch(source.url, self._folder, options, self._stop_if_over))]
        except SeveralVideos:
            if (source.url, source.item) in self._listed:
                raise
        return self._list(source.url, options)

    def _list(self, url: str, options: FetchOptions) -> list[Source]:
        listed = list_videos(url, self._limit, options, self._stop_if_over)
        self._listed.update((one.url, one.item) for one in listed)
        return [Source(one.title or one.url, None, one.url, one.item) for one in listed]

    def _pause(self) -> None:
        if self._has_asked:
            self._is_over.wait(_LONG_PAUSE * self._options.sleep_s)
        self._has_asked = True

    def _stop_if_over(self, *_: object) -> None:
        if self._is_over.is_set():
            raise Cancelled("Stopped.")

    def close(self) -> None:
        """Stops fetching; what came is kept, and the next run goes on there."""
        self._is_over.set()
        self._fetcher.shutdown(cancel_futures=True)


def _as_file(source: Source, found: Fetched) -> Source:
    return replace(source, name=found.title or found.id, path=found.video)


class Unfetched(FunnyError):
    """A video could not be fetched.

    Args:
        source: The video.
        why: The reason, and what to do.
    """

    def __init__(self, source: Source, why: str) -> None:
        self.source = source
        super().__init__(why)
