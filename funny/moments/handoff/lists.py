"""Lists of times as text: chapters, comments, subtitles, labels, and the project of LosslessCut."""

import json

from funny.errors import OptionError
from funny.moments.handoff import words
from funny.moments.handoff.values import Listing, Moment

CHAPTER_S = 10
"""YouTube wants this much between two chapters, and after the last."""
FEWEST_CHAPTERS = 3


def chapters(listing: Listing) -> str:
    """Chapters for the description of a YouTube video, the first at 0:00.

    Where two moments are too close for a chapter each, the funnier one has it.

    Raises:
        OptionError: If fewer than three fit, which YouTube would not take.
    """
    chosen = _with_chapter(listing)
    lines = [f"{_short_clock(_chapter_s(m))} {m.title}" for m in chosen]
    if not chosen or _chapter_s(chosen[0]):
        lines.insert(0, f"0:00 {words.word('opening', listing.options.language)}")
    if len(lines) < FEWEST_CHAPTERS:
        raise OptionError(
            f"YouTube takes chapters from {FEWEST_CHAPTERS} on, {CHAPTER_S} s apart, and only "
            f"{len(lines)} fit here. Try --all, a lower threshold, or --format comment."
        )
    return "\n".join([*lines, ""])


def without_chapter(listing: Listing) -> tuple[str, ...]:
    """What to say of moments that have no chapter of their own."""
    skipped = len(listing.moments) - len(_with_chapter(listing))
    return (words.word("chapters", listing.options.language, skipped=skipped),) if skipped else ()


def _with_chapter(listing: Listing) -> list[Moment]:
    """The moments that fit, in the order of time."""
    chosen: list[Moment] = []
    for moment in sorted(listing.moments, key=lambda m: m.rank):
        taken = [_chapter_s(m) for m in chosen]
        fits = all(abs(_chapter_s(moment) - other) >= CHAPTER_S for other in taken)
        if fits and _chapter_s(moment) + CHAPTER_S <= listing.length_s:
            chosen.append(moment)
    return sorted(chosen, key=_chapter_s)


def _chapter_s(moment: Moment) -> int:
    """Where its chapter begins: a moment of the first seconds is the first chapter."""
    start_s = int(moment.start_s)
    return 0 if start_s < CHAPTER_S else start_s


def comment(listing: Listing) -> str:
    """Times to paste into a comment, which turns them into links."""
    return "".join(f"{_short_clock(int(m.start_s))} {m.text}\n" for m in listing.moments)


def _short_clock(time_s: int) -> str:
    """Time as 0:07, 12:34 or 1:02:03."""
    minutes, seconds = divmod(time_s, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def srt(listing: Listing) -> str:
    """SubRip: one subtitle a moment."""
    return "\n".join(
        f"{number}\n{_long_clock(m.start_s, ',')} --> {_long_clock(m.end_s, ',')}\n{_cue(m)}\n"
        for number, m in enumerate(listing.moments, 1)
    )


def vtt(listing: Listing) -> str:
    """WebVTT: one cue a moment."""
    cues = (
        f"{number}\n{_long_clock(m.start_s, '.')} --> {_long_clock(m.end_s, '.')}\n"
        f"{_escaped(_cue(m))}\n"
        for number, m in enumerate(listing.moments, 1)
    )
    return "\n".join(["WEBVTT\n", *cues])


def _cue(moment: Moment) -> str:
    return f"{moment.title}\n{moment.note}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _long_clock(time_s: float, mark: str) -> str:
    thousandths = round(time_s * 1000)
    seconds, thousandths = divmod(thousandths, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{mark}{thousandths:03d}"


def audacity(listing: Listing) -> str:
    """A label track of Audacity: start, end and text, parted by tabs."""
    return "".join(f"{m.start_s:.6f}\t{m.end_s:.6f}\t{m.text}\n" for m in listing.moments)


def losslesscut(listing: Listing) -> str:
    """A project of LosslessCut, version 1, with the file's name as it looks for it."""
    segments = [{"start": m.start_s, "end": m.end_s, "name": m.text} for m in listing.moments]
    content = {"version": 1, "mediaFileName": listing.media.name, "cutSegments": segments}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
