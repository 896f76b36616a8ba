"""`funny evaluate`: a run on clips that it was not trained on, beside other heads and formulas."""

import argparse
import json
from pathlib import Path

from funny.verbs.analyze import Verbs
from funny.verbs.dataset_build import add_annotator
from funny.verbs.train import loaded_of


def add(verbs: Verbs) -> None:
    """Adds the verb to a command line."""
    verb = verbs.add_parser("evaluate", help="a run on clips of another streamer")
    verb.set_defaults(run=_evaluate)
    verb.add_argument("of_run", metavar="RUN")
    verb.add_argument("manifest", type=Path, metavar="MANIFEST")
    verb.add_argument("--beside", nargs="*", default=["lstm"], metavar="HEAD", help="(lstm)")
    verb.add_argument("--proposed", action="store_true", help="take proposals where no label is")
    add_annotator(verb)
    verb.add_argument("--json", action="store_true", help="print the figures as JSON")


def _evaluate(options: argparse.Namespace) -> None:
    from funny.learn.evaluating import evaluate
    from funny.learn.runs import run_folder
    from funny.learn.table import as_text, cells
    from funny.weights.heads import load_head, read_head

    folder = run_folder(options.of_run)
    heads = [read_head(folder), *map(load_head, options.beside)]
    found = evaluate(folder, heads, loaded_of(options))
    if options.json:
        print(json.dumps(found.to_json()))
    else:
        print("\n".join([*found.notes, as_text(cells(found.lines))]))
