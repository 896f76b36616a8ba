"""An animation shows the surroundings of the peak, in its order, pace and shot."""

import io

import numpy as np
import pytest
from PIL import Image

from funny.extract.video import probe
from funny.moments.animation import animated_span_s, animation
from funny.records import Highlight
from tests.media import Movie, steady, write_media

WHOLE = Highlight(0.0, 5.0, 2.5, 0.9)


@pytest.mark.parametrize(
    ("cuts_s", "time_s", "span_s"),
    [
        pytest.param([], 2.5, (1.2, 4.0), id="no-cut"),
        pytest.param([2.0], 2.5, (2.0, 4.0), id="from-a-cut-on"),
        pytest.param([3.5], 2.5, (1.2, 3.5), id="up-to-a-cut"),
        pytest.param([2.2, 2.8], 2.5, (1.2, 4.0), id="the-shot-is-too-short"),
        pytest.param([3.0], 4.9, (3.0, 4.0), id="the-picture-is-later"),
    ],
)
def test_an_animation_is_about_the_peak_and_in_the_pictures_shot(cuts_s, time_s, span_s):
    assert animated_span_s(WHOLE, np.array(cuts_s), time_s) == pytest.approx(span_s)


def counting(index, width, height):
    """Grey that rises from picture to picture, so that no two are alike."""
    return np.full((height, width), 20 + 4 * index, np.uint8)


@pytest.mark.parametrize("animated", ["webp", "gif"])
def test_an_animation_shows_its_span(tmp_path, animated):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(10, 5), 480, 360, picture=counting))
    made = animation(probe(path), (1.2, 4.0), animated)
    moving, levels, lengths = Image.open(io.BytesIO(made)), [], []
    for k in range(moving.n_frames):
        moving.seek(k)
        moving.load()
        levels.append(np.asarray(moving.convert("L")).mean())
        lengths.append(moving.info["duration"])
    assert (levels[0] - 20) / 4 == pytest.approx(12, abs=2)
    assert (levels[-1] - 20) / 4 == pytest.approx(39, abs=2)
    assert levels == sorted(levels)
    assert sum(lengths) / 1000 == pytest.approx(2.8, abs=0.2)
    assert moving.info["loop"] == 0
