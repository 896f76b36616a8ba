"""Which emotion model speaks is chosen, checked, and named."""

import json
import pickle

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from funny.errors import OptionError, WeightsError
from funny.extract.emotion import Embedded, VaMtl
from funny.files import file_sha256
from funny.weights.emotion import resolve_emotion_model
from funny.weights.folders import models_folder

EMBEDDED = models_folder() / "emotion-embedded"
CROPS = np.random.default_rng(0).integers(0, 256, (3, 3, 96, 80), np.uint8)


@pytest.fixture(scope="module")
def va_mtl(tmp_path_factory):
    """VA-MTL's architecture with random weights, as safetensors."""
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "enet_b0_8_va_mtl.safetensors"
    save_file(VaMtl.build().state_dict(), path)
    return path


def assert_plausible(out):
    assert (out.shape, out.dtype) == ((3, 10), np.float32)
    assert (out[:, :8] >= 0).all()
    np.testing.assert_allclose(out[:, :8].sum(1), 1, atol=1e-5)
    assert (np.abs(out[:, 8:]) <= 1).all()


@pytest.mark.parametrize("choice", ["auto", "embedded"])
def test_without_weights_the_embedded_model_speaks(choice):
    model = resolve_emotion_model(choice).found
    assert isinstance(model, Embedded)
    assert model.info.name == "face-api-expression"
    assert model.info.sha256 == file_sha256(EMBEDDED / "model.safetensors")
    assert_plausible(model(CROPS))


@pytest.mark.parametrize("choice", ["auto", "va-mtl"])
def test_va_mtl_from_safetensors(choice, va_mtl):
    model = resolve_emotion_model(choice, va_mtl).found
    assert (model.info.name, model.info.source) == ("enet_b0_8_va_mtl", str(va_mtl))
    assert model.info.sha256 == file_sha256(va_mtl)
    assert_plausible(model(CROPS))


def test_va_mtl_has_the_published_size(va_mtl):
    net = VaMtl.build()
    assert sum(p.numel() for p in net.parameters()) == 4_020_358
    assert sum(t.numel() for t in net.state_dict().values()) == 4_062_423


@pytest.mark.parametrize(
    ("choice", "weights", "error", "message"),
    [
        pytest.param("", None, OptionError, "expected one of auto, va-mtl, embedded", id="empty"),
        pytest.param("best", None, OptionError, "--emotion best: expected one of", id="unknown"),
        pytest.param(
            "embedded", "a.safetensors", OptionError, "goes with --emotion va-mtl", id="embedded"
        ),
        pytest.param("va-mtl", None, WeightsError, "add --emotion-weights PATH", id="no-weights"),
    ],
)
def test_choices_that_cannot_be(choice, weights, error, message, tmp_path):
    with pytest.raises(error, match=message):
        resolve_emotion_model(choice, weights and tmp_path / weights)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="missing"),
        pytest.param(b"", id="empty"),
        pytest.param(b"<!DOCTYPE html>", id="a-web-page"),
        pytest.param(pickle.dumps({"a": 1}), id="a-pickle"),
        pytest.param((EMBEDDED / "model.safetensors").read_bytes(), id="of-another-model"),
    ],
)
def test_weights_that_do_not_fit_are_refused_by_name(content, tmp_path):
    path = tmp_path / "enet_b0_8_va_mtl.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WeightsError) as refused:
        resolve_emotion_model("auto", path)
    assert str(refused.value).startswith(f"{path}: ")
    assert "\n" not in str(refused.value)


def test_a_folder_is_no_weights(tmp_path):
    with pytest.raises(WeightsError, match=str(tmp_path)):
        resolve_emotion_model("auto", tmp_path)


@pytest.mark.parametrize("name", ["config.json", "LICENSE", "model.safetensors"])
def test_the_embedded_model_is_complete(name):
    assert (EMBEDDED / name).stat().st_size > 0


def test_the_embedded_model_says_where_it_is_from():
    config = json.loads((EMBEDDED / "config.json").read_text("utf-8"))
    assert "@vladmandic/face-api 1.7.15" in config["source"]
    assert "MIT" in (EMBEDDED / "LICENSE").read_text("utf-8")
