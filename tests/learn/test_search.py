"""A search is nested, goes on where it stopped, and is never taken for one on other clips."""

import sys
from dataclasses import replace

import numpy as np
import optuna
import pytest

from funny.errors import Cancelled, DatasetError, OptionError
from funny.learn import search
from funny.learn.folds import folds_of
from funny.learn.search import STUDIES, searched
from funny.learn.training import Plan
from funny.weights.heads import load_head
from tests.study import examples_of

PLAN = Plan(kinds=("logistic",), folds=2)


@pytest.fixture(scope="module")
def examples():
    return examples_of(6, 6)


@pytest.fixture
def quick(monkeypatch):
    """Training of one step, and the clips that each search was shown."""
    shown, real = [], search.fitted

    def fitted(clips, recipe, *rest):
        shown.append(set(clips.ids))
        return real(clips, replace(recipe, epochs=1), *rest)

    monkeypatch.setattr(search, "fitted", fitted)
    return shown


def run(examples, folder, trials=2, plan=PLAN, told=lambda *_: None):
    folds = folds_of(examples, plan.folds, plan.group, plan.seed)
    return (*searched(examples, folds, plan, trials, folder, told), folds)


def trials_in(folder):
    storage = f"sqlite:///{folder / STUDIES}"
    return {s.study_name: s.n_trials for s in optuna.get_all_study_summaries(storage)}


def test_each_fold_is_searched_without_itself(examples, tmp_path, quick):
    told = []
    recipes, found, folds = run(examples, tmp_path, told=lambda *what: told.append(what))
    assert len(recipes) == 3
    assert list(found["best"]) == ["without fold 1", "without fold 2", "all clips"]
    assert trials_in(tmp_path) == {"without fold 1": 2, "without fold 2": 2, "all clips": 2}
    assert told[-1] == ("all clips", 2, 2)
    per_study = len(quick) // 3
    for fold in (0, 1):
        seen = set.union(*quick[fold * per_study : (fold + 1) * per_study])
        assert not seen & set(examples.ids[folds == fold])
    assert {recipe.kind for recipe in recipes} == {"logistic"}


def test_a_search_that_was_stopped_goes_on(examples, tmp_path, quick):
    def stop(name, done, total):
        if (name, done) == ("without fold 2", 1):
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        run(examples, tmp_path, told=stop)
    assert trials_in(tmp_path) == {"without fold 1": 2, "without fold 2": 1}
    before = len(quick)
    run(examples, tmp_path)
    assert trials_in(tmp_path) == {"without fold 1": 2, "without fold 2": 2, "all clips": 2}
    assert len(quick) - before == before  # three trials were made, three were missing


def test_a_trial_that_was_killed_is_void(examples, tmp_path, quick):
    run(examples, tmp_path, trials=1)
    study = optuna.load_study(study_name="all clips", storage=f"sqlite:///{tmp_path / STUDIES}")
    study.ask()  # a process that died here
    run(examples, tmp_path, trials=2)
    states = [trial.state.name for trial in study.get_trials()]
    assert states == ["COMPLETE", "FAIL", "COMPLETE"]


def test_studies_of_other_clips_are_refused(examples, tmp_path, quick):
    run(examples, tmp_path, trials=1)
    other = replace(examples, funny=np.roll(examples.funny, 1))
    with pytest.raises(DatasetError, match=r"study.db: was made on other clips.*--name"):
        run(other, tmp_path)
    with pytest.raises(DatasetError, match="other clips, labels or folds"):
        run(examples, tmp_path, plan=replace(PLAN, seed=1))


def test_what_is_drawn_becomes_the_recipe(examples, tmp_path, quick):
    plan = Plan(kinds=("conv1d", "lstm", "conv1d-lstm", "logistic"), folds=2)
    recipes, found, _ = run(examples, tmp_path, trials=3, plan=plan)
    for recipe, said in zip(recipes, found["best"].values(), strict=True):
        assert recipe.kind == said["kind"]
        assert recipe.learning_rate == said["learning_rate"]
        assert recipe.dropout == said["dropout"]
        assert recipe.width == said.get("width")
        assert recipe.kernel == said.get("kernel", 3)


def test_a_head_that_is_tuned_further_keeps_its_shape(examples, tmp_path, quick):
    start = load_head("logistic")
    recipes, found, _ = run(examples, tmp_path, trials=1, plan=replace(PLAN, start=start))
    assert {recipe.kind for recipe in recipes} == {"logistic"}
    assert "width" not in found["best"]["all clips"]
    assert all(recipe.learning_rate <= 3e-3 for recipe in recipes)


def test_without_optuna_the_remedy_is_told(examples, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(OptionError, match=r"optuna is not installed.*\.\[tune\]"):
        run(examples, tmp_path)
    assert list(tmp_path.iterdir()) == []
