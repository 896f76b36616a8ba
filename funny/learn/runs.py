"""runs/NAME/: a head with all that led to it.

config.json, model.safetensors, highlights.json   the head, as every head lies on the disk
README.md       its card: data, figures, limits; nothing of this machine is in it
metrics.json    figures of all heads and formulas, recipes, options, the identity of the clips
folds.json      which clip was in which fold, and of which content
report.html     curves, confusion, and the clips that were got most wrong, as links that play
curves.png, confusion.png
times.json      how long it took; the only file that is not the same with the same seed
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from funny.errors import DatasetError, OptionError, WeightsError
from funny.files import read_json, staged, write_json
from funny.learn import plots
from funny.learn.card import card
from funny.learn.report import Report, folds_of_clips, metrics_of, short_figures, training_data
from funny.learn.report_page import report_page
from funny.weights.folders import METRICS, runs_folder
from funny.weights.heads import save_head

FOLDS, REPORT, TIMES = "folds.json", "report.html", "times.json"


def free_name(name: str | None, usual: str) -> str:
    """The name of a new run: the one that is wanted, else the usual with a number if it is taken.

    Raises:
        OptionError: If it cannot be the name of a folder.
    """
    if name is not None:
        if not re.fullmatch(r"[\w-][\w.-]*", name):
            raise OptionError(f"--name {name}: expected a plain name, for example mine-2.")
        return name
    names = [usual, *(f"{usual}-{n}" for n in range(2, 1000))]
    return next(n for n in names if not (runs_folder() / n).exists())


def write_run(report: Report) -> Path:
    """Writes the folder of a run, beside and renamed into place; a run of that name is replaced.

    Raises:
        FunnyError: If it cannot be written; what was there stays.
    """
    folder, head = runs_folder() / report.name, report.chosen
    judged = {h.name: h.judged for h in report.heads}
    judged |= {name: found for name, (found, _) in report.beside.items()}
    curves = plots.curves(judged, report.examples.funny)
    confusion = plots.confusions(judged, report.examples.funny)
    metrics = metrics_of(report)
    net = head.net
    net.config = replace(
        net.config, training_data=training_data(report), metrics=short_figures(head.figures)
    )
    with staged(folder) as beside:
        (beside / "README.md").write_text(card(report), "utf-8")
        save_head(beside, net, head.thresholds)
        write_json(beside / METRICS, metrics)
        write_json(beside / FOLDS, folds_of_clips(report))
        (beside / "curves.png").write_bytes(curves)
        (beside / "confusion.png").write_bytes(confusion)
        (beside / REPORT).write_text(report_page(report, curves, confusion), "utf-8")
        write_json(beside / TIMES, {h.name: round(h.took_s, 2) for h in report.heads})
    return folder


@dataclass(frozen=True)
class PastRun:
    """What a run remembers of the clips that it was trained on."""

    folder: Path
    shas: frozenset[str]
    """Contents."""
    fold_of: dict[str, int]
    """By the id of a clip."""


def run_folder(name: str) -> Path:
    """The folder of a run: a name under `runs/`, or a path.

    Raises:
        OptionError: If there is no run.
    """
    for folder in (runs_folder() / name, Path(name)):
        if (folder / METRICS).is_file():
            return folder
    known = sorted(path.parent.name for path in runs_folder().glob(f"*/{METRICS}"))
    raise OptionError(
        f"{name}: there is no such run in {runs_folder()}. "
        f"Known: {', '.join(known) or 'none; train one first'}."
    )


def past_run(folder: Path) -> PastRun:
    """Reads which clips a run was trained on.

    Raises:
        DatasetError: If folds.json is missing or damaged.
    """
    try:
        clips = read_json(folder / FOLDS)["clips"]
        fold_of = {clip["id"]: int(clip["fold"]) for clip in clips}
        return PastRun(folder, frozenset(clip["sha"] for clip in clips), fold_of)
    except (WeightsError, KeyError, TypeError, ValueError) as error:
        raise DatasetError(f"{folder / FOLDS}: cannot be read ({error}). Train again.") from error
