"""The sound of a file on its time line: any layout and rate to 22,050 Hz mono, block by block."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av
import numpy as np

from funny.errors import OptionError
from funny.extract.apart import apart
from funny.extract.video import decoded, default_sound, latest_s, open_media, sound_streams
from funny.grid import SAMPLE_RATE
from funny.records import VideoInfo

if TYPE_CHECKING:
    from av.container import InputContainer

# Time stamps wobble by some milliseconds; only a larger step is a true gap or overlap.
_JUMP_S = 0.05
_RATES = range(1_000, 2_000_000)
"""Samples a second that can be; others are damage."""
_BLOCK = SAMPLE_RATE // 2
"""Samples of a block at least, but for the last before a gap."""


@dataclass(frozen=True, eq=False)
class Block:
    """A piece of sound."""

    at: int | None
    """The sample of the time line that it begins with; None: where the one before ended."""
    samples: np.ndarray
    """(n,) float32."""
    damage: tuple[float, ...]
    """Times in seconds up to here at which the sound did not decode, since the block before."""


@apart
def samples_of(video: VideoInfo, track: int | None) -> Generator[Block, None, None]:
    """Decodes one sound track from its beginning to its end.

    Args:
        video: The video; it has sound.
        track: Number of the sound track from 0; None takes the container's default.

    Raises:
        OptionError: If there is no such track.
        MediaError: If the file cannot be read.
    """
    with open_media(video.path) as container:
        damage: list[float] = []
        joiner = Joiner(damage, latest_s(video.duration_s))
        for time_s, frame in decoded(container, _choose(container, track), damage):
            yield from joiner.add(time_s, frame)
        yield from joiner.finish()


def _choose(container: "InputContainer", track: int | None) -> av.AudioStream:
    streams = sound_streams(container)
    if track is None:
        return streams[default_sound(container)]
    if not 0 <= track < len(streams):
        raise OptionError(
            f"--audio-track {track}: there is no such track. "
            f"The file has {len(streams)}, numbered from 0 to {len(streams) - 1}."
        )
    return streams[track]


class Joiner:
    """Lays decoded sound on the time line, in blocks that are worth handing over.

    Args:
        damage: Times in seconds at which nothing decoded; given on with the next block.
        end_s: The latest time that a sound can jump to.
        block: Samples of a block at least.
    """

    def __init__(self, damage: list[float], end_s: float, block: int = _BLOCK) -> None:
        self._damage, self._end_s, self._size = damage, end_s, block
        self._resampler: av.AudioResampler | None = None
        self._format: tuple[int, str, str] | None = None
        self._next_s = 0.0
        self._at: int | None = None
        self._parts: list[np.ndarray] = []

    def add(self, time_s: float | None, frame: av.AudioFrame) -> Generator[Block, None, None]:
        """Takes a frame; gives what is complete."""
        time_s = self._next_s if time_s is None else time_s
        # A header may state too short a duration: only what does not follow is astray.
        is_jump = abs(time_s - self._next_s) > _JUMP_S
        if frame.sample_rate not in _RATES or (is_jump and time_s > self._end_s):
            self._damage.append(self._next_s)
            return
        kind = (frame.sample_rate, frame.layout.name, frame.format.name)
        if kind != self._format or is_jump:
            yield from self._restart(time_s, kind)
        self._next_s += frame.samples / frame.sample_rate
        assert self._resampler is not None
        frame.pts = None
        self._take(self._resampler.resample(frame))
        if sum(map(len, self._parts)) >= self._size:
            yield self._block()

    def _restart(self, time_s: float, kind: tuple[int, str, str]) -> Generator[Block, None, None]:
        yield from self.finish()
        self._at = round(time_s * SAMPLE_RATE)
        # The layout stays as it is: FFmpeg would mix stereo to mono 3 dB louder than its mean.
        # Packed, not planar: of a damaged frame with 33 channels PyAV miscounts the planes, and
        # the process crashes.
        self._resampler = av.AudioResampler(format="flt", rate=SAMPLE_RATE)
        self._format, self._next_s = kind, time_s

    def finish(self) -> Generator[Block, None, None]:
        """Gives what is left before a gap or the end."""
        if self._resampler is not None:
            self._take(self._resampler.resample(None))
            self._resampler = None
        if self._parts or self._damage:
            yield self._block()

    def _block(self) -> Block:
        samples = np.concatenate([np.zeros(0, np.float32), *self._parts])
        block = Block(self._at, samples, tuple(self._damage))
        self._at, self._parts = None, []
        self._damage.clear()
        return block

    def _take(self, frames: list[av.AudioFrame]) -> None:
        for frame in frames:
            samples = frame.to_ndarray().reshape(-1, frame.layout.nb_channels)  # (n, channels)
            self._parts.append(samples.mean(axis=1, dtype=np.float32))
