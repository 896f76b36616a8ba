"""What a dataset holds: balance, lengths, faces, distributions, duplicates, leaks."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from funny.errors import DatasetError
from funny.learn import parquet
from funny.learn.agreement import kappas, verdicts
from funny.learn.folds import leaks
from funny.learn.labels import SKIP, read_answers
from funny.learn.manifest import FUNNY, ORDINARY, Manifest
from funny.learn.metrics import auroc, iou
from funny.learn.parquet import Row, read_rows
from funny.learn.runs import past_run
from funny.score.features import FEATURES

# Root mean square of the difference of two clips, in standard deviations of all of them.
NEAR = 0.05
_MOST_PAIRS = 1000
_CHUNK = 512
QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Stats:
    """The figures of a dataset."""

    counts: dict[str, int]
    """Videos, clips, and clips of each label."""
    lengths_s: dict[str, float]
    face_share: dict[str, float]
    """Mean share of ticks with a face, by label."""
    features: dict[str, dict[str, float]]
    """Quantiles over ticks by label, and AUROC of the clip's mean, by the feature's name."""
    duplicates: list[tuple[str, str, str]]
    """Pairs of clips that are the same, nearly, and why."""
    leaks: list[str]
    kappas: dict[str, tuple[float, int]] = field(default_factory=dict)
    """Agreement of each two annotators, and on how many clips."""
    notes: tuple[str, ...] = ()
    """What a person should know of the labels' file."""

    def to_json(self) -> dict[str, Any]:
        """The same as plain JSON values."""
        agreed = {k: [None if np.isnan(v) else round(v, 4), n] for k, (v, n) in self.kappas.items()}
        return {
            "counts": self.counts,
            "lengths_s": self.lengths_s,
            "face_share": self.face_share,
            "features": self.features,
            "duplicates": [list(pair) for pair in self.duplicates],
            "leaks": self.leaks,
            "kappa": agreed,
            "notes": list(self.notes),
        }


def stats_of(manifest: Manifest, run: Path | None = None) -> tuple[Stats, list[Row]]:
    """The figures of a dataset, and the rows that they are of.

    Args:
        manifest: The dataset; its clips.parquet must be built.
        run: Folder of a run whose folds are checked for leaks, if any.

    Raises:
        DatasetError: If the table is not there.
    """
    notes: list[str] = []
    answers = read_answers(manifest.folder, notes)
    found = verdicts(manifest, answers)
    labels = {verdict.clip: verdict.label for verdict in found}
    rows = [row for row in read_rows(manifest.folder / parquet.NAME) if row.id in labels]
    if not rows:
        raise DatasetError(f"{manifest.folder / parquet.NAME}: holds no clip of this manifest.")
    said = np.array([labels[row.id] or "" for row in rows])
    stats = Stats(
        counts=_counts(manifest, found, rows),
        lengths_s=_spread([row.end_s - row.start_s for row in rows]),
        face_share=_by_label(np.array([row.face_share for row in rows]), said),
        features=_distributions(rows, said),
        duplicates=[*_overlaps(rows), *_twins(rows)],
        leaks=[*_shared(rows), *_across(rows, run)],
        kappas={f"{a} and {b}": value for (a, b), value in kappas(answers).items()},
        notes=tuple(notes),
    )
    return stats, rows


def _counts(manifest: Manifest, found: Sequence[Any], rows: Sequence[Row]) -> dict[str, int]:
    labels = Counter(verdict.label for verdict in found if verdict.label)
    skipped = sum(
        verdict.label is None and SKIP in verdict.said.values() and not verdict.is_conflict
        for verdict in found
    )
    return {
        "videos": len(manifest.videos),
        "clips": len(manifest.clips),
        "built": len(rows),
        FUNNY: labels[FUNNY],
        ORDINARY: labels[ORDINARY],
        "in conflict": sum(verdict.is_conflict for verdict in found),
        "skipped": skipped,
        "without a label": sum(not verdict.said for verdict in found),
        "proposed as funny": sum(clip.proposed == FUNNY for clip in manifest.clips),
    }


