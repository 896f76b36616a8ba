"""Formulas by hand."""

import numpy as np
import pytest

from funny.learn.baselines import BASELINES
from funny.score.features import FEATURES


def ticks(count=20, **columns):
    x = np.zeros((count, len(FEATURES)), np.float32)
    for name, values in columns.items():
        x[:, FEATURES.index(name)] = values
    return x


@pytest.mark.parametrize(
    ("name", "columns", "wanted"),
    [
        pytest.param("loudness", {"loudness": -2.0}, -2.0, id="loudness"),
        pytest.param("smile", {"happiness": 0.75}, 0.75, id="smile"),
        pytest.param("laughter", {"laughter": 0.5}, 0.5, id="laughter"),
        pytest.param("product", {"happiness": 0.5}, 0.25, id="product-at-the-median"),
        pytest.param("product", {"happiness": 0.5, "loudness": 6.0}, 0.4988, id="product-loud"),
        pytest.param("tension", {"happiness": 0.5, "loudness": 6.0}, 0.0, id="nothing-changes"),
    ],
)
def test_a_formula_by_hand(name, columns, wanted):
    np.testing.assert_allclose(BASELINES[name](ticks(**columns)), wanted, atol=1e-4)


def test_tension_is_where_face_and_voice_change_together():
    step = np.arange(20) >= 10
    both = BASELINES["tension"](ticks(happiness=step * 0.8, loudness=step * 2.0))
    alone = BASELINES["tension"](ticks(happiness=step * 0.8))
    assert np.argmax(both) == 10 and both[10] == pytest.approx(0.8 * 2.0)
    assert not both[:10].any() and not alone.any()


@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize("count", [0, 1, 40])
def test_one_number_a_tick(name, count):
    found = BASELINES[name](ticks(count))
    assert found.shape == (count,) and np.isfinite(found).all()
