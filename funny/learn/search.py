"""Search for a recipe, nested: each fold's is found without that fold, so its score stays honest.

For every outer fold there is a study on the other folds, and one on all clips for the head that is
kept. A study judges a recipe by the mean average precision over inner folds. Studies lie in
study.db in the folder of the run: one that was stopped goes on where it was.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from funny.errors import DatasetError
from funny.extras import extra
from funny.learn.augment import Augmentation
from funny.learn.examples import Examples
from funny.learn.fitting import Recipe, fitted, repeatable
from funny.learn.folds import folds_of, groups_of, inner_split
from funny.learn.metrics import average_precision
from funny.learn.served import served_ticks
from funny.learn.training import Plan

if TYPE_CHECKING:
    import optuna

STUDIES = "study.db"
INNER_FOLDS = 3
_PLAIN = ("kind", "width", "kernel", "dropout", "learning_rate")
WINDOWS = {"10-14": (10, 14), "10-12": (10, 12), "12-14": (12, 14), "14": (14, 14)}

Told = Callable[[str, float, float], None]
"""Called with what is searched, the trials done, and all there are; may raise to stop."""


def searched(
    examples: Examples, folds: np.ndarray, plan: Plan, trials: int, folder: Path, told: Told
) -> tuple[list[Recipe], dict[str, Any]]:
    """The best recipe for each outer fold, and last the one for all clips.

    Args:
        examples: All clips, with all features.
        folds: (n,) outer fold of each clip.
        plan: Which heads may be chosen, or which one is tuned further.
        trials: How many recipes each study tries, those of earlier runs included.
        folder: Of the run; study.db lies there.
        told: Told of every trial.

    Returns:
        The recipes, and what to write down of the search.

    Raises:
        OptionError: If optuna is not installed.
        DatasetError: If the studies there were made on other clips or folds.
    """
    with extra("tune"):
        import optuna
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    folder.mkdir(parents=True, exist_ok=True)
    storage = f"sqlite:///{(folder / STUDIES).absolute()}"
    sides = [folds != fold for fold in np.unique(folds)] + [np.ones(len(folds), bool)]
    names = [f"without fold {n + 1}" for n in range(len(sides) - 1)] + ["all clips"]
    made_for = f"{examples.identity} {plan.to_json()} {plan.kinds}"
    recipes, found = [], {}
    for number, (name, side) in enumerate(zip(names, sides, strict=True)):
        study = _study(optuna, storage, name, plan.seed + number, made_for)
        search = _Search(examples.take(side), plan)
        _go_on(optuna, study, search, trials, partial(_tell, told, name, trials))
        recipes.append(search.recipe(study.best_trial.params))
        found[name] = {"average_precision": round(study.best_value, 4), **study.best_trial.params}
    return recipes, {"trials": trials, "inner_folds": INNER_FOLDS, "best": found}


def _tell(told: Told, name: str, trials: int, done: int) -> None:
    told(name, done, trials)


def _study(optuna: Any, storage: str, name: str, seed: int, made_for: str) -> "optuna.Study":
    study = optuna.create_study(
        storage=storage,
        study_name=name,
        direction="maximize",
        load_if_exists=True,
        sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=6),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=0),
    )
    known = study.user_attrs.get("made_for")
    if known not in (None, made_for):
        raise DatasetError(
            f"{storage.removeprefix('sqlite:///')}: was made on other clips, labels or folds. "
            "Choose another --name, or delete it."
        )
    study.set_user_attr("made_for", made_for)
    return study


def _go_on(
    optuna: Any,
    study: "optuna.Study",
    search: "_Search",
    trials: int,
    told: Callable[[int], None],
) -> None:
    """Tries as many recipes as are still missing; those of a run that was killed are void."""
    states = optuna.trial.TrialState
    for trial in study.get_trials(states=(states.RUNNING,)):
        study.tell(trial.number, state=states.FAIL)
    done = len(study.get_trials(states=(states.COMPLETE, states.PRUNED)))
    told(done)
    for number in range(done, trials):
        study.optimize(search, n_trials=1)
        told(number + 1)


class _Search:
    """Judges a recipe by folds of the clips it may see."""

    def __init__(self, examples: Examples, plan: Plan) -> None:
        self._examples, self._plan = examples, plan
        groups = len(np.unique(groups_of(examples, plan.group)))
        folds = folds_of(examples, min(INNER_FOLDS, groups), plan.group, plan.seed)
        sides = [folds == fold for fold in np.unique(folds)]
        self._sides = [side for side in sides if _has_both(examples.funny[side])]

    def __call__(self, trial: "optuna.Trial") -> float:
        """Mean average precision over the inner folds."""
        import optuna

        recipe, found = self.recipe(self._drawn(trial)), list[float]()
        for number, side in enumerate(self._sides):
            found.append(self._of_fold(recipe, side))
            trial.report(float(np.mean(found)), number)
            if trial.should_prune():
                raise optuna.TrialPruned
        return float(np.mean(found))

    def _drawn(self, trial: "optuna.Trial") -> dict[str, Any]:
        drawn: dict[str, Any] = {
            "augmentation": trial.suggest_float("augmentation", 0.0, 2.0, step=0.5)
        }
        if self._plan.start is not None:  # its shape is what it is
            drawn["learning_rate"] = trial.suggest_float("learning_rate", 5e-5, 3e-3, log=True)
            return drawn
        drawn["learning_rate"] = trial.suggest_float("learning_rate", 5e-4, 1e-2, log=True)
        drawn["dropout"] = trial.suggest_float("dropout", 0.0, 0.5, step=0.1)
        drawn["kind"] = trial.suggest_categorical("kind", list(self._plan.kinds))
        drawn["window"] = trial.suggest_categorical("window", list(WINDOWS))
        if drawn["kind"] != "logistic":
            drawn["width"] = trial.suggest_categorical("width", [16, 32, 64, 96])
        if drawn["kind"].startswith("conv1d"):
            drawn["kernel"] = trial.suggest_categorical("kernel", [3, 5])
        return drawn

    def recipe(self, drawn: dict[str, Any]) -> Recipe:
        """The recipe that some numbers of optuna mean."""
        [usual] = list(self._plan.recipes.values())[:1]
        plain = {name: value for name, value in drawn.items() if name in _PLAIN}
        window = WINDOWS[drawn["window"]] if "window" in drawn else usual.window
        augmentation = Augmentation().scaled(drawn["augmentation"])
        return replace(usual, **plain, window=window, augmentation=augmentation)

    def _of_fold(self, recipe: Recipe, here: np.ndarray) -> float:
        examples = self._examples.only(recipe.features)
        rest, start = examples.take(~here), self._plan.start
        held = inner_split(rest, self._plan.group, recipe.seed)
        held_back = rest.take(held) if held.any() else None
        net = fitted(rest.take(~held), recipe, held_back, start.net if start else None).net
        with repeatable(recipe.seed):
            scores = served_ticks(net, examples.take(here)).max(1)
        return average_precision(examples.funny[here], scores)


def _has_both(funny: np.ndarray) -> bool:
    return bool(funny.any() and not funny.all())
