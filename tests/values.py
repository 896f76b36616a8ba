"""Signals, timelines and analyses with planted numbers."""

from pathlib import Path

import numpy as np

from funny.grid import TICK_S, tick_times
from funny.records import (
    EMOTION_COLUMNS,
    EMOTIONS,
    SENSES,
    Analysis,
    Highlight,
    ModelInfo,
    Note,
    Reason,
    Signals,
    Timeline,
    VideoInfo,
)

MODEL = ModelInfo("model", "test", "abc")
HEAD = ModelInfo("head", "test", "def")
LISTENER = ModelInfo("laughter", "test", "ghi")


def emotions_of(ticks, **columns):
    """A calm face (t, 10), but for the named columns."""
    emotions = np.zeros((ticks, len(EMOTION_COLUMNS)), np.float32)
    for name, values in columns.items():
        emotions[:, EMOTION_COLUMNS.index(name)] = values
    rest = 1 - emotions[:, : len(EMOTIONS)].sum(1)
    if "neutral" not in columns:
        emotions[:, EMOTIONS.index("neutral")] = rest
    return emotions


def signals_of(ticks, found=True, rms=0.1, laughter=None, **columns):
    """Signals of a face that is calm, but for the named columns; heard if there is laughter."""
    found = np.broadcast_to(found, ticks).copy()
    emotions = emotions_of(ticks, **columns) * found[:, None]
    boxes = np.tile([0.4, 0.2, 0.2, 0.3], (ticks, 1)) * found[:, None]
    loudness = np.broadcast_to(np.asarray(rms, np.float32), ticks).copy()
    seen = (tick_times(ticks), emotions, found, boxes, loudness, MODEL)
    if laughter is None:
        return Signals(*seen)
    return Signals(*seen, np.broadcast_to(np.float32(laughter), ticks).copy(), LISTENER)


def timeline_of(scores, contributions=()):
    """A timeline from scores a tick."""
    scores = np.asarray(scores, np.float32)
    added = np.asarray(contributions, np.float32).reshape(-1, len(SENSES))
    return Timeline(tick_times(len(scores)), scores, HEAD, added)


def block(ticks, *spans, high=0.9, low=0.0):
    """Scores (t,), high in each half-open span of seconds."""
    times_s = tick_times(ticks)
    scores = np.full(ticks, low)
    for start_s, end_s in spans:
        scores[(times_s >= start_s) & (times_s < end_s)] = high
    return scores


def analysis_of(ticks=40, highlights=None, options=None):
    """An analysis in which every field has a value of its own."""
    rng = np.random.default_rng(0)
    times = tick_times(ticks)
    signals = signals_of(
        ticks,
        found=times != 3.0,
        rms=rng.random(ticks),
        laughter=rng.random(ticks),
        happiness=times / 100,
    )
    reasons = (Reason("happiness", 0.1, 0.9, 0.25), Reason("loudness", -3.0, 8.25))
    found = (Highlight(6.0, 12.5, 9.5, 0.875, reasons), Highlight(1.0, 4.0, 2.0, 0.5, kept=False))
    return Analysis(
        video=VideoInfo(
            Path("/videos/침착맨 1.mp4"),
            ticks * TICK_S,
            29.97,
            640,
            360,
            ("Game", "마이크"),
            "a1b2",
        ),
        signals=signals,
        timeline=timeline_of(rng.random(ticks), rng.uniform(-1, 1, (ticks, len(SENSES)))),
        highlights=found if highlights is None else highlights,
        options={"threshold": 0.25, "top": None} if options is None else options,
        notes=(Note("no_face", "No face."), Note("damaged", "It is damaged.", 1.0, 2.5)),
    )
