"""Pages that are live: each its own, a few at once, and none that is gone."""

import numpy as np
import pytest

from funny.pipeline import Analyzer
from funny.scale.live.analysis import LiveModels
from funny.scale.live.events import Gap, Score
from funny.ui.live_feed import Feed
from funny.ui.live_sessions import IDLE_S, LiveError, LiveSessions


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture(scope="module")
def models():
    return LiveModels.of(Analyzer())


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def sessions(models, clock):
    return LiveSessions(lambda: models, 2, clock)


def heard(from_s, seconds=0.5):
    samples = np.random.default_rng(0).normal(0, 0.1, round(22_050 * seconds))
    black = np.zeros((90, 160, 3), np.uint8)
    pictures = tuple((from_s + tick / 2, black) for tick in range(round(seconds * 2)))
    return Feed(from_s, samples.astype(np.float32), pictures, ())


def kind_of(refused):
    with pytest.raises(LiveError) as refusal:
        refused()
    return refusal.value.kind


def test_each_half_second_has_a_score_of_its_own_page(sessions, clock):
    one, two = (sessions.begin(has_sound=True)["id"] for _ in range(2))
    scores = []
    for tick in range(32):
        clock.now += 0.5
        scores += [e for e in sessions.feed(one, heard(tick / 2)) if isinstance(e, Score)]
    assert [score.time_s for score in scores] == [tick / 2 for tick in range(len(scores))]
    assert 24 <= len(scores) <= 32
    assert len(sessions.feed(two, heard(0.0, 16))) == len(scores)
    assert one != two


@pytest.mark.parametrize("name", ["", "x", None, 7, ["a"], {"id": "a"}])
def test_a_guess_reaches_nobody(sessions, name):
    sessions.begin(has_sound=True)
    assert kind_of(lambda: sessions.feed(name, heard(0.0))) == "gone"
    assert kind_of(lambda: sessions.finish(name)) == "gone"


def test_as_many_as_the_machine_bears(sessions, clock):
    first = sessions.begin(has_sound=True)["id"]
    sessions.begin(has_sound=True)
    assert kind_of(lambda: sessions.begin(has_sound=True)) == "busy"
    sessions.finish(first)
    sessions.begin(has_sound=True)
    assert kind_of(lambda: sessions.feed(first, heard(0.0))) == "gone"


def test_a_page_that_is_gone_makes_room(sessions, clock):
    quiet, lively = (sessions.begin(has_sound=True)["id"] for _ in range(2))
    clock.now += IDLE_S / 2
    sessions.feed(lively, heard(0.0))
    clock.now += IDLE_S / 2 + 1
    sessions.begin(has_sound=True)
    assert kind_of(lambda: sessions.feed(quiet, heard(0.0))) == "gone"
    sessions.feed(lively, heard(0.5))


def test_nobody_tells_of_what_is_yet_to_come(sessions, clock):
    name = sessions.begin(has_sound=True)["id"]
    clock.now = 10.0
    assert kind_of(lambda: sessions.feed(name, heard(3_600.0))) == "early"
    assert (
        kind_of(lambda: sessions.feed(name, Feed(0.0, np.zeros(0, np.float32), (), (1e9,))))
        == "early"
    )
    assert sessions.feed(name, heard(0.0, 10)) != []


def test_what_was_lost_on_the_way_is_no_shift(sessions, clock):
    name = sessions.begin(has_sound=True)["id"]
    clock.now = 60.0
    events = sessions.feed(name, heard(0.0, 4)) + sessions.feed(name, heard(20.0, 4))
    times_s = [event.time_s for event in events if isinstance(event, Score)]
    assert times_s == [tick / 2 for tick in range(len(times_s))]
    assert times_s[-1] >= 22.0
    assert not [event for event in events if isinstance(event, Gap)]
