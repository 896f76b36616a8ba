"""From a dataset to a run: which heads, over which folds, beside what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from funny.errors import DatasetError
from funny.learn.crossval import Validated, as_it_is, baselines, cross_validated
from funny.learn.examples import Examples
from funny.learn.figures import Judged, figures
from funny.learn.fitting import Recipe
from funny.learn.folds import folds_of
from funny.learn.loading import Loaded
from funny.learn.manifest import Manifest
from funny.learn.report import Report
from funny.score.features import FEATURES, FEATURES_12
from funny.weights.heads import LoadedHead

KINDS = ("conv1d", "lstm", "conv1d-lstm", "logistic")
"""In this order they are told; of equally good ones the first is taken."""
FEATURES_OF = {12: FEATURES_12, 13: FEATURES}
"""Columns by their number: without heard laughter, and with it."""
GENTLE_RATE = 5e-4
"""Learning rate for a head that knows something already."""

Told = Callable[[str, float, float], None]


def _silent(*_: object) -> None:
    """Reports nothing."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What to train, and how it is judged."""

    kinds: tuple[str, ...] = ("conv1d",)
    features: tuple[str, ...] = FEATURES
    folds: int = 5
    group: str = "video"
    seed: int = 0
    start: LoadedHead | None = None
    """The head to tune further; its kind and features are taken."""

    @property
    def recipes(self) -> dict[str, Recipe]:
        """How each head is trained, by its name."""
        if self.start is not None:
            config = self.start.config
            window = (config.min_ticks, config.max_ticks)
            gentle = Recipe(config.kind, config.features, learning_rate=GENTLE_RATE, window=window)
            return {f"{config.kind}, tuned": replace(gentle, seed=self.seed)}
        return {kind: Recipe(kind, self.features, seed=self.seed) for kind in self.kinds}

    def to_json(self) -> dict[str, Any]:
        """The same as plain JSON values."""
        start = self.start.info if self.start else None
        origin = {"from": start.name, "from_sha256": start.sha256} if start else {}
        return {"folds": self.folds, "group": self.group, "seed": self.seed, **origin}


def train_heads(
    name: str, manifest: Manifest, loaded: Loaded, plan: Plan, told: Told = _silent
) -> Report:
    """Trains and compares heads over the same folds.

    Args:
        name: Of the run.
        manifest: Where the clips are from.
        loaded: The clips.
        plan: What to train.
        told: Told of every epoch.

    Raises:
        DatasetError: If the clips are too few, or all of one kind.
    """
    folds = folds_of(loaded.examples, plan.folds, plan.group, plan.seed)
    heads = []
    for title, recipe in plan.recipes.items():
        recipes = [recipe] * (plan.folds + 1)
        heads.append(validated(title, loaded.examples, recipes, folds, plan, told))
    return reported(name, manifest, loaded, plan, folds, heads)


def validated(
    title: str,
    examples: Examples,
    recipes: Sequence[Recipe],
    folds: np.ndarray,
    plan: Plan,
    told: Told,
) -> Validated:
    """One head over all folds; its recipes may differ from fold to fold."""
    start = plan.start.net if plan.start else None
    clips = examples.only(recipes[-1].features)
    return cross_validated(title, clips, recipes, folds, plan.group, start, told)


def reported(
    name: str,
    manifest: Manifest,
    loaded: Loaded,
    plan: Plan,
    folds: np.ndarray,
    heads: Sequence[Validated],
) -> Report:
    """Heads with all that they are compared with: the one they started from, and formulas."""
    examples = loaded.examples
    return Report(
        name=name,
        manifest=manifest,
        examples=examples,
        folds=folds,
        heads=tuple(heads),
        beside=untouched([plan.start] if plan.start else [], examples, folds),
        baselines=baselines(examples, folds),
        options=plan.to_json(),
        emotion=loaded.about.models["emotion"]["name"],
        notes=loaded.notes,
    )


def untouched(
    heads: Sequence[LoadedHead], examples: Examples, folds: np.ndarray | None
) -> dict[str, tuple[Judged, dict[str, Any]]]:
    """What heads that saw none of these clips say of them, and their figures, by name."""
    found = {}
    for head in heads:
        judged = as_it_is(head.net, head.thresholds, examples)
        told = figures(judged, examples.funny, examples.videos, folds)
        found[f"{head.info.name}, untouched"] = (judged, told)
    return found


def expect_tunable(head: LoadedHead) -> LoadedHead:
    """A head that can be tuned further on clips of a dataset.

    Raises:
        DatasetError: If it looks at numbers that datasets do not hold.
    """
    if unknown := set(head.config.features) - set(FEATURES):
        raise DatasetError(
            f"{head.info.name}: looks at {', '.join(sorted(unknown))}, which datasets do not hold. "
            "Choose another head."
        )
    return head
