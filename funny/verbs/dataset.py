"""`funny dataset`: clips to learn from."""

from funny.verbs.analyze import Verbs
from funny.verbs.dataset_build import add_build, add_stats


def add(verbs: Verbs) -> None:
    """Adds the verb to a command line."""
    verb = verbs.add_parser("dataset", help="clips to learn from: build, stats")
    actions = verb.add_subparsers(required=True, metavar="ACTION")
    add_build(actions)
    add_stats(actions)
