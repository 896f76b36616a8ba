"""Train the network that hears laughter, on soundscapes of free sounds, and write its folder.

    python models/train_laughter.py --sounds FOLDER

fetches the sounds into FOLDER the first time (Debian's `apt-get`, `dpkg-deb` and `espeak-ng` must
be there) and writes models/laughter/. One seed gives the same weights again on the same machine.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import tomlkit
import torch
from safetensors.torch import save_file
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).parents[1]))

from sounds import Clip, load_clips
from soundscapes import Cast, Part, render

from funny.extract.laughter import (
    BANDS,
    FRAMES_PER_TICK,
    HOP,
    N_FFT,
    NO_SOUND_DB,
    LaughterNet,
    log_mel,
)
from funny.files import file_sha256, load_strict, write_json
from funny.grid import SAMPLE_RATE
from funny.learn.metrics import auroc, average_precision

FOLDS = 3
SOUNDSCAPES = 90
PROCESSES = 2
VARIANTS = 12
FOLDER = Path(__file__).parent
SOURCE = "free sounds of Debian main, espeak-ng, synthetic voices (models/train_laughter.py)"
_OVERHANG = N_FFT - HOP

# Sounds of a part with their relative levels, how often, and seconds.
_PARTS: tuple[tuple[tuple[tuple[str, float], ...], float, tuple[float, float]], ...] = (
    ((("speech", 0),), 8, (3, 15)),
    ((("laugh", 0),), 6, (1, 8)),
    ((("laugh", 0), ("speech", -6)), 2, (2, 8)),
    ((("laugh", 0), ("music", -6)), 1, (2, 8)),
    ((("laugh", 0), ("effect", -4)), 1, (2, 8)),
    ((("laugh", 0), ("crowd", -6)), 0.5, (2, 8)),
    ((("shout", 0),), 3, (1, 6)),
    ((("shout", 0), ("effect", -3)), 1, (2, 6)),
    ((("crowd", 0),), 2, (2, 8)),
    ((("crowd", 0), ("shout", -3)), 1, (2, 6)),
    ((("music", 0),), 2, (4, 12)),
    ((("effect", 0),), 2, (2, 10)),
    ((("speech", 0), ("effect", -6)), 2, (3, 12)),
    ((("speech", 0), ("speech", -3)), 1, (3, 10)),
    ((), 1, (1, 6)),
)


@dataclass(frozen=True, eq=False)
class Heard:
    """Log-mel frames of one soundscape and in which ticks there is laughter."""

    frames: torch.Tensor
    """(t, 25, 40) float16."""
    truth: np.ndarray
    """(t,) bool."""


def soundscape(clips: Sequence[Clip], rng: np.random.Generator, minutes: float = 4.0) -> Heard:
    """One soundscape of about the given length, ready for the network."""
    cast = Cast(clips, rng)
    level_db = rng.uniform(-45, -15)
    bed = (
        str(rng.choice(["noise", "music", "effect", "speech"], p=[0.5, 0.3, 0.15, 0.05])),
        level_db - rng.uniform(0, 36),
    )
    parts = list(_parts(rng, level_db, int(minutes * 120)))
    samples, truth = render(parts, bed, cast, rng)
    frames = log_mel(np.concatenate([samples, np.zeros(_OVERHANG, np.float32)]))
    return Heard(frames.half(), truth)


def _parts(rng: np.random.Generator, level_db: float, ticks: int) -> Iterator[Part]:
    shares = np.array([share for _, share, _ in _PARTS])
    while ticks > 0:
        sounds, _, length_s = _PARTS[rng.choice(len(_PARTS), p=shares / shares.sum())]
        length = max(1, round(rng.uniform(*length_s) * 2))
        varied = tuple((name, db + rng.uniform(-6, 6) * (db != 0)) for name, db in sounds)
        yield Part(varied, length, level_db + rng.uniform(-10, 12))
        ticks -= length


def part_of(clips: Sequence[Clip], fold: int) -> list[Clip]:
    """The clips of one fold: a source with laughs lies in one fold whole, others are dealt out."""
    sources = sorted({clip.source for clip in clips if clip.kind == "laugh"})
    folds = {source: i % FOLDS for i, source in enumerate(sources)}
    return [clip for i, clip in enumerate(clips) if folds.get(clip.source, i % FOLDS) == fold]


def varied(clips: Sequence[Clip], rng: np.random.Generator) -> list[Clip]:
    """The clips, and every laugh again in other pitches and rhythms: other people's laughs."""
    laughs = [clip for clip in clips if clip.kind == "laugh"]
    return [*clips, *(_varied(clip, rng) for clip in laughs for _ in range(VARIANTS))]


def _varied(clip: Clip, rng: np.random.Generator) -> Clip:
    import librosa

    stretched = librosa.effects.time_stretch(clip.samples, rate=rng.uniform(0.75, 1.4))
    steps = rng.uniform(-5, 5)
    samples = librosa.effects.pitch_shift(stretched, sr=SAMPLE_RATE, n_steps=steps)
    return replace(clip, samples=samples.astype(np.float32))


