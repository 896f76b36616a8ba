"""How likely there is laughter in the sound of each tick: our own small network on log-mel frames.

What tells a laugh from a shout is not its level but its rhythm: bursts of voice and breath, four to
eight a second, gliding down. So the network sees two seconds on either side of a tick, and only
relative levels: a recording made louder gives the same numbers.
"""

from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from funny.claims import shown
from funny.errors import WeightsError
from funny.files import file_sha256, load_strict, read_json, text_of
from funny.grid import SAMPLE_RATE, SAMPLES_PER_TICK
from funny.records import ModelInfo

FRAMES_PER_TICK = 25
HOP = SAMPLES_PER_TICK // FRAMES_PER_TICK
N_FFT = 1024
BANDS = 40
RANGE_HZ = (60.0, 8000.0)

BEFORE, AFTER = 4, 4
"""Ticks of context on either side of the one that is judged."""
FLOOR_DB = 80.0
"""What lies further below the loudest number of a window is silence."""

NO_SOUND_DB = -200.0
"""A frame of zeros; far below what FLOOR_DB lets through, or gain would matter."""

_BLOCK_TICKS = 64
NOTHING_HEARD = np.zeros(0, np.float32)
# Frames begin in their tick and reach into the next one.
_OVERHANG = N_FFT - HOP


@cache
def _mel_bank() -> torch.Tensor:
    """(BANDS, N_FFT / 2 + 1) triangular filters."""
    import librosa

    low, high = RANGE_HZ
    bank = librosa.filters.mel(sr=SAMPLE_RATE, n_fft=N_FFT, n_mels=BANDS, fmin=low, fmax=high)
    return torch.from_numpy(bank)


@torch.inference_mode()
def log_mel(samples: np.ndarray) -> torch.Tensor:
    """Log-mel frames in dB of whole ticks.

    Args:
        samples: (n · 11,025 + 583,) mono at 22,050 Hz; the rest beyond whole ticks is what the
            last frames reach into.

    Returns:
        (n, FRAMES_PER_TICK, BANDS).
    """
    ticks = (len(samples) - _OVERHANG) // SAMPLES_PER_TICK
    if ticks < 1:
        return torch.zeros(0, FRAMES_PER_TICK, BANDS)
    x = torch.from_numpy(samples[: ticks * SAMPLES_PER_TICK + _OVERHANG])
    window = torch.hann_window(N_FFT)
    power = torch.stft(x, N_FFT, HOP, window=window, center=False, return_complex=True).abs() ** 2
    mel = (_mel_bank() @ power).T  # (n · 25, BANDS)
    return (10 * torch.log10(mel + 10 ** (NO_SOUND_DB / 10))).view(ticks, FRAMES_PER_TICK, BANDS)


class LaughterNet(nn.Module):
    """Four strided convolutions over time and pitch, then a small layer that knows where is when.

    About 117,000 parameters. `causal` looks at the four seconds before a tick instead.
    """

    def __init__(self, causal: bool = False) -> None:
        super().__init__()
        self.before, self.after = (BEFORE + AFTER, 0) if causal else (BEFORE, AFTER)
        self.convs = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(channels_in, channels_out, 3, stride=2, padding=1, bias=False),
                nn.BatchNorm2d(channels_out),
                nn.ReLU(),
            )
            for channels_in, channels_out in ((1, 24), (24, 40), (40, 64), (64, 80))
        )
        self.hidden = nn.Linear(80 * 15, 32)
        self.out = nn.Linear(32, 1)

    @property
    def window(self) -> int:
        """Ticks that one judgement looks at."""
        return self.before + 1 + self.after

    def forward(self, windows: torch.Tensor) -> torch.Tensor:
        """Windows : log-mel in dB (b, window · FRAMES_PER_TICK, BANDS) → logits (b,)."""
        x = relative(windows)[:, None]  # (b, 1, 225, 40)
        for conv in self.convs:
            x = conv(x)
        x = x.mean(3).flatten(1)  # (b, 80, 15, 3) → (b, 1200)
        x = F.dropout(F.relu(self.hidden(x)), 0.3, self.training)
        return self.out(x).squeeze(1)


def relative(windows: torch.Tensor) -> torch.Tensor:
    """Levels of each window relative to its own: dB (b, f, m) → about −4..4, whatever the gain."""
    loudest = windows.amax((1, 2), keepdim=True)
    x = torch.maximum(windows, loudest - FLOOR_DB)
    return (x - x.mean((1, 2), keepdim=True)) / 20


