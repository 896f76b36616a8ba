"""Reads weights in a process of little memory: `python -m tests.weights.hostile`, told on stdin.

A line is `KIND FOLDER`; the answer is a line too: what it took of memory, and what came of it.
"""

import resource
import sys
from pathlib import Path

from funny.errors import WeightsError
from funny.extract.emotion import Embedded, VaMtl
from funny.extract.laughter import LaughterModel
from funny.weights.heads import read_head

READERS = {
    "head": read_head,
    "emotion": Embedded.load,
    "laughter": LaughterModel.load,
    "va": lambda folder: VaMtl.load(folder / "model.safetensors"),
}


def kind_of(folder):
    """Who reads a folder of this name."""
    return folder.name.partition("-")[0]


def read(kind, folder):
    """`read`, a refusal, or the name of an error that nobody should meet."""
    try:
        READERS[kind](folder)
    except WeightsError as error:
        return f"refused {error}"
    except Exception as error:
        return f"{type(error).__name__} {error}"
    return "read"


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def main():
    for line in sys.stdin:
        kind, folder = line.rstrip("\n").split(" ", 1)
        said = read(kind, Path(folder))
        print(peak_mb(), repr(said)[1:-1], flush=True)


if __name__ == "__main__":
    main()
