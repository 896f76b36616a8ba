"""The networks that hear laughter, as they come with the code."""

from funny.extract.laughter import LaughterModel
from funny.weights.folders import models_folder


def load_laughter_model(causal: bool = False) -> LaughterModel:
    """Loads `models/laughter`, or `models/laughter-causal`, which needs nothing of what is to come.

    Raises:
        WeightsError: If a file is missing or damaged.
    """
    return LaughterModel.load(models_folder() / ("laughter-causal" if causal else "laughter"))
