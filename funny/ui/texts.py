"""What the page tells: progress, results and failures, in the visitor's language."""

import logging

import numpy as np

from funny.errors import BusyError, Cancelled, FunnyError, NotKept
from funny.files import is_full
from funny.grid import clock
from funny.moments.clips import estimated_bytes, estimated_cut_s
from funny.records import Analysis
from funny.ui.exports import KINDS
from funny.ui.jobs import Job
from funny.ui.refusals import reason
from funny.ui.strings import STRINGS, note_text, say
from funny.ui.work import Work

logger = logging.getLogger(__name__)


def progress_text(language: str, work: Work) -> str:
    """What a job is doing, how fast, how long it will take, and what was found so far."""
    assert work.job is not None
    if work.job.is_stopping:
        return say(language, "stopping")
    text = _stage_text(language, work.job)
    if work.analysis is not None and not work.is_complete:
        so_far = say(language, "so_far", highlights=len(work.analysis.highlights))
        text = f"{text} · {so_far}"
    return f"{text}\n\n{_bar(work.job)}"


def _bar(job: Job) -> str:
    """A bar of what is done, or one that only moves; the words over it say the same."""
    value = f' value="{job.done / job.total:.3f}"' if job.total and job.done else ""
    return f'<progress max="1"{value} aria-hidden="true"></progress>'


def _stage_text(language: str, job: Job) -> str:
    if job.stage == "queued":
        return say(language, "queued_behind" if job.before else "queued", before=job.before)
    stage = say(language, f"stage_{job.stage}")
    if not job.total or job.stage in ("start", "score"):
        return stage
    percent = round(100 * job.done / job.total)
    if job.stage in ("cast", "pictures"):
        return say(language, "progress_short", stage=stage, percent=percent)
    if job.stage == "download":
        megabytes, left = f"{job.done / 1e6:.0f}", clock(job.left_s)
        told = {"percent": percent, "megabytes": megabytes, "left": left}
        return say(language, "progress_bytes", stage=stage, **told)
    if job.rate <= 0:
        return say(language, "progress_short", stage=stage, percent=percent)
    if job.stage in KINDS:
        left = clock(job.left_s)
        return say(language, "progress_left", stage=stage, percent=percent, left=left)
    numbers = {"percent": percent, "rate": f"{job.rate:.1f}", "left": clock(job.left_s)}
    return say(language, "progress", stage=stage, **numbers)


def failure_text(language: str, job: Job | None) -> str:
    """Why a job ended without a result, and at what; what was not foreseen goes to the log."""
    error = job.error if job else None
    if isinstance(error, Cancelled):
        return say(language, "cancelled")
    if isinstance(error, BusyError):
        return say(language, "busy_own" if error.own else "busy_all", own=error.own)
    if isinstance(error, NotKept):
        return say(language, f"full_{error.what}")
    if isinstance(error, OSError) and is_full(error):
        return say(language, "failed", reason=say(language, "no_room"))
    if isinstance(error, FunnyError):
        doing = STRINGS[language].get(f"doing_{job.stage}") if job else None
        key = "failed_at" if doing else "failed"
        return say(language, key, doing=doing, reason=reason(language, error))
    if (said := _said_by_the_space(error)) is not None:
        return say(language, "failed", reason=said)
    logger.error("analysis failed", exc_info=error)
    return say(language, "crashed")


def _said_by_the_space(error: BaseException | None) -> str | None:
    """What a Space itself tells a visitor, such as that the GPU's time for today is used up."""
    is_its_own = type(error).__module__.split(".")[0] == "gradio"
    return str(getattr(error, "message", error)) if is_its_own else None


def done_text(language: str, work: Work) -> str:
    """What an analysis found, and what a person should know about it."""
    analysis = work.analysis
    assert analysis is not None, "nothing was analysed"
    numbers = {"highlights": len(analysis.highlights), "clips": len(work.clips)}
    head = (
        say(language, "done", duration=clock(analysis.video.duration_s), **numbers)
        if analysis.highlights
        else decided_text(language, analysis)
    )
    notes = [f"⚠ {note_text(language, note)}" for note in analysis.notes]
    return "\n\n".join([head, *notes])


def decided_text(language: str, analysis: Analysis) -> str:
    """How many moments there are under the threshold, and how many are kept."""
    threshold = f"{analysis.options['threshold']:.2f}"
    if not analysis.highlights:
        return say(language, "none_found", threshold=threshold)
    numbers = {"highlights": len(analysis.highlights), "kept": len(analysis.kept)}
    return say(language, "decided", threshold=threshold, **numbers)


def plan_text(language: str, analysis: Analysis) -> str:
    """What cutting the kept moments will give, and what it will take."""
    chosen = analysis.kept
    length_s = sum(highlight.length_s for highlight in chosen)
    megabytes = np.ceil(estimated_bytes(analysis.video, length_s) / 1e6)
    numbers = {"clips": len(chosen), "length": clock(length_s), "megabytes": f"{megabytes:.0f}"}
    return say(language, "plan", time=clock(estimated_cut_s(analysis.video, length_s)), **numbers)
