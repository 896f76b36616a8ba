"""Reads the weights of networks that `torch.save` pickled, whole modules included.

Formats: https://pytorch.org/docs/stable/notes/serialization.html (a zip since PyTorch 1.6, before
that a row of pickles with the raw numbers behind them).
"""

import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import torch

from funny.errors import WeightsError
from funny.weights.inert import StandIn, Storage, TensorWindow, unpickle

MAX_FILE_BYTES = 1 << 27
"""Of the file, and of all tensors together."""
MAX_MODULES, MAX_OWN_TENSORS = 2_000, 100
"""Of a network, and of each of its modules; EfficientNet-B0 has 340, and 5."""
MAX_NAME = 200
_ZIP_MAGIC, _OLD_MAGIC = b"PK\x03\x04", 0x1950A86A20F9469CFC6C


def read_legacy(path: Path) -> dict[str, torch.Tensor]:
    """The state dict of a network that `torch.save` pickled, whole or as a state dict.

    Names are those of the network's own state dict: what is not persistent is left out.

    Raises:
        WeightsError: If the file is missing or damaged, holds no network, or asks for anything
            that a network has no need of.
    """
    try:
        _expect_room(path.stat().st_size)
        with path.open("rb") as file:
            return _read(file)
    except WeightsError as error:
        raise WeightsError(f"{path}: {error}") from error
    # A damaged or hostile pickle can fail in any way that its opcodes can.
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        raise WeightsError(f"{path}: cannot be read as a PyTorch file ({reason}).") from error


def _read(file: BinaryIO) -> dict[str, torch.Tensor]:
    magic = file.read(len(_ZIP_MAGIC))
    file.seek(0)
    tensors, numbers = _read_zip(file) if magic == _ZIP_MAGIC else _read_old(file)
    return {name: tensor.of(numbers[tensor.storage.key]) for name, tensor in tensors.items()}


_Found = tuple[dict[str, TensorWindow], dict[str, torch.Tensor]]


def _read_zip(file: BinaryIO) -> _Found:
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        folder = next((n[:-8] for n in names if n.endswith("/data.pkl")), "")
        if f"{folder}byteorder" in names:
            _expect_little_endian(_stored(archive, f"{folder}byteorder") == b"little")
        tensors = _state_dict(unpickle(io.BytesIO(_stored(archive, f"{folder}data.pkl"))))
        storages = {tensor.storage for tensor in tensors.values()}
        _expect_room(sum(storage.bytes for storage in storages))
        stored = {
            storage.key: _numbers(_stored(archive, f"{folder}data/{storage.key}"), storage)
            for storage in storages
        }
    return tensors, stored


def _expect_little_endian(is_little: bool) -> None:
    if not is_little:
        raise WeightsError("its numbers are big-endian, expected little-endian")


def _stored(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).compress_type != zipfile.ZIP_STORED:
        raise WeightsError(f"{name} is compressed, which torch.save never does")
    return archive.read(name)


def _read_old(file: BinaryIO) -> _Found:
    if unpickle(file) != _OLD_MAGIC:
        raise WeightsError("it is no PyTorch file")
    _version, system = unpickle(file), unpickle(file)
    _expect_little_endian(system["little_endian"])
    storages: dict[str, Storage] = {}
    tensors = _state_dict(unpickle(file, storages))
    _expect_room(sum(storage.bytes for storage in storages.values()))
    return tensors, {key: _next_stored(file, storages[key]) for key in _keys(unpickle(file))}


def _keys(found: Any) -> list[str]:
    """The order in which the storages of an old file lie behind its pickles."""
    if not isinstance(found, list) or not all(isinstance(key, str) for key in found):
        raise WeightsError("it does not say in which order its numbers come")
    return found


def _next_stored(file: BinaryIO, storage: Storage) -> torch.Tensor:
    """The numbers of a storage in an old file: how many, then themselves."""
    [length] = struct.unpack("<q", file.read(8))
    if length != storage.length:
        raise WeightsError(f"a storage holds {length} numbers, expected {storage.length}")
    return _numbers(file.read(storage.bytes), storage)


def _numbers(content: bytes, storage: Storage) -> torch.Tensor:
    if len(content) != storage.bytes:
        raise WeightsError(f"a storage holds {len(content)} bytes, expected {storage.bytes}")
    if not content:
        return torch.empty(0, dtype=storage.dtype)
    return torch.frombuffer(bytearray(content), dtype=storage.dtype)


def _state_dict(found: Any) -> dict[str, TensorWindow]:
    """Names and tensors of a pickled network, or of a pickled state dict."""
    tensors = dict(_named(found)) if isinstance(found, StandIn) else found
    if not isinstance(tensors, dict) or not tensors:
        raise WeightsError(f"it holds {type(found).__name__}, expected a network")
    for name, tensor in tensors.items():
        if not isinstance(tensor, TensorWindow):
            raise WeightsError(f"{_name(name)} is {type(tensor).__name__}, expected a tensor")
        _name(name)
    _expect_room(sum(tensor.bytes for tensor in tensors.values()))
    return tensors


def _expect_room(size: int) -> None:
    if size > MAX_FILE_BYTES:
        raise WeightsError(f"it holds {size >> 20} MB, more than any network of this kind")


def _named(network: StandIn) -> Iterator[tuple[str, Any]]:
    """The tensors of a network under the names that PyTorch gives them."""
    waiting = [("", network)]
    # A hostile network may hold itself.
    for _ in range(MAX_MODULES):
        if not waiting:
            return
        prefix, module = waiting.pop()
        for name, tensor in _own_tensors(module.state):
            yield _name(name, prefix), tensor
        inner = module.state.get("_modules", {})
        if len(waiting) + len(inner) > MAX_MODULES:
            break
        waiting.extend((f"{_name(n, prefix)}.", m) for n, m in inner.items() if m is not None)
    raise WeightsError(f"it holds more than {MAX_MODULES} modules")


def _name(name: Any, prefix: str = "") -> str:
    """A name that can be shown and that stays short, however often it is repeated."""
    if not isinstance(name, str) or not name.isprintable() or len(prefix + name) > MAX_NAME:
        raise WeightsError("a name in it is too long, or no text")
    return prefix + name


def _own_tensors(state: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    passing = state.get("_non_persistent_buffers_set", ())
    parameters, buffers = state["_parameters"], state["_buffers"]
    if max(map(len, (parameters, buffers, passing))) > MAX_OWN_TENSORS:
        raise WeightsError(f"it holds more than {MAX_OWN_TENSORS} tensors in one module")
    for name, tensor in (*parameters.items(), *buffers.items()):
        if tensor is not None and name not in passing:
            yield name, tensor
