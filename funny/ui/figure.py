"""The timeline as a Plotly figure: funniness, what it is made of, and the signals on one axis."""

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from funny.grid import clock
from funny.records import SENSES, Analysis, Highlight
from funny.score.features import loudness_db
from funny.ui.curves import shares

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

# Okabe and Ito's colours, which colour-blind people can tell apart.
SCORE_COLOUR, HAPPINESS_COLOUR, LOUDNESS_COLOUR = "#D55E00", "#0072B2", "#009E73"
LAUGHTER_COLOUR = "#CC79A7"
_SENSE_COLOURS = dict(
    zip(SENSES, (HAPPINESS_COLOUR, LOUDNESS_COLOUR, LAUGHTER_COLOUR), strict=True)
)
_GREY = "#8a8a8a"
_HEIGHTS = [0.36, 0.16, 0.16, 0.16, 0.16]

Names = dict[str, str]
"""Words of the figure by key, in the reader's language."""

ENGLISH: Names = {
    "score": "funniness",
    "happiness": "happiness",
    "loudness": "loudness (dB)",
    "laughter": "laughter heard",
    "made_of": "made of",
    "face": "face",
    "loudness_word": "loudness",
}


def draw(analysis: Analysis, threshold: float, names: Names = ENGLISH) -> "Figure":
    """Draws an analysis; highlights are bands, the threshold is a dashed line.

    Args:
        analysis: What to draw.
        threshold: Score at which a moment is one.
        names: Words for axes and hover text.
    """
    from plotly.subplots import make_subplots

    figure = make_subplots(
        rows=5, cols=1, shared_xaxes=True, row_heights=_HEIGHTS, vertical_spacing=0.035
    )
    lanes = (
        ("score", 1, analysis.timeline.scores, SCORE_COLOUR, [0, 1.02]),
        ("happiness", 3, _happiness(analysis), HAPPINESS_COLOUR, [0, 1.02]),
        ("laughter", 4, analysis.signals.laughter, LAUGHTER_COLOUR, [0, 1.02]),
        ("loudness", 5, loudness_db(analysis.signals.rms), LOUDNESS_COLOUR, None),
    )
    hover = _hover(analysis, names)
    for key, row, values, colour, extent in lanes:
        figure.add_trace(_line(analysis, values, colour, names[key], hover), row=row, col=1)
        figure.update_yaxes(title_text=names[key], range=extent, row=row, col=1)
    for area in _areas(analysis, names):
        figure.add_trace(area, row=2, col=1)
    figure.update_yaxes(title_text=names["made_of"], range=[0, 1.02], row=2, col=1)
    # All at once: one by one, Plotly looks at all that are there for each more.
    bands = [(h, row) for h in analysis.highlights for row in range(1, len(_HEIGHTS) + 1)]
    figure.update_layout(shapes=[_band(highlight, row) for highlight, row in bands])
    figure.add_hline(threshold, line={"dash": "dash", "width": 1, "color": _GREY}, row=1, col=1)
    return _styled(figure, analysis.video.duration_s)


def _band(highlight: Highlight, row: int) -> dict[str, object]:
    """A moment in one of the rows, from 1."""
    axis = "" if row == 1 else str(row)
    return {
        "type": "rect",
        "xref": f"x{axis}",
        "yref": f"y{axis} domain",
        "x0": highlight.start_s,
        "x1": highlight.end_s,
        "y0": 0,
        "y1": 1,
        "fillcolor": SCORE_COLOUR,
        "opacity": 0.16,
        "line_width": 0,
    }


def _happiness(analysis: Analysis) -> np.ndarray:
    """Happiness where a face was seen, gaps elsewhere, shape (t,)."""
    return np.where(analysis.signals.face_found, analysis.signals.emotion("happiness"), np.nan)


def _hover(analysis: Analysis, names: Names) -> list[str]:
    """One text a tick: time, score, happiness, laughter and loudness."""
    columns = (
        analysis.timeline.times_s,
        analysis.timeline.scores,
        _happiness(analysis),
        analysis.signals.laughter,
        loudness_db(analysis.signals.rms),
    )
    return [
        f"<b>{clock(t)}</b><br>{names['score']} {score:.2f}"
        f"<br>{names['happiness']} {'–' if np.isnan(happy) else f'{happy:.2f}'}"
        f"<br>{names['laughter']} {laugh:.2f}"
        f"<br>{names['loudness']} {db:.0f}"
        for t, score, happy, laugh, db in zip(*columns, strict=True)
    ]


def _line(
    analysis: Analysis, values: np.ndarray, colour: str, name: str, hover: list[str]
) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": analysis.timeline.times_s,
        "y": np.round(values, 3),
        "name": name,
        "line": {"color": colour, "width": 1.6},
        "text": hover,
        "hovertemplate": "%{text}<extra></extra>",
        "showlegend": False,
    }


def _areas(analysis: Analysis, names: Names) -> list[dict[str, object]]:
    """The score, shared out among the senses by what each adds to it, as areas on each other."""
    words = {**names, "loudness": names["loudness_word"]}
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": analysis.timeline.times_s,
            "y": np.round(values, 3),
            "name": words[sense],
            "stackgroup": "senses",
            "line": {"color": _SENSE_COLOURS[sense], "width": 0.5},
            "hoverinfo": "skip",
            "showlegend": True,
        }
        for sense, values in zip(SENSES, shares(analysis).T, strict=True)
    ]


def _styled(figure: "Figure", duration_s: float) -> "Figure":
    figure.update_layout(
        height=560,
        margin={"l": 60, "r": 16, "t": 40, "b": 40},
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": _GREY},
        hovermode="x",
    )
    at = _time_ticks(duration_s)
    figure.update_xaxes(range=[0, duration_s], tickvals=at, ticktext=[clock(t) for t in at])
    figure.update_xaxes(gridcolor="rgba(128,128,128,.2)", zeroline=False)
    figure.update_yaxes(gridcolor="rgba(128,128,128,.2)", zeroline=False, title_font_size=11)
    return figure


def _time_ticks(duration_s: float) -> list[float]:
    """Round times for the axis, about eight of them."""
    steps = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
    step = next((s for s in steps if duration_s / s <= 8), steps[-1])
    return np.arange(0, duration_s + 1e-6, step).tolist()


def write_html(analysis: Analysis, path: Path) -> None:
    """Writes the figure as one page that needs no network: Plotly is inside."""
    figure = draw(analysis, float(analysis.options.get("threshold") or 0.0))
    figure.update_layout(height=720, paper_bgcolor="white", font_color="#333333")
    name = analysis.video.path.name.encode("utf-8", "backslashreplace").decode()
    figure.update_layout(title=f"funny: {escape(name)}", margin_t=50)
    figure.write_html(path, include_plotlyjs=True, full_html=True)
