"""Every source of weights on loopback: a Hub, the authors' server, and what they can serve.

The same helpers serve tests of other folders, which import them from here.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from io import BytesIO
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import save

from funny.extract.emotion import VA_MTL_CONFIG, VaMtl
from funny.files import file_sha256, git_blob_id
from funny.weights.folders import CONFIG, EMBEDDED, VA_MTL, WEIGHTS, models_folder, registry
from tests.hub import Hub

REPO = "someone/funny-moments"
UPSTREAM = "/authors/pinned/enet_b0_8_va_mtl.pt"


@cache
def va_mtl_net(seed=0):
    """VA-MTL's architecture with random weights; nobody changes it."""
    torch.manual_seed(seed)
    return VaMtl.build().eval()


@cache
def legacy_file():
    """The network as its authors publish it: a pickled module."""
    file = BytesIO()
    torch.save(va_mtl_net(), file)
    return file.getvalue()


def files_of(weights, **config):
    """A folder of weights with a config that fits, but for what is said otherwise."""
    sha256 = hashlib.sha256(weights).hexdigest()
    text = json.dumps({**VA_MTL_CONFIG, "sha256": sha256, **config})
    return {CONFIG: text.encode(), WEIGHTS: weights}


@cache
def good_weights():
    return save(va_mtl_net().state_dict())


def in_repository(files):
    return {f"{VA_MTL}/{name}": content for name, content in files.items()}


def pin(url):
    """What registry.toml would say of the legacy file."""
    content = legacy_file()
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    return {**registry()["upstream"][VA_MTL], "url": url, "blob": blob}


def finished(hub_cache):
    """Names of the files that the Hub's cache offers; all that it keeps must be intact."""
    blobs = [p for p in hub_cache.glob("*/blobs/*") if p.suffix != ".incomplete"]
    measure = {64: file_sha256, 40: git_blob_id}
    assert all(p.name == measure[len(p.name)](p) for p in blobs)
    return {path.name for path in hub_cache.glob("*/snapshots/*/**/*") if path.is_file()}


def flip_a_bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def connect(url, hub_cache, patch):
    """Sends huggingface_hub's client in this process to a Hub, with no secrets to tell it."""
    constants = "huggingface_hub.constants"
    patch.setattr(f"{constants}.HF_HUB_OFFLINE", False)
    patch.setattr(f"{constants}.HF_HUB_DISABLE_XET", True)
    patch.setattr(f"{constants}.HF_HUB_CACHE", str(hub_cache))
    patch.setattr(f"{constants}.HF_TOKEN_PATH", str(hub_cache / "token"))
    patch.setattr("time.sleep", lambda seconds: None)  # the client's, before it tries again
    for name in ("HF_HUB_OFFLINE", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "SPACE_AUTHOR_NAME"):
        patch.delenv(name, raising=False)
    patch.setenv("HF_ENDPOINT", url)
    patch.setenv("FUNNY_HUB_REPO", REPO)


def shipped():
    """Folders of weights that come with the code, in the order in which they are verified."""
    heads = sorted(path.name for path in models_folder().glob("head-*/"))
    return (EMBEDDED, "laughter", "laughter-causal", *heads)


def copied_models(folder, patch):
    """A copy of `models/` without VA-MTL, which this process takes for the folder itself."""
    copy = folder / "models"
    shutil.copytree(models_folder(), copy, ignore=shutil.ignore_patterns(VA_MTL))
    for module in ("emotion", "heads", "laughter", "verify"):
        patch.setattr(f"funny.weights.{module}.models_folder", lambda: copy)
    return copy


def outside(hub_url, folder, **more):
    """Environment of a process that can reach a loopback Hub and nothing else."""
    dropped = ("HF_HUB_OFFLINE", "HF_HUB_CACHE", "HF_TOKEN", "SPACE_AUTHOR_NAME")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in dropped and not name.lower().endswith("_proxy")
    }
    ours = {"HF_ENDPOINT": hub_url, "HF_HOME": f"{folder}/hub", "FUNNY_CACHE": f"{folder}/funny"}
    # The authors' server has an https address: no proxy, no way there.
    return {**kept, **ours, "HTTPS_PROXY": "http://127.0.0.1:1", **more}


def run(environment, *command):
    """Exit code and output of a Python process."""
    done = subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True
    )
    return SimpleNamespace(code=done.returncode, out=done.stdout, err=done.stderr)


def funny(environment, *arguments):
    """Exit code and output of a command line in a process of its own."""
    return run(environment, "-m", "funny", *map(str, arguments))


@pytest.fixture
def hub_cache(tmp_path_factory):
    """Where the Hub's client keeps what it fetched: empty."""
    return tmp_path_factory.mktemp("hub-cache")


@pytest.fixture
def hub(hub_cache, models, monkeypatch):
    """An empty Hub, which is the authors' server too."""
    with Hub() as hub:
        connect(hub.url, hub_cache, monkeypatch)
        monkeypatch.setitem(registry()["upstream"], VA_MTL, pin(hub.url + UPSTREAM))
        yield hub


@pytest.fixture(scope="session")
def va_mtl_files():
    """config.json and model.safetensors of random weights."""
    return files_of(good_weights())


@pytest.fixture
def models(tmp_path_factory, monkeypatch):
    """A copy of `models/` that may be changed; VA-MTL is not in it."""
    return copied_models(tmp_path_factory.mktemp("copy"), monkeypatch)


@pytest.fixture
def offer(hub, models, va_mtl_files):
    """Ways to give a source the weights."""

    def in_models():
        (models / VA_MTL).mkdir()
        for name, content in va_mtl_files.items():
            (models / VA_MTL / name).write_bytes(content)

    return SimpleNamespace(
        models=in_models,
        hub=lambda: hub.add(REPO, in_repository(va_mtl_files)),
        upstream=lambda: hub.host(UPSTREAM, legacy_file()),
    )
