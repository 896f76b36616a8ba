"""The sound of a reel: 48 kHz stereo, as many samples as its frames last, in one raw file."""

from collections.abc import Callable, Sequence
from contextlib import closing
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from funny.moments.pipes import poured
from funny.moments.reading import Reading
from funny.moments.reel.join import Blocks, joined, mixed_sounds
from funny.moments.reel.values import Piece, ReelPlan
from funny.records import VideoInfo

SAMPLE_RATE = 48_000
RAW_WORDS = ("-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "2")
"""Options of ffmpeg that say what such a file holds."""

_SAMPLE_BYTES = 8
_EDGE_SAMPLES = 240
"""5 ms: sound that is cut off at once clicks."""


def write_sound(
    video: VideoInfo,
    plan: ReelPlan,
    reads: Sequence[Reading],
    target: Path,
    audio_track: int | None,
    progress: Callable[[float], None],
    check: Callable[[], object] = lambda: None,
) -> None:
    """Writes the raw sound of a reel; silence if the video has no sound.

    Args:
        video: The video.
        plan: What is shown of it.
        reads: How each piece is read.
        target: The file.
        audio_track: Number of the sound track from 0; None takes the container's default.
        progress: Told how many seconds are written; may raise to stop the work.
        check: Called now and then while the video is waited for; may raise as well.

    Raises:
        MediaError: If the video cannot be read.
        FfmpegError: If its sound cannot be decoded.
        OSError: If the disk does not take it.
    """
    hear = partial(_heard, audio_track=audio_track, check=check) if video.has_audio else _silence
    pieces = (
        (piece, hear(plan, piece, read)) for piece, read in zip(plan.pieces, reads, strict=True)
    )
    with target.open("wb") as file, closing(joined(pieces, mixed_sounds)) as blocks:
        for frame, block in enumerate(blocks):
            file.write(block.tobytes())
            progress(plan.seconds(frame + 1))


def sample_at(frame: int, fps: Fraction) -> int:
    """The first sample of a frame of the reel: sound never drifts, however long it is."""
    return round(frame * SAMPLE_RATE / fps)


def _heard(
    plan: ReelPlan,
    piece: Piece,
    read: Reading,
    audio_track: int | None,
    check: Callable[[], object],
) -> Blocks:
    counts = _counts(plan, piece)
    sizes = [count * _SAMPLE_BYTES for count in counts]
    parts = poured(_command(read, audio_track), sizes, check)
    with closing(parts):
        for frame, (part, count) in enumerate(zip(parts, counts, strict=True)):
            samples = np.zeros((count, 2), np.float32)
            samples.ravel()[: len(part) // 4] = np.frombuffer(part, np.float32)
            if frame == 0 and not piece.fade_in:
                _fade(samples)
            if frame == piece.frames - 1 and not piece.fade_out:
                _fade(samples[::-1])
            yield samples


def _silence(plan: ReelPlan, piece: Piece, read: Reading) -> Blocks:
    yield from (np.zeros((count, 2), np.float32) for count in _counts(plan, piece))


def _counts(plan: ReelPlan, piece: Piece) -> list[int]:
    """Samples of each frame of a piece."""
    begins = [sample_at(frame, plan.fps) for frame in range(piece.at, piece.end + 1)]
    return [end - begin for begin, end in pairwise(begins)]


def _fade(samples: np.ndarray) -> None:
    edge = samples[:_EDGE_SAMPLES]
    edge *= np.linspace(0, 1, len(edge), endpoint=False, dtype=np.float32)[:, None]


def _command(read: Reading, audio_track: int | None) -> list[str]:
    which = read.sounds[audio_track or 0]
    return [
        *("-copyts", "-max_error_rate", "1", *read.words, "-vn", "-sn", "-dn", "-map", which),
        *("-af", read.sound_filter, *RAW_WORDS, "pipe:1"),
    ]
