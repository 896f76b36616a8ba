"""A head is loaded whole and as it was made, or refused by the name of the file."""

import json
import pickle

import pytest
import torch
from safetensors.torch import load_file, save_file

from funny.errors import WeightsError
from funny.files import file_sha256
from funny.moments.highlights import Thresholds
from funny.score.features import FEATURES, FEATURES_12
from funny.score.heads import Conv1dHead, HeadConfig
from funny.weights.folders import models_folder
from funny.weights.heads import load_head, save_head


@pytest.fixture
def folder(tmp_path):
    torch.manual_seed(0)
    save_head(tmp_path, Conv1dHead(HeadConfig(training_data="a test")), Thresholds(0.6, 0.2))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "features"),
    [
        pytest.param("lstm", FEATURES, id="13"),
        pytest.param("conv1d", FEATURES, id="13-convolutions"),
        pytest.param("conv1d-12", FEATURES_12, id="12"),
    ],
)
def test_a_released_head(name, features):
    head = load_head(name)
    weights = models_folder() / f"head-{name}" / "model.safetensors"
    assert head.info.name == f"head-{name}"
    assert head.info.sha256 == file_sha256(weights)
    assert "simulated" in head.info.source == head.config.training_data
    assert head.config.features == features
    assert head.config.calibration[0] > 0
    assert not head.net.training
    assert 0 < head.thresholds.offset < head.thresholds.onset < 1


def test_a_folder_comes_back_as_it_was_saved(folder):
    head = load_head(str(folder))
    assert head.config == HeadConfig(training_data="a test")
    assert head.thresholds == Thresholds(0.6, 0.2)
    assert head.info.source == "a test"


def edited(name, **changes):
    def edit(folder):
        path = folder / name
        found = {**json.loads(path.read_text("utf-8")), **changes}
        path.write_text(json.dumps({k: v for k, v in found.items() if v is not ...}))

    return pytest.param(edit, name, id=f"{name}-{'-'.join(changes)}")


def written(name, content, label):
    return pytest.param(lambda folder: (folder / name).write_bytes(content), name, id=label)


def wrong_shape(folder):
    path = folder / "model.safetensors"
    save_file({**load_file(path), "out.weight": torch.zeros(1, 31)}, path)


def one_missing(folder):
    path = folder / "model.safetensors"
    tensors = load_file(path)
    del tensors["conv2.bias"]
    save_file(tensors, path)


def half(folder):
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])


def of_another_kind(folder):
    edited("config.json", kind="lstm").values[0](folder)


class Trap:
    """What runs when a pickle is opened."""

    def __reduce__(self):
        return pytest.fail, ("the pickle was opened",)


WEIGHTS = "model.safetensors"


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        *(
            pytest.param(lambda d, name=name: (d / name).unlink(), name, id=f"no-{name}")
            for name in (WEIGHTS, "highlights.json")
        ),
        written(WEIGHTS, b"", "empty-weights"),
        written(WEIGHTS, pickle.dumps(Trap()), "a-pickle"),
        written("config.json", b"{", "half-a-config"),
        written("config.json", b"[]", "config-is-a-list"),
        pytest.param(half, WEIGHTS, id="half-of-the-weights"),
        pytest.param(wrong_shape, WEIGHTS, id="wrong-shape"),
        pytest.param(one_missing, WEIGHTS, id="a-tensor-is-missing"),
        edited("config.json", features=list(FEATURES[::-1])),
        edited("config.json", features=list(FEATURES[:11])),
        edited("config.json", features=None),
        edited("config.json", tick_hz=4.0),
        edited("config.json", kind="transformer"),
        edited("config.json", kind=["conv1d"]),
        pytest.param(of_another_kind, WEIGHTS, id="weights-of-another-kind"),
        edited("config.json", min_ticks=0),
        edited("config.json", min_ticks=15),
        edited("config.json", max_ticks="14"),
        edited("config.json", tick_hz=...),
        *(
            pytest.param(*edited("config.json", calibration=value).values, id=f"calibration-{name}")
            for name, value in {
                "of-none": None,
                "of-one": [1.0],
                "of-three": [1.0, 0.0, 0.0],
                "of-words": ["1", "0"],
                "a-word": "10",
                "a-number": 1,
                "nan": [float("nan"), 0.0],
                "inf": [1.0, float("inf")],
            }.items()
        ),
        edited("config.json", colour="red"),
        edited("highlights.json", onset=2),
        edited("highlights.json", onset="high"),
        edited("highlights.json", colour="red"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(folder, damage, name):
    damage(folder)
    with pytest.raises(WeightsError) as refused:
        load_head(str(folder))
    assert str(refused.value).startswith(f"{folder / name}: ")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["", "transformer", "/no/such/folder", "../models"])
def test_an_unknown_head_names_those_there_are(name):
    with pytest.raises(WeightsError, match=r"there is no such head\. Known: conv1d"):
        load_head(name)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        pytest.param("tick_hz", 4.0, "tick_hz is 4.0, expected 2", id="tick-rate"),
        pytest.param(
            "kind", "rnn", "kind is rnn, expected conv1d or lstm or conv1d-lstm", id="kind"
        ),
        pytest.param("min_ticks", 20, "got 20 and 14", id="lengths"),
        pytest.param("extra", 1, "fields missing or unknown: extra", id="unknown-field"),
    ],
)
def test_the_message_says_expected_and_got(folder, field, value, message):
    edited("config.json", **{field: value}).values[0](folder)
    with pytest.raises(WeightsError, match=message):
        load_head(str(folder))
