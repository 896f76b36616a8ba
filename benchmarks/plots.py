"""The benchmark as pictures: one page to explore, and one PNG a family of videos.

Three charts a family: average precision of every method with its interval, precision over recall
of ticks, and how often what a head said came true.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np
from plotly.graph_objects import Figure
from plotly.subplots import make_subplots

from funny.learn.metrics import bootstrap_interval

_COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8a8a8a")
_DASHED = {"dash": "dot", "color": "#8a8a8a", "width": 1}
_BINS = 10


@dataclass(frozen=True, eq=False)
class Method:
    """What one method said about all videos of a family."""

    precisions: Sequence[float]
    """Average precision of each video."""
    truth: np.ndarray
    """(t,) bool, ticks of all videos in a row."""
    scores: np.ndarray
    """(t,)."""
    is_probability: bool
    """Whether a score of 0.8 claims to be right four times in five."""


def draw(name: str, methods: Mapping[str, Method]) -> Figure:
    """The three charts of one family; formulas are dotted."""
    titles = ("average precision", "precision over recall", "share that is funny over score")
    figure = make_subplots(1, 3, subplot_titles=titles, horizontal_spacing=0.07)
    for (label, method), colour in zip(methods.items(), cycle(_COLOURS), strict=False):
        dash = "solid" if method.is_probability else "dot"
        style = {"name": label, "legendgroup": label, "marker": {"color": colour}, "dash": dash}
        figure.add_trace(_bar(label, method, style), 1, 1)
        figure.add_trace(_line(*_curve(method), style), 1, 2)
        if method.is_probability:
            figure.add_trace(_line(*reliability(method.truth, method.scores), style), 1, 3)
    figure.add_shape(type="line", x0=0, y0=0, x1=1, y1=1, line=_DASHED, row=1, col=3)
    figure.update_xaxes(range=[0, 1], row=1, col=2).update_xaxes(range=[0, 1], row=1, col=3)
    figure.update_yaxes(range=[0, 1.02], gridcolor="#e5e5e5")
    return figure.update_layout(
        title=name, template="plotly_white", height=460, width=1320, margin={"t": 90}
    )


def _bar(label: str, method: Method, style: dict) -> dict:
    mean = float(np.mean(method.precisions))
    low, high = bootstrap_interval(method.precisions, np.random.default_rng(0))
    error = {"type": "data", "array": [high - mean], "arrayminus": [mean - low]}
    bar = {"type": "bar", "x": [label], "y": [mean], "error_y": error, "showlegend": False}
    return {
        **_plain(style),
        **bar,
        "hovertemplate": f"{mean:.3f} ({low:.3f}–{high:.3f})<extra></extra>",
    }


def _line(x: np.ndarray, y: np.ndarray, style: dict) -> dict:
    is_curve = len(x) > _BINS
    line = {"color": style["marker"]["color"], "width": 2, "dash": style["dash"]}
    mode = "lines" if is_curve else "lines+markers"
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": mode,
        "line": line,
        "showlegend": is_curve,
        **_plain(style),
    }


def _plain(style: dict) -> dict:
    """A style without what only lines have."""
    return {key: value for key, value in style.items() if key != "dash"}


def _curve(method: Method) -> tuple[np.ndarray, np.ndarray]:
    """Recall and precision of ticks at 200 thresholds."""
    from sklearn.metrics import precision_recall_curve

    precision, recall, _ = precision_recall_curve(method.truth, method.scores)
    at = np.linspace(0, len(recall) - 1, 200).astype(int)
    return recall[at], precision[at]


def reliability(truth: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean score and share of funny ticks of every bin of score that holds any."""
    index = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    used = np.unique(index)
    said = np.array([scores[index == i].mean() for i in used])
    came = np.array([truth[index == i].mean() for i in used])
    return said, came


def write(figures: Mapping[str, Figure], folder: Path) -> None:
    """Writes accuracy.html with all figures and a PNG each; the PNGs need Chromium and kaleido."""
    pages = [
        figure.to_html(full_html=False, include_plotlyjs=i == 0)
        for i, figure in enumerate(figures.values())
    ]
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Accuracy of funny</title>'
    (folder / "accuracy.html").write_text(head + "\n".join(pages) + "</html>", "utf-8")
    for name, figure in figures.items():
        figure.write_image(folder / f"accuracy-{file_name(name)}.png")


def file_name(family: str) -> str:
    """'make_vod.py, looked at' → 'make-vod-py-looked-at'."""
    return "-".join("".join(c if c.isalnum() else " " for c in family.lower()).split())
