"""The face-expression net of face-api, ported to PyTorch: small enough to ship with the code.

Source: FaceExpressionNet of the npm package @vladmandic/face-api 1.7.15 (MIT), itself from
justadudewhohacks/face-api.js. `models/convert_face_api.py` makes its weights.
"""

import torch
from torch import nn
from torch.nn import functional as F

WIDTHS = (32, 64, 128, 256)
CLASSES = ("neutral", "happiness", "sadness", "anger", "fear", "disgust", "surprise")


class SeparableConv(nn.Module):
    """Depthwise 3×3 convolution, then pointwise 1×1 with a bias."""

    def __init__(self, channels_in: int, channels_out: int, stride: int = 1) -> None:
        super().__init__()
        self.stride = stride
        self.depthwise = nn.Conv2d(
            channels_in, channels_in, 3, stride, groups=channels_in, bias=False
        )
        self.pointwise = nn.Conv2d(channels_in, channels_out, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """X : (b, c_in, h, w) → (b, c_out, ceil(h / stride), ceil(w / stride))."""
        return self.pointwise(self.depthwise(_pad_same(x, self.stride)))


class FirstConv(nn.Conv2d):
    """Plain 3×3 convolution with stride 2, padded as TensorFlow does."""

    def __init__(self, channels_out: int) -> None:
        super().__init__(3, channels_out, 3, stride=2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """X : (b, 3, h, w) → (b, c_out, ceil(h / 2), ceil(w / 2))."""
        return super().forward(_pad_same(x, 2))


def _pad_same(x: torch.Tensor, stride: int) -> torch.Tensor:
    # TensorFlow's "same" puts the odd pixel of a strided convolution at the right and bottom.
    return F.pad(x, (0, 1, 0, 1) if stride == 2 else (1, 1, 1, 1))


class DenseBlock(nn.Module):
    """Four convolutions; each sees the sum of all before it."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        is_first = channels_in == 3
        self.conv0 = (
            FirstConv(channels_out) if is_first else SeparableConv(channels_in, channels_out, 2)
        )
        self.conv1 = SeparableConv(channels_out, channels_out)
        self.conv2 = SeparableConv(channels_out, channels_out)
        self.conv3 = SeparableConv(channels_out, channels_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """X : (b, c_in, h, w) → (b, c_out, h / 2, w / 2)."""
        total = F.relu(self.conv0(x))
        total = total + self.conv1(total)
        total = total + self.conv2(F.relu(total))
        return F.relu(total + self.conv3(F.relu(total)))


class FaceExpressionNet(nn.Module):
    """Seven expressions from a face of 112×112 pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(
            DenseBlock(before, after) for before, after in zip((3, *WIDTHS), WIDTHS, strict=False)
        )
        self.fc = nn.Linear(WIDTHS[-1], len(CLASSES))

    def forward(self, faces: torch.Tensor) -> torch.Tensor:
        """Faces : (b, 3, 112, 112), normalised → logits (b, 7) in the order of CLASSES."""
        x = faces
        for block in self.blocks:
            x = block(x)
        x = F.avg_pool2d(x, 7, 2).flatten(1)  # (b, 256)
        return self.fc(x)
