"""Small pictures of a video at equal steps, all in one: what a timeline shows under the pointer."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from funny.extract.video import Pictures, key_pictures
from funny.grid import tick_to_s
from funny.records import VideoInfo

_MOST = 200
_WIDTH, _COLUMNS = 128, 20
_LEAST_STEP_S = 1.0
# Up to this length every picture is decoded; of longer videos only key frames are, which come
# every two to ten seconds.
_SHORT_S = 180.0
_QUALITY = 70


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


def sprite(video: VideoInfo) -> Sprite | None:
    """Thumbnails of a video; None if it has no picture.

    Raises:
        MediaError: If the file cannot be read.
    """
    if not video.has_picture or video.duration_s <= 0:
        return None
    every_s = max(_LEAST_STEP_S, video.duration_s / _MOST)
    times_s = np.arange(0, video.duration_s, every_s)
    small = [_shrunk(picture) for picture in _pictures(video, times_s)]
    height = max((len(picture) for picture in small), default=0)
    return Sprite(_joined(small, height), _WIDTH, height, _COLUMNS, len(small), every_s)


def _pictures(video: VideoInfo, times_s: np.ndarray) -> Iterator[np.ndarray]:
    """The picture at each time, RGB; black where nothing is on screen."""
    if video.duration_s > _SHORT_S:
        yield from key_pictures(video, times_s)
        return
    wanted = iter(times_s)
    time_s = next(wanted, math.inf)
    for tick, picture in Pictures(video):
        while time_s <= tick_to_s(tick):
            yield np.zeros((9, 16, 3), np.uint8) if picture is None else picture
            time_s = next(wanted, math.inf)


def _shrunk(picture: np.ndarray) -> np.ndarray:
    import cv2

    height, width = picture.shape[:2]
    size = (_WIDTH, max(1, round(height * _WIDTH / width)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _joined(small: list[np.ndarray], height: int) -> bytes:
    import cv2

    sheet = np.zeros((math.ceil(len(small) / _COLUMNS) * height, _COLUMNS * _WIDTH, 3), np.uint8)
    for i, picture in enumerate(small):
        row, column = divmod(i, _COLUMNS)
        top, left = row * height, column * _WIDTH
        sheet[top : top + len(picture), left : left + _WIDTH] = picture
    _, jpeg = cv2.imencode(".jpg", sheet[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return jpeg.tobytes()
