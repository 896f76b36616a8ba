"""What the page's controls say, as options of an analysis, and back."""

from collections.abc import Sequence
from typing import Any

from funny.errors import OptionError
from funny.moments.highlights import HighlightOptions
from funny.pipeline import AnalyzeOptions
from funny.records import Region
from funny.ui.strings import say


def chosen_options(language: str, threshold: float, *settings: Any) -> AnalyzeOptions:
    """The options of an analysis from the page's controls, in the order they are laid out.

    Raises:
        OptionError: If one of them cannot work.
    """
    top, pad_before_s, pad_after_s, min_length_s, max_length_s, track, region, *rest = settings
    quick, head = rest
    usual = HighlightOptions()
    return AnalyzeOptions(
        audio_track=_track(language, (track or "").strip()),
        face_region=as_region(language, region),
        quick=bool(quick),
        head=str(head),
        threshold=float(threshold),
        highlights=HighlightOptions(
            top=int(top or 0) or None,
            pad_before_s=float(pad_before_s or 0),
            pad_after_s=float(pad_after_s or 0),
            min_length_s=float(min_length_s or 0),
            max_length_s=float(max_length_s or usual.max_length_s),
        ),
    )


def as_chosen(options: AnalyzeOptions, onset: float) -> list[Any]:
    """Values of the controls under which `chosen_options` gives these options.

    Args:
        options: What was chosen.
        onset: The threshold where none was chosen.
    """
    tidy, region, track = options.highlights, options.face_region, options.audio_track
    return [
        onset if options.threshold is None else options.threshold,
        tidy.top or 0,
        *(tidy.pad_before_s, tidy.pad_after_s, tidy.min_length_s, tidy.max_length_s),
        "" if track is None else str(track),
        region_text(region),
        options.quick,
        options.head,
    ]


def _track(language: str, text: str) -> int | None:
    if text and not text.isdecimal():
        raise OptionError(say(language, "bad_track"))
    return int(text) if text else None


def as_region(language: str, text: str | None) -> Region | None:
    """The region that was typed; None if nothing was.

    Raises:
        OptionError: If it is none.
    """
    if not (text or "").strip():
        return None
    try:
        x, y, w, h = (float(part) for part in str(text).split(","))
    except ValueError:
        raise OptionError(say(language, "bad_region")) from None
    return x, y, w, h


def region_text(region: Sequence[float] | None) -> str:
    """A region as it is typed."""
    return "" if region is None else ",".join(f"{x:g}" for x in region)
