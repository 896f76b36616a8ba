"""A search for the best recipe, and the run that comes of it."""

from collections.abc import Callable
from dataclasses import replace

from funny.learn.folds import folds_of
from funny.learn.loading import Loaded
from funny.learn.manifest import Manifest
from funny.learn.report import Report
from funny.learn.search import searched
from funny.learn.training import Plan, reported, validated
from funny.weights.folders import runs_folder

TITLE = "tuned"
Told = Callable[[str, float, float], None]


def tuned(
    name: str, manifest: Manifest, loaded: Loaded, plan: Plan, trials: int, told: Told
) -> Report:
    """Searches, then trains by what was found; each fold by what was found without it.

    Args:
        name: Of the run; its studies lie in its folder.
        manifest: Where the clips are from.
        loaded: The clips.
        plan: What may be chosen.
        trials: How many recipes are tried for each fold.
        told: Told of every trial and every epoch.

    Raises:
        OptionError: If optuna is not installed.
        DatasetError: If the clips are too few, or the studies of that name are of others.
    """
    examples = loaded.examples
    folds = folds_of(examples, plan.folds, plan.group, plan.seed)
    recipes, search = searched(examples, folds, plan, trials, runs_folder() / name, told)
    head = validated(TITLE, examples, recipes, folds, plan, told)
    report = reported(name, manifest, loaded, plan, folds, [head])
    return replace(report, options={**report.options, "search": search})
