"""Where weights lie on this machine: those that come with the code, and those that were fetched."""

import os
from functools import cache
from pathlib import Path
from typing import Any

from funny.extract.cache import cache_folder

WEIGHTS, CONFIG, THRESHOLDS = "model.safetensors", "config.json", "highlights.json"
METRICS = "metrics.json"
"""What a run found; beside its head."""
VA_MTL, EMBEDDED = "emotion-va-mtl", "emotion-embedded"
"""Folders of the emotion models, here, in the cache and on the Hub."""


def models_folder() -> Path:
    """The folder `models/` beside the package."""
    return Path(__file__).parents[2] / "models"


def runs_folder() -> Path:
    """Where heads that were trained here lie: FUNNY_RUNS if set, else `runs/` where we are."""
    return Path(os.environ.get("FUNNY_RUNS") or "runs")


def converted_folder(blob: str) -> Path:
    """Where the converted weights of the upstream file with a git blob id lie."""
    return cache_folder() / "weights" / blob


@cache
def registry() -> dict[str, Any]:
    """What `models/registry.toml` pins: revisions, blob ids, hashes."""
    import tomlkit

    return tomlkit.parse((models_folder() / "registry.toml").read_text("utf-8")).unwrap()
