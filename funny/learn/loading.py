"""The labelled clips of a dataset: numbers as they were built, labels as they are now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from funny.errors import DatasetError
from funny.learn import parquet
from funny.learn.agreement import Verdict, conflict_text, decided, verdicts
from funny.learn.examples import Examples
from funny.learn.labels import read_answers
from funny.learn.manifest import FUNNY, ORDINARY, Clip, Manifest
from funny.learn.parquet import About, Row, read_rows

_NAMED = 3


@dataclass(frozen=True, eq=False)
class Loaded:
    """The labelled clips of a dataset, and what a person should know of them."""

    examples: Examples
    about: About
    notes: tuple[str, ...]


def load(manifest: Manifest, annotator: str | None = None, proposed: bool = False) -> Loaded:
    """The clips that are labelled by now, with the numbers that were built.

    Args:
        manifest: Which clips.
        annotator: Whose labels decide where people disagree.
        proposed: Take the proposal where nobody said anything.

    Raises:
        DatasetError: If clips were added or moved since the build, or too few are labelled.
    """
    mended: list[str] = []
    found = verdicts(manifest, read_answers(manifest.folder, mended), annotator)
    clips = decided(manifest, found).clips
    if proposed:
        clips = tuple(map(_as_proposed, clips, found))
    wanted = {clip.id: clip for clip in clips if clip.label}
    path = manifest.folder / parquet.NAME
    said = parquet.about(path)
    _expect_some(manifest, wanted, found)
    rows = {row.id: row for row in read_rows(path) if _is_of(row, wanted.get(row.id))}
    _expect_built(wanted, rows)
    notes = (*mended, conflict_text(found), _of_proposals(found, proposed))
    examples = _examples([(rows[id], clip) for id, clip in wanted.items()])
    return Loaded(examples, said, tuple(note for note in notes if note))


def _as_proposed(clip: Clip, verdict: Verdict) -> Clip:
    return clip if verdict.said else replace(clip, label=clip.proposed)


def _of_proposals(found: Sequence[Verdict], proposed: bool) -> str:
    count = sum(not verdict.said for verdict in found) if proposed else 0
    return f"{count} clips have no label; what was proposed is taken for it." if count else ""


def _is_of(row: Row, clip: Clip | None) -> bool:
    return clip is not None and (row.start_s, row.end_s) == (clip.start_s, clip.end_s)


def _expect_some(manifest: Manifest, wanted: dict[str, Clip], found: Sequence[Verdict]) -> None:
    if not wanted:
        conflicts = conflict_text(found)
        raise DatasetError(
            conflicts
            or f"{manifest.path}: none of its {len(manifest.clips)} clips is labelled. Label some "
            "with `funny label`, or take the proposals with --proposed."
        )
    labels = {clip.label for clip in wanted.values()}
    for missing in {FUNNY, ORDINARY} - labels:
        raise DatasetError(
            f"{manifest.path}: all {len(wanted)} labelled clips are {labels.pop()}. "
            f"Label some that are {missing}."
        )


def _expect_built(wanted: dict[str, Clip], rows: dict[str, Row]) -> None:
    stale = [id for id in wanted if id not in rows]
    if stale:
        rest = f" and {len(stale) - _NAMED} more" if len(stale) > _NAMED else ""
        raise DatasetError(
            f"clips {', '.join(stale[:_NAMED])}{rest}: are not in {parquet.NAME} with these "
            "edges. Run `funny dataset build` again."
        )


def _examples(pairs: Sequence[tuple[Row, Clip]]) -> Examples:
    rows = [row for row, _ in pairs]
    names = ("video", "streamer", "sha", "start_s", "end_s", "ticks")
    video, streamer, sha, start_s, end_s, ticks = (
        np.array([getattr(row, name) for row in rows]) for name in names
    )
    return Examples(
        ids=np.array([row.id for row in rows]),
        videos=video,
        streamers=streamer,
        shas=sha,
        start_s=start_s,
        end_s=end_s,
        ticks=ticks,
        around=np.stack([row.around for row in rows]),
        funny=np.array([clip.label == FUNNY for _, clip in pairs]),
    )
