"""funny finds the funny moments in a long video by face and voice."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from funny.records import Analysis

__version__ = "0.1.0"
__all__ = ["analyze", "load", "save"]


def analyze(path: str | Path, **options: Any) -> "Analysis":
    """Finds the funny moments of a video.

    Args:
        path: The video file.
        **options: Fields of `funny.pipeline.AnalyzeOptions`, and `progress`, which is called with
            the stage, how much of it is done, and how much there is.

    Raises:
        FunnyError: With one sentence that says what happened and what to do.
    """
    from funny.pipeline import AnalyzeOptions, Analyzer

    hooks = {name: options.pop(name) for name in ("progress",) if name in options}
    return Analyzer(AnalyzeOptions(**options)).analyze(path, **hooks)


def save(analysis: "Analysis", folder: str | Path) -> None:
    """Writes an analysis into a folder as analysis.json and signals.npz."""
    from funny import store

    store.save(analysis, Path(folder))


def load(folder: str | Path) -> "Analysis":
    """Reads an analysis from a folder that `save` or the command line wrote."""
    from funny import store

    return store.load(folder)
