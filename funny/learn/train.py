"""Train a head on clips cut from labelled conversations."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from funny.learn.simulate import Conversation
from funny.score.features import features
from funny.score.heads import HEADS, MAX_CLIP_TICKS, MIN_CLIP_TICKS, Head


@dataclass(frozen=True)
class TrainOptions:
    """How a head is trained."""

    kind: str = "conv1d"
    steps: int = 3000
    batch: int = 256
    learning_rate: float = 2e-3
    weight_decay: float = 1e-4
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Clips:
    """Labelled clips, padded to one length."""

    x: np.ndarray
    """(n, 14, f) features."""
    mask: np.ndarray
    """(n, 14) which ticks exist."""
    funny: np.ndarray
    """(n,) labels."""

    def batches(self, size: int, seed: int) -> Iterator[tuple[torch.Tensor, ...]]:
        """Endless random batches of (x, mask, funny)."""
        rng = np.random.default_rng(seed)
        columns = [torch.from_numpy(c) for c in (self.x, self.mask, self.funny.astype(np.float32))]
        while True:
            pick = torch.from_numpy(rng.integers(0, len(self.funny), size))
            yield tuple(c[pick] for c in columns)


def cut_clips(conversations: list[Conversation], each: int, seed: int) -> Clips:
    """Clips of 10–14 ticks at random places; a clip is funny if it holds a funny tick."""
    rng = np.random.default_rng(seed)
    cuts = [_cut(features(c.signals), c.funny, rng) for c in conversations for _ in range(each)]
    x, mask, funny = (np.stack(column) for column in zip(*cuts, strict=True))
    return Clips(x, mask, funny)


def _cut(
    x: np.ndarray, funny: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.bool_]:
    length = int(rng.integers(MIN_CLIP_TICKS, MAX_CLIP_TICKS + 1))
    first = int(rng.integers(0, len(x) - length + 1))
    clip = np.zeros((MAX_CLIP_TICKS, x.shape[1]), np.float32)
    clip[:length] = x[first : first + length]
    return clip, np.arange(MAX_CLIP_TICKS) < length, funny[first : first + length].any()


def train(
    clips: Clips, options: TrainOptions, progress: Callable[[int, float], None] = lambda *_: None
) -> Head:
    """Trains a head; the same clips, options and machine give the same weights.

    Args:
        clips: Labelled clips.
        options: How.
        progress: Called with the step and its loss.
    """
    torch.manual_seed(options.seed)
    net = HEADS[options.kind]()
    ticks = clips.x[clips.mask]
    net.mean.copy_(torch.from_numpy(ticks.mean(0)))
    net.std.copy_(torch.from_numpy(ticks.std(0)).clamp(min=1e-3))
    optimizer = torch.optim.AdamW(
        net.parameters(), options.learning_rate, weight_decay=options.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options.learning_rate, options.steps)
    batches = clips.batches(options.batch, options.seed)
    for step, (x, mask, funny) in zip(range(options.steps), batches, strict=False):
        loss = F.binary_cross_entropy_with_logits(net(x, mask), funny)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        progress(step, loss.item())
    return net.eval()
