"""What changed in face and voice is found and put into words."""

import numpy as np
import pytest

from funny.moments.reasons import reason_text, reasons, with_reasons
from funny.records import Highlight, Reason
from funny.ui.strings import reason_words
from tests.values import signals_of

# The moment runs from 12 to 16 s and is shown with its set-up from 9 s.
MOMENT = Highlight(9.0, 17.0, 14.0, 0.9)
TICKS = 60


def during(calm, moment, ticks=TICKS, start_s=12, end_s=16):
    """One value before and after the moment, another in it."""
    values = np.full(ticks, float(calm))
    values[start_s * 2 : end_s * 2] = moment
    return values


def found(highlight=MOMENT, **columns):
    return reasons(highlight, signals_of(TICKS, **columns))


def texts(**columns):
    return [reason_text(reason) for reason in found(**columns)]


def added(face=0.0, loudness=0.0, laughter=0.0):
    """Contributions (t, 3) at the peak of the moment; elsewhere all of them are 1."""
    contributions = np.ones((TICKS, 3))
    contributions[28] = face, loudness, laughter
    return contributions


LOUDER = during(0.05, 0.05 * 10 ** (11 / 20))


@pytest.mark.parametrize(
    ("columns", "wanted"),
    [
        pytest.param({}, [], id="nothing-changed"),
        pytest.param({"found": False, "rms": 0.0}, [], id="no-face-no-sound"),
        pytest.param({"happiness": during(0.1, 0.3)}, [], id="too-little"),
        pytest.param({"rms": during(0.1, 0.01)}, [], id="quieter-is-no-reason"),
        pytest.param({"valence": during(0.5, -0.5)}, [], id="sadder-is-no-reason"),
        pytest.param({"happiness": 0.8}, ["happiness 0.80"], id="happy-all-along"),
        pytest.param({"rms": LOUDER}, ["loudness +11 dB"], id="louder"),
        pytest.param(
            {"happiness": during(0.1, 0.9)}, ["happiness 0.10 → 0.90"], id="happier-alone"
        ),
        pytest.param({"laughter": during(0.1, 0.3)}, [], id="too-little-laughter"),
        pytest.param(
            {"laughter": during(0.05, 0.95)}, ["laughter 0.05 → 0.95"], id="laughter-alone"
        ),
        pytest.param({"valence": during(0, 0.6)}, ["valence 0.00 → 0.60"], id="valence-alone"),
        pytest.param(
            {"happiness": during(0.1, 0.9), "rms": LOUDER},
            ["happiness 0.10 → 0.90", "loudness +11 dB"],
            id="happier-and-louder",
        ),
        pytest.param(
            {"happiness": during(0.1, 0.4), "rms": LOUDER},
            ["loudness +11 dB", "happiness 0.10 → 0.40"],
            id="the-larger-first",
        ),
        pytest.param(
            {"happiness": during(0.1, 0.9), "valence": during(0, 1), "arousal": during(0, 1)},
            ["happiness 0.10 → 0.90"],
            id="valence-and-arousal-tell-the-same",
        ),
    ],
)
def test_planted_changes(columns, wanted):
    assert texts(**columns) == wanted


THREE = {"happiness": during(0.1, 0.9), "laughter": during(0.1, 0.6), "rms": LOUDER}
IN_ORDER = ["happiness", "loudness", "laughter"]


