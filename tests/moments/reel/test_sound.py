"""The raw sound of a reel has as many samples as its frames last, and does not click."""

from fractions import Fraction

import numpy as np
import pytest

from funny.extract.video import probe
from funny.moments.reading import reading
from funny.moments.reel.plan import plan_reel
from funny.moments.reel.sound import sample_at, write_sound
from funny.moments.reel.values import ReelOptions
from funny.records import Highlight
from tests.media import Sound, write_media

SECONDS = 8
CONSTANT = Sound(np.full(SECONDS * 48_000, 0.4), 48_000, "stereo")


def heard(path, *spans, fps=Fraction(25), crossfade_s=0.0):
    """Samples (n, 2) of a reel, and its plan."""
    video = probe(path)
    found = [Highlight(start_s, end_s, start_s, 0.9) for start_s, end_s in spans]
    plan = plan_reel(video, found, fps, ReelOptions(crossfade_s=crossfade_s))
    reads = [
        reading(video, p.start_s, p.start_s + plan.seconds(p.frames) + 0.5) for p in plan.pieces
    ]
    told = []
    write_sound(video, plan, reads, path.parent / "a.f32", None, told.append)
    assert told == sorted(told)
    return np.fromfile(path.parent / "a.f32", np.float32).reshape(-1, 2), plan


@pytest.fixture
def constant(tmp_path):
    """What lasts does not click, and what jumps does."""
    write_media(tmp_path / "a.wav", None, CONSTANT)
    return tmp_path / "a.wav"


@pytest.mark.parametrize(
    "fps", [Fraction(24000, 1001), Fraction(25), Fraction(60000, 1001)], ids=str
)
def test_there_are_as_many_samples_as_the_frames_last(constant, fps):
    samples, plan = heard(constant, (0.5, 1.7), (2, 3.1), (4, 7.9), fps=fps, crossfade_s=0.3)
    assert len(samples) == sample_at(plan.frames, fps)


@pytest.mark.parametrize("frame", [0, 1, 1001, 24 * 3600 * 4])
def test_sound_never_drifts(frame):
    assert abs(sample_at(frame, Fraction(24000, 1001)) - frame * 2002) <= 0.5


def test_a_cut_fades_within_five_milliseconds(constant):
    samples, _ = heard(constant, (1, 3), (5, 7))
    assert np.abs(np.diff(samples[:, 0], prepend=0, append=0)).max() < 0.003
    assert samples[[0, 96_000]].max() < 0.001
    assert samples[[240, 95_759, 96_240, -241]] == pytest.approx(np.full((4, 2), 0.4), abs=0.003)


def test_a_crossfade_has_no_gap(constant):
    samples, _ = heard(constant, (1, 3), (5, 7), crossfade_s=0.4)
    assert samples[240:-240].min() >= 0.399


def test_sound_that_ends_early_goes_on_as_silence(tmp_path):
    write_media(tmp_path / "a.mkv", None, CONSTANT, Sound(np.zeros(12 * 48_000), 48_000))
    samples, _ = heard(tmp_path / "a.mkv", (7, 11))
    assert len(samples) == 4 * 48_000
    assert samples[24_000].min() > 0.39
    assert np.abs(samples[49_000:]).max() == 0
