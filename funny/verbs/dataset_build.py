"""`funny dataset build` and `stats`: a manifest's clips in numbers, and what they are like."""

import argparse
import json
from pathlib import Path

from funny.verbs.analyze import Verbs, add_reading, reading_options


def add_build(verbs: Verbs) -> None:
    """Adds `build` to the actions of `dataset`."""
    verb = verbs.add_parser("build", help="manifest → clips.parquet, the numbers of every clip")
    verb.set_defaults(run=_build)
    verb.add_argument("manifest", type=Path, metavar="MANIFEST")
    add_annotator(verb)
    verb.add_argument("--skip-missing", action="store_true", help="leave out what is not there")
    verb.add_argument("--again", action="store_true", help="take nothing over from before")
    add_reading(verb.add_argument_group("what is read, and by which models"))
    verb.add_argument("--quiet", action="store_true", help="print errors only")


def add_stats(verbs: Verbs) -> None:
    """Adds `stats` to the actions of `dataset`."""
    verb = verbs.add_parser("stats", help="balance, distributions, duplicates, leaks")
    verb.set_defaults(run=_stats)
    verb.add_argument("manifest", type=Path, metavar="MANIFEST")
    verb.add_argument("--run", dest="of_run", metavar="RUN", help="look for leaks in its folds")
    verb.add_argument("--out", type=Path, metavar="DIR", help="for stats.png and stats.html")
    verb.add_argument("--json", action="store_true", help="print the figures as JSON")


def add_annotator(verb: argparse.ArgumentParser) -> None:
    """Adds the choice of whose labels decide."""
    verb.add_argument("--annotator", metavar="NAME", help="whose labels decide in a conflict")


def _build(options: argparse.Namespace) -> None:
    from funny.learn.dataset import build
    from funny.learn.manifest import load_manifest
    from funny.pipeline import Analyzer
    from funny.progress import Bar

    manifest = load_manifest(options.manifest)
    analyzer = Analyzer(reading_options(options))
    with Bar(options.quiet) as bar:
        built = build(
            manifest, analyzer, bar, options.annotator, options.skip_missing, options.again
        )
    if not options.quiet:
        print("\n".join([*built.notes, f"{built.clips} clips: {built.path}"]))


def _stats(options: argparse.Namespace) -> None:
    from funny.learn.manifest import load_manifest
    from funny.learn.runs import run_folder
    from funny.learn.stats import stats_of
    from funny.learn.stats_page import draw, in_words

    manifest = load_manifest(options.manifest)
    run = run_folder(options.of_run) if options.of_run else None
    stats, rows = stats_of(manifest, run)
    folder = options.out or manifest.folder
    draw(stats, rows, manifest, folder)
    if options.json:
        print(json.dumps(stats.to_json()))
    else:
        print(in_words(stats), f"{folder / 'stats.html'}", sep="\n\n")
