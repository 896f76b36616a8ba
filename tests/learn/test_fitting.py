"""A head is fitted to what was planted, by its own features, the same way twice, and no further."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from funny.errors import Cancelled, DatasetError
from funny.learn.augment import Augmentation
from funny.learn.fitting import Recipe, fitted, repeatable
from funny.learn.metrics import auroc
from funny.learn.served import served, served_ticks
from funny.score.features import FEATURES_12
from funny.score.heads import HEADS
from funny.weights.heads import load_head
from tests.study import examples_of

QUICK = Recipe(epochs=4, augmentation=Augmentation().scaled(0.5))


@pytest.fixture(scope="module")
def examples():
    return examples_of(6, 8)


@pytest.fixture(scope="module")
def unseen():
    return examples_of(4, 8, seed=9)


def weights(found):
    return found.net.state_dict()


def is_same(one, two):
    return all(torch.equal(value, two[name]) for name, value in one.items())


@pytest.mark.parametrize("kind", HEADS)
def test_a_seed_fits_the_same_head_twice_whatever_the_program_does(examples, kind):
    recipe = replace(QUICK, kind=kind, epochs=1)
    one = weights(fitted(examples, recipe))
    torch.manual_seed(99)
    with_threads = torch.get_num_threads()
    torch.set_num_threads(2)
    two = weights(fitted(examples, recipe))
    torch.set_num_threads(with_threads)
    assert is_same(one, two)
    assert not is_same(one, weights(fitted(examples, replace(recipe, seed=1))))


def test_the_program_keeps_its_threads_and_its_chance():
    torch.set_num_threads(2)
    torch.manual_seed(3)
    wanted = torch.rand(3)
    torch.manual_seed(3)
    with repeatable(0):
        torch.rand(5)
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2
    assert torch.equal(torch.rand(3), wanted)


@pytest.mark.parametrize("kind", ["conv1d", "lstm"])
def test_what_was_planted_is_found_in_other_videos(examples, unseen, kind):
    rate = {"conv1d": 5e-3, "lstm": 1e-2}[kind]
    recipe = Recipe(kind, epochs=15, learning_rate=rate, augmentation=Augmentation().scaled(0))
    net = fitted(examples, recipe).net
    assert not net.training
    assert auroc(unseen.funny, served(net, unseen)) > 0.95


def test_the_head_is_shaped_as_the_recipe_says(examples):
    recipe = Recipe("lstm", FEATURES_12, 16, dropout=0.3, window=(10, 12), epochs=1)
    net = fitted(examples.only(FEATURES_12), recipe).net
    assert net.lstm.hidden_size == 16
    config = net.config
    assert (config.features, config.dropout) == (FEATURES_12, 0.3)
    assert (config.min_ticks, config.max_ticks) == (10, 12)
    assert served_ticks(net, examples).shape == (len(examples), 14)


def test_it_standardises_by_the_clips_it_was_fitted_to_alone(examples, unseen):
    net = fitted(examples, replace(QUICK, epochs=1), unseen).net
    ticks = examples.x[examples.mask]
    np.testing.assert_allclose(net.mean, ticks.mean(0), atol=1e-5)
    np.testing.assert_allclose(net.std, np.maximum(ticks.std(0), 1e-3), atol=1e-5)


def test_training_stops_where_what_is_held_back_says_so(examples, unseen):
    upside_down = replace(unseen, funny=~unseen.funny)
    recipe = Recipe("logistic", epochs=30, patience=3, learning_rate=0.05)
    epochs = []
    found = fitted(examples, recipe, upside_down, told=lambda: epochs.append(1))
    assert found.epochs <= 2
    assert len(epochs) == found.epochs + 3
    assert fitted(examples, replace(recipe, epochs=5)).epochs == 5


def test_a_head_that_is_tuned_further_keeps_its_standardisation_and_stays_itself(examples):
    start = load_head("logistic").net
    before = {name: value.clone() for name, value in start.state_dict().items()}
    found = fitted(examples, Recipe("logistic", epochs=2, learning_rate=1e-2), None, start).net
    assert is_same(start.state_dict(), before)
    assert torch.equal(found.mean, start.mean) and torch.equal(found.std, start.std)
    assert not torch.equal(found.out.weight, start.out.weight)


def test_tuning_that_makes_it_worse_leaves_it_as_it_was(examples, unseen):
    start = load_head("logistic").net
    recipe = Recipe("logistic", epochs=9, patience=2, learning_rate=1.0)
    found = fitted(replace(examples, funny=~examples.funny), recipe, unseen, start)
    assert found.epochs == 0
    assert is_same(weights(found), start.state_dict())


def test_both_classes_weigh_the_same(examples):
    """With one funny clip in ten, no head says that all are ordinary."""
    funny, rest = np.flatnonzero(examples.funny), np.flatnonzero(~examples.funny)
    few = examples.take(np.concatenate([funny[:3], rest]))
    net = fitted(few, Recipe("logistic", epochs=30, learning_rate=0.05)).net
    assert served(net, few)[:3].mean() > 0.5 > served(net, few)[3:].mean()


@pytest.mark.parametrize("kind", [True, False])
def test_one_class_is_refused_with_a_remedy(examples, kind):
    alike = examples.take(examples.funny == kind)
    with pytest.raises(DatasetError, match=r"to train on are .* Label clips of the other kind"):
        fitted(alike, QUICK)


def test_who_is_told_may_stop_it(examples):
    def stop():
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        fitted(examples, QUICK, told=stop)
