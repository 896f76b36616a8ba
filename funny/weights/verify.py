"""Checks every weights file on this machine: its hash, its fit, and what comes out of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from funny.errors import WeightsError
from funny.extract.emotion import EmotionModel, VaMtl
from funny.extract.laughter import LaughterModel
from funny.files import file_sha256
from funny.grid import SAMPLE_RATE
from funny.records import EMOTIONS
from funny.weights.emotion import load_embedded
from funny.weights.folders import (
    CONFIG,
    EMBEDDED,
    VA_MTL,
    WEIGHTS,
    converted_folder,
    models_folder,
    registry,
)
from funny.weights.heads import read_head
from funny.weights.hub import cached_file, hub_repo, is_intact


@dataclass(frozen=True)
class Check:
    """What was found of one folder of weights."""

    name: str
    text: str
    is_whole: bool


def verify() -> Iterator[Check]:
    """Checks all weights that are on this machine, one folder after the other."""
    models = models_folder()
    yield _check(f"models/{EMBEDDED}", models / EMBEDDED, lambda _: _run(load_embedded()))
    for laughter in sorted(models.glob("laughter*/")):
        yield _check(f"models/{laughter.name}", laughter, _hear)
    for head in sorted(models.glob("head-*/")):
        yield _check(f"models/{head.name}", head, _read_head)
    for name, folder in _va_mtl_folders():
        if folder.is_dir():
            yield _check(name, folder, lambda f: _run(VaMtl.load(f / WEIGHTS)))


def _va_mtl_folders() -> Iterator[tuple[str, Path]]:
    yield f"models/{VA_MTL}", models_folder() / VA_MTL
    repo = hub_repo()
    if repo and (cached := cached_file(repo, f"{VA_MTL}/{WEIGHTS}")):
        yield f"hub {repo}", cached.parent
    yield "upstream", converted_folder(registry()["upstream"][VA_MTL]["blob"])


def _check(name: str, folder: Path, use: Callable[[Path], str]) -> Check:
    try:
        _expect_hashes(name, folder)
        return Check(name, use(folder), True)
    except (OSError, WeightsError) as error:
        return Check(name, str(error), False)


def _expect_hashes(name: str, folder: Path) -> None:
    """Hashes of files as they are pinned, or as the Hub's cache knows them.

    Raises:
        WeightsError: If one is another.
    """
    pinned = registry()["sha256"].get(name.removeprefix("models/"))
    if pinned and file_sha256(folder / WEIGHTS) != pinned:
        raise WeightsError(f"{folder / WEIGHTS}: is not the file that registry.toml pins")
    for file in (folder / CONFIG, folder / WEIGHTS):
        if name.startswith("hub") and not is_intact(file):
            raise WeightsError(f"{file}: is not what its hash promises")


def _run(model: EmotionModel) -> str:
    """Looks at faces of noise: whatever is in them, the ten numbers keep to their ranges."""
    size = model.preprocessing.input_size
    crops = np.random.default_rng(0).integers(0, 256, (2, 3, size, size), np.uint8)
    ten = model(crops)
    total, reach = ten[:, : len(EMOTIONS)].sum(1), np.abs(ten[:, len(EMOTIONS) :]).max()
    if not (np.isfinite(ten).all() and np.allclose(total, 1, atol=1e-3) and reach <= 1):
        raise WeightsError("what comes out is no probabilities, valence and arousal")
    return f"{model.info.name}, sha256 {model.info.sha256[:12]}"


def _hear(folder: Path) -> str:
    """Listens to three seconds of noise."""
    model = LaughterModel.load(folder)
    hearing = model.hearing()
    hearing.write(np.random.default_rng(0).standard_normal(3 * SAMPLE_RATE))
    heard = hearing.finish()
    if len(heard) != 6 or not ((heard >= 0) & (heard <= 1)).all():
        raise WeightsError("what comes out is no probability a tick")
    return f"laughter, sha256 {model.info.sha256[:12]}"


def _read_head(folder: Path) -> str:
    head = read_head(folder)
    return f"{head.config.kind}, trained on {head.config.training_data}"