def windows(
    heard: Sequence[Heard], net: LaughterNet
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """All frames in a row, the first frame row of every judged tick's window, and the truth."""
    frames = torch.cat([_padded(h.frames, net) for h in heard])
    starts, truth, at = [], [], 0
    for h in heard:
        starts.append(torch.arange(len(h.truth)) + at)
        truth.append(torch.from_numpy(h.truth))
        at += len(h.truth) + net.before + net.after
    return frames, torch.cat(starts), torch.cat(truth).float()


def _padded(frames: torch.Tensor, net: LaughterNet) -> torch.Tensor:
    blank = torch.full((1, FRAMES_PER_TICK, BANDS), NO_SOUND_DB, dtype=torch.float16)
    return torch.cat([blank.expand(net.before, -1, -1), frames, blank.expand(net.after, -1, -1)])


def train(heard: Sequence[Heard], seed: int, steps: int, causal: bool = False) -> LaughterNet:
    """Trains a network; the same soundscapes, seed and machine give the same weights."""
    torch.manual_seed(seed)
    net = LaughterNet(causal)
    frames, starts, truth = windows(heard, net)
    optimizer = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, steps)
    rng = np.random.default_rng(seed)
    offsets = torch.arange(net.window)
    for step in range(steps):
        pick = torch.from_numpy(rng.integers(0, len(starts), 128))
        x = frames[starts[pick][:, None] + offsets].float().flatten(1, 2)
        loss = F.binary_cross_entropy_with_logits(net(_disguised(x, rng)), truth[pick])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 500 == 0:
            print(step, f"{loss.item():.3f}", flush=True)
    return net.eval()


def _disguised(x: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Spectra of other throats and other microphones, with some bands blotted out.

    Warped bands (Jaitly & Hinton 2013), masks (SpecAugment, Park et al. 2019), and a tilt.
    """
    at = torch.linspace(0, BANDS - 1, BANDS) * float(rng.uniform(0.88, 1.12))
    low = at.floor().clamp(max=BANDS - 2).long()
    share = (at - low).clamp(0, 1)
    x = x[:, :, low] * (1 - share) + x[:, :, low + 1] * share
    if rng.random() < 0.5:
        band, width = int(rng.integers(0, BANDS - 8)), int(rng.integers(1, 9))
        x[:, :, band : band + width] = x.mean((1, 2), keepdim=True)
    return x + torch.linspace(-1, 1, BANDS) * float(rng.uniform(-8, 8))


@torch.inference_mode()
def judged(heard: Heard, net: LaughterNet) -> np.ndarray:
    """Logits of every tick of a soundscape, (t,)."""
    frames, starts, _ = windows([heard], net)
    offsets = torch.arange(net.window)
    parts = [net(frames[s[:, None] + offsets].float().flatten(1, 2)) for s in starts.split(256)]
    return torch.cat(parts).numpy()


def measure(heard: Sequence[Heard], net: LaughterNet) -> dict[str, float]:
    """Figures over the ticks of soundscapes."""
    truth = np.concatenate([h.truth for h in heard])
    scores = np.concatenate([judged(h, net) for h in heard])
    return {
        "average_precision": round(average_precision(truth, scores), 4),
        "auroc": round(auroc(truth, scores), 4),
        "prevalence": round(float(truth.mean()), 4),
    }


def fold_net(sounds: Path, fold: int) -> LaughterNet:
    """The network that was trained on all folds but one."""
    net = LaughterNet()
    load_strict(net, sounds / f"fold-{fold}.safetensors")
    return net.eval()


def _soundscapes(sounds: Path, fold: int, seed: int) -> list[Heard]:
    """The soundscapes of one fold; kept in the folder of the sounds the first time."""
    torch.set_num_threads(1)
    kept = sounds / f"soundscapes-{fold}-{seed}.pt"
    if not kept.is_file():
        clips = varied(part_of(load_clips(sounds), fold), np.random.default_rng([seed, fold]))
        rngs = (np.random.default_rng([seed, fold, i]) for i in range(SOUNDSCAPES))
        torch.save([soundscape(clips, rng) for rng in rngs], kept)
    return torch.load(kept, weights_only=False)


def make(sounds: Path, seed: int, steps: int, causal: bool) -> None:
    """Measures on sounds that were held out, and writes the folder of a network trained on all."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        list(pool.map(partial(_soundscapes, sounds, seed=seed), range(FOLDS)))
        trained = pool.map(partial(_trained, sounds, seed, steps, causal), (*range(FOLDS), None))
        *held_out, (net, _) = trained
    metrics = [measured for _, measured in held_out]
    if not causal:
        for fold, (of_others, _) in enumerate(held_out):
            save_file(of_others.state_dict(), sounds / f"fold-{fold}.safetensors")
    folder = FOLDER / ("laughter-causal" if causal else "laughter")
    folder.mkdir(exist_ok=True)
    save_file(net.state_dict(), folder / "model.safetensors")
    means = {k: round(float(np.mean([m[k] for m in metrics])), 4) for k in metrics[0]}
    write_json(folder / "config.json", {"causal": causal, "source": SOURCE, "held_out": means})
    pin(folder.name)


def _trained(
    sounds: Path, seed: int, steps: int, causal: bool, held_out: int | None
) -> tuple[LaughterNet, dict[str, float]]:
    """A network that was trained on all folds but one, and its figures on that one."""
    torch.use_deterministic_algorithms(True)
    # One thread: sums in another order would be other weights.
    torch.set_num_threads(1)
    folds = [_soundscapes(sounds, fold, seed) for fold in range(FOLDS)]
    known = [h for fold, heard in enumerate(folds) if fold != held_out for h in heard]
    net = train(known, seed, steps, causal)
    metrics = {} if held_out is None else measure(folds[held_out], net)
    print("held out:", held_out, metrics, flush=True)
    return net, metrics


def pin(name: str) -> None:
    """Writes the hash of a folder's weights into registry.toml."""
    path = FOLDER / "registry.toml"
    registry = tomlkit.parse(path.read_text("utf-8"))
    registry["sha256"][name] = file_sha256(FOLDER / name / "model.safetensors")
    path.write_text(tomlkit.dumps(registry), "utf-8")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sounds", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--causal", action="store_true", help="look at the past only")
    options = parser.parse_args()
    make(options.sounds, options.seed, options.steps, options.causal)


if __name__ == "__main__":
    main()
