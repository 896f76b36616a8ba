"""An extraction that broke off goes on where it was, and comes to the same numbers."""

from dataclasses import replace

import numpy as np
import pytest

from funny.extract.cache import CheckpointCache
from funny.extract.checkpoint import Checkpoint, FollowState
from funny.extract.faces import FaceDetector
from funny.extract.signals import ExtractOptions, extract
from funny.extract.video import probe
from funny.weights.emotion import resolve_emotion_model
from funny.weights.laughter import load_laughter_model
from tests.faces import astronaut, canvas, paste
from tests.media import Movie, Sound, sine, steady, write_media

SECONDS = 72
COLUMNS = ("emotions", "face_found", "face_box", "rms", "laughter", "envelope", "changes")


class BrokenOff(Exception):
    """The process is gone."""


@pytest.fixture(scope="module")
def models():
    return resolve_emotion_model("embedded").found, FaceDetector(), load_laughter_model()


def scene(index, width, height):
    """A face that moves about, is gone from 10 to 16 s, and stands still from 20 to 24 s."""
    second = index // 5
    picture = canvas(width, height)
    if not 10 <= second < 16:
        moves = not 20 <= second < 24
        paste(picture, astronaut(), 90, (index if moves else 100) % 60, 5)
    return picture


def film(path):
    rng = np.random.default_rng(0)
    swell = np.repeat(rng.uniform(0.01, 0.5, SECONDS), 44_100)
    options = {"preset": "ultrafast", "g": "40"}
    movie = Movie(steady(5, SECONDS), 320, 240, options=options, picture=scene)
    write_media(path, movie, Sound(swell * sine(1.0, SECONDS)))
    return probe(path)


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    return film(tmp_path_factory.mktemp("film") / "a.mp4")


def run(video, models, quick=False, **more):
    emotion, detector, laughter = models
    options = ExtractOptions(quick=quick)
    return extract(video, emotion, detector, options, lambda *_: None, laughter, **more)


def broken_off(video, models, ticks, quick=False):
    """The checkpoint of a try that broke off after some ticks, as it is kept."""
    kept = []

    def keep(so_far):
        if (checkpoint := so_far()).ticks >= ticks:
            kept.append(checkpoint.to_arrays())
            raise BrokenOff

    with pytest.raises(BrokenOff):
        run(video, models, quick, keep=keep)
    return Checkpoint.from_arrays(kept[0])


@pytest.fixture(scope="module", params=[False, True], ids=["every-tick", "quick"])
def whole(request, video, models):
    return request.param, run(video, models, request.param)


@pytest.mark.parametrize(
    "ticks",
    [
        pytest.param(16, id="with-a-face"),
        pytest.param(32, id="as-the-face-comes-back"),
        pytest.param(48, id="while-nothing-moves"),
        pytest.param(128, id="near-the-end"),
    ],
)
def test_going_on_comes_to_the_same_numbers(video, models, whole, ticks):
    quick, once = whole
    known = broken_off(video, models, ticks, quick)
    resumed = run(video, models, quick, known=known)
    for name in COLUMNS:
        one, other = getattr(resumed.signals, name), getattr(once.signals, name)
        np.testing.assert_allclose(one, other, atol=1e-5, err_msg=name)
    assert (resumed.video, resumed.notes) == (once.video, once.notes)


def test_what_is_known_is_not_read_again(video, models):
    known = broken_off(video, models, 48)
    spoiled = replace(known, emotions=known.emotions + 1, laughter=known.laughter * 0 + 0.5)
    resumed = run(video, models, known=spoiled).signals
    assert resumed.emotions[: known.ticks][known.face_found].min() >= 1
    assert resumed.emotions[known.ticks :].max() <= 1
    assert len(known.laughter) > known.ticks
    assert set(resumed.laughter[: len(known.laughter)]) == {np.float32(0.5)}


def test_going_on_is_told_from_where_it_is(video, models):
    known = broken_off(video, models, 48)
    told = []
    emotion, detector, laughter = models
    options = ExtractOptions()
    extract(
        *(video, emotion, detector, options, lambda _, done, __: told.append(done), laughter),
        known=known,
    )
    assert min(told) >= 24.0 and told == sorted(told)


def checkpoint(ticks=4, **changed):
    fields = {
        "emotions": np.zeros((ticks, 10), np.float32),
        "face_found": np.ones(ticks, bool),
        "face_box": np.zeros((ticks, 4), np.float32),
        "changes": np.zeros(ticks, np.uint8),
        "laughter": np.zeros(9, np.float32),
        "damage": np.zeros(0),
        "follow": FollowState(np.array([1.0, 2.0, 3.0, 4.0]), False, 2),
        "face_of": 1,
    }
    return Checkpoint(**{**fields, **changed})


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({}, id="with-a-face"),
        pytest.param({"face_of": None}, id="without-a-face"),
        pytest.param({"follow": FollowState(None, True, 3)}, id="sought-in-vain"),
        pytest.param({"damage": np.array([0.5, 1.5])}, id="damaged"),
    ],
)
def test_what_is_kept_is_what_is_found_again(tmp_path, monkeypatch, video, models, changed):
    monkeypatch.setenv("FUNNY_CACHE", str(tmp_path))
    cache = CheckpointCache(video, [models[0].info], {})
    assert cache.read() is None
    cache.write(checkpoint(**changed))
    found, kept = cache.read().to_arrays(), checkpoint(**changed).to_arrays()
    assert found.keys() == kept.keys()
    assert all(np.array_equal(found[name], kept[name]) for name in kept)
    cache.remove()
    assert cache.read() is None


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:200]), id="cut-short"),
        pytest.param(lambda path: np.savez(path, box=np.zeros(4)), id="of-something-else"),
        pytest.param(
            lambda path: np.savez(
                path, **{**checkpoint().to_arrays(), "face_found": np.ones(9, bool)}
            ),
            id="of-several-lengths",
        ),
    ],
)
def test_a_checkpoint_that_is_damaged_is_none(tmp_path, monkeypatch, video, models, spoil):
    monkeypatch.setenv("FUNNY_CACHE", str(tmp_path))
    cache = CheckpointCache(video, [models[0].info], {})
    cache.write(checkpoint())
    spoil(cache.path)
    assert cache.read() is None


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"changes": np.zeros(3, np.uint8)}, id="changes-too-short"),
        pytest.param({"emotions": np.zeros((0, 10))}, id="no-emotions"),
        pytest.param({"face_of": 4}, id="face-after-the-end"),
        pytest.param({"face_found": np.zeros(4, bool)}, id="face-where-there-is-none"),
    ],
)
def test_a_checkpoint_checks_itself(changed):
    with pytest.raises(ValueError, match="checkpoint"):
        checkpoint(**changed)