class LaughterModel:
    """The released network."""

    def __init__(self, net: LaughterNet, info: ModelInfo) -> None:
        self.info = info
        self._net = net.eval()

    @classmethod
    def load(cls, folder: Path) -> "LaughterModel":
        """Reads config.json and model.safetensors.

        Raises:
            WeightsError: If a file is missing, damaged or of another model.
        """
        path, weights = folder / "config.json", folder / "model.safetensors"
        config = read_json(path)
        source, causal = text_of(path, config, "source"), config.get("causal", False)
        if not isinstance(causal, bool):
            raise WeightsError(f"{path}: causal is {shown(causal)}, expected true or false.")
        net = LaughterNet(causal)
        load_strict(net, weights)
        return cls(net, ModelInfo(folder.name, source, file_sha256(weights)))

    def hearing(
        self, known: np.ndarray = NOTHING_HEARD, block_ticks: int = _BLOCK_TICKS
    ) -> "Hearing":
        """A new listener to one sound track.

        Args:
            known: (t,) what was heard before in the first ticks, which are not judged again.
            block_ticks: It listens when so many ticks are there; one is soonest, many are quickest.
        """
        return Hearing(self._net, known, block_ticks)


class Hearing:
    """Listens to a stream of samples and says for every tick how likely there is laughter.

    The same numbers come out however the stream is cut. Beyond both ends it goes on mirrored:
    sound that breaks off into nothing would be like the burst of a laugh.
    """

    def __init__(
        self,
        net: LaughterNet,
        known: np.ndarray = NOTHING_HEARD,
        block_ticks: int = _BLOCK_TICKS,
    ) -> None:
        self._net, self._block_ticks = net, block_ticks
        self._samples = np.zeros(0, np.float32)
        self._frames = torch.zeros(0, FRAMES_PER_TICK, BANDS)
        # The first ticks look back to before the start, so they are judged together or not at all.
        known = known if len(known) > net.before else NOTHING_HEARD
        self._heard = [known]
        self._passed_over = (len(known) - net.before) * SAMPLES_PER_TICK if len(known) else 0
        self._goes_back = not len(known)

    def write(self, samples: np.ndarray) -> None:
        """Takes mono samples at 22,050 Hz."""
        passed_over = min(self._passed_over, len(samples))
        self._passed_over -= passed_over
        samples = samples[passed_over:]
        self._samples = np.concatenate([self._samples, samples.astype(np.float32)])
        # What lies before the start is mirrored from what comes after it: that must be there.
        ticks = max(self._block_ticks, self._net.before if self._goes_back else 0)
        if len(self._samples) >= ticks * SAMPLES_PER_TICK + _OVERHANG:
            self._listen()

    def finish(self) -> np.ndarray:
        """Probability of laughter of every tick, the last one filled up with silence; (t,)."""
        missing = -len(self._samples) % SAMPLES_PER_TICK + _OVERHANG
        self._samples = np.concatenate([self._samples, np.zeros(missing, np.float32)])
        self._listen()
        self._frames = mirrored(self._frames, (0, self._net.after))
        self._judge()
        return self.heard

    @property
    def heard(self) -> np.ndarray:
        """Probability of laughter of the ticks whose context has been heard; (t,)."""
        return np.concatenate([np.zeros(0, np.float32), *self._heard])

    def news(self) -> np.ndarray:
        """What was judged since this was last asked, and is not kept here; (n,)."""
        news, self._heard = self.heard, []
        return news

    def _listen(self) -> None:
        frames = log_mel(self._samples)
        self._samples = self._samples[len(frames) * SAMPLES_PER_TICK :]
        self._frames = torch.cat([self._frames, frames])
        if self._goes_back:
            self._frames = mirrored(self._frames, (self._net.before, 0))
            self._goes_back = False
        self._judge()

    @torch.inference_mode()
    def _judge(self) -> None:
        """Judges every tick whose context is complete."""
        size = self._net.window
        if len(self._frames) < size:
            return
        windows = self._frames.unfold(0, size, 1).movedim(-1, 1).flatten(1, 2)  # (n, 225, 40)
        logits = [self._net(part) for part in windows.split(_BLOCK_TICKS)]
        self._heard.append(torch.sigmoid(torch.cat(logits)).numpy())
        self._frames = self._frames[len(windows) :].clone()


def mirrored(frames: torch.Tensor, ticks: tuple[int, int]) -> torch.Tensor:
    """Frames (t, FRAMES_PER_TICK, BANDS) that go on backwards for some ticks before and after."""
    if not len(frames):
        return frames
    before, after = (n * FRAMES_PER_TICK for n in ticks)
    at = np.pad(np.arange(len(frames) * FRAMES_PER_TICK), (before, after), mode="symmetric")
    return frames.flatten(0, 1)[torch.from_numpy(at)].unflatten(0, (-1, FRAMES_PER_TICK))
