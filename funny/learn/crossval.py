"""One head after another over the same folds; then each is fitted to all clips."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from funny.grid import tick_times
from funny.learn.baselines import BASELINES
from funny.learn.examples import REACH, Examples
from funny.learn.figures import Judged, calibration, figures, out_of_fold
from funny.learn.fitting import Recipe, fitted, repeatable
from funny.learn.folds import inner_split
from funny.learn.served import served, served_ticks
from funny.learn.tune import tune_on_clips
from funny.moments.highlights import HighlightOptions, Thresholds
from funny.records import ModelInfo, Timeline
from funny.score.features import FEATURES
from funny.score.heads import MAX_CLIP_TICKS, Head
from funny.score.timeline import calibrated

Told = Callable[[str, float, float], None]
"""Called with the head's name, the epochs done at least, and at most; may raise to stop."""

_CLIP = ModelInfo("clip", "", "")


@dataclass(frozen=True, eq=False)
class Validated:
    """One head over all folds, and the same fitted to all clips."""

    name: str
    recipe: Recipe
    net: Head
    """Fitted to all clips; calibrated on the scores of heads that had not seen the clip."""
    thresholds: Thresholds
    """Tuned on the same scores."""
    judged: Judged
    figures: dict[str, Any]
    epochs: tuple[int, ...]
    """After how many each fold's head was best."""
    took_s: float

    @property
    def parameters(self) -> int:
        """How many numbers the head has learned."""
        return sum(p.numel() for p in self.net.parameters())


def cross_validated(
    name: str,
    examples: Examples,
    recipes: Sequence[Recipe],
    folds: np.ndarray,
    group: str,
    start: Head | None = None,
    told: Told = lambda *_: None,
) -> Validated:
    """Trains a head without each fold and scores that fold; then trains one on all clips.

    Args:
        name: What to call it.
        examples: All clips, with the features that the recipes name.
        recipes: One for each fold, and the last for all clips; they may differ where they were
            searched for on the other folds.
        folds: (n,) fold of each clip.
        group: What is never on both sides of the split that stops training.
        start: The head that is tuned further.
        told: Told of every epoch.
    """
    began_s = time.monotonic()
    numbers = np.unique(folds)
    step = _Steps(name, sum(recipe.epochs for recipe in recipes), told)
    ticks, epochs = np.zeros((len(examples), MAX_CLIP_TICKS)), []
    for fold, recipe in zip(numbers, recipes[:-1], strict=True):
        rest, here = examples.take(folds != fold), folds == fold
        held = inner_split(rest, group, recipe.seed)
        held_back = rest.take(held) if held.any() else None
        found = fitted(rest.take(~held), recipe, held_back, start, step)
        with repeatable(recipe.seed):
            ticks[here] = served_ticks(found.net, examples.take(here))
        epochs.append(found.epochs)
        step.skip(recipe.epochs)
    final = replace(recipes[-1], epochs=int(np.median(epochs)))
    net = fitted(examples, final, None, start, step).net
    fit = calibration(examples.funny, ticks.max(1))
    net.config = replace(net.config, calibration=fit)
    judged = out_of_fold(ticks.max(1), examples.funny, folds)
    return Validated(
        name=name,
        recipe=recipes[-1],
        net=net,
        thresholds=thresholds_of(ticks, examples, fit),
        judged=judged,
        figures=figures(judged, examples.funny, examples.videos, folds),
        epochs=tuple(epochs),
        took_s=time.monotonic() - began_s,
    )


class _Steps:
    """Counts epochs of all folds; one that stops early gives the rest away."""

    def __init__(self, name: str, total: int, told: Told) -> None:
        self._name, self._total, self._told = name, total, told
        self._done = self._floor = 0

    def __call__(self) -> None:
        self._done += 1
        self._told(self._name, min(self._done, self._total), self._total)

    def skip(self, epochs: int) -> None:
        """One fold is through, after at most so many."""
        self._floor += epochs
        self._done = self._floor


def thresholds_of(ticks: np.ndarray, examples: Examples, fit: tuple[float, float]) -> Thresholds:
    """Thresholds of highlights by clips that no head had seen.

    Args:
        ticks: (n, 14) scores before calibration.
        examples: The clips.
        fit: The calibration.
    """
    scores = calibrated(ticks, *fit)
    timelines = [
        Timeline(tick_times(count), row[:count], _CLIP)
        for row, count in zip(scores, examples.ticks, strict=True)
    ]
    return tune_on_clips(timelines, examples.funny, HighlightOptions())[0]


def as_it_is(net: Head, thresholds: Thresholds, examples: Examples) -> Judged:
    """What a head says of clips under its own calibration and threshold."""
    with repeatable(0):
        scores = served(net, examples)
    return Judged(scores, scores >= thresholds.onset)


def baselines(examples: Examples, folds: np.ndarray | None) -> dict[str, dict[str, Any]]:
    """Figures of the formulas; without folds, nothing says from which number on a clip is funny.

    Args:
        examples: With all FEATURES.
        folds: (n,) fold of each clip, or None.
    """
    found = {}
    for name, formula in BASELINES.items():
        raw = _of_formula(formula, examples)
        if folds is None:
            judged = Judged(raw, None, are_probabilities=False)
        else:
            judged = out_of_fold(raw, examples.funny, folds, are_odds=False)
        found[name] = figures(judged, examples.funny, examples.videos, folds)
    return found


def _of_formula(formula: Callable[[np.ndarray], np.ndarray], examples: Examples) -> np.ndarray:
    """The highest number of each clip, (n,)."""
    assert examples.features == FEATURES
    ticks = np.stack([formula(x) for x in examples.around]) if len(examples) else np.zeros((0, 40))
    inside = ticks[:, REACH : REACH + MAX_CLIP_TICKS]
    return np.where(examples.mask, inside, -np.inf).max(1)
