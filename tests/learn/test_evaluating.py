"""A run is judged on clips of videos that it has not seen, and on no others."""

from dataclasses import replace

import numpy as np
import pytest

from funny.errors import DatasetError
from funny.learn.evaluating import evaluate
from funny.learn.loading import load
from funny.learn.runs import write_run
from funny.learn.training import Plan, train_heads
from funny.weights.heads import load_head, read_head
from tests.study import study


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    manifest = study(folder, 6, 6)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUNNY_RUNS", str(folder / "runs"))
        plan = Plan(kinds=("logistic",), folds=3)
        return write_run(train_heads("mine", manifest, load(manifest), plan)), load(manifest)


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return load(study(tmp_path_factory.mktemp("other"), 4, 8, seed=5))


def test_heads_and_formulas_on_other_videos(run, other):
    found = evaluate(run[0], [read_head(run[0]), load_head("lstm")], other)
    assert list(found.heads) == ["mine", "head-lstm"]
    assert found.heads["mine"]["clips"] == 32
    assert set(found.heads["mine"]) >= {"auroc", "average_precision", "f1", "calibration_error"}
    assert "laughter" in found.baselines and "f1" not in found.baselines["laughter"]
    assert found.notes == ()
    assert [line.name for line in found.lines][:2] == ["mine", "head-lstm"]


def test_clips_of_known_contents_are_left_out(run, other):
    known = run[1].examples.shas[0]
    shas = np.where(other.examples.videos == "v0", known, other.examples.shas)
    mixed = replace(other, examples=replace(other.examples, shas=shas))
    found = evaluate(run[0], [read_head(run[0])], mixed)
    assert found.heads["mine"]["clips"] == 24
    assert found.notes == ("8 clips are left out: mine was trained on their videos.",)


def test_nothing_is_left(run, other):
    with pytest.raises(DatasetError, match="was trained on the videos of all 36 clips"):
        evaluate(run[0], [], run[1])
    alike = replace(other, examples=other.examples.take(other.examples.funny))
    with pytest.raises(DatasetError, match="are all of one kind"):
        evaluate(run[0], [], alike)
