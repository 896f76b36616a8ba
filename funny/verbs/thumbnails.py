"""`funny thumbnails`: an analysis → its most expressive sharp pictures, and moving previews."""

import argparse
import json
from pathlib import Path

from funny.verbs.analyze import Verbs
from funny.verbs.making import add_analysis, add_choice, add_telling, found_again, meant

PICTURES = ("jpg", "png")
ANIMATIONS = ("webp", "gif", "none")
"""As `funny.moments.stills` has them, here so that --help is quick; a test compares them."""


def add(verbs: Verbs) -> None:
    """Adds the verb to a command line."""
    verb = verbs.add_parser("thumbnails", help="analysis → pictures and moving previews")
    verb.set_defaults(run=_thumbnails)
    add_analysis(verb, "DIR", "folder for the pictures")
    add_choice(verb)
    verb.add_argument("--picture", choices=PICTURES, default="jpg")
    verb.add_argument("--animated", choices=ANIMATIONS, default="webp", help="moving preview")
    add_telling(verb)


def _thumbnails(options: argparse.Namespace) -> None:
    from functools import partial

    from funny.files import staged
    from funny.moments.stills import ThumbnailOptions, make_thumbnails
    from funny.pipeline import Analyzer
    from funny.progress import STEPS, Bar

    chosen = ThumbnailOptions(options.picture, options.animated)
    analysis = found_again(options)
    moments = meant(analysis, options.best, options.clips)
    with staged(options.out) as folder, Bar(options.quiet or options.json, STEPS) as bar:
        detector, told = Analyzer().detector, partial(bar, "thumbnails")
        made = make_thumbnails(analysis, moments, folder, detector, chosen, told)
    rows = [
        {
            "picture": _place(options.out, one.picture),
            "animation": _place(options.out, one.animation),
            "time_s": round(one.time_s, 3),
        }
        for one in made
    ]
    if options.json:
        print(json.dumps({"thumbnails": rows}, ensure_ascii=False))
    elif not options.quiet:
        print(*(row[key] for row in rows for key in ("picture", "animation") if row[key]), sep="\n")


def _place(folder: Path, made: Path | None) -> str | None:
    return None if made is None else str(folder / made.name)
