"""Everything that an analysis leaves in a folder, the same from the page and the command line."""

from collections.abc import Callable, Sequence
from pathlib import Path

from funny import store
from funny.moments.clips import cut_clips, zip_clips
from funny.moments.cutting import CutOptions
from funny.moments.handoff.tables import write_csv
from funny.records import Analysis, Highlight
from funny.ui.figure import write_html

CLIPS, ZIP = "clips", "clips.zip"


def write_results(
    analysis: Analysis,
    chosen: Sequence[Highlight],
    folder: Path,
    progress: Callable[[str, float, float], None],
) -> list[Path]:
    """Writes tables, timeline and signals, cuts and zips clips; returns the clips.

    Args:
        analysis: What was found.
        chosen: The highlights to cut; without any there is neither a clips folder nor a zip.
        folder: An existing folder.
        progress: Told of the stage `clips`; may raise to stop the work.

    Raises:
        MediaError: If a clip cannot be written.
    """
    store.save(analysis, folder)
    write_csv(analysis.highlights, folder / "highlights.csv")
    write_html(analysis, folder / "timeline.html")
    if not chosen:
        return []
    clips = cut_clips(
        analysis.video,
        chosen,
        folder / CLIPS,
        CutOptions(sound=analysis.options["audio_track"]),
        lambda done, total: progress("clips", done, total),
    )
    zip_clips(clips, folder / ZIP)
    return clips
