"""Writes an export: all that can fail fails before, and the file is there whole or not at all."""

from dataclasses import dataclass
from pathlib import Path

from funny.files import staged
from funny.moments.handoff import words
from funny.moments.handoff.formats import Format, exported, format_named
from funny.moments.handoff.source import read_source
from funny.moments.handoff.values import ExportOptions
from funny.moments.target import new_file
from funny.records import Analysis


@dataclass(frozen=True)
class Written:
    """A file that was written, and what a person should know of it."""

    path: Path
    notes: tuple[str, ...]


def write(
    analysis: Analysis,
    name: str,
    options: ExportOptions,
    out: Path,
    relink: Path | None = None,
) -> Written:
    """Writes the moments of an analysis in a format.

    Args:
        analysis: What was found.
        name: Id of the format.
        options: What is wanted.
        out: The file, or a folder in which it is named after the video.
        relink: Where the video is now, if not where it was analysed.

    Raises:
        FunnyError: With one sentence that says what happened and what to do; nothing is written.
    """
    chosen = format_named(name)
    media = options.media or analysis.video.path
    path = new_file(out, f"{media.stem}{chosen.suffix}", analysis.video.path)
    needed = chosen.needs_video(options) or relink is not None
    source = read_source(analysis.video, relink) if needed else None
    made = exported(analysis, name, options, source)
    with staged(path.parent) as folder:
        (folder / path.name).write_bytes(made.content)
    return Written(path, (*made.notes, *_apart(analysis, chosen, options, path)))


def _apart(
    analysis: Analysis, chosen: Format, options: ExportOptions, path: Path
) -> tuple[str, ...]:
    """What to say where a project must lie beside its video, and does not."""
    video = options.media or analysis.video.path.absolute()
    if chosen.id != "losslesscut" or path.absolute().parent == video.parent:
        return ()
    return (words.word("beside", options.language, video=words.one_line(video.name)),)
