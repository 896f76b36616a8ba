"""Damaged files are read as far as they go, or refused in a sentence: nothing else ever happens."""

import re

import pytest

from tests.corpus.bases import BASES, SECONDS, write_bases
from tests.corpus.fuzz import mutated
from tests.corpus.hunt import hunt

SOME, ALL = range(40), range(40, 400)
"""Seeds of each container: 280 files when all tests run, 2,520 more in `make torture`."""
FEW, MORE = range(3), range(3, 100)
"""Of what clips, shorts and the rest are made: 21 files, and 679 more."""
TWENTIETHS = range(1, 21)


def torn_names(seeds):
    """A file of the fuzzer's for every seed and container."""
    return [f"{kind} {seed}" for seed in seeds for kind in BASES]


def cut_names(wholes, kind):
    """A container's file after every twentieth of it; the last one is whole."""
    return [f"{kind} +{len(wholes[kind]) * n // 20}" for n in TWENTIETHS]


@pytest.fixture(scope="module")
def wholes(tmp_path_factory):
    return write_bases(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A folder for the files, and an empty one where nothing temporary may be left."""
    room = tmp_path_factory.mktemp("torn")
    (room / "temporary").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(room / "temporary"))
        yield room
    assert list((room / "temporary").iterdir()) == []


@pytest.fixture(scope="module")
def found(room, wholes):
    """What came of some hundred files."""
    cut = [name for kind in BASES for name in cut_names(wholes, kind)]
    return hunt(room, wholes, [*torn_names(SOME), *cut])


def test_a_seed_is_the_same_file_for_ever(wholes):
    torn = [mutated(wholes["wav"], seed) for seed in range(40)]
    assert torn == [mutated(wholes["wav"], seed) for seed in range(40)]
    assert len({*torn, wholes["wav"]}) > 35


def test_damaged_files_are_read_or_refused(found):
    assert_read_or_refused(found)


@pytest.mark.torture
@pytest.mark.timeout(1800)
def test_thousands_of_damaged_files_are_read_or_refused(room, wholes):
    assert_read_or_refused(hunt(room, wholes, torn_names(ALL)))


def test_of_damaged_files_whole_files_are_made_or_none(room, wholes):
    assert_read_or_refused(hunt(room, wholes, torn_names(FEW), "make"))


@pytest.mark.torture
@pytest.mark.timeout(3600)
def test_of_hundreds_of_damaged_files_whole_files_are_made_or_none(room, wholes):
    assert_read_or_refused(hunt(room, wholes, torn_names(MORE), "make"))


def assert_read_or_refused(found):
    assert found.findings == []
    assert min(len(found.read), len(found.refused)) > len(found.results) // 20
    assert all("\n" not in found.results[name] for name in found.refused)


@pytest.mark.parametrize("kind", BASES)
def test_files_that_are_cut_short_are_read_as_far_as_they_go(found, wholes, kind):
    ends_s = [_end_s(found.results[name]) for name in cut_names(wholes, kind)]
    assert max(ends_s) <= SECONDS + 0.6
    assert min(ends_s[-2:]) >= SECONDS * 0.8
    assert sum(end_s > 0 for end_s in ends_s) > 10


def _end_s(result: str) -> float:
    """How much of a file was read, by its picture or its sound; 0 if it was refused."""
    found = re.match(r"read (\d+) (\d+\.\d+)$", result)
    return max(int(found[1]) / 2, float(found[2])) if found else 0.0
