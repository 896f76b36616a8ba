"""What a browser sends while something is watched live: sound and pictures, checked."""

import io
import math
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from funny.errors import OptionError

MOST_SOUND_S = 30.0
"""So much sound may come at once: what has piled up while the network was away."""
_RATE = 22_050
_MOST_PICTURES, _MOST_BYTES, _MOST_PIXELS = 8, 1_000_000, 1_920 * 1_200
_FULL_SCALE = 32_768


@dataclass(frozen=True, eq=False)
class Feed:
    """A piece of what goes on."""

    from_s: float
    """When its sound begins, counted from the start."""
    samples: np.ndarray
    """(n,) mono at 22,050 Hz, -1..1; empty if there is no sound."""
    pictures: tuple[tuple[float, np.ndarray], ...]
    """When each is on screen, and RGB uint8 (h, w, 3)."""
    dropped_s: tuple[float, ...]
    """Times of pictures that there was no time for."""

    @property
    def end_s(self) -> float:
        """The latest time that it tells of."""
        heard_s = self.from_s + len(self.samples) / _RATE
        return max([heard_s, *(time_s for time_s, _ in self.pictures), *self.dropped_s])


def feed_of(data: Any) -> Feed:
    """A feed from what a browser sent: `from_s`, `sound`, `pictures`, `dropped`.

    Sound is 16-bit samples and each picture a JPEG, both in base64.

    Raises:
        OptionError: If it is none, or beyond a limit.
    """
    try:
        if not isinstance(data, Mapping):
            raise ValueError("expected fields")
        pictures = [(_time_s(p["time_s"]), _picture(p["jpeg"])) for p in _few(data["pictures"])]
        dropped = tuple(_time_s(time_s) for time_s in _few(data["dropped"]))
        return Feed(_time_s(data["from_s"]), _samples(data["sound"]), tuple(pictures), dropped)
    except Exception as error:  # a damaged picture raises almost anything
        raise OptionError(f"What the browser sent cannot be used ({error}).") from error


def _few(items: Any) -> list[Any]:
    if not isinstance(items, list) or len(items) > _MOST_PICTURES:
        raise ValueError(f"expected {_MOST_PICTURES} pictures at most")
    return items


def _time_s(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("expected a time in seconds")
    if not (math.isfinite(value) and value >= 0):
        raise ValueError("expected a time of at least 0")
    return float(value)


def _bytes(text: Any, most: int) -> bytes:
    if not isinstance(text, str) or len(text) > most * 4 // 3 + 4:
        raise ValueError(f"expected {most} bytes at most")
    return b64decode(text, validate=True)


def _samples(text: Any) -> np.ndarray:
    most = int(MOST_SOUND_S * _RATE) * np.dtype("<i2").itemsize
    return np.frombuffer(_bytes(text, most), "<i2").astype(np.float32) / _FULL_SCALE


def _picture(text: Any) -> np.ndarray:
    from PIL import Image

    # Only JPEG is tried, and its size is known before memory is taken for it.
    with Image.open(io.BytesIO(_bytes(text, _MOST_BYTES)), formats=["JPEG"]) as image:
        if math.prod(image.size) > _MOST_PIXELS:
            raise ValueError(f"expected pictures of {_MOST_PIXELS} pixels at most")
        return np.asarray(image.convert("RGB"))
