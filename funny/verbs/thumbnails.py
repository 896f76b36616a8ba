"""`funny thumbnails`: an analysis → its most expressive sharp pictures, and moving previews."""

import argparse
import json
from pathlib import Path

from funny.verbs.analyze import Verbs
from funny.verbs.moments import add_moments, read_moments

PICTURES = ("jpg", "png")
ANIMATIONS = ("webp", "gif", "none")
"""Names in `funny.moments.stills`, here so that --help is quick; a test compares them."""


def add(verbs: Verbs) -> None:
    """Adds the verb to a command line."""
    verb = verbs.add_parser("thumbnails", help="analysis → pictures and moving previews")
    verb.set_defaults(run=_thumbnails)
    add_moments(verb)
    verb.add_argument("--picture", choices=PICTURES, default="jpg")
    verb.add_argument("--animated", choices=ANIMATIONS, default="webp", help="moving preview")


def _thumbnails(options: argparse.Namespace) -> None:
    from funny.files import staged
    from funny.moments.stills import ThumbnailOptions, make_thumbnails
    from funny.pipeline import Analyzer
    from funny.progress import STEPS, Bar

    wanted = ThumbnailOptions(options.picture, options.animated)
    analysis, moments = read_moments(options)
    with staged(options.out) as folder, Bar(options.quiet or options.json, STEPS) as bar:
        detector = Analyzer().detector
        made = make_thumbnails(
            analysis, moments, folder, detector, wanted, lambda *done: bar("thumbnails", *done)
        )
    rows = [
        {
            "picture": str(options.out / one.picture.name),
            "animation": _name(options.out, one.animation),
            "time_s": round(one.time_s, 3),
        }
        for one in made
    ]
    if options.json:
        print(json.dumps({"thumbnails": rows}))
    elif not options.quiet:
        print(*(row[key] for row in rows for key in ("picture", "animation") if row[key]), sep="\n")


def _name(folder: Path, made: Path | None) -> str | None:
    return None if made is None else str(folder / made.name)
