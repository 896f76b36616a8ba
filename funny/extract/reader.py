"""The reading process: `python -m funny.extract.reader` reads files for another one, apart from it.

Orders are one line of JSON each on its standard input, answers go to its standard output as
`funny.extract.frames` has them. When its input ends, because whoever gave the orders is done or
gone, so is it.
"""

import json
import os
import signal
import sys
import threading
from importlib import import_module
from queue import Queue
from typing import Any, get_type_hints

from funny.errors import FunnyError
from funny.extract.apart import FUNCTIONS
from funny.extract.frames import Sender
from funny.extract.holding import hold_down
from funny.extract.limits import Limits, enforce
from funny.extract.plain import from_plain


def main() -> None:
    """Does what it is told, until nothing more comes."""
    answers = Sender(_private_output())
    orders: Queue[bytes] = Queue()
    threading.Thread(target=_listen, args=(orders,), daemon=True).start()
    while True:
        _obey(json.loads(orders.get()), answers)


def _private_output() -> Any:
    """The standard output for answers alone; whatever else is printed goes to the errors."""
    ours = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return ours


def _listen(orders: "Queue[bytes]") -> None:
    for line in sys.stdin.buffer:
        orders.put(line)
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _obey(order: dict[str, Any], answers: Sender) -> None:
    limits = Limits(**order["limits"])
    enforce(limits)
    hold_down(limits)
    try:
        answers.send("end", _results(order, answers))
    except FunnyError as error:
        answers.send("failed", [type(error).__name__, str(error)])
    except MemoryError:
        answers.send("failed", ["MemoryError", ""])
    except Exception as error:  # a damaged file raises almost anything
        answers.send("failed", ["Exception", f"{type(error).__name__}: {error}"[:300]])


def _results(order: dict[str, Any], answers: Sender) -> Any:
    """Sends what a generator gives; returns what the function returns."""
    module, _, _ = order["name"].partition(":")
    import_module(module)
    function = FUNCTIONS[order["name"]]
    hints = [hint for name, hint in get_type_hints(function).items() if name != "return"]
    results = function(*(from_plain(h, v, []) for h, v in zip(hints, order["args"], strict=True)))
    if not hasattr(results, "send"):
        return results
    while True:
        try:
            item = next(results)
        except StopIteration as end:
            return end.value
        answers.send("item", item)


if __name__ == "__main__":
    main()
