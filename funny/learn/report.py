"""What a run found: as a value, as JSON, and in words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from funny.learn.crossval import Validated
from funny.learn.examples import Examples
from funny.learn.figures import Judged
from funny.learn.manifest import Manifest
from funny.learn.table import Line, as_text, cells

SCHEMA = "funny.run/1"


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


def training_data(report: Report) -> str:
    """What the head was trained on, in a few words."""
    videos = len(np.unique(report.examples.videos))
    start = report.options.get("from")
    tuned = f", tuned further from {start}" if start else ""
    return f"{len(report.examples)} labelled clips of {videos} videos{tuned}"


def short_figures(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures that travel with the weights."""
    values = {name: figures[name]["value"] for name in ("auroc", "average_precision", "f1")}
    plain = {n: figures[n] for n in ("prevalence", "calibration_error", "clips", "videos")}
    return {f"out_of_fold_{name}": value for name, value in {**values, **plain}.items()}


def metrics_of(report: Report) -> dict[str, Any]:
    """All figures, and all that led to them; nothing of this machine."""
    return {
        "schema": SCHEMA,
        "chosen": report.chosen.name,
        "dataset": {
            "identity": report.examples.identity,
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


def folds_of_clips(report: Report) -> dict[str, Any]:
    """Which clip was in which fold."""
    examples = report.examples
    columns = (examples.ids, examples.videos, examples.shas, report.folds)
    names = ("id", "video", "sha", "fold")
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return {"schema": SCHEMA, "clips": [dict(zip(names, row, strict=True)) for row in rows]}


def to_json(report: Report, folder: Path) -> str:
    """What a run found, for programs."""
    times = {head.name: round(head.took_s, 2) for head in report.heads}
    found = {"run": str(folder), "seconds": times, "notes": list(report.notes)}
    return json.dumps({**metrics_of(report), **found})


def in_words(report: Report, folder: Path) -> Sequence[str]:
    """What a run found, for a person."""
    head = report.chosen
    lines = [*report.notes, as_text(cells(report.lines(timed=True)))]
    if len(report.heads) > 1:
        lines.append(f"Best by average precision: {head.name}.")
    lines.append(f"{folder}: head, card, report.html. Use it by --head {report.name}.")
    return lines
