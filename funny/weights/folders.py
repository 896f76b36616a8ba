"""Where the weights that come with the code lie."""

from pathlib import Path


def models_folder() -> Path:
    """The folder `models/` beside the package."""
    return Path(__file__).parents[2] / "models"
