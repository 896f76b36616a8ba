"""What is made of the moments that a visitor kept: a project file, a reel, shorts, thumbnails.

Each maker puts its files into an empty folder of its own, and nothing else anywhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funny.grid import clock
from funny.moments.choice import Moment, chosen_moments
from funny.moments.clips import zip_clips
from funny.moments.handoff.values import ExportOptions
from funny.moments.handoff.write import write
from funny.moments.reel.values import ReelOptions
from funny.moments.reel.write import write_reel
from funny.moments.shorts import ShortOptions, make_shorts
from funny.moments.source import same_video
from funny.moments.stills import ThumbnailOptions, make_thumbnails
from funny.records import Analysis

if TYPE_CHECKING:
    from funny.extract.faces import FaceDetector

KINDS = ("project", "reel", "shorts", "thumbnails")

Told = Callable[[float, float], None]
"""Told how much is done, and of how much; may raise to stop the work."""


@dataclass(frozen=True)
class Outcome:
    """What was made of the moments of an analysis."""

    folder: Path
    """Holds the files and nothing else."""
    files: tuple[Path, ...]
    """To download, all in one first."""
    shown: tuple[Path, ...]
    """Videos and pictures to look at."""
    told: dict[str, Any]
    """What the sentence about it is filled in with."""
    moments: tuple[Moment, ...]
    """Of which it was made."""
    notes: tuple[str, ...] = ()
    """What a person should know about it."""

    def is_of(self, analysis: Analysis | None) -> bool:
        """Whether it is made of the moments that an analysis has now."""
        return analysis is not None and self.moments == tuple(chosen_moments(analysis))


Maker = Callable[[Analysis, Path, Told], Outcome]
"""Makes something of an analysis in an empty folder."""


def make_project(
    name: str, options: ExportOptions, analysis: Analysis, folder: Path, told: Told
) -> Outcome:
    """Writes a project file.

    Args:
        name: Id of the format.
        options: What is wanted.
        analysis: What was found.
        folder: Where it goes.
        told: Its progress.

    Raises:
        FunnyError: With one sentence that says what happened and what to do.
    """
    told(0, 0)
    made = write(analysis, name, options, folder)
    moments = tuple(chosen_moments(analysis))
    numbers = {"name": made.path.name, "count": len(moments)}
    return Outcome(folder, (made.path,), (), numbers, moments, made.notes)


def make_reel(options: ReelOptions, analysis: Analysis, folder: Path, told: Told) -> Outcome:
    """Makes a reel; see `make_project`."""
    reel = write_reel(analysis, options, folder, progress=told)
    numbers = {"length": clock(reel.plan.length_s), "count": len(reel.plan.pieces)}
    return _outcome(analysis, folder, "reel", [reel.path], numbers)


def make_all_shorts(
    detector: "FaceDetector", options: ShortOptions, analysis: Analysis, folder: Path, told: Told
) -> Outcome:
    """Makes a short of every moment; see `make_project`."""
    same_video(analysis.video)
    made = make_shorts(analysis, chosen_moments(analysis), folder, detector, options, told)
    shorts = [short.path for short in made]
    return _outcome(analysis, folder, "shorts", shorts, {"count": len(shorts)})


def make_all_thumbnails(
    detector: "FaceDetector",
    options: ThumbnailOptions,
    analysis: Analysis,
    folder: Path,
    told: Told,
) -> Outcome:
    """Makes the thumbnails of every moment; see `make_project`."""
    same_video(analysis.video)
    made = make_thumbnails(analysis, chosen_moments(analysis), folder, detector, options, told)
    pictures = [p for one in made for p in (one.picture, one.animation) if p is not None]
    return _outcome(analysis, folder, "thumbnails", pictures, {"count": len(made)})


def _outcome(
    analysis: Analysis, folder: Path, kind: str, made: Sequence[Path], numbers: dict[str, Any]
) -> Outcome:
    """Files that are shown one by one, and if there are several, in one to download."""
    whole = [zip_clips(made, folder / f"{kind}.zip")] if len(made) > 1 else []
    moments = tuple(chosen_moments(analysis))
    return Outcome(folder, (*whole, *made), tuple(made), numbers, moments)
