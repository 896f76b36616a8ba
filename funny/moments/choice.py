"""Which moments of an analysis are meant: the best, or some by their ranks."""

from collections.abc import Sequence
from dataclasses import dataclass

from funny.errors import MediaError, OptionError
from funny.grid import clock
from funny.records import Analysis, Highlight

_ROUNDING_S = 0.01


@dataclass(frozen=True)
class Moment:
    """A moment of an analysis and its rank there, from 1."""

    rank: int
    highlight: Highlight


def chosen_moments(
    analysis: Analysis, best: int | None = None, ranks: Sequence[int] = ()
) -> list[Moment]:
    """The moments that are meant, the funniest first or in the order of `ranks`.

    Args:
        analysis: What was found.
        best: So many of those that are kept; None takes all.
        ranks: Ranks in the analysis from 1; if there are any, these are meant.

    Raises:
        OptionError: If the analysis has no moment of such a rank.
    """
    ranked = [Moment(rank, h) for rank, h in enumerate(analysis.highlights, 1)]
    if unknown := [rank for rank in ranks if not 1 <= rank <= len(ranked)]:
        raise OptionError(
            f"--clips {unknown[0]}: expected ranks from 1 to {len(ranked)}, "
            "as `funny analyze` lists the moments."
        )
    if ranks:
        return [ranked[rank - 1] for rank in dict.fromkeys(ranks)]
    return [moment for moment in ranked if moment.highlight.kept][:best]


def check_inside(rank: int, highlight: Highlight, length_s: float) -> None:
    """Refuses a moment that reaches beyond the end of its video.

    Raises:
        MediaError: If it does.
    """
    if highlight.end_s > length_s + _ROUNDING_S:
        raise MediaError(
            f"moment {rank} ends at {clock(highlight.end_s)}, beyond the end of the video "
            f"({clock(length_s)}). Move its edge, or analyse this video again."
        )
