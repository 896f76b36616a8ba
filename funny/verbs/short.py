"""`funny short`: an analysis → upright or square shorts that follow the face."""

import argparse
import json

from funny.verbs.analyze import Verbs
from funny.verbs.moments import add_moments, read_moments

SHAPES = ("vertical", "square")
LAYOUTS = ("auto", "follow", "two", "streamer", "fit")
QUALITIES = ("small", "standard", "high")
"""Names in `funny.moments`, here so that --help is quick; a test compares them."""


def add(verbs: Verbs) -> None:
    """Adds the verb to a command line."""
    verb = verbs.add_parser("short", help="analysis → 9:16 or square shorts that follow the face")
    verb.set_defaults(run=_short)
    add_moments(verb)
    verb.add_argument("--shape", choices=SHAPES, default="vertical", help="9:16 (default) or 1:1")
    verb.add_argument(
        "--layout",
        choices=LAYOUTS,
        default="auto",
        help="follow one face; two faces; facecam over game; the whole picture fitted in (auto)",
    )
    verb.add_argument("--quality", choices=QUALITIES, default="standard")


def _short(options: argparse.Namespace) -> None:
    from funny.files import staged
    from funny.moments.encoding import Encoding
    from funny.moments.shorts import ShortOptions, make_shorts
    from funny.pipeline import Analyzer
    from funny.progress import Bar

    wanted = ShortOptions(options.shape, options.layout, Encoding(options.quality))
    analysis, moments = read_moments(options)
    with staged(options.out) as folder, Bar(options.quiet or options.json) as bar:
        detector = Analyzer().detector
        made = make_shorts(
            analysis, moments, folder, detector, wanted, lambda *done: bar("clips", *done)
        )
    if options.json:
        shorts = [{"path": str(options.out / s.path.name), "layout": s.layout} for s in made]
        print(json.dumps({"shorts": shorts}))
    elif not options.quiet:
        for short in made:
            print(f"{options.out / short.path.name}  ({short.layout})")
