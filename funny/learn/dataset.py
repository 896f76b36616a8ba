"""The manifest's clips in numbers: each video is read once, as when it is served, and sliced."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from funny.errors import DatasetError, FunnyError
from funny.files import file_sha256
from funny.learn import parquet
from funny.learn.agreement import conflict_text, decided, verdicts
from funny.learn.examples import around, clip_ticks
from funny.learn.labels import read_answers
from funny.learn.manifest import Clip, Manifest, SourceVideo
from funny.learn.parquet import About, Row, read_rows, write_rows
from funny.pipeline import Analyzer
from funny.score.features import features

_FORMAT = 1
_NAMED = 3

Told = Callable[[str, float, float], None]
"""Called with the video's id, how much of it is read, and how much there is; may raise to stop."""


def _silent(*_: object) -> None:
    """Reports nothing."""


@dataclass(frozen=True)
class Built:
    """What a build did."""

    path: Path
    clips: int
    reused: int
    """Rows that were there already."""
    notes: tuple[str, ...]


def build(
    manifest: Manifest,
    analyzer: Analyzer,
    told: Told = _silent,
    annotator: str | None = None,
    skip_missing: bool = False,
    again: bool = False,
) -> Built:
    """Writes clips.parquet beside the manifest.

    Rows whose video, models and edges are as they were are taken over, so that a build that was
    stopped goes on where it was; signals of whole videos are kept in the cache of the analysis.

    Args:
        manifest: Which clips.
        analyzer: Reads the videos, as it does when it serves.
        told: Told how far each video is.
        annotator: Whose labels decide where people disagree.
        skip_missing: Leave out clips of videos that are not there or cannot be read.
        again: Take nothing over.

    Raises:
        DatasetError: If a video is missing or another one than before, a clip lies beyond the
            end of its video, or the table cannot be written; a table that was there stays.
    """
    mended: list[str] = []
    found = verdicts(manifest, read_answers(manifest.folder, mended), annotator)
    work = _Builder(decided(manifest, found), analyzer, told, skip_missing)
    path = manifest.folder / parquet.NAME
    kept = {} if again else _kept(path)
    about = About(identity(manifest), {k: asdict(m) for k, m in work.models.items()})
    count = write_rows(path, work.rows(kept), about)
    notes = (*mended, *work.notes, conflict_text(found))
    return Built(path, count, work.reused, tuple(note for note in notes if note))


def identity(manifest: Manifest) -> str:
    """SHA-256 of manifest.json as it lies on the disk."""
    return file_sha256(manifest.path)


def _kept(path: Path) -> dict[str, Row]:
    """Rows of an earlier build by their keys; none if there is none that can be read."""
    try:
        return {row.key: row for row in read_rows(path)}
    except DatasetError:
        return {}


class _Builder:
    """Makes rows, video by video."""

    def __init__(
        self, manifest: Manifest, analyzer: Analyzer, told: Told, skip_missing: bool
    ) -> None:
        self._manifest, self._analyzer, self._told = manifest, analyzer, told
        self._skip_missing = skip_missing
        self.models = dict(zip(("emotion", "laughter"), analyzer.signal_models, strict=True))
        self.notes: list[str] = []
        self.reused = 0

    def rows(self, kept: dict[str, Row]) -> Iterator[Row]:
        """The rows of all videos; those that are kept already need no video."""
        clips = {video.id: self._clips(video) for video in self._manifest.videos}
        self._expect_files([v for v in self._manifest.videos if clips[v.id]], clips, kept)
        for number, video in enumerate(self._manifest.videos):
            yield from self._of_video(number, video, clips[video.id], kept)

    def _clips(self, video: SourceVideo) -> list[Clip]:
        return [clip for clip in self._manifest.clips if clip.video == video.id]

    def _expect_files(
        self, videos: Sequence[SourceVideo], clips: dict[str, list[Clip]], kept: dict[str, Row]
    ) -> None:
        """Names all videos that are missing before the first is read, which takes long."""
        missing = [
            video
            for video in videos
            if not self._manifest.file_of(video).is_file()
            and not all(self._key(video.sha, clip) in kept for clip in clips[video.id])
        ]
        if missing and not self._skip_missing:
            rows = [f"videos[{self._manifest.videos.index(v)}] ({v.id})" for v in missing]
            rest = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
            raise DatasetError(
                f"{', '.join(rows[:_NAMED])}{rest}: {self._manifest.file_of(missing[0])} is not "
                "there. Put it back, or leave its clips out by --skip-missing."
            )

    def _of_video(
        self, number: int, video: SourceVideo, clips: list[Clip], kept: dict[str, Row]
    ) -> Iterator[Row]:
        there = [kept.get(self._key(video.sha, clip)) for clip in clips]
        if clips and video.sha and all(there):
            self.reused += len(clips)
            yield from map(_labelled, there, clips)
            return
        where = f"videos[{number}] ({video.id})"
        try:
            yield from self._read(where, video, clips) if clips else ()
        except FunnyError as error:
            if not self._skip_missing:
                raise
            self.notes.append(f"{where}: its {len(clips)} clips are left out: {error}")

    def _read(self, where: str, video: SourceVideo, clips: list[Clip]) -> list[Row]:
        path = self._manifest.file_of(video)
        extraction = self._analyzer.extract(
            path, lambda _, done, total: self._told(video.id, done, total)
        )
        sha, signals = extraction.video.sha, extraction.signals
        if video.sha and sha != video.sha:
            raise DatasetError(
                f"{where}: {path} is another file than the one that clips were proposed from. "
                "Get that one again, or propose anew."
            )
        if signals.emotion_model.sha256 != self.models["emotion"].sha256:
            raise DatasetError(f"{where}: was read by another emotion model. Build again.")
        x = features(signals)
        return [self._row(video, sha, clip, x, signals.face_found) for clip in clips]

    def _row(
        self, video: SourceVideo, sha: str, clip: Clip, x: np.ndarray, face_found: np.ndarray
    ) -> Row:
        first, ticks = clip_ticks(clip, len(x))
        share = float(face_found[first : first + ticks].mean())
        identity = (clip.id, video.id, video.streamer, sha, self._key(sha, clip))
        span = (clip.start_s, clip.end_s, ticks)
        return Row(*identity, *span, clip.label, clip.proposed, share, around(x, first))

    def _key(self, sha: str, clip: Clip) -> str:
        parts = [_FORMAT, self._analyzer.signals_key(sha), clip.id, clip.start_s, clip.end_s]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _labelled(row: Row | None, clip: Clip) -> Row:
    assert row is not None
    return replace(row, label=clip.label, proposed=clip.proposed)
