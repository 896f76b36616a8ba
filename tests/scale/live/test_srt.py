"""A real SRT sender; ffmpeg receives, we read."""

import subprocess
import time

import pytest

from funny.moments.ffmpeg import binary
from funny.scale.live.places import Permit
from tests.scale.live.feeding import numbered_film
from tests.scale.live.servers import free_port, process
from tests.scale.live.test_reading import at_25_a_second, heard_s, numbers, reader_of


@pytest.fixture
def sender(tmp_path):
    """Port at which a film of 12 s waits for who asks for it."""
    known = subprocess.run([binary(), "-protocols"], capture_output=True, text=True, check=False)
    if " srt\n" not in known.stdout:
        pytest.skip("this ffmpeg does not know SRT")
    film, port = numbered_film(tmp_path / "a.ts", 12), free_port()
    words = ("-v", "error", "-re", "-i", film, "-c", "copy", "-f", "mpegts")
    with process(binary(), *words, f"srt://127.0.0.1:{port}?mode=listener"):
        time.sleep(1.0)
        yield port


def test_a_stream_over_srt_is_watched(sender):
    permit = Permit(True, (f"127.0.0.1:{sender}",))
    items = list(reader_of(f"srt://127.0.0.1:{sender}", 3.0, permit))
    found = numbers(items)
    assert len(found) >= 16
    shifts = [found[tick] - n for tick, n in at_25_a_second(found).items() if 0 < tick < 20]
    assert max(shifts) - min(shifts) <= 1
    assert heard_s(items) > 8
