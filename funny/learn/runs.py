"""runs/NAME/: a head with all that led to it.

config.json, model.safetensors, highlights.json   the head, as every head lies on the disk
README.md       its card: data, figures, limits; nothing of this machine is in it
metrics.json    figures of all heads and formulas, recipes, options, the identity of the clips
folds.json      which clip was in which fold, and of which content
report.html     curves, confusion, and the clips that were got most wrong, as links that play
curves.png, confusion.png
times.json      how long it took; the only file that is not the same with the same seed
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from funny.errors import DatasetError, OptionError, WeightsError
from funny.files import read_json, staged, write_json
from funny.learn import pages, plots
from funny.learn.crossval import Validated
from funny.learn.examples import Examples
from funny.learn.figures import Judged
from funny.learn.manifest import Manifest
from funny.learn.table import Line, as_html, as_markdown, cells
from funny.weights.folders import METRICS, runs_folder
from funny.weights.heads import save_head

SCHEMA = "funny.run/1"
FOLDS, REPORT, TIMES = "folds.json", "report.html", "times.json"
_MOST_WRONG = 20
_CARD = """---
license: apache-2.0
library_name: funny
tags: [highlight-detection, humor, facial-expression-recognition]
---

# Head: {name} ({kind})

Says how funny a clip of 5–7 s is, from {features} numbers a tick (twice a second) about face and
voice: {parameters:,} parameters. {origin}

## Data

{clips} clips of {videos} videos{streamers}, {funny} of them labelled funny. Identity of the clips
and their labels: `{identity}`. Emotion model that read the faces: {emotion}.

## Figures

Each clip was scored by a head that had seen neither it nor any other clip of its {group}, over
{folds} folds: mean ± deviation over folds (95 % interval over {group}s drawn again). A clip counts
as it is served, by its funniest tick. Prevalence {prevalence:.3f}: what chance reaches in AP.

{table}

{choice}Thresholds and calibration were chosen for each fold on the other folds; those in
`highlights.json` and `config.json` on all of them.

## Limits

The clips are {prevalence:.0%} funny, and scores are calibrated for such clips; in a whole stream
less is funny, so that the same score promises less there. {few}Expression models read faces, not
feelings, and err differently for different people: do not judge persons by them.

## Use

    python -m funny analyze VIDEO --out DIR --head {name}
"""


@dataclass(frozen=True, eq=False)
class Report:
    """All that a run found."""

    name: str
    manifest: Manifest
    examples: Examples
    folds: np.ndarray
    heads: tuple[Validated, ...]
    """In the order in which they are told."""
    beside: dict[str, tuple[Judged, dict[str, Any]]]
    """Heads that were not trained here, with their figures: the one that was tuned further."""
    baselines: dict[str, dict[str, Any]]
    options: dict[str, Any]
    """How it was trained, as plain values: folds, group, seed, where it started from."""
    emotion: str
    """Name of the emotion model that read the faces."""
    notes: tuple[str, ...] = ()

    @property
    def chosen(self) -> Validated:
        """The head with the best average precision; of equals, the first."""
        return max(self.heads, key=lambda head: head.figures["average_precision"]["value"])

    def lines(self, timed: bool) -> list[Line]:
        """The table of all heads and formulas."""
        heads = [
            Line(h.name, h.figures, h.parameters, h.took_s if timed else None) for h in self.heads
        ]
        beside = [Line(name, found) for name, (_, found) in self.beside.items()]
        return [*heads, *beside, *(Line(name, found) for name, found in self.baselines.items())]


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


def identity_of(examples: Examples) -> str:
    """SHA-256 of the clips, their numbers and their labels."""
    digest = hashlib.sha256()
    for column in (examples.ids, examples.shas, examples.around, examples.funny):
        text = column.tobytes() if column.dtype.kind != "U" else "\n".join(column).encode()
        digest.update(hashlib.sha256(text).digest())
    return digest.hexdigest()


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
    metrics = _metrics(report)
    net = head.net
    net.config = replace(
        net.config, training_data=_training_data(report), metrics=_short(head.figures)
    )
    with staged(folder) as beside:
        (beside / "README.md").write_text(card(report), "utf-8")
        save_head(beside, net, head.thresholds)
        write_json(beside / METRICS, metrics)
        write_json(beside / FOLDS, _folds(report))
        (beside / "curves.png").write_bytes(curves)
        (beside / "confusion.png").write_bytes(confusion)
        (beside / REPORT).write_text(_page(report, curves, confusion), "utf-8")
        write_json(beside / TIMES, {h.name: round(h.took_s, 2) for h in report.heads})
    return folder


def _training_data(report: Report) -> str:
    videos = len(np.unique(report.examples.videos))
    start = report.options.get("from")
    tuned = f", tuned further from {start}" if start else ""
    return f"{len(report.examples)} labelled clips of {videos} videos{tuned}"


def _short(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures that travel with the weights."""
    values = {name: figures[name]["value"] for name in ("auroc", "average_precision", "f1")}
    plain = {n: figures[n] for n in ("prevalence", "calibration_error", "clips", "videos")}
    return {f"out_of_fold_{name}": value for name, value in {**values, **plain}.items()}


