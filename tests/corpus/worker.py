"""`python -m tests.corpus.worker FOLDER DO`: makes the files it is told of, does something to each.

A line `KIND SEED` on the standard input is a file of the fuzzer's, `KIND +BYTES` one that is cut
short. For each it answers a line of JSON: what came of it, and what this process holds by then.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from tests.corpus.fuzz import mutated

DOES = {"look": "tests.corpus.looking", "make": "tests.corpus.making"}
"""What may be done to a file, and where that is found."""


def main(folder: Path, do: str) -> None:
    """Answers line for line."""
    does = getattr(import_module(DOES[do]), do)
    for line in sys.stdin:
        kind, word = line.split()
        whole = (folder / f"{kind}.whole").read_bytes()
        torn = whole[: int(word)] if word.startswith("+") else mutated(whole, int(word))
        path = folder / f"torn.{kind}"
        path.write_bytes(torn)
        print(json.dumps({"result": _result(does, path), **_held()}), flush=True)
        path.unlink()


def _result(does: Callable[[Path], str], path: Path) -> str:
    try:
        return does(path)
    except BaseException:
        return traceback.format_exc()


def _held() -> dict[str, int]:
    """Open files, and memory in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {"files": len(os.listdir("/proc/self/fd")), "memory": pages * os.sysconf("SC_PAGE_SIZE")}


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
