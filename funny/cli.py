"""The command line: one verb per capability; exit 0 done, 2 bad usage or input, 130 stopped."""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from funny import __version__
from funny.errors import Cancelled, FunnyError
from funny.runtime import prepare
from funny.verbs import (
    analyze,
    batch,
    clips,
    dataset,
    evaluate,
    export,
    label,
    live,
    publish,
    reel,
    short,
    thumbnails,
    train,
    tune,
    weights,
)

VERBS = (
    *(analyze, live, batch, export, clips, reel, short, thumbnails),
    *(dataset, label, train, tune, evaluate, weights, publish),
)

DONE, BAD_INPUT, STOPPED = 0, 2, 130


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line instead of the whole usage."""
        self.exit(BAD_INPUT, f"{self.prog}: {message}. See {self.prog} --help.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command line and returns its exit code."""
    prepare()
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (KeyboardInterrupt, Cancelled) as stopped:
        what = str(stopped) or "nothing half-written was left."
        print(f"funny: stopped; {what}", file=sys.stderr)
        return STOPPED
    except FunnyError as error:
        # A file's name may hold a line break; a message is one line.
        print("funny:", " ".join(str(error).splitlines()), file=sys.stderr)
        return BAD_INPUT
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="funny", description="Find the funny moments of a video and cut them.")
    parser.add_argument("--version", action="version", version=f"funny {__version__}")
    verbs = parser.add_subparsers(required=True, metavar="VERB", parser_class=_Parser)
    for verb in VERBS:
        verb.add(verbs)
    return parser
