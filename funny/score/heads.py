"""Small networks that look at a clip of 5–7 s and say how funny it was.

All heads share one interface: features (b, t, f) and a mask (b, t) of the ticks that exist →
logits (b,). What is masked out never changes a score.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence

from funny.score.features import FEATURES

MIN_CLIP_TICKS = 10
MAX_CLIP_TICKS = 14


@dataclass(frozen=True)
class HeadConfig:
    """What a head was built and trained for; kept as config.json beside its weights."""

    kind: str = "conv1d"
    features: tuple[str, ...] = FEATURES
    """Names of the input columns, in order."""
    tick_hz: float = 2.0
    min_ticks: int = MIN_CLIP_TICKS
    max_ticks: int = MAX_CLIP_TICKS
    training_data: str = "untrained"
    metrics: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The same as plain JSON values."""
        return {**asdict(self), "features": list(self.features)}


class Head(nn.Module):
    """Common part of all heads: standardises the features and clears what is masked."""

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, features: int = len(FEATURES)) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("std", torch.ones(features))

    def standardise(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """X : (b, t, f), mask : (b, t) → (b, t, f) with zeros where the mask is false."""
        # Chosen, not multiplied: what is masked may be anything, and NaN · 0 is NaN.
        return torch.where(mask[..., None], (x - self.mean) / self.std, 0.0)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """X : (b, t, f), mask : (b, t) → logits (b,)."""
        raise NotImplementedError

    def probability(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """X : (b, t, f), mask : (b, t) → scores (b,) in 0..1."""
        return torch.sigmoid(self(x, mask))


class Conv1dHead(Head):
    """Two convolutions over time and a masked maximum: 8,577 parameters with 12 features."""

    def __init__(self, features: int = len(FEATURES)) -> None:
        super().__init__(features)
        self.conv1 = nn.Conv1d(features, 64, 3, padding=1)
        self.conv2 = nn.Conv1d(64, 32, 3, padding=1)
        self.out = nn.Linear(32, 1)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """X : (b, t, f), mask : (b, t) → logits (b,)."""
        keep = mask[:, None].to(x.dtype)  # (b, 1, t)
        x = self.standardise(x, mask).transpose(1, 2)  # (b, f, t)
        # Cleared between the layers too, or the bias would make padding differ from an edge.
        x = F.relu(self.conv1(x)) * keep  # (b, 64, t)
        x = F.relu(self.conv2(x)) * keep  # (b, 32, t), nothing below 0: zeros never win
        return self.out(x.amax(2)).squeeze(1)


class LstmHead(Head):
    """An LSTM whose last state is read; clips are packed, so padding is never seen."""

    def __init__(self, features: int = len(FEATURES), hidden: int = 32) -> None:
        super().__init__(features)
        self.lstm = nn.LSTM(features, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """X : (b, t, f), mask : (b, t) → logits (b,)."""
        return self.out(last_state(self.lstm, self.standardise(x, mask), mask)).squeeze(1)


class Conv1dLstmHead(Head):
    """A convolution finds short patterns; an LSTM reads their order."""

    def __init__(self, features: int = len(FEATURES), channels: int = 32, hidden: int = 32) -> None:
        super().__init__(features)
        self.conv = nn.Conv1d(features, channels, 3, padding=1)
        self.lstm = nn.LSTM(channels, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """X : (b, t, f), mask : (b, t) → logits (b,)."""
        x = self.standardise(x, mask).transpose(1, 2)  # (b, f, t)
        x = F.relu(self.conv(x)).transpose(1, 2)  # (b, t, channels)
        return self.out(last_state(self.lstm, x, mask)).squeeze(1)


def last_state(lstm: nn.LSTM, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """State of an LSTM after the last tick that exists: x (b, t, f), mask (b, t) → (b, hidden)."""
    lengths = mask.sum(1).clamp(min=1).cpu()
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    _, (state, _) = lstm(packed)
    return state[-1]


HEADS: dict[str, type[Head]] = {
    "conv1d": Conv1dHead,
    "lstm": LstmHead,
    "conv1d-lstm": Conv1dLstmHead,
}
