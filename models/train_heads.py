"""Train a released head, calibrate it, tune its thresholds, and write its folder.

    python models/train_heads.py --sounds FOLDER --kind conv1d

Conversations have simulated faces and the sound of free recordings, heard by networks that were
trained on other recordings (`train_laughter.py` leaves them in FOLDER). Writes models/head-KIND/,
or models/head-KIND-12/ with `--features 12`. One seed gives the same weights again on one machine.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from recorded_sound import RecordedSound
from sounds import load_clips
from train_laughter import FOLDS, fold_net, part_of, pin, varied

from funny.learn.calibrate import expected_calibration_error, platt
from funny.learn.metrics import auroc, average_precision
from funny.learn.simulate import UNSEEN_LAUGHS, Conversation, conversations
from funny.learn.ticks import ticks_of, train_on_ticks
from funny.learn.train import TrainOptions
from funny.learn.tune import tune_thresholds
from funny.moments.highlights import HighlightOptions
from funny.records import ModelInfo
from funny.score.features import FEATURES, FEATURES_12, features
from funny.score.heads import HEADS, Head
from funny.score.timeline import calibrated, raw_scores, score
from funny.weights.heads import save_head

SOUNDTRACKS = {"train": 180, "tune": 36, "test": 36}
TELLINGS = {"train": 5, "tune": 1, "test": 1}
MINUTES = 5.0
BATCH = 128
THREADS = 1
# Log-odds of laughter are scaled and shifted by as much: the networks of the folds, like any that
# meets a new microphone, are too sure or not sure enough.
SCALES, SHIFT = (0.7, 1.2), 0.5
FOLDER = Path(__file__).parent


def make_conversations(name: str, sounds: Path, seed: int) -> list[Conversation]:
    """One of the three sets; kept in the folder of the sounds the first time."""
    kept = sounds / f"conversations-{name}-{seed}.pt"
    if not kept.is_file():
        jobs = [(sounds, name, fold, seed) for fold in range(FOLDS)]
        with ProcessPoolExecutor(2) as pool:
            torch.save([talk for talks in pool.map(_of_fold, jobs) for talk in talks], kept)
    return torch.load(kept, weights_only=False)


def _of_fold(job: tuple[Path, str, int, int]) -> list[Conversation]:
    """The conversations whose sound is of one fold, heard by the network of the other folds."""
    sounds, name, fold, seed = job
    torch.set_num_threads(1)
    clips = varied(part_of(load_clips(sounds), fold), np.random.default_rng([seed, fold]))
    sound = RecordedSound(clips, fold_net(sounds, fold))
    order = list(SOUNDTRACKS).index(name)
    talks = []
    for i in range(fold, SOUNDTRACKS[name], FOLDS):
        rng = np.random.default_rng([seed, order, i])
        talks += conversations(rng, TELLINGS[name], MINUTES, sound)
    return talks


def misheard(name: str, sounds: Path, seed: int) -> list[Conversation]:
    """One of the three sets, heard by ears that are more or less sure of laughter."""
    rng = np.random.default_rng([seed, *name.encode()])
    return [_misheard(talk, rng) for talk in make_conversations(name, sounds, seed)]


def _misheard(talk: Conversation, rng: np.random.Generator) -> Conversation:
    scale, shift = rng.uniform(*SCALES), rng.normal(0, SHIFT)
    if not talk.signals.laughter.any():  # a recording without sound
        return talk
    laughter = calibrated(talk.signals.laughter, scale, shift)
    return replace(talk, signals=replace(talk.signals, laughter=laughter))


def _told(step: int, loss: float) -> None:
    if step % 500 == 0:
        print(step, f"{loss:.4f}", flush=True)


def raw(talks: Sequence[Conversation], net: Head) -> list[np.ndarray]:
    """Scores of every tick before calibration."""
    names = net.config.features
    return [raw_scores(features(talk.signals, names), net, net.config) for talk in talks]


def measure(talks: Sequence[Conversation], net: Head) -> dict[str, float]:
    """Figures over the ticks of conversations that were not trained on."""
    truth = np.concatenate([talk.funny for talk in talks])
    scores = calibrated(np.concatenate(raw(talks, net)), *net.config.calibration)
    return {
        "average_precision": round(average_precision(truth, scores), 4),
        "auroc": round(auroc(truth, scores), 4),
        "prevalence": round(float(truth.mean()), 4),
        "calibration_error": round(expected_calibration_error(truth, scores), 4),
    }


def make(options: argparse.Namespace) -> None:
    """Trains, calibrates, tunes, measures and writes one head."""
    torch.use_deterministic_algorithms(True)
    is_deaf = options.features == 12
    names, without = (FEATURES_12, UNSEEN_LAUGHS) if is_deaf else (FEATURES, ())
    torch.set_num_threads(THREADS)
    sets = {name: misheard(name, options.sounds, options.seed) for name in SOUNDTRACKS}
    how = TrainOptions(kind=options.kind, steps=options.steps, batch=BATCH, seed=options.seed)
    net = train_on_ticks(ticks_of(sets["train"], names, without), how, _told)
    source = f"simulated faces, recorded free sounds (models/train_heads.py, seed {options.seed})"
    truth = np.concatenate([talk.funny for talk in sets["tune"]])
    calibration = platt(truth, np.concatenate(raw(sets["tune"], net)))
    net.config = replace(net.config, training_data=source, calibration=calibration)
    info = ModelInfo("head", "", "")
    timelines = [score(talk.signals, net, net.config, info) for talk in sets["tune"]]
    truths = [talk.funny for talk in sets["tune"]]
    thresholds, f1 = tune_thresholds(timelines, truths, HighlightOptions())
    metrics = {**measure(sets["test"], net), "highlight_f1": round(f1, 4)}
    net.config = replace(net.config, metrics={f"simulated_{k}": v for k, v in metrics.items()})
    name = f"head-{options.kind}" + ("-12" if is_deaf else "")
    save_head(options.out / name, net, thresholds)
    print(name, thresholds, calibration, metrics)
    if options.out == FOLDER:
        pin(name)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sounds", type=Path, required=True)
    parser.add_argument("--kind", choices=HEADS, default="conv1d")
    parser.add_argument("--features", type=int, choices=(12, 13), default=13)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--out", type=Path, default=FOLDER)
    make(parser.parse_args())


if __name__ == "__main__":
    main()
