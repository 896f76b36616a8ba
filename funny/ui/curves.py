"""What the timeline component is given: an analysis as plain lists, in the reader's language."""

from base64 import b64encode
from dataclasses import asdict
from typing import Any

import numpy as np

from funny.extract.thumbnails import Sprite
from funny.grid import TICK_S
from funny.moments.edit import Edits, Moment
from funny.moments.reasons import reason_text
from funny.records import EMOTION_COLUMNS, SENSES, Analysis
from funny.score.features import bridged, loudness_db
from funny.ui.strings import reason_words

_EMOTIONS = ("happiness", "surprise", "valence", "arousal")


def curves(analysis: Analysis, complete: bool, sprite: Sprite | None) -> dict[str, Any]:
    """All lanes of the timeline.

    Args:
        analysis: Of a whole video, or of its first minutes.
        complete: Whether it is the whole.
        sprite: Thumbnails, if there are any yet.
    """
    signals, timeline = analysis.signals, analysis.timeline
    face = bridged(signals.emotions, signals.face_found)
    seen = face.any(axis=1)
    columns = {name: face[:, EMOTION_COLUMNS.index(name)] for name in _EMOTIONS}
    lanes = {name: np.where(seen, values, np.nan) for name, values in columns.items()}
    return {
        "duration_s": analysis.video.duration_s,
        "tick_s": TICK_S,
        "complete": complete,
        "lanes": {
            "score": _plain(timeline.scores),
            **{name: _plain(values) for name, values in lanes.items()},
            "laughter": _plain(signals.laughter),
            "loudness": _plain(loudness_db(signals.rms), 1),
        },
        "made_of": dict(zip(SENSES, map(_plain, shares(analysis).T), strict=True)),
        "face_found": seen.astype(int).tolist(),
        "sprite": sprite and _thumbnails(sprite),
    }


def _thumbnails(sprite: Sprite) -> dict[str, Any]:
    """Thumbnails with the picture itself: no address by which others could ask for it."""
    return {
        **{k: v for k, v in asdict(sprite).items() if k != "jpeg"},
        "url": f"data:image/jpeg;base64,{b64encode(sprite.jpeg).decode()}",
    }


def _plain(values: np.ndarray, digits: int = 3) -> list[float | None]:
    """Rounded numbers; None where there is none, since JSON has no NaN."""
    rounded = np.round(values.astype(float), digits)
    if not np.isnan(rounded).any():
        return rounded.tolist()
    return [None if np.isnan(x) else x for x in rounded.tolist()]


def shares(analysis: Analysis) -> np.ndarray:
    """What part of the score each of SENSES makes up, (t, 3); what takes away has no part."""
    added = np.clip(analysis.timeline.contributions, 0, 1)
    total = added.sum(1, keepdims=True)
    return added / np.where(total > 0, total, 1) * analysis.timeline.scores[:, None]


def moments(edits: Edits, language: str) -> list[dict[str, Any]]:
    """The moments of the timeline, ranked, with their reasons in words."""
    words = reason_words(language)
    return [_moment(rank, moment, words) for rank, moment in enumerate(edits.moments, 1)]


def _moment(rank: int, moment: Moment, words: dict[str, str]) -> dict[str, Any]:
    highlight = moment.highlight
    return {
        "id": moment.id,
        "rank": rank,
        # Plain numbers: what numpy writes of its own, browsers do not read.
        "start_s": float(highlight.start_s),
        "end_s": float(highlight.end_s),
        "peak_s": float(highlight.peak_s),
        "score": round(highlight.score, 3),
        "reasons": [reason_text(reason, words) for reason in highlight.reasons],
        "kept": highlight.kept,
        "by_hand": moment.by_hand,
    }
