"""Signals → Timeline: a head looks at every clip of the video, and clips vote on ticks.

A head says whether a clip of 5–7 s holds something funny, not where. A tick is therefore as
funny as the least funny clip that holds it: if the moment is at this tick, every clip that holds
the tick holds the moment too; half a second beside it there is a clip that does not. (Clips
spread a moment as a dilation does; the minimum over clips is the matching erosion.) This is done
for the shortest, the middle and the longest clip, and averaged.

Beyond both ends the video stands still, so that every tick lies in equally many whole clips: a
steady signal gives a steady score up to the first and the last tick, and a moment beside an end
is not seen twice, as it would be if the ends were mirrored.
"""

import numpy as np
import torch

from funny.records import ModelInfo, Signals, Timeline
from funny.score.features import features
from funny.score.heads import Head, HeadConfig

_BATCH_CLIPS = 512


def score(signals: Signals, net: Head, config: HeadConfig, info: ModelInfo) -> Timeline:
    """Funniness of every tick.

    Args:
        signals: Signals of a whole video.
        net: A head in evaluation mode.
        config: Its config.
        info: Its name and origin, for the record.
    """
    scores = raw_scores(features(signals, config.features), net, config)
    return Timeline(signals.times_s, calibrated(scores, *config.calibration), info)


def raw_scores(x: np.ndarray, net: Head, config: HeadConfig) -> np.ndarray:
    """Scores of ticks before calibration: x (t, f) → (t,) in 0..1."""
    lengths = clip_lengths(config)
    return np.mean([tick_scores(x, net, n, config.max_ticks) for n in lengths], axis=0)


def calibrated(scores: np.ndarray, scale: float, shift: float) -> np.ndarray:
    """Scores (t,) whose log-odds are scaled and shifted, float32 in 0..1."""
    inside = np.clip(scores.astype(np.float64), 1e-6, 1 - 1e-6)
    odds = scale * np.log(inside / (1 - inside)) + shift
    return (1 / (1 + np.exp(-odds))).astype(np.float32)


def clip_lengths(config: HeadConfig) -> tuple[int, ...]:
    """Clip lengths in ticks at which a video is looked at: shortest, middle, longest."""
    low, high = config.min_ticks, config.max_ticks
    return tuple(sorted({low, (low + high) // 2, high}))


def tick_scores(x: np.ndarray, net: Head, length: int, max_ticks: int) -> np.ndarray:
    """Scores of ticks from clips of one length: x (t, f) → (t,) in 0..1."""
    if not len(x):
        return np.zeros(0, np.float32)
    longer = np.pad(x, ((length - 1, length - 1), (0, 0)), mode="edge")
    return eroded(clip_scores(longer, net, length, max_ticks), length)


def clip_scores(x: np.ndarray, net: Head, length: int, max_ticks: int) -> np.ndarray:
    """Score of the clip that begins at each tick: x (t, f) → (t - length + 1,) in 0..1."""
    clips = torch.from_numpy(np.ascontiguousarray(x)).unfold(0, length, 1)  # (n, f, length)
    scores = [_clip_batch(part, net, max_ticks) for part in clips.split(_BATCH_CLIPS)]
    return np.concatenate(scores)


@torch.inference_mode()
def _clip_batch(clips: torch.Tensor, net: Head, max_ticks: int) -> np.ndarray:
    """Clips : (n, f, length), padded at the end to max_ticks and masked → (n,)."""
    length = clips.shape[2]
    x = torch.nn.functional.pad(clips, (0, max_ticks - length)).transpose(1, 2)  # (n, max, f)
    mask = (torch.arange(max_ticks) < length).expand(len(x), -1)
    return net.probability(x, mask).numpy()


def eroded(clip_scores: np.ndarray, length: int) -> np.ndarray:
    """Least score of the clips that hold a tick: (t + length - 1,) → (t,)."""
    return np.lib.stride_tricks.sliding_window_view(clip_scores, length).min(axis=1)
