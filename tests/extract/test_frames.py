"""Messages between processes: whole ones arrive as they were, anything else is refused."""

import io
import json
import struct
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from funny.extract.facts import Facts, PictureTrack
from funny.extract.frames import Receiver, Sender
from funny.extract.plain import from_plain, to_plain


def sent(value):
    pipe = io.BytesIO()
    Sender(pipe).send("item", value)
    pipe.seek(0)
    return pipe


def raw(header, body=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return io.BytesIO(struct.pack("<I", len(text)) + text + body)


@dataclass(frozen=True)
class Inner:
    at: float
    names: tuple[str, ...]


@dataclass(frozen=True)
class Outer:
    inner: Inner | None
    path: Path
    rate: Fraction


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (int, 7),
        (float, 0.1),
        (float, float("inf")),
        (str, "웃음\n\udcff"),
        (bool, True),
        (type(None), None),
        (int | None, None),
        (Fraction, Fraction(30_000, 1001)),
        (Path, Path("/videos/웃음 \udcb0.mp4")),
        (tuple[int, str], (1, "a")),
        (tuple[float, ...], ()),
        (list[float], [1.0, 2.5]),
        (Outer, Outer(Inner(1.0, ("a", "b")), Path("/a"), Fraction(1, 3))),
        (Outer, Outer(None, Path("/a"), Fraction(1, 3))),
    ],
)
def test_values_arrive_as_they_were(hint, value):
    kind, plain, arrays = Receiver(sent(value), 1000).receive()
    assert kind == "item"
    assert from_plain(hint, plain, arrays) == value


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize("shape", [(0,), (5,), (2, 3, 3)])
def test_arrays_arrive_as_they_were(dtype, shape):
    array = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    _, plain, arrays = Receiver(sent((1, array.T.T)), 1000).receive()
    number, found = from_plain(tuple[int, np.ndarray], plain, arrays)
    assert (number, found.dtype, found.shape) == (1, array.dtype, array.shape)
    assert np.array_equal(found, array)


@pytest.mark.parametrize(
    "hint_and_plain",
    [
        (int, "7"),
        (float, "0.1"),
        (str, 7),
        (Path, ["/"]),
        (Fraction, "1/0"),
        (tuple[int, str], [1]),
        (tuple[int, str], [1, "a", 2]),
        (tuple[int, ...], [1, "a"]),
        (np.ndarray, [1, 2]),
        (Outer, [1, 2, 3]),
        (Facts, [None] * 6),
        (PictureTrack, {}),
    ],
    ids=str,
)
def test_what_the_hint_does_not_say_is_refused(hint_and_plain):
    with pytest.raises((ValueError, TypeError, LookupError, ArithmeticError)):
        from_plain(*hint_and_plain, [])


@pytest.mark.parametrize(
    "pipe",
    [
        pytest.param(io.BytesIO(struct.pack("<I", 0xFFFF_FFFF) + b"x" * 64), id="endless-header"),
        pytest.param(raw(b"{"), id="no-json"),
        pytest.param(raw(b"\x80\x04\x95"), id="a-pickle"),
        pytest.param(raw(["item", 1]), id="too-few-parts"),
        pytest.param(raw(["item", None, [["object", [1]]]], b"x" * 8), id="objects"),
        pytest.param(raw(["item", None, [["uint8", [-1]]]], b"x" * 8), id="negative-size"),
        pytest.param(raw(["item", None, [["uint8", [2.0]]]], b"x" * 8), id="size-that-is-none"),
        pytest.param(raw(["item", None, [["uint8", [1001]]]], b"x" * 1001), id="too-large"),
        pytest.param(raw(["item", None, [["float64", [9, 9, 9]]]]), id="too-large-in-all"),
    ],
)
def test_what_is_no_message_is_refused(pipe):
    with pytest.raises((ValueError, TypeError, LookupError)):
        Receiver(pipe, 1000).receive()


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.99])
def test_a_message_that_is_cut_short_is_the_end(share):
    whole = sent(np.zeros(100, np.uint8)).getvalue()
    with pytest.raises(EOFError):
        Receiver(io.BytesIO(whole[: int(share * len(whole))]), 1000).receive()


def test_arrays_of_an_order_are_lists():
    assert to_plain((np.array([0.5, 1.0]), "a")) == [[0.5, 1.0], "a"]
