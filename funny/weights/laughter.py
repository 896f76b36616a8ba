"""The network that hears laughter, as it comes with the code."""

from funny.extract.laughter import LaughterModel
from funny.weights.folders import models_folder


def load_laughter_model() -> LaughterModel:
    """Loads `models/laughter`.

    Raises:
        WeightsError: If a file is missing or damaged.
    """
    return LaughterModel.load(models_folder() / "laughter")
