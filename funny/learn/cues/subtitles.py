"""Laughter that subtitles name, as in [웃음], (laughs), *chuckles*, or spell: ㅋㅋㅋ."""

import re
from collections.abc import Iterable, Iterator

from funny.learn.beside.captions import Caption, Track
from funny.learn.cues.cue import Cue, joined
from funny.learn.cues.laughing import laughing

_MARK = re.compile(r"[\[(（［【*]([^\])）］】*]{1,60})[\])）］】*]")
# The first that fits counts. Sneers are no laughter.
_NAMES = (
    (re.compile(r"비웃|without laugh|no laugh|not laugh"), 0.0),
    (re.compile(r"폭소|빵\s?터|박장대소|깔깔|laugh\w* hard|hysteric|guffaw|roar\w* with"), 1.0),
    (re.compile(r"피식|미소|키득|킥킥|낄낄|chuckl|giggl|snicker|titter|cackl"), 0.7),
    (re.compile(r"웃음|웃는|웃으|하하|laugh|笑"), 0.9),
)
# A machine hears laughter in what is none more often than a person does.
_AUTOMATIC = 0.8
_SPELLED = 0.6
_SAME_LAUGH_S = 1.5


def subtitle_cues(tracks: Iterable[Track]) -> list[Cue]:
    """The laughs that subtitles of any language name; one that several name is one."""
    cues = [cue for track in tracks for cue in _of_track(track)]
    return joined(cues, _SAME_LAUGH_S)


def _of_track(track: Track) -> Iterator[Cue]:
    sure = _AUTOMATIC if track.is_automatic else 1.0
    for caption in track.captions.rows:
        for place, strength in _laughs(caption.text):
            yield _cue(caption, place / max(1, len(caption.text)), sure * strength)


def _laughs(text: str) -> Iterator[tuple[int, float]]:
    """Where a text laughs, and how surely."""
    lower = text.lower()
    for mark in _MARK.finditer(lower):
        if strength := next((s for name, s in _NAMES if name.search(mark[1])), 0.0):
            yield mark.start(), strength
    if "ㅋㅋㅋ" in lower:
        yield lower.index("ㅋㅋㅋ"), _SPELLED * laughing(lower)


def _cue(caption: Caption, share: float, strength: float) -> Cue:
    """A mark is about as far into the caption as it is into its text."""
    time_s = caption.start_s + share * (caption.end_s - caption.start_s)
    return Cue("subtitle", time_s, max(time_s, caption.end_s), time_s, strength, caption.text[:80])
