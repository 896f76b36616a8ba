"""Devices and dtypes: the only place that asks which accelerator there is."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from funny.errors import OptionError

if TYPE_CHECKING:
    import torch

Work = TypeVar("Work", bound=Callable)

_CALL_S = 20
"""Longest that one batch may hold a shared GPU, its start included."""


def is_zero_gpu() -> bool:
    """Whether this is a Hugging Face Space whose GPU is lent for one call at a time."""
    return os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")


def device(per_picture: bool = False) -> "torch.device":
    """The device that models run on: FUNNY_DEVICE if set, else CUDA if there, else the CPU.

    Args:
        per_picture: For work on one picture at a time. Where the GPU is lent call by call, each
            call would cost more than the work: it stays on the CPU.

    Raises:
        OptionError: If FUNNY_DEVICE names a device that is not there.
    """
    import torch

    if per_picture and is_zero_gpu():
        return torch.device("cpu")
    chosen = os.environ.get("FUNNY_DEVICE")
    if not chosen:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return _expect_usable(chosen)


def _expect_usable(name: str) -> "torch.device":
    import torch

    try:
        found = torch.device(name)
    except RuntimeError as error:
        raise OptionError(f"FUNNY_DEVICE={name}: expected cpu or cuda, or nothing.") from error
    if found.type == "cuda" and not torch.cuda.is_available():
        raise OptionError(f"FUNNY_DEVICE={name}: there is no CUDA device. Use cpu, or nothing.")
    return found


def dtype() -> "torch.dtype":
    """The type of numbers on that device: half precision on CUDA, single on the CPU."""
    import torch

    return torch.float16 if device().type == "cuda" else torch.float32


def batch_size() -> int:
    """How many faces to look at in one call: on a CPU few, so that all stays in its caches."""
    return 128 if device().type == "cuda" else 4


def use_threads(count: int) -> None:
    """Lets the networks of this process use so many cores at once."""
    import torch

    torch.set_num_threads(count)


def on_gpu(work: Work) -> Work:
    """The same function, run where a GPU is lent if this is such a Space.

    Arguments and result travel between processes: numpy arrays, not tensors. What the function
    refers to must be made before the first call.
    """
    if not is_zero_gpu():
        return work
    import spaces

    return spaces.GPU(work, duration=_CALL_S)
