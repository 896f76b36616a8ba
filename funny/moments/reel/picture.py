"""The picture of a reel: its frames one by one, at a constant rate, all of one size."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from funny.extract.facts import read_facts
from funny.moments.encoding import Encoding
from funny.moments.ffmpeg import opening_words, run_ffmpeg
from funny.moments.pipes import poured
from funny.moments.reading import Reading
from funny.moments.reel.join import Blocks
from funny.moments.reel.values import Piece
from funny.records import VideoInfo

_BLACK, _GREY = 16, 128


@dataclass(frozen=True)
class Canvas:
    """What every frame of a reel is: yuv420p of one size, in one way of storing colour."""

    width: int
    height: int
    fps: Fraction
    shape: str
    """A filter of ffmpeg's that makes such frames of the video's."""
    colours: tuple[int, int, int, int]
    """ffmpeg's numbers of range, primaries, transfer curve and matrix."""

    @property
    def frame_bytes(self) -> int:
        """Size of a frame."""
        return self.width * self.height * 3 // 2

    def input_words(self) -> list[str]:
        """Words of ffmpeg for frames that come through its standard input."""
        return [
            *(
                "-f",
                "rawvideo",
                "-pix_fmt",
                "yuv420p",
                "-video_size",
                f"{self.width}x{self.height}",
            ),
            *("-framerate", str(self.fps), "-i", "pipe:0"),
        ]

    def tags_filter(self) -> str:
        """A filter that says what the colours of raw frames mean."""
        spread, primaries, transfer, matrix = self.colours
        return (
            f"setparams=range={spread}:color_primaries={primaries}:color_trc={transfer}:"
            f"colorspace={matrix}"
        )

    def black(self) -> np.ndarray:
        """A frame for where a video has none."""
        luma = self.width * self.height
        frame = np.full(self.frame_bytes, _GREY, np.uint8)
        frame[:luma] = _BLACK
        return frame


@dataclass(frozen=True)
class Strip:
    """A picture that lies over the first seconds of a piece."""

    path: Path
    """A PNG with transparency, smaller than the frame."""
    left: int
    top: int
    from_s: float
    """When it appears, counted from the beginning of the piece."""
    to_s: float
    fade_s: float = 0.2


def canvas_of(
    video: VideoInfo,
    read: Reading,
    fps: Fraction,
    encoding: Encoding,
    folder: Path,
    check: Callable[[], None] = lambda: None,
) -> Canvas:
    """Renders one frame to see what the filters of an encoding make of a video.

    Args:
        video: The video.
        read: A span of it.
        fps: Frames a second of the reel.
        encoding: How the reel is stored.
        folder: Where the frame may lie for a moment.
        check: Called now and then; may raise to stop the work.

    Raises:
        FfmpegError: If there is no frame.
        MediaError: If the video cannot be read.
    """
    shape, trial = encoding.shape_filter(video), folder / "frame.mkv"
    run_ffmpeg(
        [
            *(*opening_words(), "-copyts", *read.words, "-an", "-sn", "-dn", "-map", read.picture),
            *("-vf", f"{read.picture_filter},{shape}", "-frames:v", "1"),
            *("-c:v", "ffv1", "-pix_fmt", "yuv420p", str(trial.absolute())),
        ],
        lambda done_s: check(),
    )
    seen = read_facts(trial).picture
    assert seen is not None
    return Canvas(*seen.size, fps, shape, seen.numbers)


def frames_of(
    piece: Piece,
    read: Reading,
    canvas: Canvas,
    strip: Strip | None,
    check: Callable[[], object] = lambda: None,
) -> Blocks:
    """The frames of a piece, (n,) bytes each; where the video has no more, its last one stays.

    `check` is called now and then, and may raise to stop the work.

    Raises:
        FfmpegError: If the video cannot be decoded.
    """
    frame = canvas.black()
    sizes = [canvas.frame_bytes] * piece.frames
    with closing(poured(_command(read, canvas, strip), sizes, check)) as parts:
        for part in parts:
            if len(part) == canvas.frame_bytes:
                frame = np.frombuffer(part, np.uint8)
            yield frame


def _command(read: Reading, canvas: Canvas, strip: Strip | None) -> list[str]:
    return [
        *("-copyts", "-max_error_rate", "1", *read.words),
        *(_strip_words(strip, canvas) if strip else []),
        *("-filter_complex", ",".join(_filters(read, canvas)) + _overlaid(strip)),
        *("-map", "[out]", "-an", "-sn", "-dn"),
        *("-f", "rawvideo", "-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "pipe:1"),
    ]


def _filters(read: Reading, canvas: Canvas) -> Iterator[str]:
    yield f"[{read.picture}]{read.picture_filter}"
    # A frame is shown from the nearest one of the reel on: half a frame off, at most.
    yield f"fps={canvas.fps}:start_time=0"
    yield canvas.shape
    # Where a recording changes its size, the reel does not.
    yield f"scale={canvas.width}:{canvas.height}"


def _strip_words(strip: Strip, canvas: Canvas) -> Sequence[str]:
    length_s = f"{strip.to_s - strip.from_s:.3f}"
    # Its folder's name may look like a pattern of names.
    still = ("-f", "image2", "-pattern_type", "none", "-loop", "1", "-framerate", str(canvas.fps))
    return (*still, "-t", length_s, "-i", str(strip.path))


def _overlaid(strip: Strip | None) -> str:
    if strip is None:
        return "[out]"
    gone_s = max(0.0, strip.to_s - strip.from_s - strip.fade_s)
    return (
        "[picture];[1:v]format=rgba,"
        f"fade=t=in:st=0:d={strip.fade_s}:alpha=1,"
        f"fade=t=out:st={gone_s:.3f}:d={strip.fade_s}:alpha=1,"
        f"setpts=PTS+{strip.from_s:.3f}/TB[strip];"
        f"[picture][strip]overlay={strip.left}:{strip.top}:eof_action=pass[out]"
    )
