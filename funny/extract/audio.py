"""Loudness of every tick: librosa's RMS of 22,050 Hz mono, and what else is heard in it."""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np

from funny import envelope
from funny.errors import OptionError
from funny.extract.laughter import Hearing
from funny.extract.samples import samples_of
from funny.grid import SAMPLE_RATE, SAMPLES_PER_TICK, STEPS_PER_TICK
from funny.records import VideoInfo

_BLOCK_TICKS = 64


@dataclass
class Sound:
    """The sound of a video as one number a tick."""

    rms: np.ndarray
    """(t,) RMS of each tick's 11,025 samples; silence where there was no sound."""
    laughter: np.ndarray
    """(t,) probability that laughter is heard."""
    envelope: np.ndarray
    """(25 t,) loudness of every 20 ms, as `funny.envelope` has it."""
    damage: list[float] = field(default_factory=list)
    """Times in seconds at which the sound did not decode."""
    end_s: float = 0.0
    """End of the last sample."""


class SoundReader:
    """Reads one sound track and measures it, as far as it is asked to, in constant memory.

    Args:
        video: The video.
        track: Number of the sound track from 0; None takes the container's default.
        hearing: Listens for laughter on the way, if given.
        heard: Called now and then with the time in seconds that has been read.

    Raises:
        OptionError: When reading, if there is no such track.
        MediaError: When reading, if the file cannot be read.
    """

    def __init__(
        self,
        video: VideoInfo,
        track: int | None = None,
        hearing: Hearing | None = None,
        heard: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._meter, self._heard = _Meter(hearing), heard
        self._damage: list[float] = []
        self._steps = self._read(video, track)

    def read_to(self, time_s: float) -> None:
        """Reads on until a time, or to the end."""
        while self._meter.length_s < time_s and next(self._steps, False):
            self._heard(self._meter.length_s)

    def so_far(self) -> Sound:
        """The ticks of which everything is known."""
        rms, laughter = self._meter.rms, self._meter.laughter
        ticks = min(len(rms), len(laughter)) if self._meter.is_listening else len(rms)
        fine = self._meter.envelope[: ticks * STEPS_PER_TICK]
        return Sound(rms[:ticks], laughter[:ticks], fine)

    def finish(self) -> Sound:
        """Reads to the end: everything that there was."""
        self.read_to(float("inf"))
        rms = self._meter.finish()
        fine, laughter = self._meter.envelope, self._meter.laughter
        return Sound(rms, laughter, fine, self._damage, self._meter.length_s)

    def close(self) -> None:
        """Closes the file before its end."""
        self._steps.close()

    def _read(self, video: VideoInfo, track: int | None) -> Generator[bool, None, None]:
        """Lets the meter have one frame after the other."""
        if not video.has_audio:
            if track is not None:
                raise OptionError(
                    f"--audio-track {track}: the file has no sound. Leave the option out."
                )
            return
        with closing(samples_of(video, track)) as blocks:
            for block in blocks:
                if block.at is not None:
                    self._meter.go_to(block.at)
                self._meter.write(block.samples)
                self._damage.extend(block.damage)
                yield True


def measure_sound(
    video: VideoInfo,
    track: int | None = None,
    hearing: Hearing | None = None,
    heard: Callable[[float], None] = lambda _: None,
) -> Sound:
    """Reads a whole sound track; arguments and errors are those of `SoundReader`."""
    reader = SoundReader(video, track, hearing, heard)
    try:
        return reader.finish()
    finally:
        reader.close()


class _Meter:
    """Turns a stream of mono samples into RMS values, a block of ticks at a time."""

    def __init__(self, hearing: Hearing | None) -> None:
        self._hearing = hearing
        self._written = 0
        self._skip = 0
        self._buffer = np.zeros(_BLOCK_TICKS * SAMPLES_PER_TICK, np.float32)
        self._filled = 0
        self._rms: list[np.ndarray] = []
        self._envelope: list[np.ndarray] = []

    @property
    def length_s(self) -> float:
        return self._written / SAMPLE_RATE

    @property
    def rms(self) -> np.ndarray:
        """RMS of the blocks that are full, shape (t,)."""
        return np.concatenate([np.zeros(0, np.float32), *self._rms])

    @property
    def envelope(self) -> np.ndarray:
        """Fine loudness of the blocks that are full, shape (25 t,)."""
        return np.concatenate([np.zeros(0, np.uint8), *self._envelope])

    @property
    def is_listening(self) -> bool:
        return self._hearing is not None

    @property
    def laughter(self) -> np.ndarray:
        """Probability of laughter of the ticks that were judged, shape (t,)."""
        return self._hearing.heard if self._hearing else np.zeros(0, np.float32)

    def go_to(self, sample: int) -> None:
        """Continues at a sample: writes silence up to it, or will drop what overlaps."""
        self._skip = max(0, self._written - sample)
        while self._written < sample:
            self._append(np.zeros(min(sample - self._written, len(self._buffer)), np.float32))

    def write(self, samples: np.ndarray) -> None:
        dropped = min(self._skip, len(samples))
        self._skip -= dropped
        self._append(np.nan_to_num(samples[dropped:]))

    def _append(self, samples: np.ndarray) -> None:
        self._written += len(samples)
        while len(samples):
            part = samples[: len(self._buffer) - self._filled]
            self._buffer[self._filled : self._filled + len(part)] = part
            self._filled += len(part)
            samples = samples[len(part) :]
            if self._filled == len(self._buffer):
                self._reduce()

    def _reduce(self) -> None:
        if self._hearing:
            self._hearing.write(self._buffer[: self._filled])
        ticks = -(-self._filled // SAMPLES_PER_TICK)
        self._buffer[self._filled :] = 0
        block = self._buffer[: ticks * SAMPLES_PER_TICK]
        self._rms.append(rms_of(block))
        self._envelope.append(envelope.measured(block))
        self._filled = 0

    def finish(self) -> np.ndarray:
        """RMS of all ticks, the last one filled up with silence; shape (t,)."""
        if self._filled:
            self._reduce()
        if self._hearing:
            self._hearing.finish()
        return self.rms


def warm_up() -> None:
    """Loads librosa, which takes seconds the first time."""
    rms_of(np.zeros(SAMPLES_PER_TICK, np.float32))


def rms_of(samples: np.ndarray) -> np.ndarray:
    """RMS of whole ticks of samples at 22,050 Hz, (t * 11,025,) → (t,)."""
    import librosa

    ticks = librosa.feature.rms(
        y=samples, frame_length=SAMPLES_PER_TICK, hop_length=SAMPLES_PER_TICK, center=False
    )
    return ticks[0]
