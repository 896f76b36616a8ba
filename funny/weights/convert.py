"""From a pickled VA-MTL network to safetensors that any timm loads, with their preprocessing."""

import json
import os
import struct
import tempfile
from pathlib import Path

from funny.errors import OptionError, WeightsError
from funny.extract.emotion import VA_MTL_CONFIG, VaMtl
from funny.files import disk_message, file_sha256, fill_strict, git_blob_id, read_json, write_json
from funny.weights.folders import CONFIG, VA_MTL, registry
from funny.weights.legacy import read_legacy


def convert(file: Path, target: Path) -> dict[str, str]:
    """Reads a pickled `enet_b0_8_va_mtl` and writes its weights as safetensors.

    config.json with the preprocessing is written beside them. Nothing of the pickle is run.

    Args:
        file: What `torch.save` wrote with any timm: a whole module or a state dict.
        target: The safetensors file to write.

    Returns:
        What is written into the metadata of the file: source, git blob id, licence.

    Raises:
        WeightsError: If the file is damaged, hostile, or of another network.
        OptionError: If the target cannot be written.
    """
    _expect_target(target)
    net = VaMtl.build()
    found = read_legacy(file)
    tensors = {_timm_name(name): tensor for name, tensor in found.items()}
    if len(tensors) < len(found):
        raise WeightsError(f"{file}: two of its tensors stand for the same one.")
    fill_strict(net, tensors, file)
    origin = _origin(file)
    try:
        _write(net.state_dict(), target, origin)
    except OSError as error:
        raise OptionError(disk_message(target, error)) from error
    return origin


def _timm_name(name: str) -> str:
    # A classifier that was Sequential(Linear), and a network that was wrapped for several GPUs.
    name = name.removeprefix("module.")
    return name.replace("classifier.0.", "classifier.", 1) if name.startswith("class") else name


def _origin(file: Path) -> dict[str, str]:
    """Where a file is from, as far as its git blob id tells."""
    blob, pinned = git_blob_id(file), registry()["upstream"][VA_MTL]
    is_pinned = blob == pinned["blob"]
    # A name need not be UTF-8; metadata must be.
    name = file.name.encode("utf-8", "backslashreplace").decode()
    return {
        "source": pinned["source"] if is_pinned else f"{name}, which is not the pinned file",
        "git_blob": blob,
        "licence": pinned["licence"] if is_pinned else "unknown",
        "architecture": str(VA_MTL_CONFIG["architecture"]),
        "format": "pt",
    }


def _expect_target(target: Path) -> None:
    """Refuses a target whose config.json would take the place of another model's."""
    if target.suffix != ".safetensors":
        raise OptionError(f"{target}: expected a name that ends in .safetensors.")
    beside = target.with_name(CONFIG)
    if beside.exists() and _model_of(beside) != VA_MTL_CONFIG["model"]:
        raise OptionError(f"{beside}: belongs to something else. Choose a folder of its own.")


def _model_of(config: Path) -> str | None:
    try:
        return read_json(config).get("model")
    except WeightsError:
        return None


def _write(tensors: dict, target: Path, origin: dict[str, str]) -> None:
    """Writes weights and config under other names first, then renames: the config comes last."""
    from safetensors.torch import save

    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".convert-", dir=target.parent) as staging:
        weights, config = Path(staging, target.name), Path(staging, CONFIG)
        # Not `save_file`: when a disk is full it raises an error of its own.
        weights.write_bytes(_settled(save(tensors, metadata=origin)))
        licence = {"licence": origin["licence"], "source": origin["source"]}
        write_json(config, {**VA_MTL_CONFIG, **licence, "sha256": file_sha256(weights)})
        os.replace(weights, target)
        os.replace(config, target.with_name(CONFIG))


def _settled(content: bytes) -> bytes:
    """Sorts the metadata, which safetensors writes in any order: one input gives one hash."""
    [length] = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + length])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    return content[:8] + text.ljust(length) + content[8 + length :]
