"""A whole channel: many videos → a folder of results each, one table, one page."""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from funny.options import AnalyzeOptions
from funny.scale import index, table
from funny.scale.cluster import Cluster
from funny.scale.ended import DONE, Ended
from funny.scale.feed import FETCHED, Feed
from funny.scale.options import BatchOptions
from funny.scale.place import Place, place_of
from funny.scale.pool import Pool
from funny.scale.results import Results
from funny.scale.run import Run
from funny.scale.sources import sources_of
from funny.scale.tally import Tally
from funny.scale.team import Team

# Table and page are written after every video, but in a twentieth of the time at most.
_REST = 19


def batch(
    sources: Sequence[str | Path],
    out: str | Path,
    options: AnalyzeOptions | None = None,
    how: BatchOptions | None = None,
    ended: Callable[[Ended], None] = lambda _: None,
    progress: Callable[[Tally], None] = lambda _: None,
) -> list[Ended]:
    """Finds the funny moments of many videos; one that cannot be read stops no other.

    What is in `out` of the same content, models and options is not done again, and what broke off
    goes on where it was. In a script of your own, call it under `if __name__ == "__main__":`.

    Args:
        sources: Folders, lists, addresses of videos and playlists, video files.
        out: Where the results are to lie: a folder, or any address that fsspec knows.
        options: Of every analysis.
        how: How many work at once, and where.
        ended: Told of every video as it ends.
        progress: Told how far it has come, twice a second; may raise to stop.

    Returns:
        What became of every video, in the order of their ends.

    Raises:
        OptionError: If an option cannot work, a source is not there, an extra is not installed, or
            another batch writes to `out`.
        FunnyError: If nothing can go on: no worker starts, or the disk is full.
    """
    table.expect_parquet()
    how, place = how or BatchOptions(), place_of(out)
    found = sources_of(sources, place.folder)
    with place.held():
        results = Results(place.folder)
        feed = Feed(found, place.folder / FETCHED, how.fetch, how.limit)
        with closing(feed), closing(_team(options or AnalyzeOptions(), how)) as team:
            run = Run(feed, team, results, how.retries, progress)
            return _kept(run, results, place, ended)


def _kept(run: Run, results: Results, place: Place, ended: Callable[[Ended], None]) -> list[Ended]:
    """Runs to the end, or until it is stopped; either way table and page tell what there is."""
    all_ended: list[Ended] = []
    books = _Books(results, place, all_ended)
    try:
        for one in run.ended():
            if one.state == DONE and one.result:
                place.put(one.result.folder)
            all_ended.append(one)
            ended(one)
            books.write_in_time()
    finally:
        if all_ended:
            books.write()
    return all_ended


def _team(options: AnalyzeOptions, how: BatchOptions) -> Team:
    if how.ray is not None:
        return Cluster(options, how.chunk_s, how.ray, how.workers)
    return Pool(options, how.chunk_s, how.workers)


class _Books:
    """The table and the page, which tell of all results."""

    def __init__(self, results: Results, place: Place, ended: list[Ended]) -> None:
        self._results, self._place, self._ended = results, place, ended
        self._next_s = 0.0

    def write_in_time(self) -> None:
        """Writes them if it is time."""
        if time.monotonic() >= self._next_s:
            began_s = time.monotonic()
            self.write()
            now_s = time.monotonic()
            self._next_s = now_s + _REST * (now_s - began_s)

    def write(self) -> None:
        """Writes them.

        Raises:
            FunnyError: If they cannot be written.
        """
        folder = self._place.folder
        table.write_highlights(folder / table.HIGHLIGHTS, self._results)
        table.write_videos(folder / table.VIDEOS, self._ended)
        beside = None if self._place.is_remote else os.path.abspath(folder)
        page = index.page([*self._results], self._ended, beside)
        table.write_whole(folder / index.NAME, page)
        for name in (table.HIGHLIGHTS, table.VIDEOS, index.NAME):
            self._place.put(name)
