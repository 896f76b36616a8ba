"""`funny publish`: weights and model cards to a repository of the Hugging Face Hub."""

import argparse
from pathlib import Path

from funny.verbs.analyze import Verbs


def add(verbs: Verbs) -> None:
    """Adds the verb to a command line."""
    verb = verbs.add_parser("publish", help="weights and model cards → Hugging Face Hub")
    verb.add_argument("of_run", nargs="?", metavar="RUN", help="a trained head (all released)")
    verb.add_argument("--repo", required=True, metavar="OWNER/NAME")
    verb.add_argument("--private", action="store_true", help="make the repository private")
    verb.add_argument("--tag", metavar="TAG", help="git tag (the one that registry.toml pins)")
    verb.add_argument("--emotion-weights", type=Path, metavar="PATH", help="VA-MTL safetensors")
    verb.add_argument("--dry-run", action="store_true", help="print the files, send nothing")
    verb.set_defaults(run=_publish)


def _publish(options: argparse.Namespace) -> None:
    from funny.weights.publish import pinned_tag, plan, publish

    tag = options.tag or pinned_tag()
    run = _run(options)
    planned = plan(options.repo, options.emotion_weights, run)
    for file in planned.files:
        print(f"{file.size:>10,}  {file.sha256[:12]}  {file.path}")
    if run is None and not planned.has_emotion_model:
        print("VA-MTL is not among them: `funny weights fetch` gets it, if a network is there.")
    if options.dry_run:
        print(f"Nothing was sent. {options.repo} would get these files in one commit, tag {tag}.")
        return
    commit = publish(options.repo, planned, tag, options.private)
    print(f"{commit.url}\nTag {tag} is commit {commit.oid}.")
    head = f" and --head {run.resolve().name}" if run else ""
    print(f"To use it: FUNNY_HUB_REPO={options.repo}@{tag}{head}")


def _run(options: argparse.Namespace) -> Path | None:
    from funny.learn.runs import run_folder

    return run_folder(options.of_run) if options.of_run else None
