"""Values ↔ JSON and raw arrays, as a function's type hints say: what two processes exchange.

What comes from the other side is believed in nothing: it becomes what the hint says, or it is
refused. It is never a program, as a pickle is.
"""

import os
import types
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np


def to_plain(value: Any, arrays: list[np.ndarray] | None = None) -> Any:
    """A value as JSON can hold it; its arrays are appended to `arrays`, else they are lists."""
    if isinstance(value, np.ndarray) and arrays is not None:
        arrays.append(value)
        return None
    if is_dataclass(value):
        return [to_plain(getattr(value, field.name), arrays) for field in fields(value)]
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [to_plain(part, arrays) for part in value]
    if isinstance(value, Path):
        return os.path.abspath(value)
    return str(value) if isinstance(value, Fraction) else value


def from_plain(hint: Any, plain: Any, arrays: list[np.ndarray]) -> Any:
    """The value that a hint describes; its arrays are taken from the front of `arrays`.

    Raises:
        ValueError: If it is something else; also TypeError, LookupError, ArithmeticError.
    """
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        (kind,) = (part for part in parts if part is not types.NoneType)
        # An array leaves no trace in what is plain: whether there is one, its absence tells.
        is_there = bool(arrays) if kind is np.ndarray else plain is not None
        return from_plain(kind, plain, arrays) if is_there else None
    if origin is tuple:
        return tuple(_each(parts, _checked(plain, list), arrays))
    if origin in (list, Iterable):
        return [from_plain(parts[0], part, arrays) for part in _checked(plain, list)]
    if hint is np.ndarray:
        return arrays.pop(0)
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        kinds = [hints[field.name] for field in fields(hint)]
        return hint(*_each(kinds, _checked(plain, list), arrays))  # type: ignore[operator]
    if hint in (Fraction, Path):
        return hint(_checked(plain, str))
    return float(_checked(plain, (int, float))) if hint is float else _checked(plain, hint)


def _each(kinds: Iterable[Any], plain: list[Any], arrays: list[np.ndarray]) -> list[Any]:
    kinds = tuple(kinds)
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        kinds = kinds[:1] * len(plain)
    return [from_plain(kind, part, arrays) for kind, part in zip(kinds, plain, strict=True)]


def _checked(plain: Any, kind: Any) -> Any:
    if not isinstance(plain, kind):
        raise ValueError(f"expected {kind}, got {type(plain).__name__}")
    return plain
