"""What all heads promise: padding, order and company never change a score."""

import pytest
import torch

from funny.moments.highlights import Thresholds
from funny.score.features import FEATURES
from funny.score.heads import HEADS, MAX_CLIP_TICKS, MIN_CLIP_TICKS, HeadConfig
from funny.weights.heads import load_head, save_head

LENGTHS = range(MIN_CLIP_TICKS, MAX_CLIP_TICKS + 1)


@pytest.fixture(params=HEADS)
def kind(request):
    return request.param


@pytest.fixture
def net(kind):
    torch.manual_seed(0)
    net = HEADS[kind]()
    net.mean.copy_(torch.randn(12))
    net.std.copy_(torch.rand(12) + 0.5)
    return net.eval()


def clips(lengths=LENGTHS, seed=0):
    """Random clips (b, 14, 12), zero-padded at the end, and their mask (b, 14)."""
    mask = torch.arange(MAX_CLIP_TICKS) < torch.tensor(lengths)[:, None]
    x = torch.randn(len(mask), 14, 12, generator=torch.Generator().manual_seed(seed))
    return x * mask[..., None], mask


def test_conv1d_is_small():
    assert sum(p.numel() for p in HEADS["conv1d"]().parameters()) == 8_577


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
    plain.load_state_dict({**net.state_dict(), "mean": torch.zeros(12), "std": torch.ones(12)})
    torch.testing.assert_close(net(ordinary, mask), plain(x, mask), atol=1e-5, rtol=0)


def test_a_config_as_json():
    config = HeadConfig().to_json()
    assert config["features"] == list(FEATURES)
    assert (config["kind"], config["tick_hz"]) == ("conv1d", 2.0)
    assert (config["min_ticks"], config["max_ticks"]) == (10, 14)
