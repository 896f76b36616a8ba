"""Many at once, and a few for long: nobody meets with an error, and nothing piles up."""

from statistics import median

import pytest

from tests.faults.looking import logged
from tests.load.crowd import PUBLIC, crowd, told
from tests.load.soak import SHORT_LIVED, soak
from tests.serving import App

_GROWTH_MB = 300
"""What a server may take more while it works: models and caches grow into their room."""

long = [pytest.mark.torture, pytest.mark.timeout(3600)]


def assert_well(app, met):
    """Nothing but what is expected; the server takes at the end what it took when it was warm."""
    print(told(met))
    assert met.wrong == [] and logged(app) == []
    third = max(1, len(met.memory_mb) // 3)
    warm, last = met.memory_mb[third : 2 * third], met.memory_mb[-third:]
    assert median(last) <= median(warm or last) + _GROWTH_MB
    assert median(met.files[-third:]) <= median(met.files[third : 2 * third] or met.files) + 20


@pytest.mark.parametrize(
    ("visitors", "seconds", "waiting"),
    [
        pytest.param(6, 10, 1, id="some"),
        pytest.param(50, 600, 20, id="fifty-for-ten-minutes", marks=long),
    ],
)
def test_a_crowd_gets_its_clips_or_is_asked_to_wait(tmp_path, visitors, seconds, waiting):
    with App(tmp_path, **PUBLIC, FUNNY_WAITING=str(waiting)) as app:
        met = crowd(app, tmp_path, visitors, seconds)
        assert_well(app, met)
    assert met.rounds >= min(visitors, 10) // 4
    assert met.full > 0


@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param(20, id="some-seconds"),
        pytest.param(1200, id="twenty-minutes", marks=long),
    ],
)
def test_regulars_do_everything_for_long(tmp_path, seconds):
    with App(tmp_path, **SHORT_LIVED) as app:
        met = soak(app, tmp_path, seconds)
        assert_well(app, met)
    assert met.rounds >= 2
