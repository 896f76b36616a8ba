"""Identity of a video's content, and what is kept under it: nothing is decoded or scored twice."""

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from funny.extract.checkpoint import Checkpoint
from funny.extract.quota import make_room, used
from funny.files import file_sha256
from funny.records import ModelInfo, Note, Signals, Timeline, VideoInfo

FORMAT = 5
"""Raised when the meaning of the extracted numbers changes."""
SCORES_FORMAT = 1
"""Raised when signals are scored in another way."""


_KINDS = ("sha", "signals", "checkpoints", "scores")
"""Folders in the cache that hold numbers; weights lie beside them, and stay."""


def cache_folder() -> Path:
    """Where signals are kept: FUNNY_CACHE if set, else the user's cache folder."""
    import platformdirs

    chosen = os.environ.get("FUNNY_CACHE")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("funny", appauthor=False))


def content_sha(path: Path) -> str:
    """SHA-256 of a file's bytes; read once, then remembered until the file changes."""
    stat = path.stat()
    known = [str(path.resolve()), stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
    memo = cache_folder() / "sha" / _key(known)
    with contextlib.suppress(OSError, ValueError):
        sha = memo.read_text("ascii")
        if len(sha) == hashlib.sha256().digest_size * 2:
            used(memo)
            return sha
    sha = file_sha256(path)
    _write(memo, sha.encode("ascii"))
    return sha


def _key(parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def signals_key(sha: str, models: Sequence[ModelInfo], options: dict[str, Any]) -> str:
    """What signals follow from, as one word: the content, the models, the options."""
    return _key([FORMAT, sha, [model.sha256 for model in models], options])


class SignalCache:
    """Signals of one video under its models and one set of options.

    A cache that cannot be read or written is no cache; it never fails an analysis.
    """

    def __init__(
        self, video: VideoInfo, models: Sequence[ModelInfo], options: dict[str, Any]
    ) -> None:
        key = signals_key(video.sha, models, options)
        self.path = cache_folder() / "signals" / f"{key}.npz"

    def read(self) -> tuple[Signals, float, tuple[Note, ...]] | None:
        """Signals, duration in seconds and notes, or None if they are not kept."""
        try:
            with np.load(self.path, allow_pickle=False) as kept:
                facts = json.loads(str(kept["facts"]))
                models: dict[str, Any] = {k: ModelInfo(**v) for k, v in facts["models"].items()}
                arrays = {name: kept[name] for name in kept.files if name != "facts"}
            notes = tuple(Note(**note) for note in facts["notes"])
            used(self.path)
            return Signals(**arrays, **models), facts["duration_s"], notes
        except Exception:  # a damaged archive raises almost anything: EOFError, zlib.error, ..
            return None

    def write(self, signals: Signals, duration_s: float, notes: tuple[Note, ...]) -> None:
        """Keeps the signals of an analysis."""
        facts = {
            "models": {k: asdict(v) for k, v in signal_models(signals).items()},
            "duration_s": duration_s,
            "notes": [asdict(note) for note in notes],
        }
        _write_arrays(self.path, facts=json.dumps(facts), **signal_arrays(signals))


class CheckpointCache:
    """How far an analysis that broke off came; one that cannot be read or written is none.

    Args:
        video: The video.
        models: What reads its signals.
        options: What else decides them, as plain values.
    """

    def __init__(
        self, video: VideoInfo, models: Sequence[ModelInfo], options: dict[str, Any]
    ) -> None:
        key = signals_key(video.sha, models, options)
        self.path = cache_folder() / "checkpoints" / f"{key}.npz"

    def read(self) -> Checkpoint | None:
        """The checkpoint, or None if there is none."""
        try:
            with np.load(self.path, allow_pickle=False) as kept:
                used(self.path)
                return Checkpoint.from_arrays(dict(kept))
        except Exception:  # as above
            return None

    def write(self, checkpoint: Checkpoint) -> None:
        """Keeps a checkpoint in place of the one before."""
        _write_arrays(self.path, **checkpoint.to_arrays())

    def remove(self) -> None:
        """Forgets it: the analysis is done."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


class TimelineCache:
    """Scores of signals under one head; a cache that cannot be read or written is no cache.

    Args:
        signals_key: What the signals follow from.
        head: The weights that score.
        config: What else of the head decides its scores, as plain JSON values.
    """

    def __init__(self, signals_key: str, head: ModelInfo, config: dict[str, Any]) -> None:
        key = _key([SCORES_FORMAT, signals_key, head.sha256, config])
        self.path = cache_folder() / "scores" / f"{key}.npz"
        self._head = head

    def read(self) -> Timeline | None:
        """The timeline with its contributions, or None if it is not kept."""
        try:
            with np.load(self.path, allow_pickle=False) as kept:
                columns = (kept["times_s"], kept["scores"])
                used(self.path)
                return Timeline(*columns, self._head, kept["contributions"])
        except Exception:  # as above
            return None

    def write(self, timeline: Timeline) -> None:
        """Keeps the timeline of an analysis."""
        names = ("times_s", "scores", "contributions")
        _write_arrays(self.path, **{name: getattr(timeline, name) for name in names})


def signal_arrays(signals: Signals) -> dict[str, Any]:
    """The columns of signals by name."""
    seen, heard = ("emotions", "face_found", "face_box", "changes"), ("rms", "laughter", "envelope")
    return {name: getattr(signals, name) for name in ("times_s", *seen, *heard)}


def signal_models(signals: Signals) -> dict[str, ModelInfo]:
    """The models that made signals, by the name of their field."""
    found = {name: getattr(signals, name) for name in ("emotion_model", "laughter_model")}
    return {name: model for name, model in found.items() if model is not None}


def _write_arrays(path: Path, **arrays: Any) -> None:
    with contextlib.suppress(OSError), tempfile.TemporaryFile() as file:
        np.savez_compressed(file, **arrays)
        file.seek(0)
        _write(path, file.read())


def _write(path: Path, content: bytes) -> None:
    """Writes beside and renames, so that a reader never sees half a file."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(name, path)
        except OSError:
            os.unlink(name)
        make_room([cache_folder() / kind for kind in _KINDS])
