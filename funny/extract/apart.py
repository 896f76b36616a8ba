"""Reading files apart: what touches a stranger's file may run in a process of its own.

`@apart` marks the functions of this room that open files. Where that is in force, a call of one
runs in a child process with limits (`funny.extract.reader`), which sends back plain values; a crash
or a hang there is one MediaError here. Where it is not in force, it is an ordinary call.
"""

import inspect
import types
from collections.abc import Callable, Generator
from contextlib import closing
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

from funny.extract.limits import in_force, is_apart
from funny.extract.process import READERS, Hints

Function = TypeVar("Function", bound=Callable[..., Any])

FUNCTIONS: dict[str, Callable[..., Any]] = {}
"""What may be asked for in the other process, by `module:name`."""


def apart(function: Function) -> Function:
    """Marks a function, or a generator, whose first argument is a video or its path.

    Its hints say what crosses the border: numbers, text, paths, fractions, arrays, dataclasses of
    these.
    """
    name = f"{function.__module__}:{function.__qualname__}"
    FUNCTIONS[name] = function
    signature = inspect.signature(function)

    @wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        if not is_apart():
            return function(*args, **kwargs)
        given = signature.bind(*args, **kwargs)
        given.apply_defaults()
        results = _asked(name, given.args, returned_hints(function))
        return results if inspect.isgeneratorfunction(function) else _last(results)

    return called  # type: ignore[return-value]


def returned_hints(function: Callable[..., Any]) -> Hints:
    """What a function gives one after the other, and what it returns."""
    hint = get_type_hints(function)["return"]
    if not inspect.isgeneratorfunction(function):
        return Hints(None, hint)
    item, *rest = get_args(hint)
    return Hints(item, (rest[1] if rest else None) or types.NoneType)


def _asked(name: str, args: tuple[Any, ...], hints: Hints) -> Generator[Any, None, Any]:
    first = args[0]
    path = first if isinstance(first, Path) else first.path
    length_s = getattr(first, "duration_s", 0.0) or in_force().duration_s
    with closing(READERS.ask(path, name, args, hints, length_s)) as results:
        return (yield from results)


def _last(results: Generator[Any, None, Any]) -> Any:
    try:
        while True:
            next(results)
    except StopIteration as end:
        return end.value
