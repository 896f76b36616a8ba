"""clips.parquet: the numbers of every clip, one row each, for any program that reads Parquet.

`x` holds the features of 14 ticks, padded with zeros, and `mask` which of them exist; `around`
holds 13 ticks more on either side. `datasets.load_dataset("parquet", data_files=...)` and
`pandas.read_parquet` read it; what was built is stated in the schema's metadata under `funny`.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from funny.errors import DatasetError
from funny.extras import extra
from funny.files import disk_message
from funny.learn.examples import AROUND, REACH
from funny.score.features import FEATURES
from funny.score.heads import MAX_CLIP_TICKS

NAME = "clips.parquet"
SCHEMA = "funny.clips/1"
_META = b"funny"
_BATCH_ROWS = 512


@dataclass(frozen=True, eq=False)
class Row:
    """One clip in numbers."""

    id: str
    video: str
    streamer: str
    sha: str
    """Identity of the content of its video."""
    key: str
    """What its numbers follow from: the content, the models, the edges. Another key, other
    numbers."""
    start_s: float
    end_s: float
    ticks: int
    label: str | None
    proposed: str
    face_share: float
    """Share of its ticks at which a face was seen."""
    around: np.ndarray
    """(40, 13) features."""

    @property
    def mask(self) -> np.ndarray:
        """(14,) which ticks of the clip exist."""
        return np.arange(MAX_CLIP_TICKS) < self.ticks

    @property
    def x(self) -> np.ndarray:
        """(14, 13) features, zeros where the clip has ended."""
        inside = self.around[REACH : REACH + MAX_CLIP_TICKS]
        return np.where(self.mask[:, None], inside, np.float32(0))


@dataclass(frozen=True)
class About:
    """What a table was built from."""

    manifest: str
    """SHA-256 of manifest.json as it was."""
    models: dict[str, dict[str, str]]
    """What read the faces and heard the laughter: name, source, sha256 of each."""
    features: tuple[str, ...] = FEATURES

    def to_json(self) -> dict[str, Any]:
        """The same as plain JSON values."""
        return {"schema": SCHEMA, "tick_hz": 2.0, **asdict(self), "features": list(self.features)}


def write_rows(path: Path, rows: Iterable[Row], about: About) -> int:
    """Writes a table row by row, beside and renamed into place; returns how many.

    Raises:
        DatasetError: If it cannot be written; a table that was there stays.
    """
    beside, count = path.with_name(f".{path.name}.partial"), 0
    try:
        with extra("train"):
            import pyarrow as pa
            from pyarrow import parquet

        schema = _schema(about)
        with parquet.ParquetWriter(beside, schema, compression="zstd") as writer:
            for part in _parts(rows):
                writer.write_batch(pa.RecordBatch.from_pylist(part, schema))
                count += len(part)
        os.replace(beside, path)
    except OSError as error:
        raise DatasetError(disk_message(path, error)) from error
    finally:
        beside.unlink(missing_ok=True)
    return count


def _schema(about: About) -> Any:
    import pyarrow as pa

    tick = pa.list_(pa.float32(), len(about.features))
    columns = [
        *((name, pa.string()) for name in ("id", "video", "streamer", "sha", "key")),
        ("start_s", pa.float64()),
        ("end_s", pa.float64()),
        ("ticks", pa.int32()),
        ("label", pa.string()),
        ("proposed", pa.string()),
        ("face_share", pa.float32()),
        ("x", pa.list_(tick, MAX_CLIP_TICKS)),
        ("mask", pa.list_(pa.bool_(), MAX_CLIP_TICKS)),
        ("around", pa.list_(tick, AROUND)),
    ]
    return pa.schema(columns, metadata={_META: json.dumps(about.to_json()).encode()})


def _parts(rows: Iterable[Row]) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    for row in rows:
        arrays = {name: getattr(row, name).tolist() for name in ("x", "mask", "around")}
        part.append({**{f.name: getattr(row, f.name) for f in fields(row)}, **arrays})
        if len(part) == _BATCH_ROWS:
            yield part
            part = []
    if part:
        yield part


def about(path: Path) -> About:
    """What a table says of itself.

    Raises:
        DatasetError: If there is none, or it is damaged or something else.
    """
    with _opened(path) as file:
        return _about(path, file)


def _about(path: Path, file: Any) -> About:
    said = json.loads((file.schema_arrow.metadata or {}).get(_META, b"{}"))
    if said.get("schema") != SCHEMA or said.get("features") != list(FEATURES):
        raise DatasetError(f"{path}: is no {SCHEMA}. Make it with `funny dataset build`.")
    return About(said["manifest"], said["models"])


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a table, some at a time.

    Raises:
        DatasetError: If there is none, or it is damaged or something else.
    """
    wanted = [field.name for field in fields(Row)]
    with _opened(path) as file:
        _about(path, file)
        for batch in file.iter_batches(_BATCH_ROWS, columns=wanted):
            arrays = _numbers(batch.column("around"))
            rest = batch.drop_columns(["around"]).to_pylist()
            yield from (Row(**row, around=x) for row, x in zip(rest, arrays, strict=True))


def _numbers(column: Any) -> np.ndarray:
    """(rows, 40, 13) of a nested column."""
    flat = column.flatten().flatten().to_numpy(zero_copy_only=False)
    return flat.reshape(len(column), AROUND, len(FEATURES))


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    with extra("train"):
        import pyarrow as pa
        from pyarrow import parquet

    if not path.is_file():
        raise DatasetError(f"{path}: is not there. Make it with `funny dataset build`.")
    try:
        with parquet.ParquetFile(path) as file:
            yield file
    except (OSError, KeyError, ValueError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise DatasetError(
            f"{path}: cannot be read ({reason}). Make it again with `funny dataset build`."
        ) from error
