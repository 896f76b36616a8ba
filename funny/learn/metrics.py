"""How well a timeline or a list of highlights matches a truth; the curves are scikit-learn's."""

import numpy as np

from funny.grid import tick_times


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


def overlap_s(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Length in seconds that two spans share."""
    return max(0.0, min(a[1], b[1]) - max(a[0], b[0]))
