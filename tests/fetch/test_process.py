"""Patience with a downloading process: it may be slow, but not silent."""

import pytest

from funny.errors import FetchError
from funny.fetch import process
from funny.fetch.options import FetchOptions

URL = "https://youtu.be/x"
ALIVE, WORKING, WORKED, NOTHING = {"event": "alive"}, {"event": "working"}, {"event": "worked"}, {}


def progress(done):
    return {"event": "progress", "done": done, "total": 0}


@pytest.mark.parametrize(
    ("told", "is_given_up"),
    [
        pytest.param([(119, NOTHING)], False, id="begins-slowly"),
        pytest.param([(121, NOTHING)], True, id="never-begins"),
        pytest.param([(1, ALIVE), (60, NOTHING)], False, id="silent"),
        pytest.param([(1, ALIVE), (62, NOTHING)], True, id="silent-for-too-long"),
        pytest.param([(1, ALIVE), (50, ALIVE), (100, ALIVE)], False, id="alive"),
        pytest.param([(1, progress(0)), (50, progress(20_000)), (100, NOTHING)], False, id="grows"),
        pytest.param(
            [(1, progress(20_000)), (50, progress(20_100)), (62, NOTHING)], True, id="drip"
        ),
        pytest.param([(1, progress(90_000)), (50, progress(5)), (100, NOTHING)], False, id="next"),
        pytest.param([(1, WORKING), (2, ALIVE), (3000, NOTHING)], False, id="works"),
        pytest.param([(1, WORKING), (3700, NOTHING)], True, id="works-for-too-long"),
        pytest.param([(1, WORKING), (900, WORKED), (962, NOTHING)], True, id="silent-after-work"),
        pytest.param([(50 * n, ALIVE) for n in range(900)], True, id="takes-for-ever"),
    ],
)
def test_patience_ends(told, is_given_up, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(process.time, "monotonic", lambda: now[0])
    patience = process._Patience(URL, FetchOptions())

    def hear():
        for time_s, event in told:
            now[0] = time_s
            patience.hear(event)

    if is_given_up:
        with pytest.raises(FetchError, match="Run it again"):
            hear()
    else:
        hear()


def test_a_pause_that_was_asked_for_is_no_silence(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(process.time, "monotonic", lambda: now[0])
    patience = process._Patience(URL, FetchOptions(sleep_s=100))
    patience.hear(ALIVE)
    now[0] = 200.0
    patience.hear(NOTHING)
