"""A head is loaded whole and as it was made, or refused by the name of the file."""

import json
import pickle
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from funny.errors import WeightsError
from funny.files import file_sha256
from funny.moments.highlights import Thresholds
from funny.score.features import FEATURES, FEATURES_12
from funny.score.heads import HEADS, SHAPE, Conv1dHead, HeadConfig
from funny.weights.folders import models_folder
from funny.weights.heads import known_heads, load_head, resolve_head, save_head
from tests.weights.conftest import REPO


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
        *(
            pytest.param(*edited("config.json", **{field: value}).values, id=f"{field}-{value}")
            for field, values in {
                "width": [0, 1, 513, 10**12, 1.5, "64", True, [64]],
                "kernel": [0, 2, 15, 10**12, 3.0, None],
                "dropout": [-0.1, 1.0, "0", None, float("nan"), True],
                "max_ticks": [121, 10**12],
            }.items()
            for value in values
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


def test_a_config_without_a_shape_has_the_usual_one(folder):
    found = json.loads((folder / "config.json").read_text("utf-8"))
    assert not set(SHAPE) & set(found)
    config = load_head(str(folder)).config
    assert (config.width, config.kernel, config.dropout) == (None, 3, 0.0)


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        pytest.param("conv1d", {"width": 16, "kernel": 5, "dropout": 0.25}, id="conv1d"),
        pytest.param("lstm", {"width": 8}, id="lstm"),
        pytest.param("conv1d-lstm", {"width": 512, "kernel": 1}, id="conv1d-lstm"),
        pytest.param("logistic", {"dropout": 0.5}, id="logistic"),
    ],
)
def test_a_head_of_another_shape_comes_back(tmp_path, kind, shape):
    net = HEADS[kind](HeadConfig(kind, **shape))
    save_head(tmp_path, net, Thresholds())
    found = load_head(str(tmp_path))
    assert found.config == net.config
    assert all(torch.equal(v, found.net.state_dict()[k]) for k, v in net.state_dict().items())
    told = json.loads((tmp_path / "config.json").read_text("utf-8"))
    assert {name: told[name] for name in SHAPE if name in told} == shape


def test_an_absurd_size_takes_no_memory(folder, monkeypatch):
    def grow(*_, **__):
        pytest.fail("a network was made")

    edited("config.json", width=10**9).values[0](folder)
    monkeypatch.setattr(Conv1dHead, "__init__", grow)
    with pytest.raises(WeightsError, match="width: expected 2 to 512, got 1000000000"):
        load_head(str(folder))


# Heads that were trained here


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """A folder of runs with one head in it."""
    monkeypatch.setenv("FUNNY_RUNS", str(tmp_path / "runs"))
    save_head(tmp_path / "runs/mine", Conv1dHead(), Thresholds(0.7, 0.3))
    return tmp_path / "runs"


def test_a_run_is_found_by_its_name(runs):
    found = resolve_head("mine")
    assert found.found.thresholds == Thresholds(0.7, 0.3)
    assert [(a.source, a.state) for a in found.attempts] == [("runs", "used")]


def test_runs_lie_where_we_are_if_nothing_is_said(runs, monkeypatch):
    monkeypatch.delenv("FUNNY_RUNS")
    with pytest.raises(WeightsError, match="no such head"):
        load_head("mine")
    monkeypatch.chdir(runs.parent)
    assert load_head("mine").info.name == "mine"


def test_a_released_head_comes_before_a_run_of_its_name(runs):
    save_head(runs / "lstm", Conv1dHead(), Thresholds())
    assert load_head("lstm").config.kind == "lstm"
    assert [h.source for h in known_heads(False) if h.name == "lstm"] == ["models"]


def test_an_unknown_head_names_the_runs_too(runs):
    with pytest.raises(WeightsError, match=r"Known: conv1d, .*, mine\."):
        load_head("yours")


@pytest.mark.parametrize("name", ["../runs/mine", ".", "..", "mine/"])
def test_a_path_is_no_name_of_a_run(runs, name):
    with pytest.raises(WeightsError, match="no such head"):
        load_head(name)


def test_heads_to_choose_from(runs):
    (runs / "half").mkdir()
    (runs / ".mine-x.partial").mkdir()
    shutil.copy(runs / "mine/config.json", runs / ".mine-x.partial/config.json")
    released = [folder.name.removeprefix("head-") for folder in models_folder().glob("head-*/")]
    found = known_heads()
    assert found == tuple(sorted(found, key=lambda head: head.name))
    assert {h.name for h in found if h.source == "models"} == set(released)
    assert [h.name for h in found if h.source == "runs"] == ["mine"]


def test_no_folder_of_runs(monkeypatch, tmp_path):
    monkeypatch.setenv("FUNNY_RUNS", str(tmp_path / "none"))
    assert {head.source for head in known_heads()} == {"models"}


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="empty"),
        pytest.param({"config.json": b"", "head-x/README.md": b""}, id="no-head"),
        pytest.param({"other/config.json": b"", "a/head-x/config.json": b""}, id="elsewhere"),
    ],
)
def test_a_repository_without_heads(hub, files, runs):
    hub.add(REPO, {"README.md": b"", **files})
    assert not [head for head in known_heads() if head.source == "hub"]


def test_heads_of_the_hub_are_listed_after_those_of_this_machine(hub, runs):
    config = {f"head-{name}/config.json": b"{}" for name in ("theirs", "mine", "lstm")}
    hub.add(REPO, config)
    found = {head.name: head.source for head in known_heads()}
    assert (found["theirs"], found["mine"], found["lstm"]) == ("hub", "runs", "models")
    assert "theirs" not in {head.name for head in known_heads(ask_hub=False)}


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_hub_that_does_not_answer_well_has_none(hub, status):
    hub.add(REPO, {"head-theirs/config.json": b"{}"})
    hub.fail("/api/models/*", status=status)
    assert not [head for head in known_heads() if head.source == "hub"]


@pytest.mark.parametrize("name", ["config.json", "highlights.json"])
def test_a_text_of_megabytes_is_not_fetched(hub, runs, name):
    small = {file: b"{}" for file in ("config.json", "model.safetensors", "highlights.json")}
    files = {**small, name: b" " * (2 << 20)}
    hub.add(REPO, {f"head-theirs/{file}": content for file, content in files.items()})
    with pytest.raises(WeightsError, match=f"head-theirs/{name} is larger than 1 MB"):
        load_head("theirs")


def test_of_endless_files_the_first_are_looked_through(hub, runs, monkeypatch):
    hub.add(REPO, {f"head-{name}/config.json": b"{}" for name in "abcd"})
    monkeypatch.setattr("funny.weights.hub.MAX_FILES", 4)
    assert len([head for head in known_heads() if head.source == "hub"]) <= 4
