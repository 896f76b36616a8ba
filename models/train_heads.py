"""Train a released head on simulated conversations, tune its thresholds, and write its folder.

    python models/train_heads.py --kind conv1d

writes models/head-conv1d/. One seed gives the same weights again on the same machine.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import tomlkit
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from funny.files import file_sha256
from funny.learn.metrics import auroc, average_precision
from funny.learn.simulate import Conversation, conversation
from funny.learn.train import TrainOptions, cut_clips, train
from funny.learn.tune import tune_thresholds
from funny.moments.highlights import HighlightOptions
from funny.records import ModelInfo
from funny.score.heads import HEADS, Head, HeadConfig
from funny.score.timeline import score
from funny.weights.heads import save_head

CONVERSATIONS = {"train": 800, "tune": 60, "test": 60}
CLIPS_EACH = 60
FOLDER = Path(__file__).parent


def simulate(seed: int) -> dict[str, list[Conversation]]:
    """Three disjoint sets of conversations."""
    seeds = np.random.SeedSequence(seed).spawn(len(CONVERSATIONS))
    return {
        name: [conversation(np.random.default_rng(s)) for s in seeds[i].spawn(count)]
        for i, (name, count) in enumerate(CONVERSATIONS.items())
    }


def measure(net: Head, config: HeadConfig, test: list[Conversation]) -> dict[str, float]:
    """Mean average precision and AUROC over ticks of unseen simulated conversations."""
    info = ModelInfo("head", "", "")
    pairs = [(c.funny, score(c.signals, net, config, info).scores) for c in test if c.funny.any()]
    return {
        "simulated_average_precision": round(
            float(np.mean([average_precision(*p) for p in pairs])), 4
        ),
        "simulated_auroc": round(float(np.mean([auroc(*p) for p in pairs])), 4),
        "simulated_prevalence": round(float(np.mean([p[0].mean() for p in pairs])), 4),
    }


def make(kind: str, seed: int, steps: int) -> None:
    """Trains, tunes, measures and writes one head."""
    torch.use_deterministic_algorithms(True)
    sets = simulate(seed)
    clips = cut_clips(sets["train"], CLIPS_EACH, seed)
    options = TrainOptions(kind=kind, steps=steps, seed=seed)
    net = train(clips, options, lambda i, loss: print(i, f"{loss:.4f}") if i % 1000 == 0 else None)
    source = f"simulated conversations (funny.learn.simulate, seed {seed})"
    config = HeadConfig(kind=kind, training_data=source)
    info = ModelInfo("head", "", "")
    timelines = [score(c.signals, net, config, info) for c in sets["tune"]]
    truths = [c.funny for c in sets["tune"]]
    thresholds, f1 = tune_thresholds(timelines, truths, HighlightOptions())
    metrics = {**measure(net, config, sets["test"]), "simulated_highlight_f1": round(f1, 4)}
    net.config = replace(config, metrics=metrics)
    save_head(FOLDER / f"head-{kind}", net, thresholds)
    pin(f"head-{kind}")
    print(thresholds, metrics)


def pin(name: str) -> None:
    """Writes the hash of a folder's weights into registry.toml."""
    path = FOLDER / "registry.toml"
    registry = tomlkit.parse(path.read_text("utf-8"))
    registry["sha256"][name] = file_sha256(FOLDER / name / "model.safetensors")
    path.write_text(tomlkit.dumps(registry), "utf-8")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kind", choices=HEADS, default="conv1d")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=6000)
    options = parser.parse_args()
    make(options.kind, options.seed, options.steps)


if __name__ == "__main__":
    main()
