"""What all heads promise: padding, order and company never change a score."""

import json
import pickle

import pytest
import torch
from huggingface_hub import ModelCard
from safetensors.torch import load_file, save_file

from funny.errors import WeightsError
from funny.moments.highlights import Thresholds
from funny.score.features import FEATURES, FEATURES_12
from funny.score.heads import HEADS, MAX_CLIP_TICKS, MIN_CLIP_TICKS, HeadConfig
from funny.weights.heads import load_head, save_head
from tests.hub import Hub

LENGTHS = range(MIN_CLIP_TICKS, MAX_CLIP_TICKS + 1)
INPUTS = len(FEATURES)


@pytest.fixture(params=HEADS)
def kind(request):
    return request.param


@pytest.fixture
def net(kind):
    torch.manual_seed(0)
    net = HEADS[kind]()
    net.mean.copy_(torch.randn(INPUTS))
    net.std.copy_(torch.rand(INPUTS) + 0.5)
    return net.eval()


def clips(lengths=LENGTHS, seed=0):
    """Random clips (b, 14, 13), zero-padded at the end, and their mask (b, 14)."""
    mask = torch.arange(MAX_CLIP_TICKS) < torch.tensor(lengths)[:, None]
    x = torch.randn(len(mask), 14, INPUTS, generator=torch.Generator().manual_seed(seed))
    return x * mask[..., None], mask


@pytest.mark.parametrize(
    ("names", "count"),
    [pytest.param(FEATURES_12, 8_577, id="12"), pytest.param(FEATURES, 8_769, id="13")],
)
def test_conv1d_is_small(names, count):
    net = HEADS["conv1d"](HeadConfig(features=names))
    assert sum(p.numel() for p in net.parameters()) == count


def test_shapes_and_range(net):
    x, mask = clips()
    with torch.inference_mode():
        logits, scores = net(x, mask), net.probability(x, mask)
    assert logits.shape == scores.shape == (len(LENGTHS),)
    assert ((scores > 0) & (scores < 1)).all()
    torch.testing.assert_close(scores, torch.sigmoid(logits))
    assert len(set(scores.tolist())) == len(LENGTHS)  # it does look at the clips


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(float("nan"), id="nan"),
        pytest.param(float("inf"), id="inf"),
        pytest.param(1e9, id="huge"),
        pytest.param(-1.0, id="minus-one"),
    ],
)
@torch.inference_mode()
def test_padding_never_changes_a_score(net, garbage):
    x, mask = clips()
    dirty = torch.where(mask[..., None], x, garbage)
    assert torch.equal(net(dirty, mask), net(x, mask))


@pytest.mark.parametrize("length", LENGTHS)
@torch.inference_mode()
def test_a_padded_clip_is_the_clip_without_padding(net, length):
    x, mask = clips([length])
    bare = net(x[:, :length], mask[:, :length])
    torch.testing.assert_close(net(x, mask), bare, atol=1e-6, rtol=0)


@pytest.mark.parametrize("shape", [{"width": 6}, {"width": 6, "kernel": 7}, {"kernel": 13}])
@torch.inference_mode()
def test_padding_never_changes_a_score_of_another_shape(kind, shape):
    torch.manual_seed(0)
    other, (x, mask) = HEADS[kind](HeadConfig(kind, **shape)).eval(), clips()
    dirty = torch.where(mask[..., None], x, float("nan"))
    assert torch.equal(other(dirty, mask), other(x, mask))
    bare = [other(x[i : i + 1, :n], mask[i : i + 1, :n]) for i, n in enumerate(LENGTHS)]
    torch.testing.assert_close(other(x, mask), torch.cat(bare), atol=1e-6, rtol=0)


def test_dropout_is_for_training_alone(kind):
    torch.manual_seed(0)
    net, (x, mask) = HEADS[kind](HeadConfig(kind, dropout=0.5)), clips()
    assert not torch.equal(net(x, mask), net(x, mask))
    net.eval()
    assert torch.equal(net(x, mask), net(x, mask))


def test_the_width_is_the_number_of_channels():
    net = HEADS["conv1d"](HeadConfig(width=20, kernel=5))
    assert [tuple(p.shape) for p in (net.conv1.weight, net.conv2.weight)] == [
        (20, INPUTS, 5),
        (10, 20, 5),
    ]
    assert HEADS["lstm"](HeadConfig("lstm", width=20)).lstm.hidden_size == 20


@torch.inference_mode()
def test_the_order_of_a_batch_does_not_matter(net):
    x, mask = clips()
    order = torch.tensor([3, 0, 4, 2, 1])
    torch.testing.assert_close(net(x[order], mask[order]), net(x, mask)[order], atol=1e-6, rtol=0)


@torch.inference_mode()
def test_a_clip_alone_is_the_clip_in_a_batch(net):
    x, mask = clips()
    alone = torch.cat([net(x[i : i + 1], mask[i : i + 1]) for i in range(len(x))])
    torch.testing.assert_close(alone, net(x, mask), atol=1e-6, rtol=0)


@torch.inference_mode()
def test_a_saved_head_is_the_same_to_the_bit(net, kind, tmp_path):
    save_head(tmp_path, net, Thresholds())
    loaded = load_head(str(tmp_path)).net
    assert all(torch.equal(v, loaded.state_dict()[k]) for k, v in net.state_dict().items())
    assert torch.equal(net(*clips()), loaded(*clips()))


@torch.inference_mode()
def test_features_are_standardised(net):
    x, mask = clips([14])
    ordinary = net.mean + net.std * x
    plain = type(net)().eval()
    plain.load_state_dict(
        {**net.state_dict(), "mean": torch.zeros(INPUTS), "std": torch.ones(INPUTS)}
    )
    torch.testing.assert_close(net(ordinary, mask), plain(x, mask), atol=1e-5, rtol=0)


