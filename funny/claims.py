"""What files of weights claim, checked before it is believed: a claim costs no memory."""

import json
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn

MAX_JSON_BYTES = 1 << 20
"""Of a config.json and what lies beside it; ours have a thousandth."""
MAX_HEADER_BYTES = 1 << 20
"""Of a safetensors file; that of EfficientNet-B0 takes 40,000."""

_MAX_DEPTH = 16
_WIDEST_BYTES = 8
_FLOATS, _WHOLE = frozenset({"F16", "BF16", "F32", "F64"}), frozenset({"I64", "I32"})
_SHOWN = 100


def is_whole(value: Any, least: int, most: int) -> bool:
    """Whether a JSON value is a whole number in a range; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def is_number(value: Any, least: float, most: float) -> bool:
    """Whether a JSON value is a finite number in a range; true and false are none."""
    is_one = isinstance(value, int | float) and not isinstance(value, bool)
    # Compared first: a whole number of 400 digits is no float.
    return is_one and least <= value <= most and isfinite(value)


def shown(value: Any) -> str:
    """A JSON value for a sentence: short, on one line, and nothing that a terminal obeys."""
    text = "".join(c if c.isprintable() else " " for c in str(value))
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def read_claims(path: Path) -> Any:
    """What a JSON file says, if it is small, flat, and says each thing once.

    Raises:
        OSError: If it cannot be read.
        ValueError: If it is too large, too deep, or no JSON.
    """
    _expect_plain(path)
    with path.open("rb") as file:
        content = file.read(MAX_JSON_BYTES + 1)
    if len(content) > MAX_JSON_BYTES:
        raise ValueError(f"it is larger than {MAX_JSON_BYTES >> 20} MB")
    try:
        found = json.loads(content.decode(), object_pairs_hook=_once)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if any(depth > _MAX_DEPTH for depth in _depths(found)):
        raise ValueError("it is nested too deeply")
    return found


def expect_tensors(net: "nn.Module", path: Path) -> None:
    """Refuses safetensors by their header, before any number of them is read.

    That the ranges of a header are those of its file is safetensors' own to see.

    Raises:
        OSError: If the file cannot be read.
        ValueError: If the file is larger than the network can need, or of odd types.
        SafetensorError: If its header contradicts itself or its file.
    """
    from safetensors import safe_open

    wanted = net.state_dict()
    _expect_plain(path)
    _expect_sizes(path, sum(tensor.numel() for tensor in wanted.values()))
    with safe_open(path, "pt") as file:
        for name in file.keys():  # noqa: SIM118 (it is no dict)
            dtype = file.get_slice(name).get_dtype()
            is_float = name not in wanted or wanted[name].is_floating_point()
            if dtype not in (_FLOATS if is_float else _WHOLE):
                raise ValueError(f"{shown(name)} is of type {dtype}")


def _expect_plain(path: Path) -> None:
    """Refuses what never ends, a pipe or a device."""
    if path.exists() and not path.is_file():
        raise ValueError("it is no plain file")


def _expect_sizes(path: Path, numbers: int) -> None:
    size, most = path.stat().st_size, numbers * _WIDEST_BYTES + MAX_HEADER_BYTES
    if size > most:
        raise ValueError(f"it is {size} bytes large, and this model takes {most} at most")
    with path.open("rb") as file:
        header = int.from_bytes(file.read(8), "little")
    if header > MAX_HEADER_BYTES:
        raise ValueError(f"its header claims {header} bytes")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("it says something twice")
    return found


def _depths(found: Any) -> Iterator[int]:
    """How deep each value lies; a loop, since what is nested too deeply ends a recursion."""
    left = [(found, 0)]
    while left:
        value, depth = left.pop()
        yield depth
        inner = value.values() if isinstance(value, dict) else value
        if isinstance(value, dict | list):
            left.extend((one, depth + 1) for one in inner)
