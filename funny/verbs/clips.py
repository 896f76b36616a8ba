"""`funny clips`: an analysis → its moments as files, cut as an editor wants them."""

import argparse
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from funny.verbs.analyze import Verbs, count
from funny.verbs.making import (
    add_analysis,
    add_encoding,
    add_telling,
    chosen_encoding,
    found_again,
    meant,
    tell,
)

if TYPE_CHECKING:
    from funny.moments.cutting import CutOptions
    from funny.records import Analysis

COLOURS = ("sdr", "keep")
"""As `funny.moments.encoding` has them, here so that --help is quick; a test compares them."""

_ITS_OWN = "auto"


def add(verbs: Verbs) -> None:
    """Adds the verb to a command line."""
    verb = verbs.add_parser("clips", help="analysis → its moments as files, cut anew")
    verb.set_defaults(run=_clips)
    add_analysis(verb, "DIR", "folder for the clips")
    verb.add_argument("--best", type=count, metavar="N", help="the N funniest (all)")
    verb.add_argument("--sound", type=_sound, metavar="N|all", help="tracks (the one analysed)")
    verb.add_argument(
        "--constant-rate",
        nargs="?",
        const=_ITS_OWN,
        metavar="R",
        help="pictures a second (its own)",
    )
    add_encoding(verb)
    verb.add_argument("--colour", choices=COLOURS, default="sdr", help="keep: HDR and 10 bits stay")
    verb.add_argument("--copy", action="store_true", help="at once, not right to the frame")
    verb.add_argument("--jobs", type=count, metavar="N", help="clips at once (half the cores)")
    add_telling(verb)


def _sound(text: str) -> int | str:
    return text if text == "all" else count(text)


def _clips(options: argparse.Namespace) -> None:
    from functools import partial

    from funny.files import staged
    from funny.moments.clips import cut_clips
    from funny.progress import Bar

    analysis = found_again(options)
    highlights = [moment.highlight for moment in meant(analysis, options.best)]
    chosen = cut_options(options, analysis)
    with staged(options.out) as folder, Bar(options.quiet or options.json) as bar:
        made = cut_clips(analysis.video, highlights, folder, chosen, partial(bar, "clips"))
    tell(options, [options.out / clip.name for clip in made])


def cut_options(options: argparse.Namespace, analysis: "Analysis") -> "CutOptions":
    """How to cut, from parsed arguments.

    Raises:
        OptionError: If one of them cannot work.
        MediaError: If the video cannot be read.
    """
    from funny.moments.cutting import COPY, EXACT, CutOptions

    analysed = analysis.options.get("audio_track")
    return CutOptions(
        encoding=chosen_encoding(options),
        sound=analysed if options.sound is None else options.sound,
        rate=_rate(options.constant_rate, analysis.video.path),
        how=COPY if options.copy else EXACT,
        jobs=options.jobs,
    )


def _rate(name: str | None, path: Path) -> Fraction | None:
    from funny.moments.handoff.rates import rate_named
    from funny.moments.source import own_rate

    if name is None:
        return None
    return own_rate(path) if name == _ITS_OWN else rate_named(name)
