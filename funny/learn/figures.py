"""How good scores of clips are: figures over folds, intervals over videos."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from funny.learn.calibrate import expected_calibration_error, platt
from funny.learn.metrics import (
    auroc,
    average_precision,
    best_threshold,
    f1_score,
    ranking_intervals,
)
from funny.score.timeline import calibrated

_DIGITS = 4


@dataclass(frozen=True, eq=False)
class Judged:
    """Scores of clips with what follows from them."""

    scores: np.ndarray
    """(n,) how funny each clip is; in 0..1 if `are_probabilities`."""
    called: np.ndarray | None
    """(n,) whether each is called funny; None where nothing says from which score on."""
    are_probabilities: bool = True


def out_of_fold(
    raw: np.ndarray, funny: np.ndarray, folds: np.ndarray, are_odds: bool = True
) -> Judged:
    """Calibrates and calls the clips of each fold by what the other folds say.

    Args:
        raw: (n,) scores of heads that have not seen the clip.
        funny: (n,) labels.
        folds: (n,) fold of each clip.
        are_odds: Whether they are in 0..1 and can be calibrated.
    """
    scores, called = raw.astype(np.float64), np.zeros(len(raw), bool)
    for fold in np.unique(folds):
        here, rest = folds == fold, folds != fold
        if are_odds:
            fit = calibration(funny[rest], raw[rest])
            scores[here] = calibrated(raw[here], *fit)
            threshold = best_threshold(funny[rest], calibrated(raw[rest], *fit))
        else:
            threshold = best_threshold(funny[rest], raw[rest])
        called[here] = scores[here] >= threshold
    return Judged(scores, called, are_odds)


def calibration(funny: np.ndarray, raw: np.ndarray) -> tuple[float, float]:
    """Platt's scale and shift for some hundred clips; never one that turns the order around."""
    scale, shift = platt(funny, raw, few=True)
    return (scale, shift) if scale > 0 else (1.0, 0.0)


def figures(
    judged: Judged, funny: np.ndarray, videos: np.ndarray, folds: np.ndarray | None = None
) -> dict[str, Any]:
    """All figures of some scores, as plain values.

    Args:
        judged: The scores.
        funny: (n,) labels.
        videos: (n,) ids; intervals are over videos drawn again.
        folds: (n,) fold of each clip, if there are folds: then mean and deviation over them, too.
    """
    found: dict[str, Any] = {"clips": len(funny), "videos": len(np.unique(videos))}
    found["prevalence"] = _rounded(funny.mean())
    intervals = ranking_intervals(funny, judged.scores, videos, np.random.default_rng(0))
    for name, metric in (("auroc", auroc), ("average_precision", average_precision)):
        low, high = intervals[name]
        over = _over_folds(metric, funny, judged.scores, folds)
        found[name] = {"value": _rounded(metric(funny, judged.scores)), **over}
        found[name] |= {"low": _rounded(low), "high": _rounded(high)}
    if judged.called is not None:
        over = _over_folds(f1_score, funny, judged.called, folds)
        found["f1"] = {"value": _rounded(f1_score(funny, judged.called)), **over}
        found["confusion"] = confusion(funny, judged.called)
    if judged.are_probabilities:
        error = expected_calibration_error(funny, judged.scores)
        found["calibration_error"] = _rounded(error)
    return found


def _over_folds(
    metric: Any, funny: np.ndarray, scores: np.ndarray, folds: np.ndarray | None
) -> dict[str, float | None]:
    """Mean and standard deviation over the folds that hold both classes."""
    if folds is None:
        return {}
    sides = [folds == fold for fold in np.unique(folds)]
    both = [side for side in sides if funny[side].any() and not funny[side].all()]
    values = [metric(funny[side], scores[side]) for side in both]
    if len(values) < 2:
        return {"mean": None, "deviation": None}
    return {"mean": _rounded(np.mean(values)), "deviation": _rounded(np.std(values, ddof=1))}


def confusion(funny: np.ndarray, called: np.ndarray) -> dict[str, int]:
    """How many clips of each class were called what."""
    return {
        "funny_called_funny": int((funny & called).sum()),
        "funny_called_ordinary": int((funny & ~called).sum()),
        "ordinary_called_funny": int((~funny & called).sum()),
        "ordinary_called_ordinary": int((~funny & ~called).sum()),
    }


def _rounded(value: float | np.floating) -> float | None:
    """JSON knows no NaN."""
    return round(float(value), _DIGITS) if np.isfinite(value) else None
