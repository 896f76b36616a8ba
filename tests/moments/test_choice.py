"""Which moments are meant: the best of those that are kept, or some by rank."""

from dataclasses import replace

import pytest

from funny.errors import OptionError
from funny.moments.choice import chosen_moments
from funny.records import Highlight
from tests.values import analysis_of

FOUND = tuple(Highlight(s, s + 2, s + 1, 0.9 - s / 100) for s in (4.0, 1.0, 8.0))
KEPT = (FOUND[0], replace(FOUND[1], kept=False), FOUND[2])


@pytest.mark.parametrize(
    ("best", "ranks", "meant"),
    [
        pytest.param(None, (), [1, 3], id="all-that-are-kept"),
        pytest.param(1, (), [1], id="the-best"),
        pytest.param(9, (), [1, 3], id="more-than-there-are"),
        pytest.param(None, (3, 2), [3, 2], id="by-rank-in-that-order"),
        pytest.param(None, (2, 2), [2], id="each-once"),
    ],
)
def test_the_moments_that_are_meant(best, ranks, meant):
    moments = chosen_moments(analysis_of(40, KEPT), best, ranks)
    assert [m.rank for m in moments] == meant
    assert [m.highlight for m in moments] == [KEPT[rank - 1] for rank in meant]


def test_no_moment_gives_none():
    assert chosen_moments(analysis_of(40, ())) == []


@pytest.mark.parametrize("rank", [0, 4])
def test_a_rank_that_is_not_there_is_refused(rank):
    with pytest.raises(OptionError, match=f"--clips {rank}: expected ranks from 1 to 3"):
        chosen_moments(analysis_of(40, KEPT), None, (1, rank))
