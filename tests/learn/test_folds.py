"""What belongs together is on one side; what cannot be split is told with a remedy."""

from dataclasses import replace

import numpy as np
import pytest

from funny.errors import DatasetError
from funny.learn.folds import folds_of, groups_of, inner_split, leaks
from tests.study import examples_of


def with_columns(examples, **columns):
    return replace(examples, **{name: np.array(values) for name, values in columns.items()})


@pytest.fixture(scope="module")
def examples():
    return examples_of(videos=10, moments=6, streamers=4)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("group", "count"), [("video", 2), ("video", 5), ("streamer", 4)])
def test_no_group_is_on_both_sides_and_both_have_both_kinds(examples, group, count, seed):
    folds = folds_of(examples, count, group, seed)
    assert set(folds) == set(range(count))
    column = examples.videos if group == "video" else examples.streamers
    assert all(len(np.unique(folds[column == value])) == 1 for value in np.unique(column))
    for fold in range(count):
        rest = examples.funny[folds != fold]
        assert rest.any() and not rest.all()


def test_folds_are_as_even_as_the_classes_allow(examples):
    folds = folds_of(examples, 5, "video", 0)
    shares = [examples.funny[folds == fold].mean() for fold in range(5)]
    assert np.ptp(shares) < 0.35
    assert [(folds == fold).sum() for fold in range(5)] == [12] * 5


def test_the_same_seed_gives_the_same_folds(examples):
    one, two, other = (folds_of(examples, 5, "video", seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)


def test_one_content_under_two_ids_is_one_group(examples):
    shas = np.where(np.isin(examples.videos, ["v0", "v7"]), "same", examples.shas)
    twins = with_columns(examples, shas=shas)
    for seed in range(6):
        folds = folds_of(twins, 5, "video", seed)
        assert len(np.unique(folds[shas == "same"])) == 1
    assert len(np.unique(groups_of(twins, "video"))) == 9


def test_a_chain_of_videos_is_one_group():
    clips = examples_of(videos=4, moments=4)
    shas = np.where(clips.videos == "v1", "sha0", clips.shas)
    streamers = np.where(np.isin(clips.videos, ["v1", "v2"]), "s", "")
    chained = with_columns(clips, shas=shas, streamers=streamers)
    assert len(np.unique(groups_of(chained, "streamer"))) == 2
    assert len(np.unique(groups_of(chained, "video"))) == 3


def test_videos_of_unknown_streamers_stand_alone():
    clips = with_columns(examples_of(videos=4, moments=4), streamers=[""] * 16)
    assert len(np.unique(groups_of(clips, "streamer"))) == 4


def of_one_kind_in_all_but(examples, video):
    return with_columns(examples, funny=examples.funny & (examples.videos == video))


@pytest.mark.parametrize(
    ("change", "count", "message"),
    [
        pytest.param(lambda e: e, 1, "--folds 1: expected at least 2", id="one-fold"),
        pytest.param(
            lambda e: e, 11, "10 different videos, .* 11 folds: take --folds 10", id="too-many"
        ),
        pytest.param(
            lambda e: e.take(e.videos == "v0"), 2, "of 1 different videos.*: add", id="one-video"
        ),
        pytest.param(
            lambda e: with_columns(e, funny=np.ones(len(e), bool)),
            2,
            "no clip is labelled ordinary: all 60",
            id="all-funny",
        ),
        pytest.param(
            lambda e: with_columns(e, funny=np.zeros(len(e), bool)),
            2,
            "no clip is labelled funny",
            id="none-funny",
        ),
        pytest.param(
            lambda e: of_one_kind_in_all_but(e, "v3"),
            5,
            "all funny clips are of one video",
            id="funny-in-one-video",
        ),
    ],
)
def test_what_cannot_be_split_is_told(examples, change, count, message):
    with pytest.raises(DatasetError, match=message):
        folds_of(change(examples), count, "video", 0)


def test_what_is_held_back_is_whole_videos_of_both_kinds(examples):
    back = inner_split(examples, "video", 0)
    assert 0.1 < back.mean() < 0.35
    assert not set(examples.videos[back]) & set(examples.videos[~back])
    for side in (back, ~back):
        assert examples.funny[side].any() and not examples.funny[side].all()


def test_with_one_video_of_a_kind_nothing_is_held_back(examples):
    assert not inner_split(of_one_kind_in_all_but(examples, "v3"), "video", 0).any()


def test_leaks_are_named():
    columns = {"video": np.array(["a", "a", "b", "c"]), "content": np.array(["x", "y", "y", ""])}
    assert leaks(columns, np.array([0, 0, 0, 1])) == []
    assert leaks(columns, np.array([0, 1, 0, 1])) == [
        "video a lies in folds 1 and 2",
        "content y lies in folds 1 and 2",
    ]
