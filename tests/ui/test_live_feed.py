"""What a browser sends of what it sees and hears live is taken as it is meant, or refused."""

import io
import struct
from base64 import b64encode

import numpy as np
import pytest
from PIL import Image

from funny.errors import OptionError
from funny.ui.live_feed import feed_of


def text(data):
    return b64encode(data).decode()


def picture(size=(32, 18), kind="JPEG"):
    out = io.BytesIO()
    Image.new("RGB", size, (200, 100, 50)).save(out, kind)
    return text(out.getvalue())


def piece(**other):
    samples = np.array([0, 16_384, -32_768], "<i2")
    seen = [{"time_s": 1.5, "jpeg": picture()}]
    return {
        "from_s": 1.0,
        "sound": text(samples.tobytes()),
        "pictures": seen,
        "dropped": [0.5],
        **other,
    }


def test_a_piece_is_taken_as_it_is_meant():
    feed = feed_of(piece())
    assert feed.from_s == 1.0
    assert feed.samples.tolist() == [0.0, 0.5, -1.0]
    ((time_s, seen),) = feed.pictures
    assert time_s == 1.5
    assert seen.shape == (18, 32, 3)
    assert np.abs(seen.mean((0, 1)) - [200, 100, 50]).max() < 4
    assert feed.dropped_s == (0.5,)
    assert feed.end_s == 1.5


def test_nothing_is_a_piece_too():
    feed = feed_of(piece(sound="", pictures=[], dropped=[]))
    assert (len(feed.samples), feed.pictures, feed.dropped_s, feed.end_s) == (0, (), (), 1.0)


def bomb():
    """A JPEG of a few bytes whose header claims 60,000 × 60,000 pixels."""
    out = io.BytesIO()
    Image.new("RGB", (16, 16)).save(out, "JPEG")
    data = bytearray(out.getvalue())
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", 60_000, 60_000)
    return text(bytes(data))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(None, id="nothing"),
        pytest.param([], id="list"),
        pytest.param({}, id="no-fields"),
        pytest.param(piece(from_s=-1), id="before-the-start"),
        pytest.param(piece(from_s=float("nan")), id="nan"),
        pytest.param(piece(from_s="1"), id="text-for-a-time"),
        pytest.param(piece(from_s=True), id="true-for-a-time"),
        pytest.param(piece(dropped=[float("inf")]), id="infinite"),
        pytest.param(piece(sound="%%%"), id="no-base64"),
        pytest.param(piece(sound=text(b"123")), id="half-a-sample"),
        pytest.param(piece(sound=text(bytes(2 * 22_050 * 31))), id="too-much-sound"),
        pytest.param(piece(sound=[1]), id="numbers-for-sound"),
        pytest.param(piece(pictures={}), id="no-list"),
        pytest.param(piece(pictures=[{"time_s": 0, "jpeg": picture()}] * 9), id="many-pictures"),
        pytest.param(piece(pictures=[{"time_s": 0}]), id="no-picture"),
        pytest.param(piece(pictures=[{"time_s": 0, "jpeg": picture(kind="PNG")}]), id="png"),
        pytest.param(piece(pictures=[{"time_s": 0, "jpeg": text(b"GIF89a")}]), id="no-jpeg"),
        pytest.param(piece(pictures=[{"time_s": 0, "jpeg": picture((1921, 1201))}]), id="large"),
        pytest.param(piece(pictures=[{"time_s": 0, "jpeg": bomb()}]), id="claims-gigapixels"),
        pytest.param(piece(pictures=[{"time_s": 0, "jpeg": picture()[:200]}]), id="torn"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(data):
    with pytest.raises(OptionError, match="What the browser sent cannot be used") as refusal:
        feed_of(data)
    assert "\n" not in str(refusal.value)
