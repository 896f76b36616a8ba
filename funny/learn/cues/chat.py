"""Laughing in live chat: how many people laugh and how much, against what is usual in this stream.

Chat comes some seconds after what it is about: the picture takes its time to the viewers, and they
take theirs to type. How many seconds, the stream itself says, where laughter is heard or named.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from funny.grid import TICK_S, runs, s_to_tick, s_to_ticks, tick_count
from funny.learn.beside.chat import Message
from funny.learn.cues.baseline import local_z
from funny.learn.cues.cue import Cue
from funny.learn.cues.laughing import laughing

USUAL_DELAY_S = 6.0
"""Where nothing says more: a few seconds of transmission, a few of typing."""
LONGEST_DELAY_S = 20.0

_WINDOW_S = 5.0
_AROUND_S = 600.0
# Fewer than this are nobody in particular.
_HIGH_Z, _HIGHEST_Z = 1.5, 5.0
# A burst is at its height a little after people began to laugh.
_RISE_S = 1.5
# How far off the usual delay may be.
_DOUBT_S = 2.0
# Chat that comes much earlier or later than usual has to be more like what is heard.
_DELAY_SPREAD_S = 8.0
_IMPLAUSIBLE_S = (30.0, 90.0)
_LEAST_LIKENESS = 0.15


@dataclass(frozen=True)
class Delay:
    """How long after a moment its chat comes."""

    delay_s: float
    is_measured: bool
    """Whether the stream said so, or nothing did and it is the usual one."""


def laughing_rate(messages: Sequence[Message], duration_s: float) -> np.ndarray:
    """How many people laugh in the five seconds around every tick, (t,); weighed by how much.

    Who laughs again within five seconds is not counted again.
    """
    heard = np.zeros(max(1, tick_count(duration_s)))
    last_s: dict[str, float] = {}
    for message in messages:
        tick, weight = s_to_tick(message.time_s), laughing(message.text)
        if weight and tick < len(heard) and not _is_again(message, last_s):
            heard[tick] += weight
    half = s_to_ticks(_WINDOW_S) // 2
    around = np.convolve(heard, np.ones(2 * half + 1))
    return around[half : half + tick_count(duration_s)]


def _is_again(message: Message, last_s: dict[str, float]) -> bool:
    if not message.author:
        return False
    before_s = last_s.get(message.author, -_WINDOW_S)
    last_s[message.author] = message.time_s
    return message.time_s - before_s < _WINDOW_S


def unusual(rate: np.ndarray) -> np.ndarray:
    """How unusual the laughing at every tick is, (t,), in standard deviations.

    Counts vary by their square root (Anscombe 1948); a livelier chat than that has its own spread.
    """
    return local_z(2 * np.sqrt(rate + 3 / 8), _AROUND_S, 1.0)


def chat_delay(z: np.ndarray, heard: np.ndarray) -> Delay:
    """The lag at which chat is most like what is heard.

    Args:
        z: (t,) how unusual the laughing in chat is.
        heard: (t,) how much laughter is heard or named by subtitles.
    """
    lags = np.arange(s_to_ticks(LONGEST_DELAY_S) + 1)
    likeness = np.array([_likeness(z, heard, int(lag)) for lag in lags])
    likeness *= np.exp(-0.5 * ((lags * TICK_S - USUAL_DELAY_S) / _DELAY_SPREAD_S) ** 2)
    best = int(likeness.argmax())
    is_clear = likeness[best] > max(_LEAST_LIKENESS, _by_accident(z, heard))
    return Delay(best * TICK_S, True) if is_clear else Delay(USUAL_DELAY_S, False)


def _by_accident(z: np.ndarray, heard: np.ndarray) -> float:
    """How alike the two are at lags at which chat cannot answer to what is heard."""
    first, last = (s_to_ticks(lag_s) for lag_s in _IMPLAUSIBLE_S)
    far = range(first, min(last, len(z) // 2))
    return max((_likeness(z, heard, sign * lag) for lag in far for sign in (1, -1)), default=0.0)


def _likeness(z: np.ndarray, heard: np.ndarray, lag: int) -> float:
    """Correlation of chat with what was heard `lag` ticks before."""
    late, early = z[max(0, lag) : len(z) + min(0, lag)], heard[max(0, -lag) : len(z) - max(0, lag)]
    if len(late) < 2 or not late.std() or not early.std():
        return 0.0
    return float(np.corrcoef(np.clip(late, 0, _HIGHEST_Z), early)[0, 1])


def chat_cues(rate: np.ndarray, delay: Delay) -> list[Cue]:
    """The bursts of laughing in chat, moved back to what they are about."""
    z = unusual(rate)
    cues = [_cue(first, last, z, rate, delay) for first, last in runs(z >= _HIGH_Z)]
    return [cue for cue in cues if cue.end_s > cue.start_s]


def _cue(first: int, last: int, z: np.ndarray, rate: np.ndarray, delay: Delay) -> Cue:
    top = first + int(z[first:last].argmax())
    strength = (z[top] - _HIGH_Z + 0.5) / (_HIGHEST_Z - _HIGH_Z + 0.5)
    start_s, end_s, top_s = (tick * TICK_S - delay.delay_s for tick in (first, last, top))
    doubt_s = 0.0 if delay.is_measured else _DOUBT_S
    span = (max(0.0, start_s - doubt_s), max(0.0, end_s + doubt_s))
    note = f"chat laughs {rate[top]:.1f} in {_WINDOW_S:g} s, {z[top]:.1f} spreads above the usual"
    return Cue("chat", *span, max(0.0, top_s - _RISE_S), float(min(1, strength)), note)
