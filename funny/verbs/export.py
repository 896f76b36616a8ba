"""`funny export`: an analysis → project files, marker lists and tables for editors."""

import argparse
import json
import sys
from typing import TYPE_CHECKING

from funny.verbs.analyze import Verbs
from funny.verbs.making import add_analysis, add_telling

if TYPE_CHECKING:
    from funny.moments.handoff.values import ExportOptions

FORMATS = (
    *("edl", "fcpxml", "premiere", "otio", "csv", "json", "chapters"),
    *("srt", "vtt", "audacity", "losslesscut", "davinci", "comment"),
)
"""Ids of `funny.moments.handoff.formats`, here so that --help is quick; a test compares them."""


def add(verbs: Verbs) -> None:
    """Adds the verb to a command line."""
    verb = verbs.add_parser("export", help="analysis → Premiere, Resolve, Final Cut, chapters, …")
    verb.set_defaults(run=_export)
    add_analysis(verb, "PATH", "a file or a folder")
    verb.add_argument("--format", required=True, choices=FORMATS)
    verb.add_argument("--mode", choices=("cut", "mark"), help="moments alone, or the whole marked")
    verb.add_argument("--handles", type=float, default=0.0, metavar="S", help="more on both sides")
    verb.add_argument("--fps", metavar="R", help="of the timeline, 23.976 to 60 (the video's)")
    which = verb.add_mutually_exclusive_group()
    which.add_argument("--kept-only", action="store_true", default=True, help="(default)")
    which.add_argument("--all", action="store_true", help="also what was not kept")
    verb.add_argument("--language", choices=("en", "ko"), default="en", help="of titles and notes")
    verb.add_argument("--timeline-start", metavar="TC", help="01:00:00:00 (the format's custom)")
    verb.add_argument("--media", metavar="PATH", help="of the video on the editor's machine")
    add_telling(verb)


def _export(options: argparse.Namespace) -> None:
    from dataclasses import replace

    from funny import store
    from funny.moments.handoff.media import place_of
    from funny.moments.handoff.write import write

    chosen = export_options(options)
    analysis = store.load(options.analysis)
    if options.media:
        chosen = replace(chosen, media=place_of(options.media, analysis.video.path.name))
    made = write(analysis, options.format, chosen, options.out, options.relink)
    if options.json:
        print(json.dumps({"path": str(made.path), "notes": made.notes}))
    elif not options.quiet:
        for note in made.notes:
            print("Note:", note, file=sys.stderr)
        print(made.path)


def export_options(options: argparse.Namespace) -> "ExportOptions":
    """The options of an export from parsed arguments.

    Raises:
        OptionError: If one of them cannot work.
    """
    from funny.moments.handoff.rates import rate_named
    from funny.moments.handoff.values import ExportOptions

    return ExportOptions(
        mode=options.mode,
        handles_s=options.handles,
        fps=rate_named(options.fps) if options.fps else None,
        only_kept=not options.all,
        language=options.language,
        timeline_start=options.timeline_start,
    )
