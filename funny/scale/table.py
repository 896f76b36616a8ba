"""The tables of a batch: highlights.parquet, one row a highlight; videos.csv, one row a video."""

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from funny.errors import FunnyError
from funny.extras import extra
from funny.files import disk_message
from funny.scale.ended import Ended
from funny.scale.results import Result

HIGHLIGHTS, VIDEOS = "highlights.parquet", "videos.csv"

_COLUMNS = ("name", "state", "problem", "path", "sha", "duration_s", "moments", "best", "folder")
_BYTE_ORDER_MARK = "\ufeff"


def expect_parquet() -> None:
    """Says at once, and not after hours, that the table cannot be written.

    Raises:
        OptionError: If pyarrow is not installed.
    """
    with extra("batch"):
        import pyarrow  # noqa: F401


def write_highlights(path: Path, results: Iterable[Result]) -> None:
    """Writes one row a highlight of all videos, beside and renamed into place.

    Raises:
        FunnyError: If it cannot be written; a table that was there stays.
    """
    from pyarrow import Table, parquet

    table = Table.from_pylist([row for result in results for row in _rows(result)], _schema())
    beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        parquet.write_table(table, beside, compression="zstd")
        os.replace(beside, path)
    except OSError as error:
        raise FunnyError(disk_message(path, error)) from error
    finally:
        beside.unlink(missing_ok=True)


def _schema() -> Any:
    import pyarrow as pa

    return pa.schema(
        [
            *((name, pa.string()) for name in ("video", "path", "sha")),
            ("rank", pa.int32()),
            *((name, pa.float64()) for name in ("start_s", "end_s", "peak_s", "score")),
            ("reasons", pa.list_(pa.string())),
            ("text", pa.string()),
        ]
    )


def _rows(result: Result) -> Iterator[dict[str, Any]]:
    names = ("rank", "start_s", "end_s", "peak_s", "score", "reasons", "text")
    video = {"video": plain(result.name), "path": plain(result.path), "sha": result.sha}
    for moment in result.moments:
        yield {**video, **{name: moment[name] for name in names}}


def plain(text: str) -> str:
    """Text as UTF-8 can hold it: the name of a file need not."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def write_videos(path: Path, ended: Sequence[Ended]) -> None:
    """Writes one row a video, with why there is nothing where there is nothing.

    Raises:
        FunnyError: If it cannot be written; a table that was there stays.
    """
    file = StringIO()
    writer = csv.DictWriter(file, _COLUMNS)
    writer.writeheader()
    for one in ended:
        row = one.to_json()
        writer.writerow({**row, "moments": len(row["moments"])})
    # The byte-order mark makes spreadsheet programs read the file as UTF-8.
    write_whole(path, _BYTE_ORDER_MARK + file.getvalue())


def write_whole(path: Path, text: str) -> None:
    """Writes text beside a file and renames it into place.

    Raises:
        FunnyError: If it cannot be written; a file that was there stays.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        beside.write_text(text, "utf-8", errors="backslashreplace", newline="")
        os.replace(beside, path)
    except OSError as error:
        raise FunnyError(disk_message(path, error)) from error
    finally:
        beside.unlink(missing_ok=True)
