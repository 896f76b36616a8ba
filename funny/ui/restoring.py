"""Work as it is found again after the server ended."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from funny import store
from funny.errors import MediaError
from funny.ui.folders import ANALYSIS, RESULTS, SOURCE, settle, tidy
from funny.ui.kept import Kept, Row, decided_of, exports_of, options_of
from funny.ui.results import CLIPS
from funny.ui.turns import Turns
from funny.ui.work import Work


def restored(row: Row, folder: Path, turns: Turns, kept: Kept) -> Work:
    """The work of a row, as far as it had come when the server ended.

    Args:
        row: What was kept of it.
        folder: Where its files lie.
        turns: Where its jobs wait for their turn.
        kept: Where it is kept from now on.
    """
    work = Work(row.name, Path(row.video), folder, visitor=row.visitor, turns=turns, kept=kept)
    work.preview = Path(row.preview) if row.preview else None
    work.options, work.exports = options_of(row.options), exports_of(row.exports)
    _clean(work)
    work.clips = sorted((folder / RESULTS / CLIPS).glob("*.mp4"))
    _find_moments(work, row.decided)
    return work


def _clean(work: Work) -> None:
    """Leaves in its folder what is whole and known."""
    for name in (ANALYSIS, RESULTS):
        settle(work.folder / name)
    exports = [made.folder.name for made in work.exports.values()]
    preview = "" if work.preview is None else work.preview.name
    tidy(work.folder, {ANALYSIS, RESULTS, SOURCE, *exports, preview})


def _find_moments(work: Work, text: str) -> None:
    """Its analysis as it was decided last, if the whole video had been read."""
    with suppress(MediaError):
        analysis = store.load(work.folder / ANALYSIS)
        work.edits, decided = decided_of(text)
        options = {**analysis.options, **decided}
        work.analysis = replace(analysis, highlights=work.edits.highlights, options=options)
        work.is_complete = True
