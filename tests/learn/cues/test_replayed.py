"""Peaks of 'most replayed'."""

import numpy as np
import pytest

from funny.learn.beside.info import Bin
from funny.learn.cues.replayed import replayed_cues


def bins(values, length_s=1.0):
    return [Bin(i * length_s, (i + 1) * length_s, v) for i, v in enumerate(values)]


def planted(**peaks):
    values = np.full(100, 0.2)
    values[0] = 1.0
    for place, value in peaks.items():
        values[int(place[1:])] = value
    return values


@pytest.mark.parametrize("values", [[], [1.0], [0.5] * 100, [0.0] * 100])
def test_nothing_stands_out(values):
    assert replayed_cues(bins(values)) == []


def test_a_beginning_that_everybody_sees_is_no_peak():
    assert replayed_cues(bins(planted())) == []


def test_peaks_above_the_usual():
    found = replayed_cues(bins(planted(p40=0.8, p41=0.7, p70=0.5)))
    assert [(c.start_s, c.end_s, c.time_s) for c in found] == [(40, 42, 40), (70, 71, 70)]
    assert [c.strength for c in found] == pytest.approx([1.0, 0.5])
    assert found[0].note == "replayed 0.80 of the most, a part of 1.0 s"


def test_a_long_video_is_a_prior_only():
    four_hours = replayed_cues(bins(planted(p40=0.8), length_s=144.0))
    assert four_hours[0].strength == pytest.approx(7 / 144)
    assert four_hours[0].end_s - four_hours[0].start_s == 144.0
