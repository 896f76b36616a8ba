"""`python -m tests.corpus.worker FOLDER`: makes the files it is told of, and looks at each.

A line `KIND SEED` on the standard input is a file of the fuzzer's, `KIND +BYTES` one that is cut
short. For each it answers a line of JSON: what came of it, and what this process holds by then.
"""

import json
import os
import sys
import traceback
from pathlib import Path

from tests.corpus.fuzz import mutated
from tests.corpus.looking import look


def main(folder: Path) -> None:
    """Answers line for line."""
    for line in sys.stdin:
        kind, word = line.split()
        whole = (folder / f"{kind}.whole").read_bytes()
        torn = whole[: int(word)] if word.startswith("+") else mutated(whole, int(word))
        path = folder / f"torn.{kind}"
        path.write_bytes(torn)
        print(json.dumps({"result": _result(path), **_held()}), flush=True)
        path.unlink()


def _result(path: Path) -> str:
    try:
        return look(path)
    except BaseException:
        return traceback.format_exc()


def _held() -> dict[str, int]:
    """Open files, and memory in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {"files": len(os.listdir("/proc/self/fd")), "memory": pages * os.sysconf("SC_PAGE_SIZE")}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
