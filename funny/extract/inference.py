"""Networks made ready to be asked only: batch norms folded away, pictures laid out by pixel.

Both change no answer by more than rounding. On a CPU they make EfficientNet-B0 more than twice as
quick; `benchmarks/speed.py` measures it.
"""

from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


def ready(net: nn.Module, device: torch.device, dtype: torch.dtype) -> nn.Module:
    """The network on its device, in evaluation mode, every batch norm folded into its convolution.

    The network itself is changed; it can be asked, and not trained any more.
    """
    net.eval()
    for parent, convolution, norm in list(_followed_by_norm(net)):
        _fold(parent, convolution, norm)
    return net.to(device, dtype).to(memory_format=torch.channels_last)


def _followed_by_norm(net: nn.Module) -> Iterator[tuple[nn.Module, str, str]]:
    """Convolutions whose next sibling is their batch norm, with their parent."""
    for parent in net.modules():
        for (name, child), (after, norm) in pairwise(parent.named_children()):
            if isinstance(child, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                yield parent, name, after


def _fold(parent: nn.Module, convolution: str, norm: str) -> None:
    before, after = getattr(parent, convolution), getattr(parent, norm)
    setattr(parent, convolution, fuse_conv_bn_eval(before, after))
    # timm's batch norms hold the activation that comes after them.
    setattr(parent, norm, getattr(after, "act", nn.Identity()))
