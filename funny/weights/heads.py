"""Heads on disk: a folder each, with config.json, model.safetensors and highlights.json."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from funny.errors import WeightsError
from funny.files import file_sha256, load_strict, read_json, write_json
from funny.grid import TICK_HZ
from funny.moments.highlights import Thresholds
from funny.records import ModelInfo
from funny.score.features import FEATURES
from funny.score.heads import HEADS, Head, HeadConfig
from funny.weights.folders import models_folder


@dataclass(frozen=True, eq=False)
class LoadedHead:
    """A head with everything that belongs to its weights."""

    net: Head
    config: HeadConfig
    thresholds: Thresholds
    """Tuned apart from the weights, on other data."""
    info: ModelInfo


def head_folder(name: str) -> Path:
    """The folder of a head: a path as it is, or a name under `models/`.

    Raises:
        WeightsError: If there is none.
    """
    for folder in (models_folder() / f"head-{name}", Path(name)):
        if (folder / "config.json").is_file():
            return folder
    known = sorted(p.parent.name.removeprefix("head-") for p in _configs())
    raise WeightsError(f"--head {name}: there is no such head. Known: {', '.join(known)}.")


def _configs() -> list[Path]:
    return list(models_folder().glob("head-*/config.json"))


def load_head(name: str) -> LoadedHead:
    """Loads a head by name or folder.

    Raises:
        WeightsError: If a file is missing or damaged, or the head expects other features.
    """
    folder = head_folder(name)
    config = _config(folder / "config.json")
    net = HEADS[config.kind](len(config.features))
    weights = folder / "model.safetensors"
    load_strict(net, weights)
    info = ModelInfo(folder.name, config.training_data, file_sha256(weights))
    return LoadedHead(net.eval(), config, _thresholds(folder / "highlights.json"), info)


def _config(path: Path) -> HeadConfig:
    found = read_json(path)
    unknown = set(found) ^ {field.name for field in fields(HeadConfig)}
    if unknown:
        raise WeightsError(f"{path}: fields missing or unknown: {', '.join(sorted(unknown))}.")
    _expect(path, "kind", found["kind"], tuple(HEADS))
    _expect(path, "features", found["features"], (list(FEATURES),))
    _expect(path, "tick_hz", found["tick_hz"], (TICK_HZ,))
    low, high = found["min_ticks"], found["max_ticks"]
    if not (isinstance(low, int) and isinstance(high, int) and 1 <= low <= high):
        raise WeightsError(
            f"{path}: expected 1 <= min_ticks <= max_ticks, got {low!r} and {high!r}."
        )
    return HeadConfig(**{**found, "features": tuple(found["features"])})


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


def save_head(folder: Path, net: Head, config: HeadConfig, thresholds: Thresholds) -> None:
    """Writes a head's weights, config and thresholds into a folder."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.contiguous().cpu() for name, tensor in net.state_dict().items()}
    save_file(tensors, folder / "model.safetensors")
    write_json(folder / "config.json", config.to_json())
    write_json(folder / "highlights.json", thresholds.to_json())
