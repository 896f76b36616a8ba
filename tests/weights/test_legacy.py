"""Networks that any timm pickled become safetensors with the same outputs, or nothing at all."""

import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from safetensors import safe_open

from funny.cli import main
from funny.errors import OptionError, WeightsError
from funny.extract.emotion import VaMtl
from funny.files import file_sha256, git_blob_id, load_strict
from funny.records import EMOTION_COLUMNS
from funny.weights.convert import convert
from funny.weights.folders import VA_MTL, registry
from funny.weights.legacy import read_legacy
from tests.weights.legacy_files import FILES, VARIANTS, VARIED, VERSIONS, legacy_files

# As `emotiefflib/facial_analysis.py` of EmotiEffLib f1df0e8 reads the outputs.
AUTHORS_ORDER = (
    *("anger", "contempt", "disgust", "fear", "happiness", "neutral", "sadness", "surprise"),
    *("valence", "arousal"),
)
CROPS = np.random.default_rng(0).integers(0, 256, (1, 3, 96, 80), np.uint8)
each_file = pytest.mark.parametrize(
    ("version", "variant"), [pytest.param(*file, id="-".join(file)) for file in FILES]
)


@pytest.fixture(scope="session")
def legacy(pytestconfig, tmp_path_factory):
    return legacy_files(pytestconfig, tmp_path_factory)


@pytest.fixture(autouse=True)
def nothing_is_kept(tmp_path):
    """Pytest would keep a gigabyte of weights of the last runs."""
    yield
    shutil.rmtree(tmp_path)


@pytest.fixture
def whole(legacy):
    return legacy / f"{VERSIONS[0]}-whole.pt"


@pytest.fixture
def small(tmp_path):
    """Of the right shape, made by the timm of today."""
    return saved(planted(np.zeros(10)), tmp_path / "net.pt")


def saved(network, path):
    torch.save(network, path)
    return path


def planted(biases):
    """A state dict whose outputs are these numbers, whatever the crop."""
    tensors = VaMtl.build().state_dict()
    tensors["classifier.weight"].zero_()
    tensors["classifier.bias"].copy_(torch.tensor(biases))
    return tensors


def originals(legacy, version, variant):
    """Crops, inputs and outputs of the network that was pickled."""
    own = legacy / f"{version}-{variant}.npz"
    return np.load(own if own.exists() else legacy / f"{version}.npz")


