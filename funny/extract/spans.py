"""The pictures of a span of a video, exact to the frame: first what is on screen at its start."""

from collections.abc import Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from funny.extract.apart import apart
from funny.extract.pictures import upright
from funny.extract.shown import shown_from
from funny.extract.video import (
    SAME_INSTANT_S,
    decoded,
    decoded_before_s,
    open_media,
    picture_stream,
    seek,
    shown_size,
)
from funny.records import VideoInfo

if TYPE_CHECKING:
    from av.container import InputContainer


@apart
def pictures_between(
    video: VideoInfo, start_s: float, end_s: float, max_height: int
) -> Iterator[tuple[float, np.ndarray]]:
    """All frames on screen in [start_s, end_s): when each comes there, and its picture.

    Pictures are RGB uint8 (h, w, 3), upright, with square pixels, of `max_height` lines at most.

    Raises:
        MediaError: If the file cannot be read.
    """
    picture_of = _Upright(max_height)
    for time_s, frame, stream in _frames(video, start_s, end_s):
        yield time_s, picture_of(frame, stream)


@apart
def pictures_at(
    video: VideoInfo, times_s: Iterable[float], max_height: int
) -> Generator[tuple[float, np.ndarray], None, None]:
    """What is on screen at a few times: each of them in rising order, and its picture.

    The first frame waits for none, as in players; where nothing decodes at all, nothing is given.

    Raises:
        MediaError: If the file cannot be read.
    """
    wanted = sorted(times_s)
    if not wanted:
        return
    picture_of, picture = _Upright(max_height), None
    frames = _frames(video, wanted[0], wanted[-1] + SAME_INSTANT_S)
    shown = following = next(frames, None)
    for time_s in wanted:
        while following is not None and following[0] <= time_s + SAME_INSTANT_S:
            shown, picture, following = following, None, next(frames, None)
        if shown is not None:
            picture = picture_of(*shown[1:]) if picture is None else picture
            yield time_s, picture


def _frames(
    video: VideoInfo, start_s: float, end_s: float
) -> Iterator[tuple[float, av.VideoFrame, av.VideoStream]]:
    with open_media(video.path) as container:
        stream = picture_stream(container)
        if stream is None or stream.time_base is None:
            return
        _seek(container, stream, start_s)
        before: tuple[float, av.VideoFrame, av.VideoStream] | None = None
        # AVI knows when a frame was sent, not when it is shown.
        wanted = None if container.format.name == "avi" else shown_from(start_s)
        for time_s, frame in decoded(container, stream, [], wanted):
            if time_s is None or (before is not None and time_s <= before[0]):
                continue
            if time_s >= end_s:
                break
            if before is not None and time_s > start_s + SAME_INSTANT_S:
                yield before
            before = time_s, frame, stream
        if before is not None:
            yield before


def _seek(container: "InputContainer", stream: Any, start_s: float) -> None:
    from_s = start_s - decoded_before_s(container)
    if from_s > 0:
        seek(container, stream, from_s)


class _Upright:
    """Makes pictures of frames."""

    def __init__(self, max_height: int) -> None:
        self._max_height, self._reformat = max_height, VideoReformatter()

    def __call__(self, frame: av.VideoFrame, stream: av.VideoStream) -> np.ndarray:
        return upright(self._reformat, frame, shown_size(frame, stream), self._max_height)
