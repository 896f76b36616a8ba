"""Which moments of an analysis a verb is about, where single ones can be named."""

import argparse
from typing import TYPE_CHECKING

from funny.verbs.analyze import count

if TYPE_CHECKING:
    from funny.moments.choice import Moment
    from funny.records import Analysis


def add_choice(verb: argparse.ArgumentParser) -> None:
    """Adds the choice of moments."""
    which = verb.add_mutually_exclusive_group()
    which.add_argument("--best", type=count, metavar="N", help="the N funniest (all kept)")
    which.add_argument("--clips", type=_ranks, default=(), metavar="1,3", help="ranks of moments")


def _ranks(text: str) -> tuple[int, ...]:
    return tuple(count(part.strip()) for part in text.split(","))


def meant(options: argparse.Namespace, analysis: "Analysis") -> "list[Moment]":
    """The moments that the arguments mean.

    Raises:
        OptionError: If there is none, or none of a rank.
    """
    from funny.errors import OptionError
    from funny.moments.choice import chosen_moments

    moments = chosen_moments(analysis, options.best, options.clips)
    if not moments:
        raise OptionError("This analysis has no moment to make anything of. Lower its --threshold.")
    return moments
