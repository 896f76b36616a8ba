"""The authors' own weights: one pinned file, verified, then converted once and kept."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from funny.errors import OptionError, WeightsError
from funny.files import disk_message, file_sha256, git_blob_id, read_json
from funny.weights.convert import convert
from funny.weights.download import ANSWER_S, CHUNK, STALL_S, answered, refuse_offline, transferred
from funny.weights.folders import CONFIG, VA_MTL, WEIGHTS, converted_folder, registry


def upstream_folder(answer_s: float = ANSWER_S) -> tuple[Path, str]:
    """The converted VA-MTL weights, fetched from their authors unless that was done before.

    Args:
        answer_s: How long the server may take to answer.

    Returns:
        Their folder in the cache, and what to call their source.

    Raises:
        WeightsError: With the reason why there are none.
    """
    pinned = registry()["upstream"][VA_MTL]
    folder = converted_folder(pinned["blob"])
    if not _is_whole(folder):
        refuse_offline("damaged on this disk" if folder.is_dir() else "not fetched before")
        try:
            shutil.rmtree(folder, ignore_errors=True)
            _fetch(pinned, folder, answer_s)
        except OSError as error:
            raise WeightsError(disk_message(folder, error)) from error
        except OptionError as error:
            raise WeightsError(str(error)) from error
    return folder, pinned["source"]


def _is_whole(folder: Path) -> bool:
    try:
        return file_sha256(folder / WEIGHTS) == read_json(folder / CONFIG).get("sha256")
    except (OSError, WeightsError):
        return False


def _fetch(pinned: dict[str, Any], folder: Path, answer_s: float) -> None:
    """Makes a folder of converted weights whole, or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder.parent) as staging:
        file = Path(staging, Path(pinned["url"]).name)
        _download(pinned["url"], file, answer_s)
        if (blob := git_blob_id(file)) != pinned["blob"]:
            raise WeightsError(f"what came has git blob id {blob}, expected {pinned['blob']}")
        convert(file, Path(staging, "converted", WEIGHTS))
        # Another start may have been first: then its folder stands, and this one goes.
        with contextlib.suppress(FileExistsError, OSError):
            os.rename(Path(staging, "converted"), folder)


def _download(url: str, file: Path, answer_s: float) -> None:
    import pooch
    import requests

    def ask() -> None:
        answer = requests.head(url, timeout=answer_s, allow_redirects=False)
        answer.raise_for_status()
        if answer.is_redirect:
            raise WeightsError("the server points elsewhere")

    def get(bar_class: type) -> None:
        bar = bar_class(desc=file.name, unit="B", unit_scale=True, disable=None)
        # The pinned address answers itself; wherever else it pointed to would be somebody else's.
        options = {"timeout": STALL_S, "allow_redirects": False}
        pooch.HTTPDownloader(progressbar=bar, chunk_size=CHUNK, **options)(url, file, None)

    try:
        answered(ask, answer_s)
        transferred(get)
    except requests.RequestException as error:
        raise WeightsError(_reason(error)) from error


def _reason(error: Any) -> str:
    """Why a server gave nothing, in a few words."""
    from requests import Timeout
    from requests.exceptions import ChunkedEncodingError

    if error.response is not None:
        return f"the server answered {error.response.status_code}"
    if isinstance(error, ChunkedEncodingError):
        return "the connection broke"
    # What stops in mid-file is a ConnectionError, as if there were no server.
    is_late = isinstance(error, Timeout) or "timed out" in str(error)
    return "no answer in time" if is_late else "the server cannot be reached"