def _spread(values: Sequence[float]) -> dict[str, float]:
    low, middle, high = np.quantile(values, (0, 0.5, 1))
    return {"shortest": round(low, 3), "median": round(middle, 3), "longest": round(high, 3)}


def _by_label(values: np.ndarray, said: np.ndarray) -> dict[str, float]:
    names = (FUNNY, ORDINARY)
    some = {name: values[said == name] for name in names}
    return {name: round(float(v.mean()), 4) for name, v in some.items() if len(v)}


def _distributions(rows: Sequence[Row], said: np.ndarray) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    means = np.stack([row.x[row.mask].mean(0) for row in rows])
    for column, name in enumerate(FEATURES):
        found[name] = {}
        for label in (FUNNY, ORDINARY):
            values = ticks_of(rows, said == label, column)
            if len(values):
                marks = np.quantile(values, QUANTILES)
                names = (f"{label} {q:.0%}" for q in QUANTILES)
                found[name] |= {n: round(float(m), 4) for n, m in zip(names, marks, strict=True)}
        both = np.isin(said, (FUNNY, ORDINARY))
        if len(np.unique(said[both])) == 2:
            score = auroc(said[both] == FUNNY, means[both, column])
            found[name]["auroc"] = round(score, 4)
    return found


def ticks_of(rows: Sequence[Row], which: np.ndarray, column: int) -> np.ndarray:
    """One feature at all ticks of some clips, (t,)."""
    some = [row.x[row.mask, column] for row, is_it in zip(rows, which, strict=True) if is_it]
    return np.concatenate(some) if some else np.zeros(0)


def _overlaps(rows: Sequence[Row]) -> list[tuple[str, str, str]]:
    """Clips of one content that share more than half of their time."""
    of_content = defaultdict(list)
    for row in rows:
        of_content[row.sha].append(row)
    found = []
    for some in of_content.values():
        some.sort(key=lambda row: row.start_s)
        for n, one in enumerate(some):
            later = (row for row in some[n + 1 :] if row.start_s < one.end_s)
            for two in later:
                shared = iou((one.start_s, one.end_s), (two.start_s, two.end_s))
                if shared > 0.5:
                    found.append((one.id, two.id, f"share {shared:.0%} of their time"))
    return found


def _twins(rows: Sequence[Row]) -> list[tuple[str, str, str]]:
    """Clips of two contents with the same numbers, nearly; such as say nothing do not count."""
    x = np.stack([row.x for row in rows])
    mask = np.stack([row.mask for row in rows])[..., None]
    scale = x[mask[..., 0]].std(0) + 1e-3
    flat = (x / scale * mask).reshape(len(x), -1).astype(np.float32)
    says = flat.std(1) > NEAR
    squares, found = (flat**2).sum(1), []
    for first in range(0, len(flat), _CHUNK):
        part = slice(first, first + _CHUNK)
        apart = squares[part, None] + squares - 2 * flat[part] @ flat.T
        near = apart / flat.shape[1] < NEAR**2
        for i, k in np.argwhere(near):
            n = first + int(i)
            if n < k and rows[n].sha != rows[k].sha and says[n] and says[k]:
                found.append((rows[n].id, rows[k].id, "have nearly the same numbers"))
        if len(found) >= _MOST_PAIRS:
            break
    return found[:_MOST_PAIRS]


def _shared(rows: Sequence[Row]) -> list[str]:
    """Contents that go by two ids."""
    ids = defaultdict(set)
    for row in rows:
        ids[row.sha].add(row.video)
    return [
        f"videos {' and '.join(sorted(videos))} are one content ({sha[:12]})"
        for sha, videos in ids.items()
        if len(videos) > 1
    ]


def _across(rows: Sequence[Row], run: Path | None) -> list[str]:
    """What lies in two folds of a run and must not."""
    if run is None:
        return []
    fold_of = past_run(run).fold_of
    some = [row for row in rows if row.id in fold_of]
    folds = np.array([fold_of[row.id] for row in some])
    columns = {"video": [row.video for row in some], "content": [row.sha for row in some]}
    return leaks({name: np.array(values) for name, values in columns.items()}, folds)
