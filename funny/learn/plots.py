"""Pictures of figures, as PNG; the same numbers give the same bytes."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np

from funny.extras import extra
from funny.learn.figures import Judged, confusion

_BINS = 10
_DPI = 110


def curves(heads: Mapping[str, Judged], funny: np.ndarray) -> bytes:
    """ROC, precision over recall, and calibration of heads, side by side.

    Args:
        heads: What each says of the clips.
        funny: (n,) labels.
    """
    figure, axes = _figure(1, 3, (13.5, 4.2))
    for name, judged in heads.items():
        _roc(axes[0], name, judged.scores, funny)
        _precision(axes[1], name, judged.scores, funny)
        if judged.are_probabilities:
            _calibration(axes[2], name, judged.scores, funny)
    axes[0].plot([0, 1], [0, 1], ":", color="grey", linewidth=1)
    axes[1].axhline(float(funny.mean()), linestyle=":", color="grey", linewidth=1)
    axes[2].plot([0, 1], [0, 1], ":", color="grey", linewidth=1)
    _name(axes[0], "ROC", "ordinary clips called funny", "funny clips found")
    _name(axes[1], "Precision over recall", "recall", "precision")
    _name(axes[2], "Calibration", "score", "share that is funny")
    axes[1].legend(loc="lower left", fontsize=8)
    return _png(figure)


def _roc(axis: Any, name: str, scores: np.ndarray, funny: np.ndarray) -> None:
    from sklearn.metrics import roc_curve

    false, true, _ = roc_curve(funny, scores)
    axis.plot(false, true, label=name)


def _precision(axis: Any, name: str, scores: np.ndarray, funny: np.ndarray) -> None:
    from sklearn.metrics import precision_recall_curve

    precision, recall, _ = precision_recall_curve(funny, scores)
    axis.step(recall, precision, where="post", label=name)


def _calibration(axis: Any, name: str, scores: np.ndarray, funny: np.ndarray) -> None:
    bins = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    said = [scores[bins == b].mean() for b in np.unique(bins)]
    true = [funny[bins == b].mean() for b in np.unique(bins)]
    axis.plot(said, true, "o-", markersize=4, label=name)


def confusions(heads: Mapping[str, Judged], funny: np.ndarray) -> bytes:
    """What each head called the clips, against what they are."""
    called = {name: j.called for name, j in heads.items() if j.called is not None}
    figure, axes = _figure(1, max(1, len(called)), (3.2 * max(1, len(called)), 3.2))
    for axis, (name, said) in zip(np.atleast_1d(axes), called.items(), strict=False):
        counts = np.array(list(confusion(funny, said).values())).reshape(2, 2)
        axis.imshow(counts, cmap="Blues", vmin=0)
        for (row, column), count in np.ndenumerate(counts):
            shade = "white" if count > counts.max() / 2 else "black"
            axis.text(column, row, str(count), ha="center", va="center", color=shade)
        axis.set_xticks([0, 1], ["funny", "ordinary"])
        axis.set_yticks([0, 1], ["funny", "ordinary"], rotation=90, va="center")
        _name(axis, name, "called", "labelled")
    return _png(figure)


def histograms(columns: Mapping[str, Mapping[str, np.ndarray]]) -> bytes:
    """How numbers are spread, a panel each: by its name, and in it by label."""
    across = 5
    down = -(-len(columns) // across)
    figure, axes = _figure(down, across, (2.7 * across, 2.1 * down))
    for axis, (name, by_label) in zip(axes.flat, columns.items(), strict=False):
        values = np.concatenate(list(by_label.values()))
        bins = np.linspace(values.min(initial=0), max(values.max(initial=0), 1e-6), 25)
        for label, some in by_label.items():
            axis.hist(some, bins, density=True, alpha=0.55, label=label)
        axis.set_title(name, fontsize=9)
        axis.tick_params(labelsize=7)
    for axis in axes.flat[len(columns) :]:
        axis.axis("off")
    axes.flat[0].legend(fontsize=7)
    return _png(figure)


def _figure(down: int, across: int, size: tuple[float, float]) -> tuple[Any, Any]:
    with extra("train"):
        from matplotlib.figure import Figure

    # Not pyplot: that keeps figures, and asks for a screen.
    figure = Figure(figsize=size, layout="tight", dpi=_DPI)
    return figure, figure.subplots(down, across)


def _name(axis: Any, title: str, x: str, y: str) -> None:
    axis.set_title(title, fontsize=10)
    axis.set_xlabel(x, fontsize=9)
    axis.set_ylabel(y, fontsize=9)


def _png(figure: Any) -> bytes:
    file = BytesIO()
    # No version of the library in the file.
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()
