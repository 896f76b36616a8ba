"""Devices and dtypes: the only place that asks which accelerator there is."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def device() -> "torch.device":
    """The device that models run on: FUNNY_DEVICE if set, else CUDA if there, else the CPU."""
    import torch

    chosen = os.environ.get("FUNNY_DEVICE")
    return torch.device(chosen or ("cuda" if torch.cuda.is_available() else "cpu"))
