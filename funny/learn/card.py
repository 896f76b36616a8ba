"""The model card of a run: its data, its figures, its limits; nothing of this machine."""

import numpy as np

from funny.learn.examples import Examples
from funny.learn.report import Report
from funny.learn.table import as_markdown, cells

_CARD = """---
license: apache-2.0
library_name: funny
tags: [highlight-detection, humor, facial-expression-recognition]
---

# Head: {name} ({kind})

Says how funny a clip of 5–7 s is, from {features} numbers a tick (twice a second) about face and
voice: {parameters:,} parameters. {origin}

## Data

{clips} clips of {videos} videos{streamers}, {funny} of them labelled funny. Identity of the clips
and their labels: `{identity}`. Emotion model that read the faces: {emotion}.

## Figures

Each clip was scored by a head that had seen neither it nor any other clip of its {group}, over
{folds} folds: mean ± deviation over folds (95 % interval over {group}s drawn again). A clip counts
as it is served, by its funniest tick. Prevalence {prevalence:.3f}: what chance reaches in AP.

{table}

{choice}Thresholds and calibration were chosen for each fold on the other folds; those in
`highlights.json` and `config.json` on all of them.

## Limits

The clips are {prevalence:.0%} funny, and scores are calibrated for such clips; in a whole stream
less is funny, so that the same score promises less there. {few}Expression models read faces, not
feelings, and err differently for different people: do not judge persons by them.

## Use

    python -m funny analyze VIDEO --out DIR --head {name}
"""


def card(report: Report) -> str:
    """The model card of a run."""
    head, examples = report.chosen, report.examples
    streamers = len(np.unique(examples.streamers[examples.streamers != ""]))
    return _CARD.format(
        name=report.name,
        kind=head.net.config.kind,
        features=head.net.inputs,
        parameters=head.parameters,
        origin=_origin(report),
        clips=len(examples),
        videos=len(np.unique(examples.videos)),
        streamers=f" of {streamers} streamers" if streamers else "",
        funny=int(examples.funny.sum()),
        identity=examples.identity,
        emotion=report.emotion,
        group=report.options["group"],
        folds=report.options["folds"],
        prevalence=float(examples.funny.mean()),
        table=as_markdown(cells(report.lines(timed=False))),
        choice=_choice(report),
        few=_few(examples),
    )


def _origin(report: Report) -> str:
    start = report.options.get("from")
    if start:
        return f"Tuned further from `{start}`, whose standardisation it keeps."
    return "Trained from random weights."


def _choice(report: Report) -> str:
    if "search" in report.options:
        return (
            "Its shape and training were searched for; those of each fold without that fold, so "
            "that the figures are of the search, not of its best guess.\n\n"
        )
    if len(report.heads) == 1:
        return ""
    return (
        f"`{report.chosen.name}` was chosen by these figures, of {len(report.heads)} heads, so "
        "that its own are a little too good.\n\n"
    )


def _few(examples: Examples) -> str:
    videos = len(np.unique(examples.videos))
    if len(examples) >= 1000 and videos >= 50:
        return ""
    return f"{len(examples)} clips of {videos} videos are few: mind the intervals. "
