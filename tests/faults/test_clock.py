"""The machine's clock is set while the server runs: work goes on, and nothing is lost by it."""

from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from urllib.request import urlopen

import pytest
from libfaketime import get_reload_information

from tests.faults.looking import assert_all_there, assert_nothing_half_written, logged
from tests.visitor import Visitor


class Clock:
    """The clock of a process, set from outside while it runs."""

    def __init__(self, folder):
        self._file = folder / "clock"
        self.set("+0")
        _, loaded = get_reload_information()
        self.environment = {
            **loaded,
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            # As in life: what measures how long something takes is not set.
            "DONT_FAKE_MONOTONIC": "1",
        }

    def days_ahead(self, app):
        """By how many days the server's clock is ahead of ours."""
        with urlopen(f"{app.address}/health") as answer:
            theirs = parsedate_to_datetime(answer.headers["Date"])
        return round((theirs - datetime.now(timezone.utc)).total_seconds() / 86_400)

    def set(self, to):
        """Sets it to so much from now, such as `-3d`."""
        self._file.write_text(to)


@pytest.mark.parametrize("days", [30, -30])
def test_a_clock_that_jumps_loses_nothing(app_with, film, truth, tmp_path, days):
    clock = Clock(tmp_path)
    app = app_with(**clock.environment)
    with Visitor(app.address) as visitor:
        visitor.open()
        visitor.upload(film)
        for _ in visitor.doing("analyze"):
            if "watching" in visitor.value("status"):
                clock.set(f"{days:+}d")
        assert clock.days_ahead(app) == days
        assert_all_there(visitor, truth)
        job = visitor.value("job")
    with Visitor(app.address) as another:
        another.open()
        another.upload(film)
        another.do("analyze")
        assert_all_there(another, truth)
    clock.set("+0")
    with Visitor(app.address) as visitor:
        visitor.open(job)
        assert_all_there(visitor, truth)
    assert_nothing_half_written(app)
    assert logged(app) == []
