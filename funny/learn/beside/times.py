"""Times as people and programs write them: `12:34`, `1:02:03.5`, `12분 34초`, seconds."""

import re
from math import isfinite

_CLOCK = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:[.,]\d+)?)")
_KOREAN = r"(?:(?P<시간>\d{1,2})\s*시간\s*)?(?P<분>\d{1,3})\s*분\s*(?P<초>\d{1,2})\s*초"
_IN_TEXT = r"(?<![\d:.])(?:(?P<h>\d{1,2}):)?(?P<m>\d{1,3}):(?P<s>[0-5]\d)(?![\d:]|\.\d)"
# A time of day is no time of a video.
_OF_DAY_BEFORE = re.compile(r"(오전|오후|새벽|am|pm)\s*$", re.IGNORECASE)
_OF_DAY_AFTER = re.compile(r"\s*[ap]\.?m\b", re.IGNORECASE)
_NEAR = 8
_TIME = re.compile(f"{_IN_TEXT}|{_KOREAN}")


def seconds_of(found: object) -> float:
    """Seconds from a number, or from text such as `93.5`, `1:33` or `0:01:33,500`.

    Raises:
        ValueError: If it is neither, or not finite.
    """
    if isinstance(found, str):
        found = _clock_s(found)
    if isinstance(found, bool) or not isinstance(found, int | float) or not isfinite(found):
        raise ValueError(f"expected a time, got {found!r}")
    return float(found)


def _clock_s(text: str) -> float:
    text = text.strip()
    sign, bare = (-1, text[1:]) if text.startswith("-") else (1, text)
    match = _CLOCK.fullmatch(bare)
    if match is None:
        raise ValueError(f"expected a time, got {text!r}")
    hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in match.groups())
    return sign * (hours * 3600 + minutes * 60 + seconds)


def times_in(text: str) -> list[tuple[int, float]]:
    """Times of a video that a text names: where in the text, and the seconds."""
    found = []
    for match in _TIME.finditer(text):
        if not _is_of_day(text, match) and (time_s := _named_s(match)) is not None:
            found.append((match.start(), time_s))
    return found


def _is_of_day(text: str, match: re.Match[str]) -> bool:
    first, last = match.span()
    before, after = text[max(0, first - _NEAR) : first], text[last : last + _NEAR]
    return bool(_OF_DAY_BEFORE.search(before) or _OF_DAY_AFTER.match(after))


def _named_s(match: re.Match[str]) -> float | None:
    """Seconds of a match, unless it has an hour and 60 minutes or more."""
    hours, minutes, seconds = (
        match[a] or match[b] for a, b in (("h", "시간"), ("m", "분"), ("s", "초"))
    )
    if hours and int(minutes) >= 60:
        return None
    return int(hours or 0) * 3600.0 + int(minutes) * 60 + int(seconds)
