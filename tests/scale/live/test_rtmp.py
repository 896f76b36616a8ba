"""A real RTMP server, and a link to it that is cut for ten seconds."""

import threading
import time

import pytest

from funny.errors import FetchError
from funny.scale.live.places import Permit
from funny.scale.live.reading import Lost, Missed
from tests.scale.live.feeding import numbered_film
from tests.scale.live.servers import Link, pushed, rtmp_server
from tests.scale.live.test_reading import numbers, reader_of


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with rtmp_server(tmp_path_factory.mktemp("nginx")) as port:
        yield port


def test_a_server_of_ones_own_must_be_named(port):
    with pytest.raises(FetchError, match="--allow-address"):
        list(reader_of(f"rtmp://127.0.0.1:{port}/live/x", permit=Permit(True)))


def test_positions_after_an_outage_are_right_and_the_gap_is_told(port, tmp_path):
    film = numbered_film(tmp_path / "a.flv", 32)
    link = Link(port)
    permit = Permit(True, (f"127.0.0.1:{link.port}",))
    with pushed(film, f"rtmp://127.0.0.1:{port}/live/film", "flv"):
        time.sleep(1.0)
        reader, items = reader_of(f"rtmp://127.0.0.1:{link.port}/live/film", 14.0, permit), []
        threading.Timer(8.0, link.cut).start()
        threading.Timer(18.0, link.mend).start()
        for item in reader:
            items.append(item)
            if any(number > 30 * 25 for number in numbers([item]).values()):
                reader.stopping.set()
    assert [i for i in items if isinstance(i, Lost)]
    [gap] = [i for i in items if isinstance(i, Missed)]
    assert gap.end_s - gap.start_s > 9
    found = numbers(items)
    shifts = {tick: n - tick * 12.5 for tick, n in found.items()}
    before = [s for tick, s in shifts.items() if tick / 2 < gap.start_s]
    after = [s for tick, s in shifts.items() if tick / 2 > gap.end_s]
    assert len(before) > 4 and len(after) > 4
    # Half a tick is six pictures; FLV's stamps are whole milliseconds.
    assert all(abs(s - before[2]) <= 1.5 for s in (*before[1:], *after))
