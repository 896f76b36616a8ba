"""`funny dataset`: videos and clips to learn from."""

import argparse
import json
import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funny.errors import Cancelled, DatasetError, OptionError
from funny.grid import clock
from funny.verbs.analyze import Verbs
from funny.verbs.dataset_build import add_build, add_stats
from funny.verbs.fetching import add_fetching, fetch_options
from funny.verbs.proposals import add_import, add_propose

if TYPE_CHECKING:
    from funny.fetch.options import FetchOptions
    from funny.learn.collect import Collected

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def add(verbs: Verbs) -> None:
    """Adds the verb to a command line."""
    verb = verbs.add_parser("dataset", help="videos and clips to learn from")
    actions = verb.add_subparsers(required=True, metavar="ACTION")
    _add_collect(actions)
    add_propose(actions)
    add_import(actions)
    add_build(actions)
    add_stats(actions)


def _add_collect(actions: Verbs) -> None:
    action = actions.add_parser("collect", help="videos with chat, comments and subtitles → DIR")
    action.set_defaults(run=_collect)
    action.add_argument(
        "sources",
        nargs="+",
        metavar="URL",
        help="of a video, a playlist, a channel; or a video file with an info.json beside it",
    )
    action.add_argument("--out", type=Path, required=True, metavar="DIR")
    action.add_argument("--limit", type=int, default=20, metavar="N", help="of a list (20)")
    action.add_argument("--max-height", type=int, metavar="H", help="of the picture (720)")
    action.add_argument("--rate-limit", type=_bytes, metavar="R", help="bytes a second (5M)")
    action.add_argument(
        "--sleep", type=float, metavar="S", help="before a request; 10 times it between videos (1)"
    )
    add_fetching(action)
    action.add_argument("--json", action="store_true", help="print the result as JSON")
    action.add_argument("--quiet", action="store_true", help="print errors only")


def _bytes(text: str) -> int:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([KMG]?)", text.upper())
    if not found:
        raise argparse.ArgumentTypeError(f"expected bytes a second like 500K or 5M, got {text}")
    return int(float(found[1]) * _UNITS[found[2]])


def _collect(options: argparse.Namespace) -> None:
    from funny.learn.collect import collect
    from funny.progress import Bar

    if options.limit < 1:
        raise OptionError(f"--limit {options.limit}: expected at least 1.")
    found = []
    try:
        with Bar(options.quiet or options.json) as bar:
            videos = collect(options.sources, options.out, _polite(options), options.limit, bar)
            for one in videos:
                bar.close()
                found.append(one)
                if one.problem:
                    print("funny:", " ".join(one.problem.splitlines()), file=sys.stderr)
    except KeyboardInterrupt:
        raise Cancelled(f"what came lies in {options.out}; the next run goes on there.") from None
    _report(found, options)


def _polite(options: argparse.Namespace) -> "FetchOptions":
    """What a collector wants, at its own pace where the person names no other."""
    from funny.learn.collect import POLITE

    named = {
        "max_height": options.max_height,
        "rate_limit": options.rate_limit,
        "sleep_s": options.sleep,
    }
    wanted = {"subtitles": POLITE.subtitles, "comments": POLITE.comments, "live_chat": True}
    return fetch_options(
        options, **wanted, **{k: getattr(POLITE, k) if v is None else v for k, v in named.items()}
    )


def _report(found: "list[Collected]", options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps({"folder": str(options.out), "videos": [_plain(one) for one in found]}))
    elif not options.quiet:
        print("\n".join(_line(one) for one in found))
    have = sum(one.video is not None for one in found)
    if not have:
        raise DatasetError("not one video could be had; the lines above say why.")
    if not (options.json or options.quiet):
        print(f"{have} of {len(found)} videos are in {options.out}.")


def _plain(one: "Collected") -> dict[str, Any]:
    video = one.video.to_json() if one.video else None
    return {**asdict(one), "video": video}


def _line(one: "Collected") -> str:
    if one.video is None:
        return f"{one.state:<8} {one.source}"
    video = one.video
    length = "        " if video.duration_s is None else clock(video.duration_s)
    extras = len(video.subtitles) + (video.live_chat is not None)
    megabytes = video.video.stat().st_size / 1e6
    size = f"{megabytes:9,.1f} MB  {extras} extras"
    return "\n".join(
        [
            f"{one.state:<8} {video.folder.name:<24} {length}  {size}  {video.title}",
            *(f"{'':<8} {note}" for note in video.notes),
        ]
    )
