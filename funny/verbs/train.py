"""`funny train`: labelled clips → a head, compared over folds with others and with formulas."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from funny.errors import OptionError
from funny.verbs.analyze import Verbs
from funny.verbs.dataset_build import add_annotator

if TYPE_CHECKING:
    from funny.learn.loading import Loaded
    from funny.learn.training import Plan

KINDS = ("conv1d", "lstm", "conv1d-lstm", "logistic")


def add(verbs: Verbs) -> None:
    """Adds the verb to a command line."""
    verb = verbs.add_parser("train", help="labelled clips → a head in runs/NAME")
    verb.set_defaults(run=_train)
    add_study(verb)
    verb.add_argument("--head", choices=(*KINDS, "all"), help="(conv1d)")


def add_study(verb: argparse.ArgumentParser) -> None:
    """Adds what training and tuning have in common."""
    verb.add_argument("manifest", type=Path, metavar="MANIFEST")
    verb.add_argument("--folds", type=int, default=5, metavar="N")
    verb.add_argument("--group", choices=("video", "streamer"), default="video")
    verb.add_argument("--from", dest="start", metavar="HEAD", help="tune this head further")
    verb.add_argument("--features", type=int, choices=(12, 13), default=13)
    verb.add_argument("--seed", type=int, default=0, metavar="N")
    verb.add_argument("--name", metavar="NAME", help="of the folder under runs/")
    verb.add_argument("--proposed", action="store_true", help="take proposals where no label is")
    add_annotator(verb)
    verb.add_argument("--json", action="store_true", help="print the figures as JSON")
    verb.add_argument("--quiet", action="store_true", help="print errors only")


def _train(options: argparse.Namespace) -> None:
    from funny.learn.manifest import load_manifest
    from funny.learn.report import in_words, to_json
    from funny.learn.runs import free_name, write_run
    from funny.learn.training import train_heads
    from funny.progress import STEPS, Bar

    kinds = KINDS if options.head == "all" else (options.head or "conv1d",)
    plan = plan_of(options, kinds)
    if plan.start and options.head not in (None, plan.start.config.kind):
        raise OptionError(
            f"--from {options.start}: is a {plan.start.config.kind} head and stays one. "
            f"Leave --head {options.head} out."
        )
    manifest = load_manifest(options.manifest)
    loaded = loaded_of(options)
    name = free_name(options.name, usual_name(plan, options))
    with Bar(options.quiet or options.json, STEPS) as bar:
        report = train_heads(name, manifest, loaded, plan, bar)
    folder = write_run(report)
    if options.json:
        print(to_json(report, folder))
    elif not options.quiet:
        print("\n".join(in_words(report, folder)))


def plan_of(options: argparse.Namespace, kinds: tuple[str, ...]) -> "Plan":
    """What is to be trained.

    Raises:
        WeightsError: If the head to start from cannot be loaded.
    """
    from funny.learn.training import FEATURES_OF, Plan, expect_tunable
    from funny.weights.heads import load_head

    start = expect_tunable(load_head(options.start)) if options.start else None
    features = FEATURES_OF[options.features]
    return Plan(kinds, features, options.folds, options.group, options.seed, start)


def loaded_of(options: argparse.Namespace) -> "Loaded":
    """The labelled clips of the manifest.

    Raises:
        DatasetError: If there are none, or they are not built.
    """
    from funny.learn.loading import load
    from funny.learn.manifest import load_manifest

    return load(load_manifest(options.manifest), options.annotator, options.proposed)


def usual_name(plan: "Plan", options: argparse.Namespace) -> str:
    """What a run is called if nobody says: its dataset and its head."""
    folder = options.manifest if options.manifest.is_dir() else options.manifest.parent
    data = "".join(c if c.isalnum() or c in "-_" else "-" for c in folder.resolve().name)
    head = plan.start.config.kind if plan.start else "-".join(plan.kinds[:1])
    return f"{data or 'run'}-{'all' if len(plan.kinds) > 1 else head}"
