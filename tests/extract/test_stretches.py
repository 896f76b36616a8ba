"""A video that is watched in stretches gives the numbers of one that is watched as a whole."""

from dataclasses import replace

import numpy as np
import pytest

from funny.extract import stretches, watching
from funny.extract.assembling import assembled
from funny.extract.audio import measure_sound
from funny.extract.faces import FaceDetector
from funny.extract.signals import ExtractOptions, extract
from funny.extract.stretches import Span, joined, spans_of, watch
from funny.extract.video import probe
from funny.weights.emotion import resolve_emotion_model
from tests.faces import astronaut, canvas, paste
from tests.media import Movie, Sound, sine, steady, write_media

ANEW_TICKS = 16
SECONDS = 40
COLUMNS = ("emotions", "face_found", "face_box", "changes", "rms")


@pytest.fixture(scope="module")
def models():
    return resolve_emotion_model("embedded").found, FaceDetector()


@pytest.fixture(autouse=True)
def often(monkeypatch):
    """The whole picture is looked at anew every 8 s."""
    for module in (watching, stretches):
        monkeypatch.setattr(module, "ANEW_TICKS", ANEW_TICKS)


def alone(index, width, height):
    """A face that moves about, is gone from 14 to 18 s, and stands still from 20 to 28 s."""
    second, picture = index // 5, canvas(width, height)
    if not 14 <= second < 18:
        moves = not 20 <= second < 28
        paste(picture, astronaut(), 90, (index if moves else 100) % 60, 40)
    return picture


def joined_by_a_larger(index, width, height):
    """A small face from the start; from 5 s on, a larger one beside it; from 30 s on, alone."""
    second, picture = index // 5, canvas(width, height)
    if second < 30:
        paste(picture, astronaut(), 60, 5 + index % 9, 140)
    if second >= 5:
        paste(picture, astronaut(), 90, 300 + index % 9, 20)
    return picture


def empty(index, width, height):
    return canvas(width, height)


def film(folder, scene, name="a.mp4", **options):
    movie = Movie(steady(5, SECONDS), 640, 360, options={"g": "40", **options}, picture=scene)
    write_media(folder / name, movie, Sound(sine(0.3, SECONDS)))
    return probe(folder / name)


def in_stretches(video, models, options, order=lambda spans: spans):
    """The extraction by stretches, and which of them were watched twice."""
    again = []

    def once_more(span, followed):
        again.append(span.first)
        return watch(video, span, *models, options, followed)

    spans = spans_of(video)
    found = {span: watch(video, span, *models, options) for span in order(spans)}
    seen = joined([found[span] for span in spans], once_more)
    return assembled(video, (models[0].info, None), measure_sound(video), seen), again


def assert_same(one, other):
    assert one.video == other.video
    for name in COLUMNS:
        np.testing.assert_allclose(
            getattr(one.signals, name), getattr(other.signals, name), atol=1e-6, err_msg=name
        )


@pytest.mark.parametrize("quick", [False, True], ids=["whole", "quick"])
@pytest.mark.parametrize("scene", [empty, alone, joined_by_a_larger])
def test_stretches_give_the_numbers_of_the_whole(tmp_path, models, scene, quick):
    video, options = film(tmp_path, scene), ExtractOptions(quick=quick)
    whole = extract(video, *models, options, lambda *_: None)
    parts, _ = in_stretches(video, models, options, order=lambda spans: spans[::-1])
    assert_same(parts, whole)
    assert whole.signals.face_found.any() == (scene is not empty)


def test_a_stretch_is_watched_again_only_where_another_face_is_followed(tmp_path, models):
    video = film(tmp_path, joined_by_a_larger)
    parts, again = in_stretches(video, models, ExtractOptions())
    # From 8 s on the larger one would be taken, were the small one not known; alone at 32 s it is.
    assert again == [16, 32, 48]
    x, width = parts.signals.face_box[:, 0], parts.signals.face_box[:, 2]
    assert (x + width)[:60].max() < 0.4 < (x + width)[64:].min()


def test_nobody_is_watched_twice_where_there_is_one_face(tmp_path, models):
    _, again = in_stretches(film(tmp_path, alone), models, ExtractOptions())
    assert again == []


@pytest.mark.parametrize(
    ("duration_s", "parts", "expected"),
    [
        pytest.param(0, 1, [Span(0, None)], id="nothing"),
        pytest.param(8, 1, [Span(0, None)], id="one"),
        pytest.param(8.5, 1, [Span(0, 16), Span(16, None)], id="a-tick-more"),
        pytest.param(40, 2, [Span(0, 32), Span(32, 64), Span(64, None)], id="two-parts-each"),
    ],
)
def test_spans_are_whole_and_the_last_is_open(tmp_path, duration_s, parts, expected):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(5, 1)))
    assert spans_of(replace(probe(path), duration_s=duration_s), parts) == expected
