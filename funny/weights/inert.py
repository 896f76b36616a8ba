"""Opens pickles of networks without importing or running anything that they name.

A pickle is a program that rebuilds objects; whoever runs it as it stands runs what its author
wanted. Here every class it names becomes an inert stand-in that only remembers what was put into
it, a tensor becomes a window on numbers that lie elsewhere, and names that no network needs are
refused.
"""

import math
import pickle
import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, ClassVar

import torch

from funny.errors import WeightsError

MAX_STEPS = 500_000
"""Of one pickle; EfficientNet-B0 takes 50,000."""
MAX_CLASSES = 1_000
MAX_DIMENSIONS = 16

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
_LAYERS_OF = (
    "torch.nn.modules.",
    "torch.nn.parallel.",
    "torch.nn.parameter.",
    "timm.models.",
    "timm.layers.",
)
_INERT = {("functools", "partial"), ("torch", "device")}


class StandIn:
    """An object that remembers what was put into it and does nothing."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.state: Any = {}

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _Settled:
    """What a pickle may make and use but not change: what was checked stays so."""

    def __setstate__(self, state: Any) -> None:
        raise WeightsError("it changes a tensor, or how tensors are built")


class _Dict(dict):
    """An OrderedDict without attributes of its own, of which state dicts have some."""

    def __setstate__(self, state: Any) -> None:
        pass


@dataclass(frozen=True)
class Storage(_Settled):
    """The numbers that several tensors may share."""

    dtype: torch.dtype
    key: str
    length: int

    @property
    def bytes(self) -> int:
        """Size in bytes."""
        return self.length * self.dtype.itemsize


@dataclass(frozen=True)
class TensorWindow(_Settled):
    """A window on a storage."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]

    def __post_init__(self) -> None:
        numbers = (self.offset, *self.shape, *self.stride)
        if not all(type(n) is int and 0 <= n < 1 << 48 for n in numbers):
            raise WeightsError("a tensor's offset, shape or stride is not of whole numbers")
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
    return TensorWindow(storage, offset, _size(shape), _size(stride))


def _size(numbers: tuple[int, ...] = ()) -> tuple[int, ...]:
    if len(numbers) > MAX_DIMENSIONS:
        raise WeightsError(f"a tensor has {len(numbers)} dimensions")
    return tuple(numbers)


def _parameter(data: TensorWindow, *_: Any) -> TensorWindow:
    return data


def _dict() -> _Dict:
    return _Dict()


def _members(items: list[Any] | tuple[()] = ()) -> list[Any] | tuple[()]:
    """What a set is made of; no copy, as a pickle may ask for thousands of one long list."""
    return items


@dataclass(frozen=True)
class _Builder(_Settled):
    """A function that a pickle may call, but not change: it could set a plain one's attributes."""

    build: Callable[..., Any]

    def __call__(self, *arguments: Any) -> Any:
        return self.build(*arguments)


_UNDERSTOOD: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): _Builder(_dict),
    ("__builtin__", "set"): _Builder(_members),
    ("builtins", "set"): _Builder(_members),
    ("torch", "Size"): _Builder(_size),
    ("torch._utils", "_rebuild_tensor"): _Builder(_tensor),
    ("torch._utils", "_rebuild_tensor_v2"): _Builder(_tensor),
    ("torch._utils", "_rebuild_parameter"): _Builder(_parameter),
    ("torch._utils", "_rebuild_parameter_with_state"): _Builder(_parameter),
}


# Python's own, not the faster one in C: only its steps can be replaced.
class _Unpickler(pickle._Unpickler):
    """Builds stand-ins; nothing that a pickle names is ever looked up."""

    dispatch: ClassVar[dict[int, Callable[[Any], None]]] = {**pickle._Unpickler.dispatch}

    def __init__(self, file: BinaryIO, storages: dict[str, Storage]) -> None:
        super().__init__(file)
        self._storages = storages
        self._classes: dict[str, type] = {}

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
            return self._stand_in(name)
        # A name may hold line breaks, or what a terminal obeys.
        asked = ascii(f"{module[:100]}.{name[:100]}")[1:-1]
        raise WeightsError(
            f"it asks for {asked}, which no network needs and which might do harm. "
            "Nothing of it was run. Take the file from its original source."
        )

    def get_extension(self, code: int) -> Any:
        """Refuses a global by number, which may be known to Python and not go by `find_class`."""
        raise WeightsError(f"it asks for extension {code}, which no network needs")

    def persistent_load(self, pid: Any) -> Any:
        """What lies outside the pickle: a storage, or (old files) a class with its source code."""
        if pid[0] == "module":
            return pid[1]
        kind, dtype, key, _place, length, *view = pid
        if kind != "storage" or not isinstance(dtype, torch.dtype):
            raise WeightsError("it refers to something outside that is no storage")
        if type(key) is not str or type(length) is not int:
            raise WeightsError("a storage has no name or no length")
        if any(view):
            raise WeightsError("a storage is a view of another, as no PyTorch since 0.4 writes it")
        storage = Storage(dtype, key, length)
        if self._storages.setdefault(key, storage) != storage:
            raise WeightsError("a storage has two lengths or types")
        return storage

    def _stand_in(self, name: str) -> type:
        if len(self._classes) > MAX_CLASSES:
            raise WeightsError(f"it has more than {MAX_CLASSES} kinds of layers")
        if name not in self._classes:
            self._classes[name] = type(name, (StandIn,), {})
        return self._classes[name]


def _with_plain_keys(load: Callable[[Any], None], keys: slice) -> Callable[[Any], None]:
    """A step that hashes what lies on the stack.

    To hash nested tuples can take for ever or crash Python, and many large numbers have one hash.
    """

    def checked(unpickler: Any) -> None:
        for key in unpickler.stack[keys]:
            if type(key) not in (str, bool, int) or (type(key) is int and abs(key) >= 1 << 60):
                raise WeightsError(f"it has a {type(key).__name__} for a key, expected a name")
        load(unpickler)

    return checked


_KEYS_OF = {
    pickle.SETITEM: slice(-2, None, 2),
    pickle.SETITEMS: slice(0, None, 2),
    pickle.DICT: slice(0, None, 2),
    pickle.ADDITEMS: slice(0, None),
    pickle.FROZENSET: slice(0, None),
}
for _step, _keys in _KEYS_OF.items():
    _Unpickler.dispatch[_step[0]] = _with_plain_keys(_Unpickler.dispatch[_step[0]], _keys)


def _is_layer(module: str, name: str) -> bool:
    """Whether a name is a layer's class; functions, written small, may load or run something."""
    is_class = len(name) < 100 and name.isidentifier() and name[0].isupper()
    return is_class and f"{module}.".startswith(_LAYERS_OF)


def unpickle(file: BinaryIO, storages: dict[str, Storage] | None = None) -> Any:
    """One pickle from where a file stands, as stand-ins, plain values and `TensorWindow`s.

    Args:
        file: Stands behind the pickle afterwards.
        storages: Is given every storage that the pickle names, by its key.

    Raises:
        WeightsError: If it asks for something that no network needs.
        Exception: Of any kind, if it is damaged.
    """
    start = file.tell()
    for step, (opcode, _, _) in enumerate(pickletools.genops(file), 1):
        if step > MAX_STEPS:
            raise WeightsError(f"it takes more than {MAX_STEPS} steps to read")
        if opcode.name == "LONG4":
            raise WeightsError("it holds a number of more than 255 bytes")
    file.seek(start)
    return _Unpickler(file, {} if storages is None else storages).load()
