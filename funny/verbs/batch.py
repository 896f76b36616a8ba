"""`funny batch`: a folder, a list or a playlist → results of every video, one table, one page."""

import argparse
import json
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

from funny.errors import Cancelled, FunnyError
from funny.verbs.analyze import Verbs, add_moments, add_reading_and_head, analyze_options, count
from funny.verbs.fetching import add_fetching, fetch_options

if TYPE_CHECKING:
    from funny.scale.board import Board
    from funny.scale.ended import Ended
    from funny.scale.options import BatchOptions


def add(verbs: Verbs) -> None:
    """Adds the verb to a command line."""
    verb = verbs.add_parser("batch", help="many videos → results of each, a table, a page")
    verb.set_defaults(run=_batch)
    verb.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="a folder, a list (one path or URL a line, # comments; or CSV), a playlist's URL",
    )
    verb.add_argument(
        "--out", required=True, metavar="DIR", help="folder for results, or an address like s3://…"
    )
    work = verb.add_argument_group("how it is done")
    work.add_argument("--workers", type=count, metavar="N", help="at once (one a core or device)")
    work.add_argument("--ray", metavar="ADDRESS", help="on a Ray cluster; auto: the one here")
    work.add_argument("--chunk", type=count, metavar="MIN", help="watch in stretches of (10)")
    work.add_argument("--retries", type=count, metavar="N", help="when a worker is lost (2)")
    add_moments(verb.add_argument_group("moments"))
    add_reading_and_head(verb.add_argument_group("what is read, and by which models"))
    urls = verb.add_argument_group("URLs, which yt-dlp fetches into DIR/source first")
    urls.add_argument("--limit", type=count, metavar="N", help="videos of a list (1000)")
    add_fetching(urls)
    verb.add_argument("--no-cache", action="store_true", help="read the videos again")
    verb.add_argument("--json", action="store_true", help="print a line of JSON a video")
    verb.add_argument("--quiet", action="store_true", help="print errors only")


def _batch(options: argparse.Namespace) -> None:
    from funny.scale.batch import batch
    from funny.scale.board import Board, totals

    found: list[Ended] = []
    chosen, how = analyze_options(options), batch_options(options)
    try:
        with nullcontext() if options.json or options.quiet else Board() as board:
            telling = _Telling(options, board, found)
            progress = board.progress if board else lambda _: None
            batch(options.sources, options.out, chosen, how, telling, progress)
    except KeyboardInterrupt:
        raise Cancelled(f"what is done lies in {options.out}; the next run goes on.") from None
    if not (options.json or options.quiet):
        print(totals(found, options.out))
    if all(one.result is None for one in found):
        raise FunnyError("not one video could be analysed; the lines above say why.")


def batch_options(options: argparse.Namespace) -> "BatchOptions":
    """How a batch is done, from parsed arguments.

    Raises:
        OptionError: If one of them cannot work.
    """
    from funny.scale.options import SLEEP_S, BatchOptions

    given = {name: getattr(options, name) for name in ("workers", "ray", "retries", "limit")}
    given["chunk_s"] = None if options.chunk is None else 60.0 * options.chunk
    known = {name: value for name, value in given.items() if value is not None}
    return BatchOptions(**known, fetch=fetch_options(options, sleep_s=SLEEP_S))


class _Telling:
    """Prints what became of a video as it ends, as the person wants it."""

    def __init__(
        self, options: argparse.Namespace, board: "Board | None", found: "list[Ended]"
    ) -> None:
        self._as_json, self._board, self._found = options.json, board, found

    def __call__(self, one: "Ended") -> None:
        self._found.append(one)
        if self._as_json:
            print(json.dumps(one.to_json()), flush=True)
        elif self._board:
            self._board.ended(one)
        elif one.problem:
            print("funny:", one.problem, file=sys.stderr)
