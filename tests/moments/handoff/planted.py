"""An analysis with planted moments, and the video behind it as an editor counts it."""

import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from funny.extract.tracks import SoundTrack
from funny.moments.handoff.rates import STANDARD
from funny.moments.handoff.values import Source
from funny.records import Highlight, Reason
from tests.values import analysis_of

PATH = Path("/videos/긴 방송 #1 100%.mp4")
LENGTH_S = 40_000.0
WHY = (Reason("happiness", 0.1, 0.9), Reason("loudness", 0, 11))
FOUND = (
    Highlight(36_005.25, 36_012.5, 36_008.0, 0.95, WHY),
    Highlight(60.0, 75.125, 70.0, 0.7, WHY),
    Highlight(1.0 / 3, 4.0, 2.0, 0.5, (Reason("surprise", 0.0, 0.8),)),
    Highlight(600.4, 603.0, 602.0, 0.4, WHY, kept=False),
)
"""By score, as an analysis has them: past ten hours, at a minute, at the start, one not kept."""
KEPT = sorted((h for h in FOUND if h.kept), key=lambda h: h.start_s)
SOUNDS = (SoundTrack(2, 48_000, "게임"), SoundTrack(1, 48_000, "Mic"), SoundTrack(1, 48_000))
RATES = list(STANDARD.items())


def analysis(highlights=FOUND, length_s=LENGTH_S, path=PATH):
    """The planted analysis."""
    made = analysis_of(highlights=tuple(highlights))
    return replace(made, video=replace(made.video, path=path, duration_s=length_s, sha=""))


def source(fps=Fraction(25), **other):
    """The video at a rate, with three sound tracks of four channels."""
    values = {"timecode": "", "sounds": SOUNDS, "length_s": LENGTH_S, "is_variable": False}
    values |= {"width": 1920, "height": 1080, "pace_hz": fps, **other}
    return Source(PATH, fps, **values)


def frames(fps, moment, handles_s=0.0):
    """First frame and the one after the last, reckoned here: what is on screen at any time."""
    slack = Fraction(1, 1000)
    first = math.floor((Fraction(moment.start_s) - Fraction(handles_s)) * fps + slack)
    last = math.ceil((Fraction(moment.end_s) + Fraction(handles_s)) * fps - slack)
    return max(0, first), last
