"""Why a moment is funny: what changed in face and voice from the calm before it to its peak."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np

from funny.grid import s_to_tick, s_to_ticks
from funny.records import EMOTION_COLUMNS, SENSES, Highlight, Reason, Signals
from funny.score.features import bridged, loudness_db

CALM_S = 6.0
"""How far before a moment the calm is looked for."""
AT_PEAK_S = 1.5
"""How far around the peak its values are read."""

# A change of this size is worth a word: probabilities and valence in their units, loudness in dB.
_NOTABLE = {
    "happiness": 0.25,
    "surprise": 0.25,
    "valence": 0.4,
    "arousal": 0.3,
    "loudness": 4.0,
    "laughter": 0.3,
}
_SOUNDS = ("loudness", "laughter")
_MOST = 3


def with_reasons(
    highlight: Highlight, signals: Signals, contributions: np.ndarray | None = None
) -> Highlight:
    """The same highlight with its reasons."""
    return replace(highlight, reasons=reasons(highlight, signals, contributions))


def reasons(
    highlight: Highlight, signals: Signals, contributions: np.ndarray | None = None
) -> tuple[Reason, ...]:
    """The changes that stand out most; at most three.

    Those of the sense that adds most to the score come first, and larger changes before smaller.
    If nothing changed, the states that stand out are given as they are (before = after).

    Args:
        highlight: The moment.
        signals: Signals of the whole video.
        contributions: (t, 3) what each of SENSES adds to the score.
    """
    weights = _weights(highlight, contributions)
    columns = _columns(signals)
    calm, peak = _calm(highlight, len(signals)), _near_peak(highlight, len(signals))
    found = [
        Reason(name, float(np.median(values[calm])), float(values[peak].max()), weights[name])
        for name, values in columns.items()
        if len(values[calm]) and len(values[peak])
    ]
    changed = [r for r in found if _size(r) >= 1]
    if changed:
        return _distinct(sorted(changed, key=_rank, reverse=True))[:_MOST]
    return tuple(
        replace(r, before=r.after) for r in found if r.signal == "happiness" and r.after >= 0.5
    )


def _weights(highlight: Highlight, contributions: np.ndarray | None) -> dict[str, float]:
    """What the sense of each signal adds at the peak."""
    if contributions is None or not len(contributions):
        return dict.fromkeys(_NOTABLE, 0.0)
    peak = min(s_to_tick(highlight.peak_s), len(contributions) - 1)
    added = dict(zip(SENSES, np.clip(contributions[peak], 0, 1).round(3).tolist(), strict=True))
    return {name: added[name if name in _SOUNDS else "face"] for name in _NOTABLE}


def _rank(reason: Reason) -> tuple[float, float]:
    return round(reason.weight, 1), _size(reason)


def _distinct(found: list[Reason]) -> tuple[Reason, ...]:
    """Without valence and arousal where an emotion already tells the same story."""
    has_emotion = any(r.signal in ("happiness", "surprise") for r in found)
    general = ("valence", "arousal") if has_emotion else ()
    return tuple(r for r in found if r.signal not in general)


@lru_cache(maxsize=2)
def _columns(signals: Signals) -> dict[str, np.ndarray]:
    """Signals that a person understands, by name; loudness relative to the video's median.

    Kept for the next moment of the same video: of hundreds, each asks for the same.
    """
    face = bridged(signals.emotions, signals.face_found)
    db = loudness_db(signals.rms)
    columns = {n: face[:, EMOTION_COLUMNS.index(n)] for n in _NOTABLE if n not in _SOUNDS}
    return {**columns, "loudness": db - np.median(db), "laughter": signals.laughter}


def _calm(highlight: Highlight, ticks: int) -> slice:
    last = s_to_tick(max(0.0, highlight.peak_s - AT_PEAK_S))
    first = s_to_tick(max(0.0, min(highlight.start_s, highlight.peak_s - CALM_S)))
    return slice(first, min(ticks, max(first + 1, min(last, first + s_to_ticks(CALM_S)))))


def _near_peak(highlight: Highlight, ticks: int) -> slice:
    peak, reach = s_to_tick(highlight.peak_s), s_to_ticks(AT_PEAK_S)
    return slice(max(0, peak - reach), min(ticks, peak + reach + 1))


def _size(reason: Reason) -> float:
    """A rise in units of what is worth a word; a fall of valence is no reason to laugh."""
    return (reason.after - reason.before) / _NOTABLE[reason.signal]


def reason_text(reason: Reason, words: Mapping[str, str] | None = None) -> str:
    """A reason in words: 'happiness 0.10 → 0.90', 'loudness +11 dB'.

    Args:
        reason: The reason.
        words: What the signals are called in another language.
    """
    name = (words or {}).get(reason.signal, reason.signal)
    if reason.signal == "loudness":
        return f"{name} {reason.after - reason.before:+.0f} dB"
    if reason.before == reason.after:
        return f"{name} {reason.after:.2f}"
    return f"{name} {reason.before:.2f} → {reason.after:.2f}"
