"""Annotations of a labelled set and a folder with its videos → a manifest."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from funny.errors import DatasetError, MediaError
from funny.learn.cues.cue import Cue
from funny.learn.evidence import Evidence
from funny.learn.importers import mr_hisum, mustard, standup4ai
from funny.learn.importers.found import absent, source, videos_by_id
from funny.learn.manifest import CLASSES, NAME, Clip, Manifest, SourceVideo
from funny.learn.propose import ProposeOptions, choose

Lengths = Callable[[Path], float]
"""Length of a video in seconds."""

NOTES = {
    "standup4ai": "labels of StandUp4AI: `funny` is where an audience laughs",
    "mustard": "labels of MUStARD: `funny` is sarcastic, which is not the same",
    "mr-hisum": "labels after Mr.HiSum: `funny` is replayed often, which is not the same",
}
_ALL = 1_000_000


@dataclass(frozen=True)
class ImportOptions:
    """What is taken of a set."""

    count: int | None = None
    """Of each class, at most; None takes all."""
    seed: int = 0
    is_labelled: bool = True
    """Whether the set's word is the label, or only the proposal."""


def import_set(
    kind: str,
    files: Sequence[Path],
    videos: Path,
    out: Path,
    lengths: Lengths,
    options: ImportOptions | None = None,
) -> Manifest:
    """Makes a manifest of a labelled set; writes nothing.

    Args:
        kind: A key of NOTES.
        files: Its annotations.
        videos: Holds its videos, each with its id as name.
        out: Where the manifest is to lie.
        lengths: Says how long a video is.
        options: What is taken.

    Raises:
        DatasetError: If a file is not what it should be, or no video is there.
    """
    options = options or ImportOptions()
    if (out / NAME).exists():
        raise DatasetError(f"{out / NAME}: is there already. Choose another folder with --out.")
    manifest = _SETS[kind](files, videos, out, lengths, options)
    clips = manifest.clips
    if options.is_labelled:
        clips = tuple(replace(clip, label=clip.proposed) for clip in clips)
    return replace(manifest, clips=clips, notes=(NOTES[kind], *manifest.notes))


def _standup4ai(
    files: Sequence[Path], videos: Path, out: Path, lengths: Lengths, options: ImportOptions
) -> Manifest:
    lists = [path for path in files if _is_list(path)]
    channels = {name: who for path in lists for name, who in _channels(path)}
    shows = {path.stem: path for path in files if path not in lists}
    there, notes = _there(shows, videos, lengths)
    evidence = []
    for name, (path, duration_s) in there.items():
        words = standup4ai.read_words(shows[name])
        video = source(name, path, out, duration_s, channels.get(name, ""))
        closed = tuple(standup4ai.unknown(words.rows, video.duration_s))
        evidence.append(_evidence(video, standup4ai.laughs(words.rows), closed, words.damaged))
    return choose(out, evidence, notes, _chosen(options))


def _there(
    ids: Iterable[str], videos: Path, lengths: Lengths
) -> tuple[dict[str, tuple[Path, float]], list[str]]:
    """Path and length of the videos that are there and can be read; notes on the others."""
    wanted, found = sorted(ids), videos_by_id(videos)
    notes = absent(wanted, found, videos)
    there = {}
    for name in (name for name in wanted if name in found):
        try:
            there[name] = (found[name], lengths(found[name]))
        except MediaError as error:
            notes.append(f"passed over: {error}")
    if not there:
        raise DatasetError(f"{videos}: no video can be read; {notes[-1]}")
    return there, notes


def _is_list(path: Path) -> bool:
    """Whether a file is the set's list of shows."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            return file.readline().startswith("url,")
    except (OSError, ValueError):
        return False


def _channels(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield (row["url"] or "").rpartition("v=")[2], row.get("channel") or ""


def _mr_hisum(
    files: Sequence[Path], videos: Path, out: Path, lengths: Lengths, options: ImportOptions
) -> Manifest:
    scores = mr_hisum.read_scores(files)
    there, notes = _there(scores, videos, lengths)
    evidence = []
    for name, (path, duration_s) in there.items():
        video = source(name, path, out, duration_s, "")
        bins = scores[name]
        closed = tuple(mr_hisum.above_median(bins.rows))
        evidence.append(_evidence(video, mr_hisum.peaks(bins.rows), closed, bins.damaged))
    return choose(out, evidence, notes, _chosen(options))


def _evidence(
    video: SourceVideo, cues: Sequence[Cue], closed: tuple[tuple[float, float], ...], damaged: int
) -> Evidence:
    notes = (f"{damaged} damaged rows passed over",) if damaged else ()
    inside = tuple(cue for cue in cues if cue.time_s < video.duration_s)
    return Evidence(video, inside, notes=notes, closed_s=closed)


def _chosen(options: ImportOptions) -> ProposeOptions:
    return ProposeOptions(options.count or _ALL, _ALL, options.seed, is_balanced=False)


def _mustard(
    files: Sequence[Path], videos: Path, out: Path, lengths: Lengths, options: ImportOptions
) -> Manifest:
    lines = {line.id: line for path in files for line in mustard.read_lines(path)}
    there, notes = _there(lines, videos, lengths)
    sources, clips = [], []
    for name, (path, duration_s) in there.items():
        if clip := mustard.clip_of(lines[name], duration_s):
            sources.append(source(name, path, out, duration_s, lines[name].show))
            clips.append(clip)
    if short := len(there) - len(clips):
        notes.append(f"{short} videos are shorter than a clip and were left out")
    if not clips:
        raise DatasetError(f"{videos}: {notes[-1]}. Name the folder of the whole lines.")
    return _drawn(Manifest(out, tuple(sources), tuple(clips), tuple(notes)), options)


def _drawn(manifest: Manifest, options: ImportOptions) -> Manifest:
    """So many clips of each class at most."""
    order = np.random.default_rng(options.seed).permutation(len(manifest.clips))
    drawn = [manifest.clips[i] for i in order]
    kept: list[Clip] = []
    for name in CLASSES:
        kept += [clip for clip in drawn if clip.proposed == name][: options.count]
    names = {clip.video for clip in kept}
    clips = tuple(clip for clip in manifest.clips if clip in kept)
    videos = tuple(video for video in manifest.videos if video.id in names)
    return replace(manifest, videos=videos, clips=clips)


_SETS = {"standup4ai": _standup4ai, "mustard": _mustard, "mr-hisum": _mr_hisum}
