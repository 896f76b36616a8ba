"""Clips as they are served: a tick is as funny as the least funny clip that holds it."""

import numpy as np
import torch
from torch.nn import functional as F

from funny.errors import WeightsError
from funny.learn.examples import REACH, Examples
from funny.score.heads import MAX_CLIP_TICKS, Head
from funny.score.timeline import calibrated, clip_lengths

_BATCH_CLIPS = 128


def tick_logits(net: Head, around: torch.Tensor, length: int) -> torch.Tensor:
    """Least logit of the clips of one length that hold each tick: (b, 40, f) → (b, 14)."""
    first, last = REACH - (length - 1), REACH + MAX_CLIP_TICKS + (length - 1)
    clips = around[:, first:last].unfold(1, length, 1)  # (b, 14 + length - 1, f, length)
    clips = clips.transpose(2, 3).flatten(0, 1)
    clips = F.pad(clips, (0, 0, 0, MAX_CLIP_TICKS - length))
    mask = (torch.arange(MAX_CLIP_TICKS) < length).expand(len(clips), -1)
    return net(clips, mask).view(len(around), -1).unfold(1, length, 1).amin(2)


def peak_logits(net: Head, around: torch.Tensor, mask: torch.Tensor, length: int) -> torch.Tensor:
    """Logit of the funniest tick of each clip: (b, 40, f) and mask (b, 14) → (b,)."""
    ticks = tick_logits(net, around, length)
    return ticks.masked_fill(~mask, -torch.inf).amax(1)


@torch.inference_mode()
def served_ticks(net: Head, examples: Examples) -> np.ndarray:
    """Scores of the clips' ticks before calibration, as in the timeline of their videos.

    Args:
        net: A head in evaluation mode.
        examples: With what lies around each clip.

    Returns:
        (n, 14) in 0..1; 0 where a clip has ended.

    Raises:
        WeightsError: If the head looks at longer clips than there can be.
    """
    if net.config.max_ticks > MAX_CLIP_TICKS:
        raise WeightsError(
            f"the head looks at clips of up to {net.config.max_ticks} ticks; "
            f"datasets hold {MAX_CLIP_TICKS}. Choose another head."
        )
    x = torch.from_numpy(examples.only(net.config.features).around)
    parts = [_scores(net, part) for part in x.split(_BATCH_CLIPS)]
    return np.where(examples.mask, np.concatenate(parts), 0.0)


def _scores(net: Head, around: torch.Tensor) -> np.ndarray:
    logits = [tick_logits(net, around, length) for length in clip_lengths(net.config)]
    return torch.stack(logits).sigmoid().mean(0).numpy()


def served(net: Head, examples: Examples) -> np.ndarray:
    """How funny each clip is: its funniest tick, calibrated, (n,) in 0..1."""
    return calibrated(served_ticks(net, examples).max(1), *net.config.calibration)
