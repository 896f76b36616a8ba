"""`funny dataset propose` and `import`: clips to learn from, and why."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funny.errors import DatasetError
from funny.verbs.analyze import Verbs, add_emotion

if TYPE_CHECKING:
    from funny.learn.evidence import Watch
    from funny.learn.manifest import Manifest
    from funny.learn.tally import Tally


def add_propose(actions: Verbs) -> None:
    """Adds `dataset propose`."""
    action = actions.add_parser("propose", help="videos → clips that may be funny, and why")
    action.add_argument("folder", type=Path, metavar="DIR", help="holds videos/ID/")
    action.add_argument("--count", type=int, default=100, metavar="N", help="a class (100)")
    action.add_argument("--per-video", type=int, metavar="N", help="a class (twice its share)")
    action.add_argument("--seed", type=int, default=0, metavar="N", help="of ordinary clips (0)")
    action.add_argument("--fresh", action="store_true", help="start over; keeps the old manifest")
    action.add_argument("--quick", action="store_true", help="hear and see nothing, only read")
    add_emotion(action)
    _add_printing(action)
    action.set_defaults(run=_propose)


def add_import(actions: Verbs) -> None:
    """Adds `dataset import`."""
    action = actions.add_parser("import", help="a labelled set that you fetched → manifest")
    action.add_argument("kind", choices=("standup4ai", "mustard", "mr-hisum"), metavar="SET")
    action.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="annotations; ./-abc.csv if the name begins with -",
    )
    action.add_argument("--videos", type=Path, required=True, metavar="FOLDER", help="its videos")
    action.add_argument("--out", type=Path, required=True, metavar="DIR")
    action.add_argument("--count", type=int, metavar="N", help="a class (all)")
    action.add_argument("--seed", type=int, default=0, metavar="N", help="of ordinary clips (0)")
    action.add_argument("--unlabelled", action="store_true", help="leave labels to people")
    _add_printing(action)
    action.set_defaults(run=_import)


def _add_printing(action: argparse.ArgumentParser) -> None:
    action.add_argument("--json", action="store_true", help="print the result as JSON")
    action.add_argument("--quiet", action="store_true", help="print errors only")


def _propose(options: argparse.Namespace) -> None:
    from funny.learn.evidence import gather
    from funny.learn.propose import ProposeOptions, choose
    from funny.learn.tally import tally

    how = ProposeOptions(options.count, options.per_video, options.seed)
    kept = _kept(options.folder, options.fresh)
    watch = None if options.quick else _watch(options)
    found, notes = gather(options.folder, watch, lambda name: _tell(name, options))
    manifest = choose(options.folder, found, notes, how, kept)
    if options.fresh:
        manifest.set_aside()
    manifest.save()
    _report(manifest, options, tally(found, manifest))


def _kept(folder: Path, is_fresh: bool) -> "Manifest | None":
    from funny.learn.manifest import NAME, load_manifest

    if is_fresh or not (folder / NAME).exists():
        return None
    try:
        return load_manifest(folder)
    except DatasetError as error:
        raise DatasetError(f"{error} Or start over with --fresh.") from error


def _watch(options: argparse.Namespace) -> "Watch":
    from funny.pipeline import AnalyzeOptions, Analyzer
    from funny.progress import Bar
    from funny.records import Analysis

    how = AnalyzeOptions(emotion=options.emotion, emotion_weights=options.emotion_weights)
    analyzer = Analyzer(how)
    analyzer.load()

    def watch(path: Path) -> Analysis:
        with Bar(_is_silent(options)) as bar:
            return analyzer.analyze(path, bar)

    return watch


def _is_silent(options: argparse.Namespace) -> bool:
    return options.json or options.quiet


def _tell(name: str, options: argparse.Namespace) -> None:
    if not _is_silent(options):
        print(name, file=sys.stderr)


def _import(options: argparse.Namespace) -> None:
    from funny.extract.video import probe
    from funny.learn.importers.sets import ImportOptions, import_set

    how = ImportOptions(options.count, options.seed, not options.unlabelled)
    lengths = lambda path: probe(path).duration_s  # noqa: E731
    manifest = import_set(options.kind, options.files, options.videos, options.out, lengths, how)
    manifest.save()
    _report(manifest, options)


def _report(
    manifest: "Manifest", options: argparse.Namespace, rows: "list[Tally] | None" = None
) -> None:
    if options.json:
        print(json.dumps(_facts(manifest, rows), ensure_ascii=False))
    elif not options.quiet:
        print("\n".join([*_table(rows), *_lines(manifest)]))


def _facts(manifest: "Manifest", rows: "list[Tally] | None") -> dict[str, Any]:
    facts: dict[str, Any] = {"manifest": str(manifest.path), "videos": len(manifest.videos)}
    facts |= {"clips": manifest.counts(), "notes": list(manifest.notes)}
    return facts if rows is None else {**facts, "cues": [asdict(row) for row in rows]}


def _table(rows: "list[Tally] | None") -> list[str]:
    if rows is None:
        return []
    head = f"{'cue':<10}{'found':>7}{'in clips':>10}{'alone':>7}{'strength':>10}"
    return [
        head,
        *(f"{r.cue:<10}{r.found:>7}{r.clips:>10}{r.alone:>7}{r.strength:>10.2f}" for r in rows),
    ]


def _lines(manifest: "Manifest") -> list[str]:
    counts = ", ".join(f"{count} {name}" for name, count in manifest.counts().items())
    notes = [f"Note: {note}" for note in manifest.notes]
    return [*notes, f"{counts} clips of {len(manifest.videos)} videos: {manifest.path}"]