def test_a_config_as_json():
    config = HeadConfig().to_json()
    assert config["features"] == list(FEATURES)
    assert (config["kind"], config["tick_hz"]) == ("conv1d", 2.0)
    assert (config["min_ticks"], config["max_ticks"]) == (10, 14)


# By the mixin of huggingface_hub, as others use a head

OTHER_FEATURES = ("happiness", "loudness", "pitch")
METRICS = {"auroc": 0.75, "by_language": {"ko": 0.5}, "seeds": [1, 2]}
WEIGHTS, CONFIG = "model.safetensors", "config.json"


@pytest.fixture
def saved(net, kind, tmp_path):
    """A head of every kind, saved with a config of its own."""
    net.config = HeadConfig(kind, training_data="a test", metrics=METRICS, calibration=(0.5, -0.25))
    net.save_pretrained(tmp_path)
    return tmp_path


@torch.inference_mode()
def test_from_pretrained_gives_back_what_was_saved(net, saved):
    loaded = type(net).from_pretrained(saved)
    assert torch.equal(loaded(*clips()), net(*clips()))
    assert not loaded.training
    assert loaded.config == net.config
    assert type(loaded.config.features) is type(loaded.config.calibration) is tuple
    assert loaded.config.calibration == (0.5, -0.25)
    assert loaded.config.metrics == METRICS


@torch.inference_mode()
def test_a_head_of_other_features_comes_back_too(kind, tmp_path):
    config = HeadConfig(kind, OTHER_FEATURES, tick_hz=4.0, min_ticks=1, max_ticks=30)
    net = HEADS[kind](config).eval()
    net.save_pretrained(tmp_path)
    loaded = HEADS[kind].from_pretrained(tmp_path)
    x, mask = torch.randn(2, 30, 3), torch.ones(2, 30, dtype=torch.bool)
    assert loaded.config == config
    assert torch.equal(loaded(x, mask), net(x, mask))


def test_saving_again_what_was_loaded_changes_no_byte(net, saved, tmp_path):
    again = tmp_path / "again"
    type(net).from_pretrained(saved).save_pretrained(again)
    for name in (WEIGHTS, CONFIG, "README.md"):
        assert (again / name).read_bytes() == (saved / name).read_bytes()


def test_a_saved_head_has_a_card_for_the_hub(net, saved):
    card = ModelCard.load(saved / "README.md")
    assert (card.data.license, card.data.library_name) == ("apache-2.0", "funny")
    assert {"humor", "highlight-detection", "pytorch_model_hub_mixin"} <= set(card.data.tags)
    name = type(net).__name__
    assert f"from funny.score.heads import {name}" in card.text
    assert f'{name}.from_pretrained("OWNER/NAME")' in card.text
    assert "do not judge persons" in card.text


def test_a_card_can_name_the_repository(net, kind, tmp_path):
    net.save_pretrained(tmp_path, model_card_kwargs={"repo_id": "a/b"})
    assert f'{type(net).__name__}.from_pretrained("a/b")' in (tmp_path / "README.md").read_text()


def test_a_card_that_is_there_stays(net, saved):
    (saved / "README.md").write_text("# Mine")
    net.save_pretrained(saved)
    assert (saved / "README.md").read_text() == "# Mine"


def test_a_missing_tensor_is_no_head(net, saved):
    tensors = load_file(saved / WEIGHTS)
    tensors.pop("std")
    save_file(tensors, saved / WEIGHTS)
    with pytest.raises(RuntimeError, match="std"):
        type(net).from_pretrained(saved)


@torch.inference_mode()
def test_missing_tensors_are_allowed_only_where_one_asks_for_that(net, saved):
    tensors = load_file(saved / WEIGHTS)
    tensors.pop("std")
    save_file(tensors, saved / WEIGHTS)
    assert torch.equal(type(net).from_pretrained(saved, strict=False).std, torch.ones(INPUTS))


def test_a_config_of_another_kind_is_refused(kind, saved):
    other = next(other for other in HEADS if other != kind)
    with pytest.raises(ValueError, match=f"expected kind {other}, got {kind}"):
        HEADS[other].from_pretrained(saved)


class Trap:
    """What runs when a pickle is opened."""

    def __reduce__(self):
        return pytest.fail, ("the pickle was opened",)


@pytest.fixture
def hub(monkeypatch, tmp_path):
    monkeypatch.delenv("HF_HUB_OFFLINE")
    with Hub() as hub:
        template = f"{hub.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        for name, value in {
            "HF_HUB_OFFLINE": False,
            "HF_HUB_CACHE": str(tmp_path / "hub"),
            "ENDPOINT": hub.url,
            "HUGGINGFACE_CO_URL_TEMPLATE": template,
        }.items():
            monkeypatch.setattr(f"huggingface_hub.constants.{name}", value)
        yield hub


def test_a_pickle_on_the_hub_is_not_opened(kind, hub):
    config = json.dumps(HeadConfig(kind).to_json()).encode()
    hub.add("someone/head", {CONFIG: config, "pytorch_model.bin": pickle.dumps(Trap())})
    with pytest.raises(WeightsError, match="pickles are not opened"):
        HEADS[kind].from_pretrained("someone/head")


def test_weights_are_taken_where_a_pickle_lies_beside_them(net, saved, hub):
    files = {name: (saved / name).read_bytes() for name in (CONFIG, WEIGHTS)}
    hub.add("someone/head", {**files, "pytorch_model.bin": pickle.dumps(Trap())})
    loaded = type(net).from_pretrained("someone/head")
    with torch.inference_mode():
        assert torch.equal(loaded(*clips()), net(*clips()))
