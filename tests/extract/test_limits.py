"""Beyond a limit, a file is refused in one sentence: what it has, what the limit is, what to do."""

import re

import pytest

from funny.errors import MediaError
from funny.extract.limits import PUBLIC, Limits, enforce
from funny.extract.pictures import Pictures
from funny.extract.video import probe
from tests.media import Movie, Sound, sine, steady, write_media


@pytest.fixture
def limits():
    yield enforce
    enforce(Limits())


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    """64 × 48, 2 s, two streams."""
    path = tmp_path_factory.mktemp("video") / "a.mp4"
    write_media(path, Movie(steady(25, 2), 64, 48), Sound(sine(0.5, 2)))
    return path


@pytest.mark.parametrize(
    ("within", "beyond", "said"),
    [
        pytest.param(
            Limits(bytes=1e6),
            Limits(bytes=1000),
            r"is \d\.\d+e-05 GB large, and at most 1e-06 GB .* Compress it, or cut it into parts",
            id="size",
        ),
        pytest.param(
            Limits(duration_s=2.1),
            Limits(duration_s=1.8),
            r"says that it is 0\.0005\d+ hours long, and at most 0\.0005 hours .* Cut it",
            id="length",
        ),
        pytest.param(
            Limits(pixels=64 * 48),
            Limits(pixels=64 * 48 - 1),
            r"its picture has 64 × 48 pixels, 0\.003072 million, and at most .* Make it smaller",
            id="pixels",
        ),
        pytest.param(
            Limits(streams=2),
            Limits(streams=1),
            r"holds 2 streams, and at most 1 are read here\. Keep the picture",
            id="streams",
        ),
    ],
)
def test_a_limit_is_where_it_is_stated(limits, video, within, beyond, said):
    limits(within)
    assert probe(video).width == 64
    limits(beyond)
    with pytest.raises(MediaError, match=said) as refusal:
        probe(video)
    assert re.match(re.escape(f"{video}: "), str(refusal.value))


def test_a_picture_that_grows_on_the_way_is_not_followed(limits, tmp_path):
    small, large = tmp_path / "small.ts", tmp_path / "large.ts"
    write_media(small, Movie(steady(25, 2), 64, 48))
    write_media(large, Movie(steady(25, 2), 320, 240), start_s=2)
    path = tmp_path / "a.ts"
    path.write_bytes(small.read_bytes() + large.read_bytes())
    assert {p.shape for _, p in Pictures(probe(path)) if p is not None} == {
        (48, 64, 3),
        (240, 320, 3),
    }
    limits(Limits(pixels=10_000))
    pictures = Pictures(probe(path))
    assert {p.shape for _, p in pictures if p is not None} == {(48, 64, 3)}
    assert pictures.damage


def test_strangers_may_have_less():
    mine = Limits()
    assert all(getattr(PUBLIC, name) < value for name, value in vars(mine).items())


@pytest.mark.parametrize(("length_s", "budget_s"), [(0, 60), (10, 160), (1e9, 60 + 10 * 43_200)])
def test_time_is_given_by_length(length_s, budget_s):
    assert PUBLIC.budget_s(length_s) == budget_s
