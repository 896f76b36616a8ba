"""What the fields of the Export menu say, as options; what cannot work is said in a sentence."""

from collections.abc import Sequence
from math import isfinite
from pathlib import Path

from funny.errors import OptionError
from funny.moments.handoff.formats import format_named
from funny.moments.handoff.media import place_of
from funny.moments.handoff.values import ExportOptions
from funny.moments.reel.values import ReelOptions
from funny.ui.strings import say


def project_options(
    language: str, name: str, chosen: str, mode: str, handles_s: float | None, media: str
) -> ExportOptions:
    """The options of a project file.

    Args:
        language: `en` or `ko`.
        name: What the video is called, if `media` does not say so.
        chosen: Id of the format.
        mode: `cut` or `mark`; of formats that know one only, that one is taken.
        handles_s: Seconds more on both sides; None: 0.
        media: Where the video lies on the visitor's computer; may be empty.

    Raises:
        OptionError: If one of them cannot work.
    """
    if not (isfinite(more_s := handles_s or 0.0) and more_s >= 0):
        raise OptionError(say(language, "bad_handles"))
    place = place_of(media, name)
    knows = format_named(chosen).modes
    return ExportOptions(
        mode if mode in knows else knows[0], float(more_s), language=language, media=place
    )


def reel_options(language: str, length_s: float | None, order: str, titles: bool) -> ReelOptions:
    """The options of a reel.

    Args:
        language: `en` or `ko`.
        length_s: Seconds at most; 0 or None: every moment whole.
        order: `time` or `rank`.
        titles: Whether there are any.

    Raises:
        OptionError: If one of them cannot work.
    """
    if length_s and not (isfinite(length_s) and length_s >= 1):
        raise OptionError(say(language, "bad_length"))
    return ReelOptions(
        length_s=float(length_s) if length_s else None,
        order=order,
        titles=bool(titles),
        language=language,
    )


def usual_media(video: Path, folders: Sequence[Path]) -> str:
    """Where a video lies for who typed nothing: an upload by its name, another as it was opened.

    Args:
        video: The file.
        folders: Those whose videos are opened by path.
    """
    is_open = any(video.resolve().is_relative_to(folder) for folder in folders)
    return str(video) if is_open else video.name
