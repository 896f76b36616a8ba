"""The authors' own weights: one pinned file, verified, then converted once and kept."""

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Any

from funny.errors import WeightsError
from funny.files import git_blob_id
from funny.weights.convert import convert
from funny.weights.download import ANSWER_S, STALL_S, answered, refuse_offline, transferred
from funny.weights.folders import VA_MTL, WEIGHTS, converted_folder, registry

_CHUNK = 1 << 16


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
    if not folder.is_dir():
        refuse_offline()
        _fetch(pinned, folder, answer_s)
    return folder, pinned["source"]


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
        requests.head(url, timeout=answer_s, allow_redirects=False).raise_for_status()

    def get(bar_class: type) -> None:
        bar = bar_class(desc=file.name, unit="B", unit_scale=True, disable=None)
        # The pinned address answers itself; wherever else it pointed to would be somebody else's.
        options = {"timeout": STALL_S, "allow_redirects": False}
        pooch.HTTPDownloader(progressbar=bar, chunk_size=_CHUNK, **options)(url, file, None)

    try:
        answered(ask, answer_s)
        transferred(get)
    except requests.RequestException as error:
        raise WeightsError(_reason(error)) from error


def _reason(error: Any) -> str:
    """Why a server gave nothing, in a few words."""
    from requests import Timeout

    if error.response is not None:
        return f"the server answered {error.response.status_code}"
    return "no answer in time" if isinstance(error, Timeout) else "the server cannot be reached"
