"""Which emotion model speaks: the best that can be had, from files that are never unpickled."""

from pathlib import Path

from funny.errors import OptionError, WeightsError
from funny.extract.emotion import Embedded, EmotionModel, VaMtl
from funny.weights.download import ANSWER_S
from funny.weights.folders import CONFIG, EMBEDDED, VA_MTL, WEIGHTS, models_folder
from funny.weights.hub import hub_folder
from funny.weights.sources import Resolved, Source, resolve
from funny.weights.upstream import upstream_folder

EMOTION_CHOICES = ("auto", "va-mtl", "embedded")


def resolve_emotion_model(
    choice: str = "auto", weights: Path | None = None, answer_s: float = ANSWER_S
) -> Resolved[EmotionModel]:
    """Loads an emotion model from the first source that has one.

    Args:
        choice: `va-mtl`, `embedded`, or `auto`: VA-MTL if any source has it, else the embedded
            one. The sources of VA-MTL are `models/`, the Hub, and its authors' file.
        weights: safetensors of VA-MTL with timm's keys; no other source is then asked.
        answer_s: How long each server may take to answer.

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
        sources: list[Source[EmotionModel]] = [Source("path", lambda: VaMtl.load(weights))]
        return resolve(sources, describe, "{reason}.")
    return resolve(_sources(choice, answer_s), describe, _MISSING)


_MISSING = (
    "No source has the weights of --emotion va-mtl ({reasons}): add --emotion-weights PATH, or run "
    "`funny weights fetch` where there is a network."
)


def _sources(choice: str, answer_s: float) -> list[Source[EmotionModel]]:
    va_mtl: list[Source[EmotionModel]] = [
        Source("models", _of_models_folder),
        Source("hub", lambda: _va_mtl(*hub_folder(VA_MTL, (CONFIG, WEIGHTS), answer_s))),
        Source("upstream", lambda: _va_mtl(*upstream_folder(answer_s))),
    ]
    embedded: Source[EmotionModel] = Source("embedded", load_embedded)
    return {"auto": [*va_mtl, embedded], "va-mtl": va_mtl, "embedded": [embedded]}[choice]


def load_embedded() -> Embedded:
    """The model that comes with the code."""
    return Embedded.load(models_folder() / EMBEDDED)


def _of_models_folder() -> EmotionModel:
    folder = models_folder() / VA_MTL
    if not folder.is_dir():
        raise WeightsError(f"models/{VA_MTL} is not there")
    return VaMtl.load(folder / WEIGHTS)


def _va_mtl(folder: Path, source: str) -> EmotionModel:
    return VaMtl.load(folder / WEIGHTS, source)


def describe(model: EmotionModel) -> str:
    """Name, source and hash of a model, for people."""
    return f"{model.info.name} from {model.info.source}, sha256 {model.info.sha256[:12]}"
