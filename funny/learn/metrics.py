"""How well a timeline or a list of highlights matches a truth; the curves are scikit-learn's."""

from collections.abc import Sequence

import numpy as np

from funny.grid import s_to_ticks, tick_times
from funny.moments.highlights import smoothed

Span = tuple[float, float]
"""Start and end in seconds."""
_DRAWS_AT_ONCE = 50


def average_precision(truth: np.ndarray, scores: np.ndarray) -> float:
    """Area under precision over recall of ticks: truth (t,) bool, scores (t,)."""
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(truth, scores))


def auroc(truth: np.ndarray, scores: np.ndarray) -> float:
    """Chance that a funny tick scores above another: truth (t,) bool, scores (t,)."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(truth, scores))


def tick_truth(segments: list[dict], ticks: int) -> np.ndarray:
    """Whether each tick lies in a segment marked funny, shape (ticks,)."""
    times_s = tick_times(ticks)
    funny = [s for s in segments if s["funny"]]
    inside = [(times_s >= s["start_s"]) & (times_s < s["end_s"]) for s in funny]
    return np.any(inside, axis=0) if inside else np.zeros(ticks, bool)


def overlap_s(a: Span, b: Span) -> float:
    """Length in seconds that two spans share."""
    return max(0.0, min(a[1], b[1]) - max(a[0], b[0]))


def iou(a: Span, b: Span) -> float:
    """Shared length over joint length, 0..1."""
    shared = overlap_s(a, b)
    return shared / (a[1] - a[0] + b[1] - b[0] - shared)


def top_peaks(scores: np.ndarray, count: int, apart_s: float = 7.0) -> list[int]:
    """Ticks of the highest scores, each at least `apart_s` (a clip) from those before it."""
    left, reach = smoothed(scores), s_to_ticks(apart_s)
    peaks: list[int] = []
    while len(peaks) < count and np.isfinite(left).any():
        peak = int(np.argmax(left))
        peaks.append(peak)
        left[max(0, peak - reach) : peak + reach + 1] = -np.inf
    return peaks


def hit_at_k(scores: np.ndarray, moments: Sequence[Span]) -> float:
    """Share of k planted moments in which one of the k highest peaks lies."""
    peaks_s = tick_times(len(scores))[top_peaks(scores, len(moments))]
    return float(np.mean([((start <= peaks_s) & (peaks_s < end)).any() for start, end in moments]))


def bootstrap_interval(
    values: Sequence[float], rng: np.random.Generator, draws: int = 2000
) -> Span:
    """The middle 95 % of the mean over resampled videos (Efron & Tibshirani 1993)."""
    found = np.asarray(values, float)
    means = found[rng.integers(0, len(found), (draws, len(found)))].mean(1)
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def best_threshold(truth: np.ndarray, scores: np.ndarray) -> float:
    """The score from which on to call clips funny for the best F1; the middle of a gap."""
    from sklearn.metrics import precision_recall_curve

    precision, recall, thresholds = precision_recall_curve(truth, scores)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    best = int(np.argmax(f1[:-1]))
    below = thresholds[best - 1] if best else thresholds[0]
    return float((thresholds[best] + below) / 2)


def f1_score(truth: np.ndarray, called: np.ndarray) -> float:
    """Harmonic mean of precision and recall of what was called funny, (n,) bool each."""
    right = int((truth & called).sum())
    return 2 * right / max(1, int(truth.sum()) + int(called.sum()))


def ranking_intervals(
    truth: np.ndarray,
    scores: np.ndarray,
    groups: np.ndarray,
    rng: np.random.Generator,
    draws: int = 1000,
) -> dict[str, Span]:
    """The middle 95 % of AUROC and average precision when whole groups (videos) are drawn again.

    Draws that hold one class only say nothing and are left out; without any, intervals are NaN.

    Args:
        truth: (n,) bool.
        scores: (n,).
        groups: (n,) which clips are drawn together.
        rng: Draws them.
        draws: How often.
    """
    names, group = np.unique(groups, return_inverse=True)
    counts = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), draws)
    parts = np.array_split(counts, max(1, draws // _DRAWS_AT_ONCE))
    found = [weighted_ranking(truth, scores, part[:, group]) for part in parts]
    both = {name: np.concatenate([part[name] for part in found]) for name in found[0]}
    return {name: _middle(values[np.isfinite(values)]) for name, values in both.items()}


def weighted_ranking(
    truth: np.ndarray, scores: np.ndarray, weights: np.ndarray
) -> dict[str, np.ndarray]:
    """AUROC and average precision under many weightings at once; NaN where one class is missing.

    Args:
        truth: (n,) bool.
        scores: (n,).
        weights: (d, n), at least 0.
    """
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)  # of equal scores
    weights = weights[:, order].astype(np.float64)
    right = _steps(weights * truth[order], last)
    wrong = _steps(weights * ~truth[order], last)
    found, fallen = np.diff(right), np.diff(wrong)
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.nan_to_num(right[:, 1:] / (right[:, 1:] + wrong[:, 1:]))
        auroc = (fallen * (right[:, 1:] + right[:, :-1]) / 2).sum(1) / (right[:, -1] * wrong[:, -1])
        average = (found * precision).sum(1) / right[:, -1]
    average[wrong[:, -1] == 0] = np.nan
    return {"auroc": auroc, "average_precision": average}


def _steps(weights: np.ndarray, last: np.ndarray) -> np.ndarray:
    """What lies at or above each score, from nothing on: (d, n) → (d, scores + 1)."""
    above = np.cumsum(weights, axis=1)[:, last]
    return np.concatenate([np.zeros((len(weights), 1)), above], axis=1)


def _middle(values: np.ndarray) -> Span:
    if not len(values):
        return float("nan"), float("nan")
    return float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975))
