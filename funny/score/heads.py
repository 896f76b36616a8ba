"""Small networks that look at a clip of 5–7 s and say how funny it was.

All heads share one interface: features (b, t, f) and a mask (b, t) of the ticks that exist →
logits (b,). What is masked out never changes a score.
"""

from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import torch
from huggingface_hub import PyTorchModelHubMixin
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence

from funny.claims import is_number, is_whole, shown
from funny.errors import WeightsError
from funny.files import expect_header, expect_numbers, write_json
from funny.score.features import FEATURES

MIN_CLIP_TICKS = 10
MAX_CLIP_TICKS = 14
LARGEST_WIDTH, LARGEST_KERNEL, MOST_FEATURES = 512, 13, 64
"""What a config may ask for; a hundredfold would fill the memory before it is found wrong."""
SHAPE = ("width", "kernel", "dropout")
"""Fields that came after the first release: a config.json need not have them."""


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
    calibration: tuple[float, float] = (1.0, 0.0)
    """Scale and shift of a tick's log-odds that make the score a probability (Platt 1999)."""
    width: int | None = None
    """Channels of the first layer; None takes what the kind was released with."""
    kernel: int = 3
    """Ticks that a convolution looks at; odd, so that it looks as far back as ahead."""
    dropout: float = 0.0
    """Share of what the last layer is told that is left out in training."""

    def __post_init__(self) -> None:
        # JSON knows lists only.
        object.__setattr__(self, "features", tuple(self.features))
        object.__setattr__(self, "calibration", tuple(self.calibration))
        if len(self.features) > MOST_FEATURES:
            raise ValueError(f"features: expected {MOST_FEATURES} at most")
        if self.width is not None and not is_whole(self.width, 2, LARGEST_WIDTH):
            raise ValueError(f"width: expected 2 to {LARGEST_WIDTH}, got {shown(self.width)}")
        if not (is_whole(self.kernel, 1, LARGEST_KERNEL) and self.kernel % 2):
            raise ValueError(
                f"kernel: expected an odd number of 1 to {LARGEST_KERNEL}, got {shown(self.kernel)}"
            )
        if not is_number(self.dropout, 0, 1) or self.dropout == 1:
            raise ValueError(f"dropout: expected 0 to less than 1, got {shown(self.dropout)}")

    def to_json(self) -> dict[str, Any]:
        """The same as plain JSON values; a shape that is the usual one is not told."""
        told = {**asdict(self), "features": list(self.features)}
        usual = {f.name: f.default for f in fields(self) if f.name in SHAPE}
        return {name: value for name, value in told.items() if usual.get(name, ...) != value}


_CARD = """---
{{ card_data }}
---

# Head of funny

Says how funny a clip of 5–7 s is, from numbers about face and voice, twice a second.
`config.json` names the numbers, their order, and what the head was trained on and measured by.

    from funny.score.heads import {{ kind }}

    head = {{ kind }}.from_pretrained("{{ repo_id | default('OWNER/NAME', true) }}")

Scores are not calibrated unless the metrics say so. Expression models read faces, not feelings,
and err differently for different people: do not judge persons by them.
"""


