"""Scores that mean what they say: Platt's scaling, and how far off they are."""

import numpy as np


def platt(truth: np.ndarray, scores: np.ndarray) -> tuple[float, float]:
    """Scale and shift of log-odds under which scores are probabilities.

    Platt 1999, "Probabilistic outputs for support vector machines".

    Args:
        truth: (t,) bool.
        scores: (t,) in 0..1.

    Raises:
        ValueError: If the truth is all one class, or there is none.
    """
    from sklearn.linear_model import LogisticRegression

    inside = np.clip(scores, 1e-6, 1 - 1e-6)
    odds = np.log(inside / (1 - inside))[:, None]
    fitted = LogisticRegression(C=1e6).fit(odds, truth)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


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
