"""A network that is made ready says what it said before."""

import copy

import pytest
import timm
import torch
from torch import nn

from funny.extract.emotion import VaMtl
from funny.extract.inference import ready

CPU = torch.device("cpu")


def lively(net):
    """The network with batch norms that do something."""
    torch.manual_seed(0)
    for norm in (m for m in net.modules() if isinstance(m, nn.BatchNorm2d)):
        nn.init.normal_(norm.running_mean, std=0.1)
        nn.init.uniform_(norm.running_var, 0.5, 1.5)
        nn.init.uniform_(norm.weight, 0.8, 1.2)
        nn.init.normal_(norm.bias, std=0.1)
    return net.eval()


def plain():
    return nn.Sequential(nn.Conv2d(3, 8, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU())


NETS = [
    pytest.param(VaMtl.build, id="va-mtl"),
    pytest.param(plain, id="convolution-norm-activation"),
    pytest.param(lambda: timm.create_model("mobilenetv3_small_050", num_classes=4), id="mobilenet"),
    pytest.param(lambda: nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU()), id="no-norm"),
    pytest.param(
        lambda: nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU(), nn.BatchNorm2d(4)), id="norm-last"
    ),
]


@pytest.mark.parametrize("build", NETS)
@torch.inference_mode()
def test_the_answers_stay(build):
    net = lively(build())
    x = torch.randn(3, 3, 64, 64)
    wanted = net(x)
    made = ready(copy.deepcopy(net), CPU, torch.float32)
    assert wanted.std() > 0.01
    torch.testing.assert_close(made(x), wanted, rtol=1e-3, atol=1e-4)


@torch.inference_mode()
def test_one_face_is_read_alike_alone_and_in_company():
    net = ready(lively(VaMtl.build()), CPU, torch.float32)
    x = torch.randn(5, 3, 224, 224)
    alone = torch.cat([net(x[i : i + 1]) for i in range(5)])
    torch.testing.assert_close(net(x), alone, rtol=1e-3, atol=1e-4)


def test_no_norm_that_follows_a_convolution_is_left():
    made = ready(VaMtl.build(), CPU, torch.float32)
    assert not any(isinstance(m, nn.BatchNorm2d) for m in made.modules())
    assert not made.training
