"""Writes an export: all that can fail fails before, and the file is there whole or not at all."""

import os
from dataclasses import dataclass
from pathlib import Path

from funny.errors import OptionError
from funny.files import staged
from funny.moments.handoff import words
from funny.moments.handoff.formats import Format, exported, format_named
from funny.moments.handoff.source import read_source
from funny.moments.handoff.values import ExportOptions
from funny.records import Analysis

_LONGEST_NAME = 255


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
    path = _target(analysis, chosen, out)
    needed = chosen.needs_video(options) or relink is not None
    source = read_source(analysis.video, relink) if needed else None
    made = exported(analysis, name, options, source)
    with staged(path.parent) as folder:
        (folder / path.name).write_bytes(made.content)
    return Written(path, (*made.notes, *_apart(analysis, chosen, options, path)))


def _target(analysis: Analysis, chosen: Format, out: Path) -> Path:
    _check_name(out)
    path = out / f"{analysis.video.path.stem}{chosen.suffix}" if out.is_dir() else out
    _check_name(path)
    if path.exists() and (path.is_dir() or _is_same(path, analysis.video.path)):
        raise OptionError(f"--out {path}: that is no place for a new file. Choose another name.")
    return path


def _check_name(path: Path) -> None:
    if len(os.fsencode(path.name)) > _LONGEST_NAME:
        raise OptionError(f"--out {path.name[:40]}…: the name is too long. Choose a shorter one.")
    if "\0" in str(path):
        raise OptionError("--out: a name cannot hold a nul character. Choose another name.")


def _is_same(path: Path, other: Path) -> bool:
    return other.exists() and path.samefile(other)


def _apart(
    analysis: Analysis, chosen: Format, options: ExportOptions, path: Path
) -> tuple[str, ...]:
    """What to say where a project must lie beside its video, and does not."""
    video = analysis.video.path
    if chosen.id != "losslesscut" or path.absolute().parent == video.absolute().parent:
        return ()
    return (words.word("beside", options.language, video=words.one_line(video.name)),)
