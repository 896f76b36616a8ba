"""Processes that cannot start, or cannot load their models, say so and leave nothing behind."""

import subprocess
import sys
from dataclasses import replace

import pytest

from funny.errors import FunnyError
from funny.scale import pool
from funny.scale.batch import batch
from funny.scale.options import BatchOptions
from funny.scale.team import Starts
from tests.scale.channel import OPTIONS, below

ONE = BatchOptions(workers=1)


def test_a_model_that_does_not_load_is_one_sentence(channel, tmp_path):
    with pytest.raises(FunnyError, match="Known: conv1d"):
        batch([channel], tmp_path / "out", replace(OPTIONS, head="nosuch"), ONE)
    assert below(("spawn_main",)) == []
    assert not (tmp_path / "out").exists()


def test_a_script_that_begins_itself_again_is_told_what_to_do(channel, tmp_path):
    script = f"""
from funny.scale.batch import batch
from funny.scale.options import BatchOptions
batch([{str(channel)!r}], {str(tmp_path / "out")!r}, how=BatchOptions(workers=1))
"""
    done = subprocess.run([sys.executable, "-"], input=script, capture_output=True, text=True)
    assert done.returncode == 1
    assert 'call batch under `if __name__ == "__main__":`' in done.stderr


@pytest.mark.parametrize(
    ("cores", "gigabytes", "workers"),
    [
        pytest.param(4, 64, 4, id="one-a-core"),
        pytest.param(64, 12, 8, id="memory-for-fewer"),
        pytest.param(2, 1, 1, id="at-least-one"),
    ],
)
def test_the_pool_has_the_size_of_the_machine(monkeypatch, cores, gigabytes, workers):
    sizes = {"SC_PHYS_PAGES": gigabytes << 18, "SC_PAGE_SIZE": 1 << 12}
    monkeypatch.setattr(pool, "cores", lambda: cores)
    monkeypatch.setattr(pool.os, "sysconf", sizes.get)
    assert pool.fitting_workers() == workers


def test_only_starts_in_a_row_that_fail_are_too_many():
    starts = Starts()
    assert [starts.count("why") for _ in range(Starts.MOST)] == [None] * Starts.MOST
    starts.reset()
    assert [starts.count("why") for _ in range(Starts.MOST + 1)][-1] == "why"
