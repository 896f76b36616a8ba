"""A head on clips that it was not trained on: another streamer's, say."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from funny.errors import DatasetError
from funny.learn.crossval import baselines
from funny.learn.examples import Examples
from funny.learn.loading import Loaded
from funny.learn.runs import past_run
from funny.learn.table import Line
from funny.learn.training import untouched
from funny.weights.heads import LoadedHead


@dataclass(frozen=True)
class Evaluation:
    """Figures of heads and formulas on the same clips."""

    heads: dict[str, dict[str, Any]]
    baselines: dict[str, dict[str, Any]]
    notes: tuple[str, ...]

    @property
    def lines(self) -> list[Line]:
        """The table."""
        return [Line(name, found) for name, found in {**self.heads, **self.baselines}.items()]

    def to_json(self) -> dict[str, Any]:
        """The same as plain JSON values."""
        return {"heads": self.heads, "baselines": self.baselines, "notes": list(self.notes)}


def evaluate(run: Path, heads: list[LoadedHead], loaded: Loaded) -> Evaluation:
    """Figures of the head of a run, and of others beside it, on clips of other videos.

    Args:
        run: Folder of the run; clips of contents that it was trained on are left out.
        heads: Its head, and those beside it.
        loaded: The clips.

    Raises:
        DatasetError: If no clip of another video is left.
    """
    fresh, note = _fresh(run, loaded.examples)
    judged = untouched(heads, fresh, None).items()
    found = {name.removesuffix(", untouched"): figures for name, (_, figures) in judged}
    notes = tuple(text for text in (*loaded.notes, note) if text)
    return Evaluation(found, baselines(fresh, None), notes)


def _fresh(run: Path, examples: Examples) -> tuple[Examples, str]:
    """The clips whose contents a run was not trained on, and what to say of the others."""
    is_known = np.isin(examples.shas, list(past_run(run).shas))
    left = examples.take(~is_known)
    if not len(left):
        raise DatasetError(
            f"{run.name} was trained on the videos of all {len(examples)} clips. "
            "Evaluate it on others."
        )
    if left.funny.all() or not left.funny.any():
        raise DatasetError(
            f"the {len(left)} clips of videos that {run.name} was not trained on are all of one "
            "kind. Label some of the other kind."
        )
    note = f"{is_known.sum()} clips are left out: {run.name} was trained on their videos."
    return left, note if is_known.any() else ""
