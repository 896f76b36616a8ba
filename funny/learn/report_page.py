"""The page of a run: figures, curves, and the clips that were got most wrong, to be played."""

import numpy as np

from funny.grid import clock
from funny.learn import pages
from funny.learn.examples import Examples
from funny.learn.figures import Judged
from funny.learn.manifest import Manifest
from funny.learn.report import Report
from funny.learn.table import as_html, cells

_MOST_WRONG = 20


def report_page(report: Report, curves: bytes, confusion: bytes) -> str:
    """The page of a run.

    Args:
        report: What it found.
        curves: The picture of `plots.curves`.
        confusion: The picture of `plots.confusions`.
    """
    head = report.chosen
    return pages.page(
        f"Run {report.name}",
        [
            *map(pages.paragraph, report.notes),
            as_html(cells(report.lines(timed=False))),
            pages.picture(curves, "ROC, precision over recall, calibration"),
            pages.heading("Confusion"),
            pages.picture(confusion, "what was called funny and what is"),
            pages.heading(f"The clips that {head.name} got most wrong"),
            wrongest(report.manifest, report.examples, head.judged),
        ],
    )


def wrongest(manifest: Manifest, examples: Examples, judged: Judged) -> str:
    """A list of the clips whose score is farthest from their label, as links that play."""
    off = np.abs(judged.scores - examples.funny)
    order = np.argsort(-off, kind="stable")[:_MOST_WRONG]
    videos = {video.id: video for video in manifest.videos}
    rows = []
    for n in order:
        start_s, end_s = float(examples.start_s[n]), float(examples.end_s[n])
        video = videos[str(examples.videos[n])]
        span = f"{_plain(start_s)},{_plain(end_s)}"
        address = f"{manifest.file_of(video).absolute().as_uri()}#t={span}"
        text = f"{video.title or video.id} at {clock(start_s)}"
        label = "funny" if examples.funny[n] else "ordinary"
        said = f" {label}, scored {judged.scores[n]:.2f} ({pages.escape(str(examples.ids[n]))})"
        rows.append(f"<li>{pages.link(address, text)}{said}</li>")
    return "\n".join(["<ol>", *rows, "</ol>"])


def _plain(time_s: float) -> str:
    """Seconds to the millisecond, as short as they can be written."""
    return f"{time_s:.3f}".rstrip("0").rstrip(".")
