"""Files that every room needs: weights and JSON read with care, results renamed into place."""

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funny.claims import expect_tensors, read_claims, shown
from funny.errors import FunnyError, OptionError, WeightsError

if TYPE_CHECKING:
    import torch
    from torch import nn


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return _digest(path, hashlib.sha256())


def git_blob_id(path: Path) -> str:
    """The name that git gives a file's content: SHA-1 of `blob`, size, a zero byte, content."""
    head = b"blob %d\0" % path.stat().st_size
    return _digest(path, hashlib.sha1(head, usedforsecurity=False))


def _digest(path: Path, digest: "hashlib._Hash") -> str:
    with path.open("rb") as file:
        while chunk := file.read(1 << 22):
            digest.update(chunk)
    return digest.hexdigest()


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file beside weights.

    Raises:
        WeightsError: If it is missing, is not a JSON object, is larger than a megabyte, nested
            too deeply, or says something twice.
    """
    try:
        found = read_claims(path)
    except (OSError, ValueError) as error:
        raise WeightsError(f"{path}: cannot be read ({error}).") from error
    if not isinstance(found, dict):
        raise WeightsError(f"{path}: expected a JSON object, got {type(found).__name__}.")
    return found


def text_of(path: Path, config: dict[str, Any], name: str) -> str:
    """A field of a config.json that is text.

    Raises:
        WeightsError: If it is missing or something else.
    """
    if not isinstance(config.get(name), str):
        raise WeightsError(f"{path}: {name} is {shown(config.get(name))}, expected text.")
    return config[name]


def load_strict(net: "nn.Module", path: Path) -> None:
    """Fills a network from safetensors; every name and shape must match.

    Raises:
        WeightsError: If the file is missing, is not safetensors, is of another model, or larger
            than this one can need; memory is taken for no more than that.
    """
    from safetensors.torch import load_file

    expect_header(net, path)
    fill_strict(net, load_file(path), path)


def expect_header(net: "nn.Module", path: Path) -> None:
    """Refuses what is not safetensors, or larger than a network can need, by its header alone.

    Raises:
        WeightsError: If it is.
    """
    from safetensors import SafetensorError

    try:
        expect_tensors(net, path)
    except (OSError, ValueError, SafetensorError) as error:
        raise WeightsError(
            f"{path}: cannot be read as safetensors ({error}).{_remedy(path)}"
        ) from error


def _remedy(path: Path) -> str:
    is_pickled = path.suffix in (".pt", ".pth", ".bin")
    return " `funny weights convert` makes safetensors of a PyTorch file." if is_pickled else ""


def fill_strict(net: "nn.Module", tensors: "dict[str, torch.Tensor]", path: Path) -> None:
    """Fills a network from tensors; every name and shape must match, every number be finite.

    Raises:
        WeightsError: If they are of another model; the message names `path`.
    """
    try:
        net.load_state_dict(tensors, strict=True)
    except RuntimeError as error:
        reason = " ".join(str(error).split())[:300]
        raise WeightsError(f"{path}: is not made for this model: {reason}") from error
    expect_numbers(net, path)


def expect_numbers(net: "nn.Module", path: Path) -> None:
    """Refuses a network that holds what no training makes.

    Raises:
        WeightsError: If a number is not finite, or a variance is below 0; names `path`.
    """
    for name, tensor in net.state_dict().items():
        if not tensor.isfinite().all():
            raise WeightsError(f"{path}: {name} holds numbers that are not finite.")
        if name.endswith("running_var") and (tensor < 0).any():
            raise WeightsError(f"{path}: {name} holds variances below 0.")


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Writes indented JSON with a final newline."""
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    # A file's name need not be UTF-8 (old Korean archives); JSON must be.
    path.write_text(text, "utf-8", errors="backslashreplace")


def replace_json(path: Path, content: dict[str, Any]) -> None:
    """Writes JSON beside a file and renames it into place: others see the old or the new one.

    Raises:
        FunnyError: If it cannot be written; the old file is as it was.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(beside, content)
        os.replace(beside, path)
    except OSError as error:
        raise FunnyError(disk_message(path, error)) from error
    finally:
        with suppress(OSError):
            beside.unlink()


@contextmanager
def staged(folder: Path, replaces: Sequence[str] = ()) -> Iterator[Path]:
    """A new folder on the disk of `folder`; what is put there is renamed into it if all goes well.

    If anything fails, `folder` is as it was before, or absent if it was absent.

    Args:
        folder: Where the results are to lie.
        replaces: Names from an earlier run that go even if this one makes none of them.

    Raises:
        OptionError: If the folder cannot be written.
    """
    # Inside what exists, not beside it: its parent may be another disk, or not ours to write.
    try:
        # Before the work and not after it: a name that is too long, or a link to itself.
        with suppress(FileNotFoundError):
            folder.stat()
        if os.path.lexists(folder) and not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        there = next(p for p in (folder, *folder.absolute().parents) if p.exists())
        staging = Path(tempfile.mkdtemp(prefix=".funny-", suffix=".partial", dir=there))
    except (OSError, ValueError) as error:
        # A name may hold a nul character, which is no error of the system's.
        reason = getattr(error, "strerror", None) or error
        raise OptionError(
            f"{folder}: cannot be written ({reason}). Choose another folder."
        ) from error
    try:
        yield staging
        _move_into(staging, folder, replaces)
    except OSError as error:
        raise FunnyError(disk_message(folder, error)) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _move_into(staging: Path, folder: Path, replaces: Sequence[str]) -> None:
    """Swaps what is new for what was there; if that fails, what was there comes back."""
    replaced = Path(tempfile.mkdtemp(prefix=".replaced-", dir=staging))
    new = {path.name for path in staging.iterdir() if path != replaced}
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for name in sorted(new.union(replaces)):
            if os.path.lexists(folder / name):
                os.rename(folder / name, replaced / name)
            if name in new:
                os.rename(staging / name, folder / name)
    except BaseException:
        _move_back(new, staging, folder, replaced)
        raise


def _move_back(new: set[str], staging: Path, folder: Path, replaced: Path) -> None:
    for name in new:
        if not os.path.lexists(staging / name):
            os.rename(folder / name, staging / name)
    for old in replaced.iterdir():
        os.rename(old, folder / old.name)
    if not any(folder.iterdir()):
        folder.rmdir()


def link_or_copy(source: Path, target: Path) -> bool:
    """Gives a file a second name, so that gigabytes are not stored twice; each outlives the other.

    Where the disk knows no such thing, it is copied.

    Returns:
        Whether it is one file.
    """
    try:
        os.link(source.resolve(), target)
    except OSError:
        shutil.copyfile(source, target)
        return False
    return True


_NO_ROOM = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def is_full(error: BaseException | None) -> bool:
    """Whether an error, or what it came of, is that a disk has no room."""
    if error is None:
        return False
    is_ours = isinstance(error, OSError) and error.errno in _NO_ROOM
    # ffmpeg only says so.
    return is_ours or os.strerror(errno.ENOSPC) in str(error) or is_full(error.__cause__)


def disk_message(path: Path, error: OSError) -> str:
    """What to tell a person about a failed write."""
    if error.errno not in _NO_ROOM:
        return f"{path}: cannot be written ({error.strerror or error}). Choose another folder."
    free_mb = shutil.disk_usage(next(p for p in path.absolute().parents if p.exists())).free >> 20
    return (
        f"{path}: cannot be written ({error.strerror or error}; {free_mb} MB are free). "
        "Free some space or choose another folder."
    )
