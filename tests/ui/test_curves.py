"""The timeline component gets plain lists that say what was measured."""

import json
from dataclasses import replace

import numpy as np
import pytest

from funny.extract.thumbnails import Sprite
from funny.moments.edit import Edits
from funny.records import SENSES
from funny.ui.curves import curves, moments, shares
from tests.values import analysis_of, signals_of, timeline_of

LANES = ("score", "happiness", "surprise", "valence", "arousal", "laughter", "loudness")
FACE = ("happiness", "surprise", "valence", "arousal")


def planted(ticks=20, found=True, **columns):
    """An analysis in which the face shows what is given."""
    signals = signals_of(
        ticks, found, columns.pop("rms", 0.1), columns.pop("laughter", 0), **columns
    )
    return replace(analysis_of(ticks), signals=signals)


def scored(scores, contributions=()):
    ticks = len(scores)
    return replace(analysis_of(ticks, highlights=()), timeline=timeline_of(scores, contributions))


def plain(value):
    """The same after its way to the browser; fails for NaN and for what JSON does not know."""
    return json.loads(json.dumps(value, allow_nan=False))


def lists_of(payload):
    return [*payload["lanes"].values(), *payload["made_of"].values(), payload["face_found"]]


@pytest.mark.parametrize("ticks", [0, 1, 2, 40])
@pytest.mark.parametrize("found", [False, True])
def test_every_lane_has_a_number_a_tick(ticks, found):
    payload = curves(planted(ticks, found), True, None)
    assert tuple(payload["lanes"]) == LANES and tuple(payload["made_of"]) == SENSES
    assert {len(values) for values in lists_of(payload)} == {ticks}
    assert plain(payload) == payload


def test_what_it_is_of():
    payload = curves(analysis_of(41), True, None)
    assert (payload["duration_s"], payload["tick_s"]) == (20.5, 0.5)


@pytest.mark.parametrize("complete", [False, True])
def test_whether_it_is_the_whole(complete):
    assert curves(analysis_of(), complete, None)["complete"] is complete


def test_thumbnails_are_handed_on_with_the_picture_itself():
    sprite = Sprite(b"jpeg", 128, 72, columns=20, count=85, every_s=1.0)
    sent = curves(analysis_of(), True, sprite)["sprite"]
    assert sent == {
        **{"width": 128, "height": 72, "columns": 20, "count": 85, "every_s": 1.0},
        "url": "data:image/jpeg;base64,anBlZw==",
    }


def test_without_thumbnails_there_is_none():
    assert curves(analysis_of(), True, None)["sprite"] is None


def test_the_lanes_hold_what_was_measured_rounded():
    columns = {"happiness": 0.12345, "surprise": 0.5, "valence": -0.98765, "arousal": 1 / 3}
    rms = np.full(20, 0.5)
    rms[5] = 0.05
    analysis = replace(
        planted(20, rms=rms, laughter=0.66666, **columns), timeline=timeline_of([0.98765] * 20)
    )
    lanes = curves(analysis, True, None)["lanes"]
    at_5 = [lanes[name][5] for name in LANES]
    assert at_5 == [0.988, 0.123, 0.5, -0.988, 0.333, 0.667, -20.0]
    assert lanes["loudness"][4] == 0


def test_loudness_has_one_digit():
    rms = np.full(20, 0.5)
    rms[5] = 0.3
    assert curves(planted(rms=rms), True, None)["lanes"]["loudness"][5] == -4.4


def test_silence_is_a_number():
    assert set(curves(planted(rms=0), True, None)["lanes"]["loudness"]) == {-80.0}


