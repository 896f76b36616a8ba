"""Files that every room needs: weights and JSON read with care, results renamed into place."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funny.errors import FunnyError, OptionError, WeightsError

if TYPE_CHECKING:
    from torch import nn


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 22):
            digest.update(chunk)
    return digest.hexdigest()


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file beside weights.

    Raises:
        WeightsError: If it is missing or is not a JSON object.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsError(f"{path}: cannot be read ({error}).") from error
    if not isinstance(found, dict):
        raise WeightsError(f"{path}: expected a JSON object, got {type(found).__name__}.")
    return found


def load_strict(net: "nn.Module", path: Path) -> None:
    """Fills a network from safetensors; every name and shape must match.

    Raises:
        WeightsError: If the file is missing, is not safetensors, or is of another model.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        net.load_state_dict(load_file(path), strict=True)
    except (OSError, SafetensorError) as error:
        raise WeightsError(f"{path}: cannot be read as safetensors ({error}).") from error
    except RuntimeError as error:
        reason = " ".join(str(error).split())[:300]
        raise WeightsError(f"{path}: is not made for this model: {reason}") from error


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Writes indented JSON with a final newline."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """A new folder beside `folder`; what is put there is renamed into it if all goes well.

    If anything fails, `folder` is as it was before, or absent if it was absent.

    Raises:
        OptionError: If the folder cannot be written.
    """
    ancestor = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    try:
        beside = ancestor.parent if ancestor == folder else ancestor
        staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", suffix=".partial", dir=beside))
        _refuse_unwritable(folder)
    except OSError as error:
        reason = error.strerror or error
        raise OptionError(
            f"{folder}: cannot be written ({reason}). Choose another folder."
        ) from error
    try:
        yield staging
        _move_into(staging, folder)
    except OSError as error:
        raise FunnyError(disk_message(folder, error)) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _refuse_unwritable(folder: Path) -> None:
    if folder.exists():
        with tempfile.TemporaryFile(dir=folder):
            pass


def _move_into(staging: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for new in staging.iterdir():
        old = folder / new.name
        if old.is_dir():
            old.rename(staging.with_suffix(".old"))
        os.replace(new, old)
        shutil.rmtree(staging.with_suffix(".old"), ignore_errors=True)


def disk_message(path: Path, error: OSError) -> str:
    """What to tell a person about a failed write."""
    free_mb = shutil.disk_usage(next(p for p in path.absolute().parents if p.exists())).free >> 20
    return (
        f"{path}: cannot be written ({error.strerror or error}; {free_mb} MB are free). "
        "Free some space or choose another folder."
    )
