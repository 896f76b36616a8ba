"""Arguments that verbs about single moments have in common: which moments, of which analysis."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funny.moments.choice import Moment
    from funny.records import Analysis


def add_moments(verb: argparse.ArgumentParser) -> None:
    """Adds the analysis, the choice of its moments, and where the video is now."""
    verb.add_argument("analysis", type=Path, metavar="ANALYSIS_DIR", help="what analyze wrote")
    verb.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for results")
    which = verb.add_mutually_exclusive_group()
    which.add_argument(
        "--best", type=_count, metavar="N", help="the N funniest (all that are kept)"
    )
    which.add_argument("--clips", type=_ranks, default=(), metavar="1,3", help="ranks of moments")
    verb.add_argument("--relink", type=Path, metavar="PATH", help="where the video is now")
    verb.add_argument("--json", action="store_true", help="print the result as JSON")
    verb.add_argument("--quiet", action="store_true", help="print errors only")


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1, got {text}")
    return int(text)


def _ranks(text: str) -> tuple[int, ...]:
    return tuple(_count(part.strip()) for part in text.split(","))


def read_moments(options: argparse.Namespace) -> "tuple[Analysis, list[Moment]]":
    """The analysis with its video where it is now, and the moments that are meant.

    Raises:
        MediaError: If there is no analysis, or its video is gone or another one.
        OptionError: If the analysis has no such moment.
    """
    from dataclasses import replace

    from funny import store
    from funny.moments.choice import chosen_moments
    from funny.moments.handoff.source import same_video

    analysis = store.load(options.analysis)
    moments = chosen_moments(analysis, options.best, options.clips)
    video = replace(analysis.video, path=same_video(analysis.video, options.relink))
    return replace(analysis, video=video), moments