def _metrics(report: Report) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "chosen": report.chosen.name,
        "dataset": {
            "identity": identity_of(report.examples),
            "clips": len(report.examples),
            "videos": len(np.unique(report.examples.videos)),
            "funny": int(report.examples.funny.sum()),
            "emotion_model": report.emotion,
        },
        "options": report.options,
        "heads": {head.name: _of_head(head) for head in report.heads},
        "beside": {name: found for name, (_, found) in report.beside.items()},
        "baselines": report.baselines,
    }


def _of_head(head: Validated) -> dict[str, Any]:
    return {
        **head.figures,
        "parameters": head.parameters,
        "epochs": list(head.epochs),
        "recipe": head.recipe.to_json(),
        "thresholds": head.thresholds.to_json(),
    }


def _folds(report: Report) -> dict[str, Any]:
    examples = report.examples
    columns = (examples.ids, examples.videos, examples.shas, report.folds)
    names = ("id", "video", "sha", "fold")
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return {"schema": SCHEMA, "clips": [dict(zip(names, row, strict=True)) for row in rows]}


def card(report: Report) -> str:
    """The model card of a run."""
    head, examples = report.chosen, report.examples
    streamers = len(np.unique(examples.streamers[examples.streamers != ""]))
    return _CARD.format(
        name=report.name,
        kind=head.net.config.kind,
        features=head.net.inputs,
        parameters=head.parameters,
        origin=_origin(report),
        clips=len(examples),
        videos=len(np.unique(examples.videos)),
        streamers=f" of {streamers} streamers" if streamers else "",
        funny=int(examples.funny.sum()),
        identity=identity_of(examples),
        emotion=report.emotion,
        group=report.options["group"],
        folds=report.options["folds"],
        prevalence=float(examples.funny.mean()),
        table=as_markdown(cells(report.lines(timed=False))),
        choice=_choice(report),
        few=_few(examples),
    )


def _origin(report: Report) -> str:
    start = report.options.get("from")
    if start:
        return f"Tuned further from `{start}`, whose standardisation it keeps."
    return "Trained from random weights."


def _choice(report: Report) -> str:
    if "search" in report.options:
        return (
            "Its shape and training were searched for; those of each fold without that fold, so "
            "that the figures are of the search, not of its best guess.\n\n"
        )
    if len(report.heads) == 1:
        return ""
    return (
        f"`{report.chosen.name}` was chosen by these figures, of {len(report.heads)} heads, so "
        "that its own are a little too good.\n\n"
    )


def _few(examples: Examples) -> str:
    videos = len(np.unique(examples.videos))
    if len(examples) >= 1000 and videos >= 50:
        return ""
    return f"{len(examples)} clips of {videos} videos are few: mind the intervals. "


def _page(report: Report, curves: bytes, confusion: bytes) -> str:
    heads = report.chosen
    return pages.page(
        f"Run {report.name}",
        [
            *map(pages.paragraph, report.notes),
            as_html(cells(report.lines(timed=False))),
            pages.picture(curves, "ROC, precision over recall, calibration"),
            pages.heading("Confusion"),
            pages.picture(confusion, "what was called funny and what is"),
            pages.heading(f"The clips that {heads.name} got most wrong"),
            wrongest(report.manifest, report.examples, heads.judged),
        ],
    )


def wrongest(manifest: Manifest, examples: Examples, judged: Judged) -> str:
    """A list of the clips whose score is farthest from their label, as links that play."""
    off = np.abs(judged.scores - examples.funny)
    order = np.argsort(-off, kind="stable")[:_MOST_WRONG]
    videos = {video.id: video for video in manifest.videos}
    rows = []
    for n in order:
        start_s, end_s = float(examples.start_s[n]), float(examples.end_s[n])
        video = videos[str(examples.videos[n])]
        address = f"{manifest.file_of(video).absolute().as_uri()}#t={start_s:g},{end_s:g}"
        text = f"{video.title or video.id} at {start_s:g}–{end_s:g} s"
        label = "funny" if examples.funny[n] else "ordinary"
        said = f" {label}, scored {judged.scores[n]:.2f} ({pages.escape(str(examples.ids[n]))})"
        rows.append(f"<li>{pages.link(address, text)}{said}</li>")
    return "\n".join(["<ol>", *rows, "</ol>"])


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


def to_json(report: Report, folder: Path) -> str:
    """What a run found, for programs."""
    times = {head.name: round(head.took_s, 2) for head in report.heads}
    found = {"run": str(folder), "seconds": times, "notes": list(report.notes)}
    return json.dumps({**_metrics(report), **found})


def in_words(report: Report, folder: Path) -> Sequence[str]:
    """What a run found, for a person."""
    from funny.learn.table import as_text

    head = report.chosen
    lines = [*report.notes, as_text(cells(report.lines(timed=True)))]
    if len(report.heads) > 1:
        lines.append(f"Best by average precision: {head.name}.")
    lines.append(f"{folder}: head, card, report.html. Use it by --head {report.name}.")
    return lines
