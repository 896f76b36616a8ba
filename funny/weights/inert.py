"""Opens pickles of networks without importing or running anything that they name.

A pickle is a program that rebuilds objects; whoever runs it as it stands runs what its author
wanted. Here every class it names becomes an inert stand-in that only remembers what was put into
it, a tensor becomes a window on numbers that lie elsewhere, and names that no network needs are
refused.
"""

import math
import pickle
import pickletools
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

import torch

from funny.errors import WeightsError

MAX_STEPS = 2_000_000
"""Of one pickle; EfficientNet-B0 takes 50,000."""

_STORAGES = {
    "FloatStorage": torch.float32,
    "DoubleStorage": torch.float64,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
}
_DTYPES = {str(dtype).removeprefix("torch.") for dtype in _STORAGES.values()}
_LAYERS_OF = ("torch.nn.modules.", "torch.nn.parameter.", "timm.models.", "timm.layers.")
_INERT = {("functools", "partial"), ("torch", "device")}


class StandIn:
    """An object that remembers what was put into it and does nothing."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.state: Any = {}

    def __setstate__(self, state: Any) -> None:
        self.state = state


@dataclass(frozen=True)
class Storage:
    """The numbers that several tensors may share."""

    dtype: torch.dtype
    key: str
    length: int

    @property
    def bytes(self) -> int:
        """Size in bytes."""
        return self.length * self.dtype.itemsize


@dataclass(frozen=True)
class TensorWindow:
    """A window on a storage."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]

    def __post_init__(self) -> None:
        numbers = (self.offset, *self.shape, *self.stride)
        if not all(type(n) is int and n >= 0 for n in numbers):
            raise WeightsError(f"a tensor has offset, shape or stride {numbers}")
        if len(self.shape) != len(self.stride) or self.size > self.storage.length:
            raise WeightsError(f"a tensor of shape {self.shape} claims more than its storage holds")
        reach = sum((n - 1) * s for n, s in zip(self.shape, self.stride, strict=True))
        if self.size and self.offset + reach >= self.storage.length:
            raise WeightsError(f"a tensor of shape {self.shape} reaches beyond its storage")

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        """Size in bytes, as a copy."""
        return self.size * self.storage.dtype.itemsize

    def of(self, numbers: torch.Tensor) -> torch.Tensor:
        """The tensor itself, of its storage's numbers; a copy."""
        return numbers.as_strided(self.shape, self.stride, self.offset).clone()


def _tensor(
    storage: Storage, offset: int, shape: tuple[int, ...], stride: tuple[int, ...], *_: Any
) -> TensorWindow:
    if not isinstance(storage, Storage):
        raise WeightsError(f"a tensor is built on {type(storage).__name__}, expected a storage")
    return TensorWindow(storage, offset, tuple(shape), tuple(stride))


def _parameter(data: TensorWindow, *_: Any) -> TensorWindow:
    return data


@dataclass(frozen=True)
class _Builder:
    """A function that a pickle may call, but not change: it could set a plain one's attributes."""

    build: Callable[..., TensorWindow]

    def __call__(self, *arguments: Any) -> TensorWindow:
        return self.build(*arguments)

    def __setstate__(self, state: Any) -> None:
        raise WeightsError("it changes how tensors are built")


_UNDERSTOOD: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("__builtin__", "set"): set,
    ("builtins", "set"): set,
    ("torch", "Size"): tuple,
    ("torch._utils", "_rebuild_tensor"): _Builder(_tensor),
    ("torch._utils", "_rebuild_tensor_v2"): _Builder(_tensor),
    ("torch._utils", "_rebuild_parameter"): _Builder(_parameter),
    ("torch._utils", "_rebuild_parameter_with_state"): _Builder(_parameter),
}


class _Unpickler(pickle.Unpickler):
    """Builds stand-ins; nothing that a pickle names is ever looked up."""

    def find_class(self, module: str, name: str) -> Any:
        """What a pickle gets for a name that it asks for.

        Raises:
            WeightsError: If a network has no need of that name.
        """
        if known := _UNDERSTOOD.get((module, name)):
            return known
        if module in ("torch", "torch.cuda") and name in _STORAGES:
            return _STORAGES[name]
        if module == "torch" and name in _DTYPES:
            return name
        if (module, name) in _INERT or _is_layer(module, name):
            return type(name, (StandIn,), {})
        raise WeightsError(
            f"it asks for {module}.{name}, which no network needs and which might do harm. "
            "Nothing of it was run. Take the file from its original source."
        )

    def persistent_load(self, pid: Any) -> Any:
        """What lies outside the pickle: a storage, or (old files) a class with its source code."""
        if pid[0] == "module":
            return pid[1]
        kind, dtype, key, _place, length, *view = pid
        if kind != "storage" or not isinstance(dtype, torch.dtype) or type(length) is not int:
            raise WeightsError(f"it refers to {kind!r}, expected a storage")
        if any(view):
            raise WeightsError("a storage is a view of another, as no PyTorch since 0.4 writes it")
        return Storage(dtype, str(key), length)


def _is_layer(module: str, name: str) -> bool:
    """Whether a name is a layer's class; functions, written small, may load or run something."""
    return f"{module}.".startswith(_LAYERS_OF) and name.isidentifier() and name[0].isupper()


def unpickle(file: BinaryIO) -> Any:
    """One pickle from where a file stands, as stand-ins, plain values and `TensorWindow`s.

    Raises:
        WeightsError: If it asks for something that no network needs.
        Exception: Of any kind, if it is damaged.
    """
    start = file.tell()
    for step, (opcode, argument, _) in enumerate(pickletools.genops(file), 1):
        if step > MAX_STEPS:
            raise WeightsError(f"it takes more than {MAX_STEPS} steps to read")
        # The reader sets aside room up to the highest number before it sees what is stored there.
        if opcode.name in ("LONG_BINPUT", "PUT") and int(argument or 0) > step:
            raise WeightsError(f"it stores under number {argument} at step {step}")
    file.seek(start)
    return _Unpickler(file).load()
