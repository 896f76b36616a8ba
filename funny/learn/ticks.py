"""Train a head as it is used: on ticks, each as funny as the least funny clip that holds it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from funny.learn.examples import REACH
from funny.learn.simulate import Conversation
from funny.learn.train import TrainOptions, fit, new_head
from funny.score.features import FEATURES, features
from funny.score.heads import MAX_CLIP_TICKS, MIN_CLIP_TICKS, Head


@dataclass(frozen=True, eq=False)
class Ticks:
    """Labelled ticks of whole conversations, in a row."""

    x: torch.Tensor
    """(n, f) features; conversations stand still for REACH ticks beyond both ends."""
    at: torch.Tensor
    """(t,) rows of x at which the ticks are."""
    funny: torch.Tensor
    """(t,) labels, 0 or 1."""
    features: tuple[str, ...]
    """Names of the f columns."""


def ticks_of(
    conversations: Sequence[Conversation],
    names: tuple[str, ...] = FEATURES,
    without: Sequence[str] = (),
) -> Ticks:
    """The ticks of conversations.

    Args:
        conversations: Labelled.
        names: Which features.
        without: Kinds whose ticks are not asked about; clips of other ticks still see them.
    """
    columns = [features(talk.signals, names) for talk in conversations]
    rows = [np.pad(x, ((REACH, REACH), (0, 0)), mode="edge") for x in columns]
    starts = np.cumsum([0, *(len(row) for row in rows[:-1])]) + REACH
    at = [start + np.arange(len(x)) for start, x in zip(starts, columns, strict=True)]
    funny = np.concatenate([talk.funny for talk in conversations]).astype(np.float32)
    asked = np.concatenate([_asked(talk, without) for talk in conversations])
    x, places = torch.from_numpy(np.concatenate(rows)), torch.from_numpy(np.concatenate(at)[asked])
    return Ticks(x, places, torch.from_numpy(funny[asked]), names)


def _asked(talk: Conversation, without: Sequence[str]) -> np.ndarray:
    """Which ticks of a conversation are asked about, (t,)."""
    if not len(talk.kinds):
        return np.ones(len(talk.funny), bool)
    return ~np.isin(talk.kinds, list(without))


def train_on_ticks(
    ticks: Ticks, options: TrainOptions, progress: Callable[[int, float], None] = lambda *_: None
) -> Head:
    """Trains a head; the same ticks, options and machine give the same weights.

    Args:
        ticks: Labelled ticks.
        options: How; a batch is of ticks, each of which stands for 10 to 14 clips.
        progress: Called with the step and its loss.
    """
    net = new_head(options, ticks.features, ticks.x[ticks.at].numpy())
    return fit(net, _losses(net, ticks, options), options, progress)


def _losses(net: Head, ticks: Ticks, options: TrainOptions) -> Iterator[torch.Tensor]:
    rng = np.random.default_rng(options.seed)
    while True:
        length = int(rng.integers(MIN_CLIP_TICKS, MAX_CLIP_TICKS + 1))
        pick = torch.from_numpy(rng.integers(0, len(ticks.at), options.batch))
        least = least_logits(net, ticks.x, ticks.at[pick], length)
        yield F.binary_cross_entropy_with_logits(least, ticks.funny[pick])


def least_logits(net: Head, x: torch.Tensor, at: torch.Tensor, length: int) -> torch.Tensor:
    """Least logit of the clips of one length that hold each tick: x (n, f), at (b,) → (b,)."""
    around = x[at[:, None] + torch.arange(1 - length, length)]  # (b, 2 · length - 1, f)
    clips = around.unfold(1, length, 1).transpose(2, 3).flatten(0, 1)  # (b · length, length, f)
    clips = F.pad(clips, (0, 0, 0, MAX_CLIP_TICKS - length))
    mask = (torch.arange(MAX_CLIP_TICKS) < length).expand(len(clips), -1)
    return net(clips, mask).view(len(at), length).amin(1)
