"""Files of EfficientNet-B0 that old versions of timm made themselves, each in its own process.

Run as a script it is that process: `legacy_files.py VERSION FOLDER_OF_TIMM FOLDER_OF_FILES`.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

VERSIONS = ("0.4.12", "0.6.13", "0.9.16")
VARIANTS = (
    "old-format",
    "plain-classifier",
    "state-dict",
    "wrapped-state-dict",
    "wrapped",
    "protocol-4",
    "half-precision",
)
"""What there is of VARIED beside the whole module."""
VARIED = "0.6.13"
FILES = (*((version, "whole") for version in VERSIONS), *((VARIED, v) for v in VARIANTS))


def legacy_files(config, tmp_path_factory):
    """A folder with VERSION-VARIANT.pt, and VERSION.npz of inputs and outputs; made once and kept.

    Args:
        config: Of pytest.
        tmp_path_factory: Of pytest, for where pytest keeps no cache.
    """
    import torch

    cache = getattr(config, "cache", None)
    root = cache.mkdir("legacy-timm") if cache else tmp_path_factory.getbasetemp() / "legacy-timm"
    made_with = Path(__file__).read_bytes() + torch.__version__.encode()
    folder = root / f"files-{hashlib.sha256(made_with).hexdigest()[:12]}"
    if not folder.is_dir():
        _make_all(root, folder)
    return folder


def _make_all(root, folder):
    for outdated in root.glob("files-*"):
        shutil.rmtree(outdated)
    root.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root) as staging, ThreadPoolExecutor(2) as pool:
        new = Path(staging, "new")
        new.mkdir()
        list(pool.map(lambda version: _make_in_process(version, root, new), VERSIONS))
        _keep(new, folder)


def _keep(new, folder):
    """Another run of the tests may have been first: then its folder stands."""
    with contextlib.suppress(OSError):
        new.rename(folder)
    assert folder.is_dir()


def _make_in_process(version, root, folder):
    command = [sys.executable, __file__, version, _installed(version, root), folder]
    subprocess.run(command, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})


def _installed(version, root):
    """A folder with one version of timm and nothing else."""
    import pytest

    folder = root / f"timm-{version}"
    if not folder.is_dir():
        with tempfile.TemporaryDirectory(dir=root) as staging:
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
            patience = ["--retries", "1", "--timeout", "20"]
            done = subprocess.run(
                [*pip, *patience, "--target", f"{staging}/timm", f"timm=={version}"],
                capture_output=True,
                text=True,
            )
            if done.returncode:
                pytest.skip(f"pip cannot install timm {version}: {done.stderr.strip()[-200:]}")
            _keep(Path(staging, "timm"), folder)
    return folder


def _make(version, folder_of_timm, folder):
    sys.path.insert(0, folder_of_timm)
    import numpy as np
    import timm
    import torch

    assert timm.__version__ == version, f"timm {timm.__version__} came instead of {version}"
    torch.manual_seed(VERSIONS.index(version))
    net = _net(timm, torch)
    crops, inputs = _crops_and_inputs(np)
    x = torch.from_numpy(inputs)
    with torch.inference_mode():
        outputs = net(x).numpy()
    np.savez(f"{folder}/{version}.npz", crops=crops, inputs=inputs, outputs=outputs)
    torch.save(net, f"{folder}/{version}-whole.pt")
    if version == VARIED:
        _make_variants(net, torch, f"{folder}/{version}")
        with torch.inference_mode():
            outputs = net.half().float()(x).numpy()
        np.savez(
            f"{folder}/{version}-half-precision.npz", crops=crops, inputs=inputs, outputs=outputs
        )


def _net(timm, torch):
    """As its authors made theirs, with numbers that show when one is lost or misplaced."""
    net = timm.create_model("tf_efficientnet_b0", pretrained=False, num_classes=10)
    net.classifier = torch.nn.Sequential(torch.nn.Linear(1280, 10))
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            module.num_batches_tracked.random_(1, 1000)
            with torch.no_grad():
                module.weight.uniform_(0.8, 1.2)
                module.bias.normal_(0, 0.1)
    with torch.no_grad():
        net.classifier[0].weight.normal_(0, 0.5)
    return net.eval()


def _crops_and_inputs(np):
    """A bright and a dark face of noise, and what the published preprocessing makes of them."""
    crops = np.random.default_rng(0).integers(0, 256, (2, 3, 224, 224), np.uint8)
    crops[1] //= 8
    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of RGB in 0..1
    mean, std = (np.array(v).reshape(3, 1, 1) for v in (mean, std))
    return crops, ((crops / 255 - mean) / std).astype(np.float32)


def _make_variants(net, torch, stem):
    torch.save(net, f"{stem}-old-format.pt", _use_new_zipfile_serialization=False)
    torch.save(net, f"{stem}-protocol-4.pt", pickle_protocol=4)
    torch.save(net.state_dict(), f"{stem}-state-dict.pt")
    wrapped = torch.nn.DataParallel(net)
    torch.save(wrapped, f"{stem}-wrapped.pt")
    torch.save(wrapped.state_dict(), f"{stem}-wrapped-state-dict.pt")
    sequential = net.classifier
    net.classifier = sequential[0]
    torch.save(net, f"{stem}-plain-classifier.pt")
    net.classifier = sequential
    torch.save(net.half(), f"{stem}-half-precision.pt")
    net.float()


if __name__ == "__main__":
    _make(*sys.argv[1:])
