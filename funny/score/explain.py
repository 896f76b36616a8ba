"""Which of the senses moved the score: face, loudness, or the laughter that was heard.

Two ways to ask. Occlusion: what the score loses when one sense says what it says on an
ordinary tick of this video (Zeiler & Fergus 2014). Integrated gradients: the slope of the score
along the way from that ordinary tick to what was there (Sundararajan et al. 2017).
"""

import numpy as np
import torch

from funny.records import EMOTION_COLUMNS, SENSES, Signals
from funny.score.features import features
from funny.score.heads import Head
from funny.score.timeline import calibrated, raw_scores

_COLUMNS: dict[str, tuple[str, ...]] = {
    "face": EMOTION_COLUMNS,
    "loudness": ("loudness", "loudness_change"),
    "laughter": ("laughter",),
}
_STEPS = 512


def contributions(signals: Signals, net: Head, scores: np.ndarray) -> np.ndarray:
    """What each of SENSES adds to the score of every tick, by occlusion.

    Args:
        signals: Signals of a whole video.
        net: A head in evaluation mode.
        scores: What it says of them, (t,).

    Returns:
        (t, 3) in -1..1; 0 for a sense that the head does not know.
    """
    x = features(signals, net.config.features)
    return added(x, net, scores, ordinary(x))


def ordinary(x: np.ndarray) -> np.ndarray:
    """What features are on an ordinary tick, (t, f) → (f,)."""
    return np.median(x, axis=0) if len(x) else np.zeros(x.shape[1])


def added(x: np.ndarray, net: Head, scores: np.ndarray, calm: np.ndarray) -> np.ndarray:
    """What each of SENSES adds to the score of each of some ticks that follow each other.

    Args:
        x: Their features, (t, f).
        net: A head in evaluation mode.
        scores: What it says of them, (t,).
        calm: Features of an ordinary tick, (f,).

    Returns:
        (t, 3) in -1..1.
    """
    return np.stack([scores - _without(x, net, sense, calm) for sense in SENSES], axis=1)


def _without(x: np.ndarray, net: Head, sense: str, calm: np.ndarray) -> np.ndarray:
    """Scores (t,) where one sense is as on an ordinary tick."""
    columns, occluded = columns_of(net, sense), x.copy()
    occluded[:, columns] = calm[columns]
    return calibrated(raw_scores(occluded, net, net.config), *net.config.calibration)


def columns_of(net: Head, sense: str) -> list[int]:
    """The features of a head that belong to a sense."""
    return [net.config.features.index(n) for n in _COLUMNS[sense] if n in net.config.features]


def integrated_gradients(signals: Signals, net: Head, first: int, ticks: int) -> np.ndarray:
    """What each of SENSES adds to the log-odds of one clip, by integrated gradients.

    Args:
        signals: Signals of a whole video.
        net: A head in evaluation mode.
        first: First tick of the clip.
        ticks: Its length.

    Returns:
        (3,); together they are the log-odds of the clip less those of ordinary ticks.
    """
    x = torch.from_numpy(features(signals, net.config.features))
    calm = x.median(0).values.expand(ticks, -1)  # (ticks, f)
    way = x[first : first + ticks] - calm
    shares = (torch.arange(_STEPS) + 0.5) / _STEPS
    clips = (calm + shares[:, None, None] * way).requires_grad_()  # (steps, ticks, f)
    logits = net(clips, torch.ones(clips.shape[:2], dtype=torch.bool))
    [slopes] = torch.autograd.grad(logits.sum(), clips)
    added = (slopes.mean(0) * way).sum(0).detach().numpy()  # (f,)
    return np.array([added[columns_of(net, sense)].sum() for sense in SENSES])