@pytest.mark.parametrize(
    ("lost", "shown"),
    [
        pytest.param([], [0.2] * 4 + [0.6] * 4, id="nowhere"),
        pytest.param([0], [None] + [0.2] * 3 + [0.6] * 4, id="at-the-start"),
        pytest.param([7], [0.2] * 4 + [0.6] * 3 + [None], id="at-the-end"),
        pytest.param([4], [0.2] * 4 + [0.4] + [0.6] * 3, id="bridged-as-the-score-sees-it"),
        pytest.param([3, 4, 5], [0.2] * 3 + [None] * 3 + [0.6] * 2, id="too-long-to-bridge"),
        pytest.param(range(8), [None] * 8, id="everywhere"),
    ],
)
def test_where_no_face_was_seen_there_is_no_number(lost, shown):
    found = ~np.isin(np.arange(8), list(lost))
    levels = np.repeat([0.2, 0.6], 4)
    payload = curves(planted(8, found, **dict.fromkeys(FACE[:2], levels / 2)), True, None)
    halves = [None if level is None else level / 2 for level in shown]
    assert payload["lanes"]["happiness"] == pytest.approx(halves)
    assert payload["lanes"]["surprise"] == pytest.approx(halves)
    for name in FACE:
        assert [value is not None for value in payload["lanes"][name]] == [
            bool(seen) for seen in payload["face_found"]
        ]
    assert payload["face_found"] == [int(level is not None) for level in shown]
    assert None not in payload["lanes"]["score"] + payload["lanes"]["loudness"]


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        pytest.param((0, 0, 0), (0, 0, 0), id="nothing-adds"),
        pytest.param((-0.5, -1, 0), (0, 0, 0), id="all-take-away"),
        pytest.param((0, 0.001, 0), (0, 0.8, 0), id="one-adds-a-little"),
        pytest.param((0.3, 0.1, 0), (0.6, 0.2, 0), id="two"),
        pytest.param((0.2, 0.2, 0.4), (0.2, 0.2, 0.4), id="all"),
        pytest.param((0.6, 0.2, -0.7), (0.6, 0.2, 0), id="what-takes-away-has-no-part"),
    ],
)
def test_shares_of_a_score_of_0_8(added, expected):
    analysis = scored([0.8, 0.0], [added, added])
    assert shares(analysis)[0] == pytest.approx(expected, abs=1e-6)
    assert not shares(analysis)[1].any()
    made_of = curves(analysis, True, None)["made_of"]
    assert [made_of[sense][0] for sense in SENSES] == pytest.approx(expected, abs=5e-4)


def test_shares_sum_to_the_score_where_anything_adds():
    rng = np.random.default_rng(1)
    added = rng.uniform(-1, 1, (200, 3))
    analysis = scored(rng.random(200), added)
    is_any = (added > 0).any(1)
    assert is_any.any() and not is_any.all()
    total = shares(analysis).sum(1)
    assert total[is_any] == pytest.approx(analysis.timeline.scores[is_any], abs=1e-6)
    assert not total[~is_any].any()
    assert shares(analysis).min() >= 0


def test_nothing_is_an_empty_list():
    assert moments(Edits(), "en") == []


@pytest.mark.parametrize(
    ("language", "reasons"),
    [
        pytest.param("en", ["happiness 0.10 → 0.90", "loudness +11 dB"], id="en"),
        pytest.param("ko", ["기쁨 0.10 → 0.90", "소리 +11 dB"], id="ko"),
    ],
)
def test_moments_are_ranked_with_their_reasons_in_words(language, reasons):
    best, other = analysis_of().highlights
    found = (replace(best, score=0.87654), other)
    span = {"start_s": 1.0, "end_s": 4.0, "peak_s": 2.0}
    shown = moments(Edits.started(found), language)
    assert shown == [
        {
            **{"id": 1, "rank": 1, "start_s": 6.0, "end_s": 12.5, "peak_s": 9.5, "score": 0.877},
            **{"reasons": reasons, "kept": True, "by_hand": False},
        },
        {
            **{"id": 2, "rank": 2, **span, "score": 0.5},
            **{"reasons": [], "kept": False, "by_hand": False},
        },
    ]
    assert plain(shown) == shown


def test_a_moment_made_by_hand_keeps_its_number_and_finds_its_rank():
    analysis = analysis_of()
    edits = Edits.started(analysis.highlights).added(14, 17.25, analysis)
    shown = {m["id"]: m for m in moments(edits, "en")}
    assert {id: m["by_hand"] for id, m in shown.items()} == {1: False, 2: False, 3: True}
    assert (shown[3]["start_s"], shown[3]["end_s"]) == (14, 17.25)
    assert [m["rank"] for m in moments(edits, "en")] == [1, 2, 3]
    best_first = sorted(shown.values(), key=lambda m: -m["score"])
    assert moments(edits, "en") == best_first == plain(best_first)
