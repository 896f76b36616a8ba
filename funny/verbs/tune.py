"""`funny tune`: search for the head, its shape and its training that suit the clips best."""

import argparse

from funny.errors import OptionError
from funny.verbs.analyze import Verbs
from funny.verbs.train import KINDS, add_study, loaded_of, plan_of, usual_name


def add(verbs: Verbs) -> None:
    """Adds the verb to a command line."""
    verb = verbs.add_parser("tune", help="search for the best head; goes on where it stopped")
    verb.set_defaults(run=_tune)
    add_study(verb)
    verb.add_argument("--head", choices=KINDS, action="append", help="choose among these (all)")
    verb.add_argument("--trials", type=int, default=12, metavar="N", help="for each fold (12)")


def _tune(options: argparse.Namespace) -> None:
    from funny.learn.manifest import load_manifest
    from funny.learn.report import in_words, to_json
    from funny.learn.runs import free_name, write_run
    from funny.learn.tuning import tuned
    from funny.progress import STEPS, Bar

    if options.trials < 1:
        raise OptionError(f"--trials {options.trials}: expected at least 1.")
    if options.start and options.head:
        raise OptionError("--from tunes one head further as it is: leave --head out.")
    plan = plan_of(options, tuple(options.head or KINDS))
    # Not a free name: a search that was stopped is found again under its own.
    name = free_name(options.name or f"{usual_name(plan, options)}-tuned", "")
    with Bar(options.quiet or options.json, STEPS) as bar:
        manifest, loaded = load_manifest(options.manifest), loaded_of(options)
        report = tuned(name, manifest, loaded, plan, options.trials, bar)
    folder = write_run(report)
    if options.json:
        print(to_json(report, folder))
    elif not options.quiet:
        print("\n".join(in_words(report, folder)))
