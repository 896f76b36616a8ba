"""A crop holds still, glides without overshoot, keeps the face, and jumps only where it cuts."""

import numpy as np
import pytest

from funny.moments.framing import Path, still, stretch

WINDOW = 9 / 16 / (16 / 9)  # of an upright crop, as a fraction of the width
REACH, BOUNDS = 0.12 * WINDOW, (WINDOW / 2, 1 - WINDOW / 2)
MOST_JITTER = 0.005
LENGTH_S, LOOKS_S, FRAMES_S = 20.0, np.arange(0, 20, 0.2), np.arange(0, 20, 1 / 30)


def path(wanted, times_s=LOOKS_S):
    """The way for a face that is wanted at (n,) in one shot."""
    one = stretch(0.0, LENGTH_S, times_s, np.asarray(wanted, float), REACH, BOUNDS)
    return Path((one,))


def noise(scale, seed=0):
    return np.random.default_rng(seed).normal(0, scale, len(LOOKS_S))


def steps_of(wanted):
    return np.diff(path(wanted).at(FRAMES_S))


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        pytest.param(np.full(100, np.nan), 0.5, id="no-face"),
        pytest.param(np.full(100, 0.0), BOUNDS[0], id="beyond-the-left-side"),
        pytest.param(np.full(100, 1.0), BOUNDS[1], id="beyond-the-right-side"),
        pytest.param(np.full(100, 0.4), 0.4, id="still"),
        pytest.param(np.where(LOOKS_S == 7, 0.4, np.nan), 0.4, id="seen-once"),
        pytest.param(0.4 + 0.9 * REACH * np.sin(LOOKS_S), 0.4, id="small-moves"),
        pytest.param(
            np.where((np.abs(LOOKS_S % 3 - 1.5) < 0.2) & (LOOKS_S < 18), 0.8, 0.4),
            0.4,
            id="boxes-that-jump",
        ),
    ],
)
def test_it_rests(wanted, where):
    found = path(wanted).at(FRAMES_S)
    assert np.ptp(found) == 0
    assert found[0] == pytest.approx(where, abs=0.3 * REACH)


@pytest.mark.parametrize("seed", range(20))
def test_the_crop_of_a_still_speaker_does_not_shake(seed):
    """Boxes of a still face shake by a fiftieth of a face, which is a third of the crop wide."""
    assert np.abs(steps_of(0.4 + noise(WINDOW / 3 / 50, seed))).max() == 0


@pytest.mark.parametrize("seed", range(20))
def test_even_wild_boxes_shake_it_less_than_half_a_hundredth_of_the_width(seed):
    assert np.abs(steps_of(0.4 + noise(WINDOW / 3 / 5, seed))).max() <= MOST_JITTER


@pytest.mark.parametrize("pace", [0.02, 0.05, 0.1, 0.2], ids="{} of the width a second".format)
def test_who_walks_stays_in_the_crop(pace):
    wanted = np.clip(0.2 + pace * (LOOKS_S - 3), 0.2, 0.8)
    found = path(wanted + noise(0.004)).at(FRAMES_S)
    face = np.clip(0.2 + pace * (FRAMES_S - 3), 0.2, 0.8)
    assert np.abs(found - face).max() < WINDOW / 8
    assert (np.diff(found) > -1e-4).all()  # a tenth of a pixel of a short


def test_a_walk_is_watched_by_an_even_pan():
    steps = steps_of(0.2 + 0.03 * LOOKS_S)
    assert steps[60:-60] == pytest.approx(steps[300], rel=0.15)


def test_it_glides_to_another_place_without_overshoot_and_rests_there():
    found = path(np.where(LOOKS_S < 10, 0.3, 0.6)).at(FRAMES_S)
    assert (found[FRAMES_S < 9], found[FRAMES_S > 11]) == (
        pytest.approx(0.3, abs=1e-6),
        pytest.approx(0.6, abs=1e-6),
    )
    assert (np.diff(found) > -1e-9).all()
    assert np.abs(np.diff(found, 2)).max() < 0.3 / 30 / 8  # speed comes within many frames


def test_it_holds_while_the_face_is_lost():
    wanted = np.where(LOOKS_S < 5, 0.3, np.where(LOOKS_S < 12, np.nan, 0.6))
    found = path(wanted).at(FRAMES_S)
    assert found[FRAMES_S < 11] == pytest.approx(0.3, abs=1e-6)
    assert found[FRAMES_S > 13] == pytest.approx(0.6, abs=1e-6)


@pytest.mark.parametrize("seed", range(30))
def test_whatever_the_face_does_the_window_is_in_the_picture(seed):
    rng = np.random.default_rng(seed)
    wanted = np.where(rng.random(100) < 0.2, np.nan, rng.uniform(-0.2, 1.2, 100).round(1))
    found = path(wanted).at(FRAMES_S)
    assert found.min() >= BOUNDS[0] - 1e-6
    assert found.max() <= BOUNDS[1] + 1e-6


@pytest.mark.parametrize("seed", range(30))
def test_the_face_is_never_further_off_than_the_dead_zone_and_a_glide(seed):
    """Where it moves by no more than a crop in four seconds."""
    rng = np.random.default_rng(seed)
    places = np.cumsum(rng.uniform(-1, 1, 6) * WINDOW / 2)
    wanted = np.clip(0.5 + np.interp(LOOKS_S, np.linspace(0, 20, 6), places), *BOUNDS)
    off = path(wanted).at(LOOKS_S) - wanted
    assert np.abs(off).max() < 0.25 * WINDOW


def cut_film():
    first = stretch(0.0, 4.0, LOOKS_S[:20], np.full(20, 0.3), REACH, BOUNDS)
    second = stretch(4.0, 20.0, LOOKS_S[20:], np.linspace(0.6, 0.8, 80), REACH, BOUNDS)
    return Path((first, second))


def test_it_jumps_with_the_cut_and_not_before():
    before, after = cut_film().at(np.array([4 - 1 / 240, 4.0]))
    assert before == pytest.approx(0.3, abs=1e-6)
    assert after == pytest.approx(0.6, abs=1.3 * REACH)


def test_each_shot_is_framed_by_itself():
    assert cut_film().at(np.array([0.0, 3.9])) == pytest.approx(0.3, abs=1e-6)


def evaluated(expression, times_s):
    """What ffmpeg's arithmetic would make of an expression."""
    compiled = compile(expression.replace("if(", "iff("), "expression", "eval")
    names = {"iff": lambda test, yes, no: yes if test else no, "lt": lambda a, b: a < b}
    names |= {"pow": pow, "max": max}
    return np.array([eval(compiled, {"__builtins__": {}}, {**names, "t": t}) for t in times_s])


@pytest.mark.parametrize(
    "way",
    [
        pytest.param(still(0.25, 20.0), id="still"),
        pytest.param(path(0.5 + 0.2 * np.sin(LOOKS_S) + noise(0.01)), id="sways"),
        pytest.param(cut_film(), id="two-shots"),
    ],
)
def test_ffmpeg_is_told_the_same_way(way):
    told = evaluated(way.expression(), FRAMES_S)
    assert told == pytest.approx(way.at(FRAMES_S), abs=1e-6)


def test_a_minute_of_swaying_is_told_in_what_fits_into_a_command_line():
    times_s = np.arange(0, 60, 0.2)
    wanted = 0.5 + 0.2 * np.sin(times_s * 2) + np.random.default_rng(0).normal(0, 0.01, 300)
    one = stretch(0.0, 60.0, times_s, wanted, REACH, BOUNDS)
    assert len(Path((one,)).expression()) < 12_000
