"""An analysis on disk: analysis.json for others to read, signals.npz with the arrays in full."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from funny.errors import MediaError
from funny.extract.cache import signal_arrays, signal_models
from funny.files import write_json
from funny.grid import TICK_HZ
from funny.moments.reasons import reason_text
from funny.records import (
    SENSES,
    Analysis,
    Edge,
    Edges,
    Highlight,
    ModelInfo,
    Note,
    Reason,
    Signals,
    Timeline,
    VideoInfo,
)

SCHEMA = "funny.analysis/1"


def to_json(analysis: Analysis) -> dict[str, Any]:
    """An analysis as plain JSON values, under SCHEMA; only the signals' columns are left out."""
    return {
        "schema": SCHEMA,
        "video": _video_json(analysis.video),
        "tick_hz": float(TICK_HZ),
        "times_s": analysis.timeline.times_s.tolist(),
        "scores": [round(float(s), 5) for s in analysis.timeline.scores],
        "face_found": analysis.signals.face_found.tolist(),
        "highlights": [_highlight_json(h) for h in analysis.highlights],
        "models": {role: asdict(info) for role, info in _models(analysis).items()},
        "options": analysis.options,
        "notes": [note.text for note in analysis.notes],
        "note_details": [asdict(note) for note in analysis.notes],
    }


def _models(analysis: Analysis) -> dict[str, ModelInfo]:
    signals, head = signal_models(analysis.signals), analysis.timeline.head
    return {**{name.removesuffix("_model"): m for name, m in signals.items()}, "head": head}


def _video_json(video: VideoInfo) -> dict[str, Any]:
    return {**asdict(video), "path": str(video.path), "has_audio": video.has_audio}


def _highlight_json(highlight: Highlight) -> dict[str, Any]:
    return {
        **asdict(highlight),
        "reasons": [reason_text(r) for r in highlight.reasons],
        "reason_details": [asdict(r) for r in highlight.reasons],
    }


def save(analysis: Analysis, folder: Path) -> None:
    """Writes analysis.json and signals.npz into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "analysis.json", to_json(analysis))
    columns: dict[str, Any] = signal_arrays(analysis.signals)
    timeline = analysis.timeline
    scores: dict[str, Any] = {"scores": timeline.scores, "contributions": timeline.contributions}
    np.savez_compressed(folder / "signals.npz", **scores, **columns)


def load(folder: str | Path) -> Analysis:
    """Reads what `save` wrote.

    Raises:
        MediaError: If the folder holds no analysis, or one of another schema.
    """
    folder = Path(folder)
    try:
        found = json.loads((folder / "analysis.json").read_text("utf-8"))
        with np.load(folder / "signals.npz", allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return _from_json(found, arrays)
    except Exception as error:  # a damaged archive raises almost anything: BadZipFile, EOFError, ..
        raise MediaError(f"{folder}: holds no analysis that can be read ({error}).") from error


def _from_json(found: dict[str, Any], arrays: dict[str, np.ndarray]) -> Analysis:
    if found["schema"] != SCHEMA:
        raise ValueError(f"schema is {found['schema']}, expected {SCHEMA}")
    video = {k: v for k, v in found["video"].items() if k != "has_audio"}
    video.update(path=Path(video["path"]), audio_tracks=tuple(video["audio_tracks"]))
    scores = arrays.pop("scores")
    # Analyses saved before scores were explained have none.
    contributions = arrays.pop("contributions", np.zeros((0, len(SENSES))))
    models = {role: ModelInfo(**info) for role, info in found["models"].items()}
    return Analysis(
        video=VideoInfo(**video),
        signals=Signals(
            **arrays, emotion_model=models["emotion"], laughter_model=models.get("laughter")
        ),
        timeline=Timeline(arrays["times_s"], scores, models["head"], contributions),
        highlights=tuple(_highlight(h) for h in found["highlights"]),
        options=found["options"],
        notes=tuple(Note(**note) for note in found["note_details"]),
    )


def _highlight(found: dict[str, Any]) -> Highlight:
    fields = {k: v for k, v in found.items() if k != "reason_details"}
    reasons = tuple(Reason(**r) for r in found["reason_details"])
    return Highlight(**{**fields, "reasons": reasons, "edges": _edges(found.get("edges"))})


def _edges(found: dict[str, Any] | None) -> Edges | None:
    """How edges were chosen; analyses from before they were say nothing of it."""
    return None if found is None else Edges(Edge(**found["start"]), Edge(**found["end"]))
