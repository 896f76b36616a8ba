"""`funny reel`: an analysis → its best moments one after the other in one mp4."""

import argparse
import json
from typing import TYPE_CHECKING

from funny.verbs.analyze import Verbs
from funny.verbs.making import QUALITIES, add_analysis, add_telling

if TYPE_CHECKING:
    from funny.moments.reel.values import ReelOptions
    from funny.moments.reel.write import Reel


def add(verbs: Verbs) -> None:
    """Adds the verb to a command line."""
    verb = verbs.add_parser("reel", help="analysis → one video of the best moments")
    verb.set_defaults(run=_reel)
    add_analysis(verb, "FILE", "an mp4, or a folder")
    verb.add_argument("--best", type=int, metavar="N", help="the N funniest (all that are kept)")
    verb.add_argument("--length", type=float, metavar="S", help="seconds at most, and nearly")
    verb.add_argument("--order", choices=("time", "rank"), default="time", help="(time)")
    verb.add_argument("--crossfade", type=float, default=0.4, metavar="S", help="0 cuts (0.4)")
    verb.add_argument("--titles", action="store_true", help="rank, time and reasons on screen")
    verb.add_argument("--language", choices=("en", "ko"), default="en", help="of the titles")
    verb.add_argument("--loudness", type=float, default=-14.0, metavar="LUFS", help="(-14)")
    verb.add_argument("--quality", choices=QUALITIES, default="standard", help="(standard)")
    add_telling(verb)


def _reel(options: argparse.Namespace) -> None:
    from funny import store
    from funny.moments.reel.write import write_reel
    from funny.progress import Bar

    chosen = reel_options(options)
    analysis = store.load(options.analysis)
    with Bar(hidden=options.quiet or options.json) as bar:
        reel = write_reel(
            analysis,
            chosen,
            options.out,
            options.relink,
            lambda done, total: bar("reel", done, total),
        )
    if options.json:
        print(json.dumps(_to_json(reel)))
    elif not options.quiet:
        print(f"{len(reel.plan.pieces)} moments, {reel.plan.length_s:.1f} s: {reel.path}")


def reel_options(options: argparse.Namespace) -> "ReelOptions":
    """The options of a reel from parsed arguments.

    Raises:
        OptionError: If one of them cannot work.
    """
    from funny.moments.encoding import Encoding
    from funny.moments.reel.values import ReelOptions

    return ReelOptions(
        best=options.best,
        length_s=options.length,
        order=options.order,
        crossfade_s=options.crossfade,
        titles=options.titles,
        language=options.language,
        loudness_lufs=options.loudness,
        encoding=Encoding(quality=options.quality),
    )


def _to_json(reel: "Reel") -> dict[str, object]:
    plan = reel.plan
    pieces = [
        {
            "rank": piece.rank,
            "start_s": piece.start_s,
            "end_s": piece.start_s + plan.seconds(piece.frames),
            "at_s": plan.seconds(piece.at),
        }
        for piece in plan.pieces
    ]
    # JSON knows no infinity: silence has no peak.
    peak_db = reel.loudness.peak_db if reel.loudness.peak_db > float("-inf") else None
    return {
        "path": str(reel.path),
        "length_s": plan.length_s,
        "fps": float(plan.fps),
        "loudness_lufs": reel.loudness.lufs,
        "true_peak_db": peak_db,
        "pieces": pieces,
    }
