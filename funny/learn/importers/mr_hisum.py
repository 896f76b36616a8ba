"""'Most replayed' as Mr.HiSum keeps it: how often every second of a video is played again.

What people replay is not what they laugh at: the labels say `replayed`, the manifest's note too.
Files: info.json of yt-dlp; heat markers as the set's crawler writes them, with the video's id as
name; {video: [a score a second]} as JSON; metadata.csv, which tells the ids of YouTube.
"""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from funny.errors import DatasetError
from funny.learn.beside.info import Bin, info_of
from funny.learn.beside.rows import NO_SENSE, Rows, read_rows
from funny.learn.beside.times import seconds_of
from funny.learn.cues.cue import Cue
from funny.learn.cues.replayed import replayed_cues

_ID_LENGTH = 11
_TO_JSON = (
    "python -c \"import h5py,json; f=h5py.File('mr_hisum.h5'); "
    "json.dump({k: f[k]['gtscore'][:].tolist() for k in f}, open('mr_hisum.json','w'))\""
)


def read_scores(files: Sequence[Path]) -> dict[str, Rows[Bin]]:
    """The replays of every video that the files speak of, by its id on YouTube.

    Raises:
        DatasetError: If a file is none of the known kinds.
    """
    names = {k: v for path in files if path.suffix == ".csv" for k, v in _ids(path).items()}
    scores = [_scores(path) for path in files if path.suffix != ".csv"]
    return {names.get(name, name): bins for found in scores for name, bins in found.items()}


def _ids(path: Path) -> dict[str, str]:
    """Ids on YouTube by the set's own."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {row["video_id"]: row["youtube_id"] for row in csv.DictReader(file)}
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise DatasetError(f"{path}: expected columns video_id, youtube_id ({error}).") from error


def _scores(path: Path) -> dict[str, Rows[Bin]]:
    if path.suffix in (".h5", ".hdf5"):
        raise DatasetError(f"{path}: make JSON of it first, with h5py installed: {_TO_JSON}")
    try:
        found = json.loads(path.read_text("utf-8-sig"))
        if "heatMarkers" in found:
            return {path.stem[-_ID_LENGTH:]: read_rows(found["heatMarkers"], _marker)}
        if "heatmap" in found or "webpage_url" in found:
            return {info_of(found).id: info_of(found).heatmap}
        return {name: read_rows(enumerate(seconds), _second) for name, seconds in found.items()}
    except (OSError, *NO_SENSE) as error:
        raise DatasetError(
            f"{path}: is no info.json, no heat markers and no scores by video ({error})."
        ) from error


def _marker(row: Any) -> Iterable[Bin]:
    marker = row["heatMarkerRenderer"]
    start_s = seconds_of(marker["timeRangeStartMillis"]) / 1000
    end_s = start_s + seconds_of(marker["markerDurationMillis"]) / 1000
    yield Bin(start_s, end_s, seconds_of(marker["heatMarkerIntensityScoreNormalized"]))


def _second(row: tuple[int, Any]) -> Iterable[Bin]:
    start_s, value = row
    yield Bin(float(start_s), start_s + 1.0, seconds_of(value))


def peaks(bins: Sequence[Bin]) -> list[Cue]:
    """The parts that are replayed most, each around its highest second."""
    return [_at_the_top(cue) for cue in replayed_cues(bins)]


def _at_the_top(cue: Cue) -> Cue:
    end_s = max(cue.time_s + 1.0, min(cue.end_s, cue.time_s + 7.0))
    return replace(cue, kind="label", start_s=cue.time_s, end_s=end_s)


def above_median(bins: Sequence[Bin]) -> list[tuple[float, float]]:
    """Spans that are replayed more than usual; nothing ordinary lies in them."""
    usual = np.median([part.value for part in bins]) if bins else 0.0
    return [(part.start_s, part.end_s) for part in bins if part.value > usual]
