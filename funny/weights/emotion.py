"""Which emotion model speaks: chosen by name, loaded from files that are never unpickled."""

from pathlib import Path

from funny.errors import OptionError, WeightsError
from funny.extract.emotion import Embedded, EmotionModel, VaMtl
from funny.weights.folders import models_folder

EMOTION_CHOICES = ("auto", "va-mtl", "embedded")


def load_emotion_model(choice: str = "auto", weights: Path | None = None) -> EmotionModel:
    """Loads an emotion model.

    Args:
        choice: `va-mtl`, `embedded`, or `auto`: VA-MTL if weights are given, else the embedded one.
        weights: safetensors of VA-MTL with timm's keys.

    Raises:
        OptionError: If the choice is unknown, or weights are given for the embedded model.
        WeightsError: If the weights are missing, damaged, or of another model.
    """
    if choice not in EMOTION_CHOICES:
        raise OptionError(f"--emotion {choice}: expected one of {', '.join(EMOTION_CHOICES)}.")
    if choice == "embedded" and weights is not None:
        raise OptionError(
            "--emotion-weights goes with --emotion va-mtl, not with the embedded one."
        )
    if weights is not None:
        return VaMtl.load(weights)
    if choice == "va-mtl":
        raise WeightsError("--emotion va-mtl needs its weights: add --emotion-weights PATH.")
    return Embedded(models_folder() / "emotion-embedded")
