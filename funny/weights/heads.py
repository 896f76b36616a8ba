"""Heads on disk: a folder each, with config.json, model.safetensors and highlights.json.

Released heads lie in `models/`, those that were trained here in `runs/`, published ones on the Hub.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from funny.claims import is_number, is_whole, shown
from funny.errors import WeightsError
from funny.files import file_sha256, load_strict, read_json, write_json
from funny.grid import TICK_HZ
from funny.moments.highlights import Thresholds
from funny.records import ModelInfo
from funny.score.features import FEATURES, FEATURES_12
from funny.score.heads import HEADS, SHAPE, Head, HeadConfig
from funny.weights.folders import CONFIG, THRESHOLDS, WEIGHTS, models_folder, runs_folder
from funny.weights.hub import hub_folder, hub_names
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


@dataclass(frozen=True)
class KnownHead:
    """A head that `--head NAME` finds."""

    name: str
    source: str
    """`models`, `runs` or `hub`."""


_FILES = (CONFIG, WEIGHTS, THRESHOLDS)
_PREFIX = "head-"
# A clip of more than a minute is no clip.
_MOST_TICKS = 120


def known_heads(ask_hub: bool = True) -> tuple[KnownHead, ...]:
    """Heads to choose from, by name: of `models/`, of `runs/`, and of the repository of the Hub.

    A name that several places have is told once, of the place that `resolve_head` asks first.

    Args:
        ask_hub: Whether the Hub is asked too; if it does not answer within two seconds, there
            are none of it.
    """
    places = {
        "models": [folder.name.removeprefix(_PREFIX) for folder in _folders(models_folder())],
        "runs": [folder.name for folder in _folders(runs_folder(), "")],
        "hub": [name.removeprefix(_PREFIX) for name in _on_the_hub()] if ask_hub else [],
    }
    found = {name: place for place in reversed(places) for name in places[place]}
    return tuple(KnownHead(name, place) for name, place in sorted(found.items()))


def _folders(folder: Path, prefix: str = _PREFIX) -> list[Path]:
    """The folders in a folder that hold heads."""
    return sorted(path.parent for path in folder.glob(f"{prefix}[!.]*/{CONFIG}"))


def _on_the_hub() -> tuple[str, ...]:
    try:
        return hub_names(_PREFIX, CONFIG)
    except WeightsError:
        return ()


def load_head(name: str) -> LoadedHead:
    """The head of `resolve_head`."""
    return resolve_head(name).found


def resolve_head(name: str) -> Resolved[LoadedHead]:
    """Loads a head: a name under `models/`, `runs/` or in the repository of the Hub, or a folder.

    Raises:
        WeightsError: If a file is missing or damaged, or the head expects other features.
    """
    # What is no plain name is a path.
    is_plain = re.fullmatch(r"[\w-][\w.-]*", name) is not None
    for place, folder in _places(name, is_plain):
        if (folder / CONFIG).is_file():
            return Resolved(read_head(folder), (Attempt(place, "used", str(folder)),))
    known = (head.name for head in known_heads(ask_hub=False))
    missing = f"--head {name}: there is no such head. Known: {', '.join(known)}."
    if not is_plain:
        raise WeightsError(missing)
    source = Source("hub", lambda: read_head(hub_folder(f"{_PREFIX}{name}", _FILES)[0]))
    return resolve([source], lambda head: head.info.name, f"{missing} {{reasons}}.")


def _places(name: str, is_plain: bool) -> Iterator[tuple[str, Path]]:
    """Folders of this machine that a head may be in, as they are asked."""
    if is_plain:
        yield "models", models_folder() / f"{_PREFIX}{name}"
        yield "runs", runs_folder() / name
    yield "models", Path(name)


def read_head(folder: Path) -> LoadedHead:
    """Reads a head's folder.

    Raises:
        WeightsError: If a file is missing or damaged, or the head expects other features.
    """
    config = _config(folder / CONFIG)
    net = HEADS[config.kind](config)
    load_strict(net, folder / WEIGHTS)
    _expect_spread(net, folder / WEIGHTS)
    info = ModelInfo(folder.name, config.training_data, file_sha256(folder / WEIGHTS))
    return LoadedHead(net.eval(), _thresholds(folder / THRESHOLDS), info)


def _config(path: Path) -> HeadConfig:
    found = read_json(path)
    unknown = (set(found) ^ {field.name for field in fields(HeadConfig)}) - set(SHAPE)
    if unknown:
        raise WeightsError(
            f"{path}: fields missing or unknown: {shown(', '.join(sorted(unknown)))}."
        )
    _expect(path, "kind", found["kind"], tuple(HEADS))
    _expect(path, "features", found["features"], (list(FEATURES), list(FEATURES_12)))
    _expect(path, "tick_hz", found["tick_hz"], (TICK_HZ,))
    for field, wanted, is_right in _FIELDS:
        if not is_right(found[field]):
            raise WeightsError(f"{path}: {field} is {shown(found[field])}, expected {wanted}.")
    if found["min_ticks"] > found["max_ticks"]:
        raise WeightsError(
            f"{path}: expected min_ticks <= max_ticks, "
            f"got {found['min_ticks']} and {found['max_ticks']}."
        )
    try:
        return HeadConfig(**found)
    except ValueError as error:
        raise WeightsError(f"{path}: {error}.") from error


def _is_calibration(found: Any) -> bool:
    return isinstance(found, list) and len(found) == 2 and all(map(_is_small, found))


def _is_small(value: Any) -> bool:
    # Log-odds times more than this are no probability but 0, 1, or no number at all.
    return is_number(value, -1000, 1000)


def _is_clip(ticks: Any) -> bool:
    return is_whole(ticks, 1, _MOST_TICKS)


_FIELDS: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("min_ticks", f"a whole number from 1 to {_MOST_TICKS}", _is_clip),
    ("max_ticks", f"a whole number from 1 to {_MOST_TICKS}", _is_clip),
    ("calibration", "two numbers from -1000 to 1000", _is_calibration),
    ("training_data", "text", lambda found: isinstance(found, str)),
    ("metrics", "an object", lambda found: isinstance(found, dict)),
)


def _expect(path: Path, field: str, found: Any, expected: tuple[Any, ...]) -> None:
    if found not in expected:
        wanted = " or ".join(str(value) for value in expected)
        raise WeightsError(f"{path}: {field} is {shown(found)}, expected {wanted}.")


def _expect_spread(net: Head, path: Path) -> None:
    """Refuses what features cannot be divided by."""
    if (net.std <= 0).any():
        raise WeightsError(f"{path}: std holds numbers that are not above 0.")


def _thresholds(path: Path) -> Thresholds:
    found = read_json(path)
    for name, value in found.items():
        if not (name in _THRESHOLDS and is_number(value, 0, 1)):
            raise WeightsError(
                f"{path}: {shown(name)} is {shown(value)}, expected {' and '.join(_THRESHOLDS)} "
                "from 0 to 1."
            )
    try:
        return Thresholds(**found)
    except ValueError as error:
        raise WeightsError(f"{path}: {error}") from error


_THRESHOLDS = tuple(field.name for field in fields(Thresholds))


def save_head(folder: Path, net: Head, thresholds: Thresholds) -> None:
    """Writes a head's weights, config and thresholds into a folder."""
    net.save_pretrained(folder)
    write_json(folder / THRESHOLDS, thresholds.to_json())
