"""Scores that mean what they say: Platt's scaling, and how far off they are."""

import numpy as np


def platt(truth: np.ndarray, scores: np.ndarray, few: bool = False) -> tuple[float, float]:
    """Scale and shift of log-odds under which scores are probabilities.

    Platt 1999, "Probabilistic outputs for support vector machines".

    Args:
        truth: (t,) bool.
        scores: (t,) in 0..1.
        few: There are some hundred scores only: the truth is taken for as sure as its number
            allows, so that scores that part the classes do not become 0 and 1.

    Raises:
        ValueError: If the truth is all one class, or there is none.
    """
    from sklearn.linear_model import LogisticRegression

    inside = np.clip(scores, 1e-6, 1 - 1e-6)
    odds = np.log(inside / (1 - inside))[:, None]
    if few:
        # Each score counts as right in part and as wrong in part.
        sure = np.where(truth, *_targets(truth))
        odds, truth = np.concatenate([odds, odds]), np.arange(2 * len(truth)) < len(truth)
        weights = np.concatenate([sure, 1 - sure])
    else:
        weights = np.ones(len(truth))
    fitted = LogisticRegression(C=1e6).fit(odds, truth, weights)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def _targets(truth: np.ndarray) -> tuple[float, float]:
    """How sure a right and a wrong one are, by how many there are of each."""
    right, wrong = int(truth.sum()), int((~truth).sum())
    if not (right and wrong):
        raise ValueError(f"truth: expected both classes, got {right} of {len(truth)} right")
    return (right + 1) / (right + 2), 1 / (wrong + 2)


def expected_calibration_error(truth: np.ndarray, scores: np.ndarray, bins: int = 10) -> float:
    """Mean distance between what was said and what came true, over equal bins of score.

    Guo et al. 2017, "On calibration of modern neural networks".
    """
    index = np.minimum((scores * bins).astype(int), bins - 1)
    gaps = [
        abs(scores[index == i].mean() - truth[index == i].mean()) * (index == i).mean()
        for i in np.unique(index)
    ]
    return float(sum(gaps))