@pytest.mark.parametrize(
    ("contributions", "wanted"),
    [
        pytest.param(None, IN_ORDER, id="nobody-asked"),
        pytest.param(np.zeros((0, 3)), IN_ORDER, id="none"),
        pytest.param(added(), IN_ORDER, id="all-zero"),
        pytest.param(added(-1, -0.5, -0.9), IN_ORDER, id="what-takes-away-counts-as-none"),
        pytest.param(added(0.04, 0.01, 0.03), IN_ORDER, id="alike-to-a-tenth"),
        pytest.param(added(laughter=0.3), ["laughter", "happiness", "loudness"], id="laughter"),
        pytest.param(
            added(0.1, 0.2, 0.3), ["laughter", "loudness", "happiness"], id="all-backwards"
        ),
        pytest.param(
            added(0.1, 0.8, 0.3), ["loudness", "laughter", "happiness"], id="loudness-most"
        ),
    ],
)
def test_reasons_of_the_sense_that_adds_most_come_first(contributions, wanted):
    given = reasons(MOMENT, signals_of(TICKS, **THREE), contributions)
    assert [reason.signal for reason in given] == wanted


def test_a_reason_weighs_what_its_sense_adds_at_the_peak():
    given = reasons(MOMENT, signals_of(TICKS, **THREE), added(0.1, -0.2, 0.3))
    weights = {reason.signal: reason.weight for reason in given}
    assert weights == {"happiness": 0.1, "loudness": 0.0, "laughter": 0.3}


def test_a_sense_that_adds_much_and_did_not_change_is_no_reason():
    signals = signals_of(TICKS, laughter=0.9, rms=LOUDER)
    given = reasons(MOMENT, signals, added(loudness=0.1, laughter=0.9))
    assert [reason.signal for reason in given] == ["loudness"]


@pytest.mark.parametrize("peak_s", [0.0, 29.5, 31.0])
def test_a_peak_at_an_end_has_its_weights(peak_s):
    moment = Highlight(0.0, 32.0, peak_s, 0.9)
    contributions = np.tile([0.25, 0.0, 0.0], (TICKS, 1))
    (reason,) = reasons(moment, signals_of(TICKS, happiness=0.8), contributions)
    assert (reason.signal, reason.weight) == ("happiness", 0.25)


def test_at_most_three():
    columns = {"happiness": during(0, 0.5), "surprise": during(0, 0.4), "arousal": during(0, 1)}
    assert len(texts(**columns, rms=LOUDER)) == 3


@pytest.mark.parametrize("peak_s", [0.0, 0.5, 14.0, 29.5])
def test_a_moment_anywhere_has_reasons(peak_s):
    happiness = np.full(TICKS, 0.8)
    moment = Highlight(0.0, 30.0, peak_s, 0.9)
    assert [r.signal for r in found(moment, happiness=happiness)] == ["happiness"]


def test_one_tick_has_none():
    assert reasons(Highlight(0, 0.5, 0, 0.9), signals_of(1)) == ()


def test_a_lost_face_does_not_hide_a_laugh():
    seen = np.ones(TICKS, bool)
    seen[26:28] = False
    (reason,) = found(found=seen, happiness=during(0.1, 0.9))
    assert reason_text(reason) == "happiness 0.10 → 0.90"


def test_reasons_join_a_highlight():
    signals = signals_of(TICKS, rms=LOUDER)
    explained = with_reasons(MOMENT, signals, added(loudness=0.5))
    assert explained.reasons == reasons(MOMENT, signals, added(loudness=0.5))
    assert explained.reasons[0].weight == 0.5
    assert (explained.start_s, explained.peak_s) == (MOMENT.start_s, MOMENT.peak_s)
    assert MOMENT.reasons == ()


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        pytest.param(Reason("happiness", 0.1, 0.9), "기쁨 0.10 → 0.90", id="happiness"),
        pytest.param(Reason("surprise", 0.5, 0.5), "놀람 0.50", id="steady"),
        pytest.param(Reason("loudness", -3.0, 8.0), "소리 +11 dB", id="loudness"),
        pytest.param(Reason("laughter", 0.05, 0.9), "웃음소리 0.05 → 0.90", id="laughter"),
        pytest.param(Reason("anger", 0.0, 1.0), "anger 0.00 → 1.00", id="unknown-word"),
    ],
)
def test_korean_words(reason, text):
    assert reason_text(reason, reason_words("ko")) == text
