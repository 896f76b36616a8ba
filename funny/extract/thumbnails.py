"""Small pictures of a video at equal steps, all in one: what a timeline shows under the pointer."""

import math
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from funny.extract.pictures import Pictures, key_pictures
from funny.grid import tick_to_s
from funny.records import VideoInfo

Told = Callable[[float, float], None]

_MOST = 200
_WIDTH, _COLUMNS = 128, 20
_LEAST_STEP_S = 1.0
# Up to this length every picture is decoded; of longer videos only key frames are, which come
# every two to ten seconds.
_SHORT_S = 180.0
_QUALITY = 70
_NOTHING = np.zeros((9, 16, 3), np.uint8)


@dataclass(frozen=True)
class Sprite:
    """One JPEG that holds thumbnails row by row."""

    jpeg: bytes
    width: int
    """Of one thumbnail, in pixels."""
    height: int
    columns: int
    count: int
    every_s: float
    """Thumbnail k shows the video near k · every_s."""


def sprite(video: VideoInfo, told: Told = lambda *_: None) -> Sprite | None:
    """Thumbnails of a video; None if it has no picture.

    Args:
        video: Where to look.
        told: Told how many are made, and of how many; may raise to stop.

    Raises:
        MediaError: If the file cannot be read.
    """
    if not video.has_picture or video.duration_s <= 0:
        return None
    every_s = max(_LEAST_STEP_S, video.duration_s / _MOST)
    times_s = np.arange(0, video.duration_s, every_s)
    small: list[np.ndarray] = []
    with closing(pictures_at(video, times_s, video.duration_s <= _SHORT_S)) as pictures:
        for picture in pictures:
            told(len(small), len(times_s))
            small.append(shrunk(_NOTHING if picture is None else picture, _WIDTH))
    height = max((len(picture) for picture in small), default=0)
    return Sprite(as_jpeg(_joined(small, height)), _WIDTH, height, _COLUMNS, len(small), every_s)


def pictures_at(
    video: VideoInfo, times_s: np.ndarray, exactly: bool
) -> Generator[np.ndarray | None, None, None]:
    """The picture at each time, RGB; None where nothing is on screen.

    Args:
        video: Where to look.
        times_s: (n,) when, in rising order.
        exactly: Decodes everything up to the last time; else the key frames before the times.

    Raises:
        MediaError: If the file cannot be read.
    """
    if not exactly:
        yield from key_pictures(video, times_s)
        return
    wanted = iter(times_s)
    time_s = next(wanted, math.inf)
    for tick, picture in Pictures(video):
        while time_s <= tick_to_s(tick):
            yield picture
            time_s = next(wanted, math.inf)
        if time_s == math.inf:
            return


def shrunk(picture: np.ndarray, width: int) -> np.ndarray:
    """A picture at another width, its shape kept."""
    import cv2

    size = (width, max(1, round(len(picture) * width / picture.shape[1])))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def as_jpeg(picture: np.ndarray) -> bytes:
    """An RGB picture as a JPEG file."""
    import cv2

    _, jpeg = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return jpeg.tobytes()


def _joined(small: list[np.ndarray], height: int) -> np.ndarray:
    sheet = np.zeros((math.ceil(len(small) / _COLUMNS) * height, _COLUMNS * _WIDTH, 3), np.uint8)
    for i, picture in enumerate(small):
        row, column = divmod(i, _COLUMNS)
        top, left = row * height, column * _WIDTH
        sheet[top : top + len(picture), left : left + _WIDTH] = picture
    return sheet
