"""What the page tells: progress, results and failures, in the visitor's language."""

import logging
from pathlib import Path
from typing import Any

from funny.errors import Cancelled, FunnyError
from funny.grid import clock
from funny.moments.reasons import reason_text
from funny.ui.jobs import Job, Result
from funny.ui.strings import STRINGS, note_text, reason_words, say

logger = logging.getLogger(__name__)


def progress_text(language: str, job: Job) -> str:
    """What a job is doing, how fast, and how long it will take."""
    key = job.stage if job.stage == "queued" else f"stage_{job.stage}"
    stage = say(language, key)
    if not job.total or job.stage in ("start", "score", "queued"):
        return stage
    percent = round(100 * job.done / job.total)
    if job.done <= 0:
        return say(language, "progress_short", stage=stage, percent=percent)
    numbers = {"percent": percent, "rate": f"{job.rate:.1f}", "left": clock(job.left_s)}
    return say(language, "progress", stage=stage, **numbers)


def failure_text(language: str, error: BaseException | None) -> str:
    """Why a job ended without a result; what was not foreseen goes to the log."""
    if isinstance(error, Cancelled):
        return say(language, "cancelled")
    if isinstance(error, FunnyError):
        return say(language, "failed", reason=without_folder(str(error)))
    if (said := _said_by_the_space(error)) is not None:
        return say(language, "failed", reason=said)
    logger.error("analysis failed", exc_info=error)
    return say(language, "crashed")


def _said_by_the_space(error: BaseException | None) -> str | None:
    """What a Space itself tells a visitor, such as that the GPU's time for today is used up."""
    is_its_own = type(error).__module__.split(".")[0] == "gradio"
    return str(getattr(error, "message", error)) if is_its_own else None


def without_folder(message: str) -> str:
    """A message without the server's folders: visitors know the file's name only."""
    words = (Path(w).name if w.startswith("/") else w for w in message.split(" "))
    return " ".join(words)


def done_text(language: str, result: Result) -> str:
    """What an analysis found, and what a person should know about it."""
    analysis = result.analysis
    numbers = {"highlights": len(analysis.highlights), "clips": len(result.clips)}
    head = (
        say(language, "done", duration=clock(analysis.video.duration_s), **numbers)
        if analysis.highlights
        else say(language, "none_found", threshold=f"{analysis.options['threshold']:.2f}")
    )
    notes = [f"⚠ {note_text(language, note)}" for note in analysis.notes]
    return "\n\n".join([head, *notes])


def redecided_text(language: str, result: Result) -> str:
    """What a moved threshold changed."""
    analysis = result.analysis
    threshold = f"{analysis.options['threshold']:.2f}"
    if not analysis.highlights:
        return say(language, "none_found", threshold=threshold)
    numbers = {"highlights": len(analysis.highlights), "threshold": threshold}
    return say(language, "redecided", cut=say(language, "cut"), **numbers)


def table_headers(language: str) -> list[str]:
    """Headers of the table of highlights."""
    keys = ("rank", "start", "end", "length", "score_column", "reasons")
    return [STRINGS[language][key] for key in keys]


def table_rows(result: Result, language: str) -> list[list[Any]]:
    """Rows of the table of highlights."""
    words = reason_words(language)
    return [
        [
            rank,
            clock(h.start_s),
            clock(h.end_s),
            round(h.length_s, 1),
            f"{h.score:.2f}",
            " · ".join(reason_text(r, words) for r in h.reasons),
        ]
        for rank, h in enumerate(result.analysis.highlights, 1)
    ]