class Head(
    nn.Module,
    PyTorchModelHubMixin,
    library_name="funny",
    license="apache-2.0",
    tags=["highlight-detection", "humor", "facial-expression-recognition"],
    model_card_template=_CARD,
):
    """Common part of all heads: standardises the features and clears what is masked."""

    kind: ClassVar[str] = ""
    """Its name in `HEADS` and in config.json."""
    usual_width: ClassVar[int] = 32
    """Its width where the config names none."""
    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, config: HeadConfig | None = None) -> None:
        super().__init__()
        self.config = config or HeadConfig(kind=self.kind)
        if self.config.kind != self.kind:
            raise ValueError(f"config: expected kind {self.kind}, got {self.config.kind}")
        self.register_buffer("mean", torch.zeros(self.inputs))
        self.register_buffer("std", torch.ones(self.inputs))
        self.dropped = nn.Dropout(self.config.dropout)

    @property
    def inputs(self) -> int:
        """Number of features a tick."""
        return len(self.config.features)

    @property
    def width(self) -> int:
        """Channels of the first layer."""
        return self.usual_width if self.config.width is None else self.config.width

    def convolution(self, inputs: int, outputs: int) -> nn.Conv1d:
        """A convolution over time that leaves the number of ticks as it is."""
        kernel = self.config.kernel
        return nn.Conv1d(inputs, outputs, kernel, padding=kernel // 2)

    def _save_pretrained(self, save_directory: Path) -> None:
        super()._save_pretrained(save_directory)
        write_json(save_directory / "config.json", self.config.to_json())

    def generate_model_card(self, *args: Any, **kwargs: Any) -> Any:
        """The card that `save_pretrained` writes where there is none."""
        return super().generate_model_card(*args, **{"kind": type(self).__name__, **kwargs})

    @classmethod
    def _from_pretrained(cls, *, strict: bool = True, **kwargs: Any) -> "Head":
        return super()._from_pretrained(strict=strict, **kwargs)

    @classmethod
    def _load_as_safetensor(cls, model: Any, model_file: str, *how: Any) -> Any:
        expect_header(model, Path(model_file))
        loaded = super()._load_as_safetensor(model, model_file, *how)
        expect_numbers(loaded, Path(model_file))
        return loaded

    @classmethod
    def _load_as_pickle(cls, *args: Any, **kwargs: Any) -> NoReturn:
        raise WeightsError("This repository has no model.safetensors; pickles are not opened.")

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

    kind = "conv1d"
    usual_width = 64

    def __init__(self, config: HeadConfig | None = None) -> None:
        super().__init__(config)
        self.conv1 = self.convolution(self.inputs, self.width)
        self.conv2 = self.convolution(self.width, self.width // 2)
        self.out = nn.Linear(self.width // 2, 1)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """X : (b, t, f), mask : (b, t) → logits (b,)."""
        keep = mask[:, None].to(x.dtype)  # (b, 1, t)
        x = self.standardise(x, mask).transpose(1, 2)  # (b, f, t)
        # Cleared between the layers too, or the bias would make padding differ from an edge.
        x = F.relu(self.conv1(x)) * keep  # (b, w, t)
        x = F.relu(self.conv2(x)) * keep  # (b, w/2, t), nothing below 0: zeros never win
        return self.out(self.dropped(x.amax(2))).squeeze(1)


class LogisticHead(Head):
    """Logistic regression on mean and maximum of every feature: the least that can learn."""

    kind = "logistic"

    def __init__(self, config: HeadConfig | None = None) -> None:
        super().__init__(config)
        self.out = nn.Linear(2 * self.inputs, 1)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """X : (b, t, f), mask : (b, t) → logits (b,)."""
        keep = mask[..., None]
        x = self.standardise(x, mask)
        mean = x.sum(1) / keep.sum(1).clamp(min=1)  # (b, f)
        highest = x.masked_fill(~keep, -1e4).amax(1)  # (b, f)
        return self.out(self.dropped(torch.cat([mean, highest], 1))).squeeze(1)


class LstmHead(Head):
    """An LSTM whose last state is read; clips are packed, so padding is never seen."""

    kind = "lstm"

    def __init__(self, config: HeadConfig | None = None) -> None:
        super().__init__(config)
        self.lstm = nn.LSTM(self.inputs, self.width, batch_first=True)
        self.out = nn.Linear(self.width, 1)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """X : (b, t, f), mask : (b, t) → logits (b,)."""
        state = last_state(self.lstm, self.standardise(x, mask), mask)
        return self.out(self.dropped(state)).squeeze(1)


class Conv1dLstmHead(Head):
    """A convolution finds short patterns; an LSTM reads their order."""

    kind = "conv1d-lstm"

    def __init__(self, config: HeadConfig | None = None) -> None:
        super().__init__(config)
        self.conv = self.convolution(self.inputs, self.width)
        self.lstm = nn.LSTM(self.width, self.width, batch_first=True)
        self.out = nn.Linear(self.width, 1)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """X : (b, t, f), mask : (b, t) → logits (b,)."""
        x = self.standardise(x, mask).transpose(1, 2)  # (b, f, t)
        x = F.relu(self.conv(x)).transpose(1, 2)  # (b, t, w)
        return self.out(self.dropped(last_state(self.lstm, x, mask))).squeeze(1)


def last_state(lstm: nn.LSTM, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """State of an LSTM after the last tick that exists: x (b, t, f), mask (b, t) → (b, hidden)."""
    lengths = mask.sum(1).clamp(min=1).cpu()
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    _, (state, _) = lstm(packed)
    return state[-1]


_KINDS: tuple[type[Head], ...] = (Conv1dHead, LstmHead, Conv1dLstmHead, LogisticHead)
HEADS = {head.kind: head for head in _KINDS}
