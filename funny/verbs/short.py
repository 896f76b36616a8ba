"""`funny short`: an analysis → upright or square shorts that follow the face."""

import argparse
import json

from funny.verbs.analyze import Verbs
from funny.verbs.making import (
    add_analysis,
    add_choice,
    add_encoding,
    add_telling,
    chosen_encoding,
    found_again,
    meant,
)

SHAPES = ("vertical", "square")
LAYOUTS = ("auto", "follow", "two", "streamer", "fit")
"""As `funny.moments.layouts` has them, here so that --help is quick; a test compares them."""


def add(verbs: Verbs) -> None:
    """Adds the verb to a command line."""
    verb = verbs.add_parser("short", help="analysis → 9:16 or square shorts that follow the face")
    verb.set_defaults(run=_short)
    add_analysis(verb, "DIR", "folder for the shorts")
    add_choice(verb)
    verb.add_argument("--shape", choices=SHAPES, default="vertical", help="9:16 (default) or 1:1")
    verb.add_argument(
        "--layout",
        choices=LAYOUTS,
        default="auto",
        help="follow one face; two faces; facecam over game; the whole picture fitted in (auto)",
    )
    add_encoding(verb)
    add_telling(verb)


def _short(options: argparse.Namespace) -> None:
    from functools import partial

    from funny.files import staged
    from funny.moments.shorts import ShortOptions, make_shorts
    from funny.pipeline import Analyzer
    from funny.progress import Bar

    chosen = ShortOptions(options.shape, options.layout, chosen_encoding(options))
    analysis = found_again(options)
    moments = meant(analysis, options.best, options.clips)
    with staged(options.out) as folder, Bar(options.quiet or options.json) as bar:
        detector, told = Analyzer().detector, partial(bar, "clips")
        made = make_shorts(analysis, moments, folder, detector, chosen, told)
    shorts = [{"path": str(options.out / one.path.name), "layout": one.layout} for one in made]
    if options.json:
        print(json.dumps({"shorts": shorts}, ensure_ascii=False))
    elif not options.quiet:
        print(*(f"{one['path']}  ({one['layout']})" for one in shorts), sep="\n")
