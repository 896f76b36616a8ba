"""Train a head on clips cut from labelled conversations."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from funny.learn.simulate import Conversation
from funny.score.features import FEATURES, features
from funny.score.heads import HEADS, MAX_CLIP_TICKS, MIN_CLIP_TICKS, Head, HeadConfig


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
    features: tuple[str, ...] = FEATURES
    """Names of the f columns of x."""

    def batches(self, size: int, seed: int) -> Iterator[tuple[torch.Tensor, ...]]:
        """Endless random batches of (x, mask, funny)."""
        rng = np.random.default_rng(seed)
        columns = [torch.from_numpy(c) for c in (self.x, self.mask, self.funny.astype(np.float32))]
        while True:
            pick = torch.from_numpy(rng.integers(0, len(self.funny), size))
            yield tuple(c[pick] for c in columns)


def cut_clips(
    conversations: Sequence[Conversation],
    each: int,
    seed: int,
    names: tuple[str, ...] = FEATURES,
) -> Clips:
    """Clips of 10–14 ticks at random places; a clip is funny if it holds a funny tick.

    Args:
        conversations: Where to cut.
        each: How many clips of each.
        seed: Of the places.
        names: Which features.
    """
    rng = np.random.default_rng(seed)
    columns = ((features(c.signals, names), c.funny) for c in conversations)
    cuts = [_cut(x, funny, rng) for x, funny in columns for _ in range(each)]
    x, mask, funny = (np.stack(column) for column in zip(*cuts, strict=True))
    return Clips(x, mask, funny, names)


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
    net = new_head(options, clips.features, clips.x[clips.mask])
    batches = clips.batches(options.batch, options.seed)
    losses = (F.binary_cross_entropy_with_logits(net(x, mask), funny) for x, mask, funny in batches)
    return fit(net, losses, options, progress)


def new_head(options: TrainOptions, names: tuple[str, ...], ticks: np.ndarray) -> Head:
    """A head with random weights that standardises as some ticks (n, f) ask for."""
    torch.manual_seed(options.seed)
    net = HEADS[options.kind](HeadConfig(kind=options.kind, features=names))
    net.mean.copy_(torch.from_numpy(ticks.mean(0)))
    net.std.copy_(torch.from_numpy(ticks.std(0)).clamp(min=1e-3))
    return net


def fit(
    net: Head,
    losses: Iterator[torch.Tensor],
    options: TrainOptions,
    progress: Callable[[int, float], None],
) -> Head:
    """Takes a step down every loss, each of which is computed when it is asked for."""
    optimizer = torch.optim.AdamW(
        net.parameters(), options.learning_rate, weight_decay=options.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options.learning_rate, options.steps)
    for step, loss in zip(range(options.steps), losses, strict=False):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        progress(step, loss.item())
    return net.eval()
