"""Figures of a dataset in words, as a picture and as a page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from funny.files import staged
from funny.learn import pages, plots
from funny.learn.agreement import verdicts
from funny.learn.labels import read_answers
from funny.learn.manifest import FUNNY, ORDINARY, Manifest
from funny.learn.parquet import Row
from funny.learn.stats import QUANTILES, Stats, ticks_of
from funny.learn.table import as_html, as_text
from funny.score.features import FEATURES

_SHOWN = 10


def in_words(stats: Stats) -> str:
    """The figures for a terminal."""
    parts = [as_text([[name, str(value)] for name, value in _facts(stats)])]
    parts += [as_text(_feature_table(stats))]
    parts += [*_told("duplicates", [f"{a}, {b}: {why}" for a, b, why in stats.duplicates])]
    parts += [*_told("leaks", stats.leaks)]
    return "\n\n".join([*stats.notes, *parts])


def _facts(stats: Stats) -> list[tuple[str, Any]]:
    lengths = " / ".join(f"{value:g}" for value in stats.lengths_s.values())
    faces = ", ".join(f"{name} {value:.0%}" for name, value in stats.face_share.items())
    agreed = [
        (f"kappa of {pair}", f"{'none' if np.isnan(value) else f'{value:.2f}'} on {n} clips")
        for pair, (value, n) in stats.kappas.items()
    ]
    spread = [("length (shortest / median / longest)", f"{lengths} s"), ("share of face", faces)]
    return [*stats.counts.items(), *spread, *agreed]


def _feature_table(stats: Stats) -> list[list[str]]:
    names = [f"{label} {q:.0%}" for label in (FUNNY, ORDINARY) for q in QUANTILES]
    head = ["feature", *names, "AUROC"]
    rows = [
        [name, *(_cell(found.get(n)) for n in (*names, "auroc"))]
        for name, found in stats.features.items()
    ]
    return [head, *rows]


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _told(what: str, found: Sequence[str]) -> list[str]:
    if not found:
        return [f"no {what}"]
    rest = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return ["\n".join([f"{len(found)} {what}:", *found[:_SHOWN], *rest])]


def draw(stats: Stats, rows: Sequence[Row], manifest: Manifest, folder: Path) -> None:
    """Writes stats.png and stats.html into a folder.

    Raises:
        FunnyError: If it cannot be written.
    """
    labels = {v.clip: v.label for v in verdicts(manifest, read_answers(manifest.folder))}
    said = np.array([labels.get(row.id) or "no label" for row in rows])
    sides = {str(label): said == label for label in np.unique(said)}
    columns = {
        name: {label: ticks_of(rows, side, n) for label, side in sides.items()}
        for n, name in enumerate(FEATURES)
    }
    for name, values in (
        ("length in seconds", np.array([row.end_s - row.start_s for row in rows])),
        ("share of face", np.array([row.face_share for row in rows])),
    ):
        columns[name] = {label: values[side] for label, side in sides.items()}
    png = plots.histograms(columns)
    facts = [["", ""], *([name, str(value)] for name, value in _facts(stats))]
    pairs = [f"{a}, {b}: {why}" for a, b, why in stats.duplicates]
    lists = [*_told("duplicates", pairs), *_told("leaks", stats.leaks)]
    body = [as_html(facts), pages.picture(png, "distributions"), as_html(_feature_table(stats))]
    with staged(folder) as beside:
        (beside / "stats.png").write_bytes(png)
        text = pages.page("Dataset", [*body, *map(pages.paragraph, lists)])
        (beside / "stats.html").write_text(text, "utf-8")
