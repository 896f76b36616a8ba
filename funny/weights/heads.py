"""Heads on disk: a folder each, with config.json, model.safetensors and highlights.json."""

import re
from dataclasses import dataclass, fields
from math import isfinite
from pathlib import Path
from typing import Any

from funny.errors import WeightsError
from funny.files import file_sha256, load_strict, read_json, write_json
from funny.grid import TICK_HZ
from funny.moments.highlights import Thresholds
from funny.records import ModelInfo
from funny.score.features import FEATURES, FEATURES_12
from funny.score.heads import HEADS, Head, HeadConfig
from funny.weights.folders import CONFIG, THRESHOLDS, WEIGHTS, models_folder
from funny.weights.hub import hub_folder
from funny.weights.sources import Attempt, Resolved, Source, resolve


@dataclass(frozen=True, eq=False)
class LoadedHead:
    """A head with everything that belongs to its weights."""

    net: Head
    thresholds: Thresholds
    """Tuned apart from the weights, on other data."""
    info: ModelInfo

    @property
    def config(self) -> HeadConfig:
        """What the head was built and trained for."""
        return self.net.config


_FILES = (CONFIG, WEIGHTS, THRESHOLDS)


def load_head(name: str) -> LoadedHead:
    """The head of `resolve_head`."""
    return resolve_head(name).found


def resolve_head(name: str) -> Resolved[LoadedHead]:
    """Loads a head: a folder, or a name under `models/` or in the repository of the Hub.

    Raises:
        WeightsError: If a file is missing or damaged, or the head expects other features.
    """
    if (folder := _local_folder(name)) is not None:
        return Resolved(read_head(folder), (Attempt("models", "used", str(folder)),))
    known = sorted(p.parent.name.removeprefix("head-") for p in _configs())
    missing = f"--head {name}: there is no such head. Known: {', '.join(known)}."
    # What is no plain name is a path that holds no head.
    if not re.fullmatch(r"[\w-][\w.-]*", name):
        raise WeightsError(missing)
    source = Source("hub", lambda: read_head(hub_folder(f"head-{name}", _FILES)[0]))
    return resolve([source], lambda head: head.info.name, f"{missing} {{reasons}}.")


def _local_folder(name: str) -> Path | None:
    for folder in (models_folder() / f"head-{name}", Path(name)):
        if (folder / CONFIG).is_file():
            return folder
    return None


def _configs() -> list[Path]:
    return list(models_folder().glob(f"head-*/{CONFIG}"))


def read_head(folder: Path) -> LoadedHead:
    """Reads a head's folder.

    Raises:
        WeightsError: If a file is missing or damaged, or the head expects other features.
    """
    config = _config(folder / CONFIG)
    net = HEADS[config.kind](config)
    load_strict(net, folder / WEIGHTS)
    info = ModelInfo(folder.name, config.training_data, file_sha256(folder / WEIGHTS))
    return LoadedHead(net.eval(), _thresholds(folder / THRESHOLDS), info)


def _config(path: Path) -> HeadConfig:
    found = read_json(path)
    unknown = set(found) ^ {field.name for field in fields(HeadConfig)}
    if unknown:
        raise WeightsError(f"{path}: fields missing or unknown: {', '.join(sorted(unknown))}.")
    _expect(path, "kind", found["kind"], tuple(HEADS))
    _expect(path, "features", found["features"], (list(FEATURES), list(FEATURES_12)))
    _expect(path, "tick_hz", found["tick_hz"], (TICK_HZ,))
    low, high = found["min_ticks"], found["max_ticks"]
    if not (isinstance(low, int) and isinstance(high, int) and 1 <= low <= high):
        raise WeightsError(
            f"{path}: expected 1 <= min_ticks <= max_ticks, got {low!r} and {high!r}."
        )
    if not _is_calibration(found["calibration"]):
        raise WeightsError(f"{path}: expected two numbers, got calibration {found['calibration']}.")
    return HeadConfig(**{**found, "features": tuple(found["features"])})


def _is_calibration(found: Any) -> bool:
    are_numbers = isinstance(found, list) and all(isinstance(x, int | float) for x in found)
    return are_numbers and len(found) == 2 and all(map(isfinite, found))


def _expect(path: Path, field: str, found: Any, expected: tuple[Any, ...]) -> None:
    if found not in expected:
        wanted = " or ".join(str(value) for value in expected)
        raise WeightsError(f"{path}: {field} is {found}, expected {wanted}.")


def _thresholds(path: Path) -> Thresholds:
    found = read_json(path)
    try:
        return Thresholds(**found)
    except (TypeError, ValueError) as error:
        raise WeightsError(f"{path}: {error}") from error


def save_head(folder: Path, net: Head, thresholds: Thresholds) -> None:
    """Writes a head's weights, config and thresholds into a folder."""
    net.save_pretrained(folder)
    write_json(folder / THRESHOLDS, thresholds.to_json())
