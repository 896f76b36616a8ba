"""What the verbs share that make files of an analysis: clips, reels, shorts, pictures."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from funny.verbs.analyze import count

if TYPE_CHECKING:
    from funny.moments.choice import Moment
    from funny.moments.encoding import Encoding
    from funny.records import Analysis

QUALITIES = ("small", "standard", "high")
ENCODERS = ("x264", "hardware")
"""As `funny.moments.encoding` has them, here so that --help is quick; a test compares them."""


def add_analysis(verb: argparse.ArgumentParser, out: str, what: str) -> None:
    """Adds what is made from, and where the result goes."""
    verb.add_argument("analysis", type=Path, metavar="ANALYSIS_DIR", help="what analyze wrote")
    verb.add_argument("--out", type=Path, required=True, metavar=out, help=what)
    verb.add_argument("--relink", type=Path, metavar="PATH", help="where the video is now")


def add_choice(verb: argparse.ArgumentParser) -> None:
    """Adds the choice of moments, where single ones can be named."""
    which = verb.add_mutually_exclusive_group()
    which.add_argument("--best", type=count, metavar="N", help="the N funniest (all kept)")
    which.add_argument("--clips", type=_ranks, default=(), metavar="1,3", help="ranks of moments")


def _ranks(text: str) -> tuple[int, ...]:
    return tuple(count(part.strip()) for part in text.split(","))


def add_encoding(verb: argparse.ArgumentParser) -> None:
    """Adds how large and how fast."""
    verb.add_argument("--quality", choices=QUALITIES, default="standard", help="and size")
    verb.add_argument("--encoder", choices=ENCODERS, default="x264", help="hardware: if there")


def add_telling(verb: argparse.ArgumentParser) -> None:
    """Adds what is printed."""
    verb.add_argument("--json", action="store_true", help="print the result as JSON")
    verb.add_argument("--quiet", action="store_true", help="print errors only")


def chosen_encoding(options: argparse.Namespace) -> "Encoding":
    """How the result is stored, from parsed arguments."""
    from funny.moments.encoding import Encoding

    colour = getattr(options, "colour", "sdr")
    return Encoding(options.quality, options.encoder, colour)


def meant(analysis: "Analysis", best: int | None, ranks: Sequence[int] = ()) -> "list[Moment]":
    """The moments that the arguments mean, the funniest first or in the order of `ranks`.

    Raises:
        OptionError: If there is none, or none of a rank.
        MediaError: If one lies beyond the end of the video.
    """
    from funny.errors import OptionError
    from funny.moments.choice import check_inside, chosen_moments

    moments = chosen_moments(analysis, best, ranks)
    if not moments:
        raise OptionError("This analysis has no moment to make anything of. Lower its --threshold.")
    for moment in moments:
        check_inside(moment.rank, moment.highlight, analysis.video.duration_s)
    return moments


def found_again(options: argparse.Namespace) -> "Analysis":
    """The analysis that is named, with the video where it is now.

    Raises:
        MediaError: If there is no analysis, or the video is gone or is another one.
    """
    from dataclasses import replace

    from funny import store
    from funny.moments.source import same_video

    analysis = store.load(options.analysis)
    path = same_video(analysis.video, options.relink)
    return replace(analysis, video=replace(analysis.video, path=path))


def tell(options: argparse.Namespace, made: Sequence[Path]) -> None:
    """Prints where the results are."""
    if options.json:
        print(json.dumps({"files": [str(path) for path in made]}, ensure_ascii=False))
    elif not options.quiet:
        for path in made:
            print(path)