def files_of(folder):
    """Everything in a folder, hidden or not, with its content."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


@each_file
def test_a_converted_network_says_what_the_original_said(version, variant, legacy, tmp_path):
    truth = originals(legacy, version, variant)
    target = tmp_path / "model.safetensors"
    convert(legacy / f"{version}-{variant}.pt", target)
    net = VaMtl.build().eval()
    load_strict(net, target)
    with torch.inference_mode():
        outputs = net(torch.from_numpy(truth["inputs"])).numpy()
    assert outputs.std() > 0.1
    assert np.abs(outputs[0] - outputs[1]).max() > 1e-3
    np.testing.assert_allclose(outputs, truth["outputs"], rtol=0, atol=1e-5)


@each_file
def test_all_360_entries_come_out_under_their_own_names(version, variant, legacy):
    found = read_legacy(legacy / f"{version}-{variant}.pt")
    assert len(found) == 360
    prefix = "module." if variant.startswith("wrapped") else ""
    last = "classifier" if variant == "plain-classifier" else "classifier.0"
    ours = timm.create_model("tf_efficientnet_b0", num_classes=10).state_dict()
    assert {name: tensor.shape for name, tensor in found.items()} == {
        prefix + name.replace("classifier", last): tensor.shape for name, tensor in ours.items()
    }
    expected = torch.float16 if variant == "half-precision" else torch.float32
    assert {tensor.dtype for tensor in found.values()} == {expected, torch.int64}


@pytest.mark.parametrize("variant", ["whole", *(v for v in VARIANTS if v != "half-precision")])
def test_every_number_is_that_of_the_original(variant, legacy):
    truth = torch.load(legacy / f"{VARIED}-state-dict.pt", weights_only=True)
    found = read_legacy(legacy / f"{VARIED}-{variant}.pt")
    for name, tensor in found.items():
        name = name.removeprefix("module.")
        if variant == "plain-classifier":
            name = name.replace("classifier.", "classifier.0.")
        assert torch.equal(tensor, truth[name]), name


@pytest.mark.parametrize("version", VERSIONS)
def test_the_emotion_model_speaks_from_converted_weights(version, legacy, tmp_path):
    truth = originals(legacy, version, "whole")
    target = tmp_path / "model.safetensors"
    convert(legacy / f"{version}-whole.pt", target)
    model = VaMtl.load(target)
    assert model.info.sha256 == file_sha256(target)
    said = model(truth["crops"])
    odds = np.exp(truth["outputs"][:, :8])
    np.testing.assert_allclose(said[:, :8], odds / odds.sum(1, keepdims=True), atol=1e-4)
    np.testing.assert_allclose(said[:, 8:], truth["outputs"][:, 8:].clip(-1, 1), atol=1e-4)


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("0.4.12", "No module named 'timm.models.layers.conv2d_same'"),
        ("0.6.13", "No module named 'timm.models.layers.conv2d_same'"),
        ("0.9.16", "has no attribute 'conv_s2d'"),
    ],
)
def test_why_the_files_are_not_simply_loaded(version, message, legacy):
    """Classes move and change from one timm to the next; a whole module needs its own."""
    with pytest.raises((ModuleNotFoundError, AttributeError), match=message):
        torch.load(legacy / f"{version}-whole.pt", weights_only=False)(torch.zeros(1, 3, 224, 224))


def test_reading_imports_nothing_that_a_file_names(whole):
    program = (
        "import sys; from pathlib import Path; from funny.weights.legacy import read_legacy; "
        f"print(len(read_legacy(Path({str(whole)!r}))), 'timm' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("360 False\n", 0), done.stderr


class Extra(torch.nn.Module):
    """What its own state dict does not hold, and a tensor without numbers."""

    def __init__(self):
        super().__init__()
        self.kept = torch.nn.Parameter(torch.arange(6.0).reshape(2, 3).t())
        self.register_buffer("empty", torch.zeros(0, 3))
        self.register_buffer("none", None)
        self.register_buffer("passing", torch.ones(5), persistent=False)
        self.aside = torch.ones(7)
        self.inner = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
        self.inner[1].weight = self.inner[0].bias  # one storage, two names


# A class of a test is not a layer; this one stands where layers do.
Extra.__module__ = "torch.nn.modules.extra"


@pytest.mark.parametrize("protocol", [2, 4])
@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "old-format"])
def test_what_is_not_persistent_is_left_out(is_zip, protocol, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, Extra.__module__, sys.modules[__name__])
    net, file = Extra(), tmp_path / "net.pt"
    torch.save(net, file, pickle_protocol=protocol, _use_new_zipfile_serialization=is_zip)
    found, expected = read_legacy(file), net.state_dict()
    assert found.keys() == expected.keys()
    for name, tensor in found.items():
        torch.testing.assert_close(tensor, expected[name], rtol=0, atol=0)


def git_says(file):
    """The blob id of a file, by git itself where there is one."""
    if shutil.which("git"):
        return subprocess.check_output(["git", "hash-object", file], text=True).strip()
    content = file.read_bytes()
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content)).hexdigest()


def test_weights_say_where_they_are_from(whole, tmp_path):
    origin = convert(whole, tmp_path / "a.safetensors")
    with safe_open(tmp_path / "a.safetensors", "pt") as file:
        assert file.metadata() == origin
    assert origin == {
        "source": f"{whole.name}, which is not the pinned file",
        "git_blob": git_says(whole),
        "licence": "unknown",
        "architecture": "tf_efficientnet_b0",
        "format": "pt",
    }


def test_the_pinned_file_is_known_by_its_blob_id(whole, tmp_path, monkeypatch):
    pinned = registry()["upstream"][VA_MTL]
    monkeypatch.setitem(pinned, "blob", git_says(whole))
    origin = convert(whole, tmp_path / "a.safetensors")
    assert (origin["source"], origin["licence"]) == (pinned["source"], "Apache-2.0")
    config = json.loads((tmp_path / "config.json").read_text("utf-8"))
    assert (config["source"], config["licence"]) == (pinned["source"], "Apache-2.0")


def test_preprocessing_travels_with_the_weights(small, tmp_path):
    convert(small, tmp_path / "a.safetensors")
    config = json.loads((tmp_path / "config.json").read_text("utf-8"))
    assert config == {
        "model": "enet_b0_8_va_mtl",
        "architecture": "tf_efficientnet_b0",
        "outputs": list(EMOTION_COLUMNS),
        "input_size": 224,
        "crop": "box",
        "mean": [123.675, 116.28, 103.53],
        "std": [58.395, 57.12, 57.375],
        "licence": "unknown",
        "source": "net.pt, which is not the pinned file",
        "sha256": file_sha256(tmp_path / "a.safetensors"),
    }


def test_one_input_gives_one_file(small, tmp_path):
    targets = [tmp_path / name / "a.safetensors" for name in ("one", "two", "two")]
    for target in targets:
        convert(small, target)
    assert targets[0].read_bytes() == targets[1].read_bytes()
    assert files_of(targets[0].parent) == files_of(targets[1].parent)


def test_a_new_conversion_replaces_the_old_one_whole(small, whole, tmp_path):
    target = tmp_path / "out" / "a.safetensors"
    convert(small, target)
    convert(whole, target)
    assert files_of(target.parent).keys() == {"a.safetensors", "config.json"}
    assert VaMtl.load(target).info.sha256 == file_sha256(target)
    with safe_open(target, "pt") as file:
        assert file.metadata()["git_blob"] == git_blob_id(whole)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param(b"\xb0\xa1.pt", r"\udcb0\udca1.pt", id="not-utf-8"),
        pytest.param(b"a\nb.pt", "a\nb.pt", id="line-break"),
        pytest.param("웃음 😂.pt".encode(), "웃음 😂.pt", id="hangul"),
    ],
)
def test_a_file_may_have_any_name(name, shown, small, tmp_path):
    file = small.rename(tmp_path / os.fsdecode(name))
    target = tmp_path / "a.safetensors"
    convert(file, target)
    with safe_open(target, "pt") as weights:
        assert weights.metadata()["source"] == f"{shown}, which is not the pinned file"
    config = json.loads((tmp_path / "config.json").read_text("utf-8"))
    assert config["source"] == f"{shown}, which is not the pinned file"
    assert config["sha256"] == VaMtl.load(target).info.sha256


@pytest.mark.parametrize("place", range(8), ids=AUTHORS_ORDER[:8])
def test_the_first_eight_outputs_are_the_emotions(place, tmp_path):
    biases = [4.0 * (k == place) for k in range(10)]
    convert(saved(planted(biases), tmp_path / "net.pt"), tmp_path / "a.safetensors")
    said = dict(zip(EMOTION_COLUMNS, VaMtl.load(tmp_path / "a.safetensors")(CROPS)[0], strict=True))
    others = [said[name] for name in AUTHORS_ORDER[:8] if name != AUTHORS_ORDER[place]]
    assert said[AUTHORS_ORDER[place]] == pytest.approx(np.e**4 / (np.e**4 + 7), abs=1e-5)
    assert others == pytest.approx([1 / (np.e**4 + 7)] * 7, abs=1e-5)
    assert said["valence"] == said["arousal"] == 0


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        pytest.param((0.3, -0.7), (0.3, -0.7), id="as-they-are"),
        pytest.param((5, -5), (1, -1), id="clipped"),
    ],
)
def test_the_last_two_outputs_are_valence_and_arousal(outputs, said, tmp_path):
    file = saved(planted([0] * 8 + list(outputs)), tmp_path / "net.pt")
    convert(file, tmp_path / "a.safetensors")
    row = VaMtl.load(tmp_path / "a.safetensors")(CROPS)[0]
    assert row[EMOTION_COLUMNS.index("valence")] == pytest.approx(said[0], abs=1e-6)
    assert row[EMOTION_COLUMNS.index("arousal")] == pytest.approx(said[1], abs=1e-6)
    assert row[:8] == pytest.approx([1 / 8] * 8, abs=1e-6)


def b0_with(outputs):
    return timm.create_model("tf_efficientnet_b0", num_classes=outputs)


def with_two_classifiers():
    tensors = planted(np.zeros(10))
    return {**tensors, "classifier.0.bias": tensors["classifier.bias"] + 1}


def with_nan():
    return {**planted(np.zeros(10)), "classifier.bias": torch.full((10,), torch.nan)}


@pytest.mark.parametrize(
    ("network", "reason"),
    [
        pytest.param(dict, "holds dict, expected a network", id="nothing"),
        pytest.param(lambda: [1], "holds list, expected a network", id="a-list"),
        pytest.param(lambda: torch.zeros(3), "holds TensorWindow, expected a network", id="tensor"),
        pytest.param(lambda: {"epoch": 3}, "epoch is int, expected a tensor", id="a-number"),
        pytest.param(
            lambda: {"model": torch.nn.Linear(1, 1)}, "model is Linear, expected", id="a-checkpoint"
        ),
        pytest.param(lambda: {3: torch.zeros(1)}, "too long, or no text", id="number-for-a-name"),
        pytest.param(lambda: {"a\x1b[2J": torch.zeros(1)}, "or no text", id="unprintable-name"),
        pytest.param(lambda: {"a" * 999: torch.zeros(1)}, "too long", id="long-name"),
        pytest.param(lambda: torch.nn.Linear(1280, 10), "not made for this model", id="a-layer"),
        pytest.param(
            lambda: torch.nn.Sequential(torch.nn.Conv2d(3, 8, 7), torch.nn.BatchNorm2d(8)),
            "not made for this model",
            id="another-network",
        ),
        pytest.param(lambda: b0_with(8), "size mismatch for classifier", id="8-outputs"),
        pytest.param(lambda: b0_with(11), "size mismatch for classifier", id="11-outputs"),
        pytest.param(with_two_classifiers, "two of its tensors", id="two-classifiers"),
        pytest.param(with_nan, "classifier.bias holds numbers that are not finite", id="nan"),
    ],
)
def test_another_network_is_refused_by_the_name_of_its_file(network, reason, tmp_path):
    file = saved(network(), tmp_path / "net.pt")
    with pytest.raises(WeightsError) as refused:
        convert(file, tmp_path / "out" / "a.safetensors")
    assert str(refused.value).startswith(f"{file}: ")
    assert reason in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1
    assert files_of(tmp_path).keys() == {"net.pt"}


def beside(content):
    return lambda folder: (folder / "config.json").write_text(content)


@pytest.mark.parametrize(
    ("name", "prepare", "message"),
    [
        pytest.param("", None, "ends in .safetensors", id="no-name"),
        pytest.param("a.pt", None, "ends in .safetensors", id="another-suffix"),
        pytest.param("a.safetensors.gz", None, "ends in .safetensors", id="two-suffixes"),
        pytest.param("a.safetensors", beside("{}"), "belongs to something else", id="a-config"),
        pytest.param("a.safetensors", beside("{"), "belongs to something else", id="half-a-config"),
        pytest.param(
            "a.safetensors",
            beside('{"model": "face-api-expression"}'),
            "belongs to something else",
            id="another-model's-config",
        ),
        pytest.param(
            "a.safetensors",
            lambda folder: (folder / "config.json").mkdir(),
            "belongs to something else",
            id="config-is-a-folder",
        ),
        pytest.param(
            "a.safetensors",
            lambda folder: (folder / "a.safetensors").mkdir(),
            "cannot be written (Is a directory",
            id="target-is-a-folder",
        ),
        pytest.param(
            "file/a.safetensors",
            lambda folder: (folder / "file").write_text("mine"),
            "cannot be written (File exists",
            id="parent-is-a-file",
        ),
        pytest.param("a" * 300 + ".safetensors", None, "name too long", id="long-name"),
    ],
)
def test_a_target_that_cannot_be_leaves_nothing(name, prepare, message, small, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    if prepare:
        prepare(folder)
    before = files_of(folder)
    with pytest.raises(OptionError) as refused:
        convert(small, folder / name)
    assert message in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1
    assert files_of(folder) == before


@contextmanager
def disk_that_takes(size):
    """As a full disk, but a limit on each file: the error comes in the middle of a write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [0, 1 << 20], ids=["nothing-fits", "some-fits"])
