"""Convert the face-expression weights of the npm package @vladmandic/face-api to safetensors.

    npm pack @vladmandic/face-api@1.7.15
    python models/convert_face_api.py vladmandic-face-api-1.7.15.tgz

writes models/emotion-embedded/model.safetensors. The package stores every weight as 8-bit integers
with a scale and a minimum; they are expanded to float32, transposed to PyTorch's order, and
nothing else.
"""

import argparse
import json
import re
import tarfile
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

FOLDER = "package/model/"
MANIFEST = FOLDER + "face_expression_model-weights_manifest.json"
TARGET = Path(__file__).parent / "emotion-embedded" / "model.safetensors"
LAYERS = {"filters": "weight", "depthwise_filter": "depthwise.weight"}
POINTWISE = {"pointwise_filter": "pointwise.weight", "bias": "pointwise.bias"}


def read_package(package: Path) -> tuple[list[dict], bytes]:
    """The manifest's weight entries and the bytes they describe."""
    with tarfile.open(package) as tar:
        group = json.loads(_read(tar, MANIFEST))[0]
        return group["weights"], b"".join(_read(tar, FOLDER + name) for name in group["paths"])


def _read(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.extractfile(name)
    if member is None:
        raise SystemExit(f"{name} is missing in the package")
    return member.read()


def expand(entries: list[dict], data: bytes) -> dict[str, np.ndarray]:
    """All weights as float32 arrays under the names of the package."""
    weights, offset = {}, 0
    for entry in entries:
        quantized = entry.get("quantization")
        stored = np.dtype(quantized["dtype"] if quantized else entry["dtype"])
        count = int(np.prod(entry["shape"]))
        array = np.frombuffer(data, stored, count, offset).reshape(entry["shape"])
        offset += count * stored.itemsize
        scale, low = (quantized["scale"], quantized["min"]) if quantized else (1.0, 0.0)
        weights[entry["name"]] = (array * scale + low).astype(np.float32)
    if offset != len(data):
        raise SystemExit(f"expected {offset} bytes of weights, got {len(data)}")
    return weights


def to_pytorch(name: str, array: np.ndarray) -> tuple[str, np.ndarray]:
    """Name and layout of one weight in funny.extract.embedded_net."""
    if name.startswith("fc/"):
        return name.replace("fc/weights", "fc.weight").replace("fc/bias", "fc.bias"), array.T
    block, conv, kind = re.fullmatch(r"dense(\d)/(conv\d)/(\w+)", name).groups()  # type: ignore[union-attr]
    is_plain = block == "0" and conv == "conv0"
    layer = {**LAYERS, **({"bias": "bias"} if is_plain else POINTWISE)}[kind]
    if kind == "depthwise_filter":
        array = array.transpose(2, 3, 0, 1)  # (h, w, in, 1) → (in, 1, h, w)
    elif array.ndim == 4:
        array = array.transpose(3, 2, 0, 1)  # (h, w, in, out) → (out, in, h, w)
    return f"blocks.{block}.{conv}.{layer}", array


def main() -> None:
    """Converts the package named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("package", type=Path, help="vladmandic-face-api-1.7.15.tgz")
    weights = expand(*read_package(parser.parse_args().package))
    tensors = dict(to_pytorch(*item) for item in weights.items())
    source = {"source": "npm @vladmandic/face-api 1.7.15", "licence": "MIT"}
    save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, TARGET, metadata=source)
    print(f"{TARGET}: {sum(v.size for v in tensors.values()):,} numbers")


if __name__ == "__main__":
    main()
