"""Model cards: what others must know before they use weights that we publish."""

import json
from pathlib import Path

from funny.files import read_json
from funny.records import EMOTION_COLUMNS
from funny.weights.folders import CONFIG
from funny.weights.heads import LoadedHead

_LIMITS = """## Intended use and limits

Made to find moments in videos for the person who edits them. Expression models read faces, not
feelings. They are known to err differently for people of different age, gender, skin and culture,
and what is funny differs from person to person. **Do not judge persons by them**: not in hiring,
policing, teaching, medicine or advertising, and not without the knowledge of those who are seen.
"""

_EMOTION = """# EfficientNet-B0 valence/arousal multi-task model, as safetensors

The weights of `{model}` of EmotiEffLib (HSEmotion), converted from a pickled module without running
anything of it, so that every timm loads them: `tf_efficientnet_b0` with {count} outputs, timm's own
names, strict.

| | |
|---|---|
| Source | {source} |
| Licence | {licence} |
| SHA-256 | `{sha256}` |
| Input | face crop: the detector's box, RGB, {input_size}×{input_size}, 0..255 |
| Normalised by | mean {mean}, standard deviation {std} |

## The ten outputs

{outputs}

The first eight are logits, in the order of EmotiEffLib's `facial_analysis.py`: a softmax makes
probabilities of them. Valence and arousal are used as they are, clipped to −1..1.

## Figures

Published by the authors: 61.93 % of 8 classes right on AffectNet. Nothing was measured anew here.

"""

_ROOT = """# Weights of funny

`funny` finds the funny moments in a long video by the face on screen and the sound that goes with
it. This repository holds what it runs on, each folder with a card of its own:

{folders}

The files at the top are the head `{head}` again, so that

    from funny.score.heads import {kind}

    head = {kind}.from_pretrained("{repo_id}")

works. `FUNNY_HUB_REPO={repo_id}` makes `funny` take its weights from here; every file is checked
against the hash that the Hub states for it.

## Figures of the head

Trained on: {training_data}.

{metrics}

"""


def emotion_card(folder: Path) -> str:
    """The card of converted VA-MTL weights, from the config.json beside them."""
    config = read_json(folder / CONFIG)
    rows = (f"| {i} | {name} |" for i, name in enumerate(EMOTION_COLUMNS))
    table = "\n".join(["| output | meaning |", "|---|---|", *rows])
    text = _EMOTION.format(**{"count": len(EMOTION_COLUMNS), **config, "outputs": table})
    tags = ["facial-expression-recognition", "valence-arousal"]
    head = _front(hub_licence(config["licence"]), "timm", tags, "image-classification")
    return head + text + _LIMITS


def hub_licence(name: str) -> str:
    """A licence as the Hub writes it; what is not known to be open is not called so."""
    return "apache-2.0" if name == "Apache-2.0" else "other"


def root_card(repo_id: str, folders: list[str], head: LoadedHead, licence: str) -> str:
    """The card of the repository itself.

    Args:
        repo_id: Owner and name.
        folders: The folders in it.
        head: Whose files lie at the top.
        licence: Of all that is in it, as the Hub writes it.
    """
    text = _ROOT.format(
        repo_id=repo_id,
        folders="\n".join(f"* [`{name}`]({name}/README.md)" for name in folders),
        head=head.info.name,
        kind=type(head.net).__name__,
        training_data=head.config.training_data,
        metrics=f"```json\n{json.dumps(head.config.metrics, indent=2)}\n```",
    )
    tags = ["video", "highlight-detection", "humor", "facial-expression-recognition"]
    return _front(licence, "funny", tags, "video-classification") + text + _LIMITS


def _front(licence: str, library: str, tags: list[str], task: str) -> str:
    from huggingface_hub import ModelCardData

    data = ModelCardData(license=licence, library_name=library, tags=tags, pipeline_tag=task)
    return f"---\n{data.to_yaml()}\n---\n\n"