def test_a_full_disk_leaves_what_was_there(size, small, whole, tmp_path):
    target = tmp_path / "out" / "a.safetensors"
    convert(small, target)
    before = files_of(target.parent)
    with disk_that_takes(size), pytest.raises(OptionError, match=r"cannot be written \(File too"):
        convert(whole, target)
    assert files_of(target.parent) == before


def test_the_command_converts_and_says_what_it_took(small, tmp_path, capsys):
    target = tmp_path / "new" / "a.safetensors"
    assert main(["weights", "convert", str(small), "--out", str(target)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines() == [
        f"{target}: written; nothing of {small} was run.",
        "source: net.pt, which is not the pinned file",
        f"git blob id: {git_says(small)}",
        "licence: unknown",
    ]
    assert VaMtl.load(target).info.source == str(target)


@pytest.mark.parametrize(
    ("file", "target", "message"),
    [
        pytest.param("missing.pt", "a.safetensors", "missing.pt: cannot be read", id="no-file"),
        pytest.param("net.pt", "a.pt", "a.pt: expected a name that ends in", id="bad-target"),
    ],
)
def test_the_command_refuses_in_one_line(file, target, message, small, tmp_path, capsys):
    asked = ["weights", "convert", str(small.parent / file), "--out", str(tmp_path / target)]
    assert main(asked) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert message in err
    assert files_of(tmp_path).keys() == {Path(small).name}
