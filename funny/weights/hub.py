"""Weights from a model repository of the Hugging Face Hub, each file checked against its hash."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from funny.claims import MAX_JSON_BYTES
from funny.errors import WeightsError
from funny.files import file_sha256, git_blob_id
from funny.weights.download import ANSWER_S, CHUNK, MAX_BYTES, answered, refuse_offline, transferred
from funny.weights.folders import registry

MAX_FILES = 10_000
"""Files of a repository that are looked through."""

# By its length: of a large file the Hub states the SHA-256, of a small one the git blob id.
_HASHES = {64: file_sha256, 40: git_blob_id}


@dataclass(frozen=True)
class HubRepo:
    """A model repository at one revision."""

    repo_id: str
    revision: str

    def __str__(self) -> str:
        return f"{self.repo_id}@{self.revision}"


def hub_repo() -> HubRepo | None:
    """FUNNY_HUB_REPO, `owner/name` or `owner/name@revision`; in a Space the owner's; else none."""
    pinned = registry()["hub"]
    author = os.environ.get("SPACE_AUTHOR_NAME")
    chosen = os.environ.get("FUNNY_HUB_REPO") or (f"{author}/{pinned['name']}" if author else "")
    repo_id, _, revision = chosen.partition("@")
    return HubRepo(repo_id, revision or pinned["revision"]) if repo_id else None


def endpoint() -> str | None:
    """Address of the Hub: HF_ENDPOINT, or None for the usual one."""
    return os.environ.get("HF_ENDPOINT") or None


def hub_folder(folder: str, names: Sequence[str], answer_s: float = ANSWER_S) -> tuple[Path, str]:
    """Some files of one folder of the repository, fetched unless the Hub's cache holds them.

    Args:
        folder: In the repository.
        names: Of the files.
        answer_s: How long the Hub may take to answer.

    Returns:
        The folder in the cache, and what to call its source.

    Raises:
        WeightsError: With the reason why there is none.
    """
    repo = hub_repo()
    if repo is None:
        raise WeightsError("no repository is set (FUNNY_HUB_REPO=owner/name)")
    try:
        found = _folder(repo, folder, names, answer_s)
    except WeightsError as error:
        raise WeightsError(f"{repo}: {error}") from error
    except Exception as error:
        raise WeightsError(f"{repo}: {_reason(error)}") from error
    return found, f"{repo.repo_id}@{found.parent.name[:8]}/{folder}"


def _folder(repo: HubRepo, folder: str, names: Sequence[str], answer_s: float) -> Path:
    def fetch() -> set[Path]:
        return {_file(repo, f"{folder}/{name}", answer_s).parent for name in names}

    # Two if the revision has moved since the first file was fetched; the cache knows the new one.
    parents = fetch()
    return (parents if len(parents) == 1 else fetch()).pop()


def hub_names(prefix: str, name: str, answer_s: float = ANSWER_S) -> tuple[str, ...]:
    """Folders of the repository whose name begins so, and that hold a file.

    Args:
        prefix: How the folders' names begin.
        name: Of the file.
        answer_s: How long the Hub may take to answer.

    Raises:
        WeightsError: With the reason why nothing is known.
    """
    repo = hub_repo()
    if repo is None:
        raise WeightsError("no repository is set (FUNNY_HUB_REPO=owner/name)")
    refuse_offline("the repository was not asked")
    from huggingface_hub import HfApi

    api = HfApi(endpoint=endpoint())
    try:
        paths = answered(partial(_listed, api, repo), answer_s)
    except WeightsError:
        raise
    except Exception as error:
        raise WeightsError(f"{repo}: {_reason(error)}") from error
    found = (path.parent.name for path in paths if len(path.parts) == 2 and path.name == name)
    return tuple(sorted(folder for folder in found if folder.startswith(prefix)))


def _listed(api: Any, repo: HubRepo) -> list[PurePosixPath]:
    """The first files of a repository: one may have as many as its owner likes."""
    found = api.list_repo_tree(repo.repo_id, recursive=True, revision=repo.revision)
    return [PurePosixPath(entry.path) for entry in islice(found, MAX_FILES)]


def cached_file(repo: HubRepo, filename: str) -> Path | None:
    """A file that was fetched before, as it lies in the Hub's cache.

    Raises:
        WeightsError: If the repository's name cannot be one.
    """
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        cached = try_to_load_from_cache(repo.repo_id, filename, revision=repo.revision)
    except HFValidationError as error:
        raise WeightsError(f"expected owner/name ({_reason(error)})") from error
    return Path(cached) if isinstance(cached, str) else None


def is_intact(path: Path, stated: str | None = None) -> bool:
    """Whether a file has the hash that the Hub stated for it; the cache names files by it."""
    # Where links cannot be made the cache keeps no hash; the file was checked when it came.
    stated = stated or path.resolve().name
    measure = _HASHES.get(len(stated))
    return measure is None or measure(path) == stated


def _file(repo: HubRepo, filename: str, answer_s: float) -> Path:
    cached = cached_file(repo, filename)
    if cached and is_intact(cached):
        return cached
    refuse_offline("damaged on this disk" if cached else "not fetched before")
    if cached:
        _remove(cached)
    return _download(repo, filename, answer_s)


def _download(repo: HubRepo, filename: str, answer_s: float) -> Path:
    from huggingface_hub import constants, get_hf_file_metadata, hf_hub_download, hf_hub_url

    where: dict[str, Any] = {"revision": repo.revision, "endpoint": endpoint()}
    url = hf_hub_url(repo.repo_id, filename, **where)
    ask = partial(get_hf_file_metadata, url, timeout=answer_s, endpoint=endpoint())
    stated = answered(ask, answer_s)
    most = MAX_JSON_BYTES if filename.endswith(".json") else MAX_BYTES
    if (stated.size or 0) > most:
        raise WeightsError(f"{filename} is larger than {most >> 20} MB")
    if len(stated.etag or "") not in _HASHES:
        raise WeightsError(f"the server states no hash of {filename} to check it by")

    # It tells its bar of whole chunks only, and 10 MB of a slow line would look like a stall.
    constants.DOWNLOAD_CHUNK_SIZE = CHUNK

    def get(bar: type) -> Path:
        options: dict[str, Any] = {**where, "etag_timeout": answer_s, "tqdm_class": bar}
        return Path(hf_hub_download(repo.repo_id, filename, **options))

    path = transferred(get, most)
    if not is_intact(path, stated.etag):
        _remove(path)
        raise WeightsError(f"{filename} is not what its hash promises ({stated.etag})")
    return path


def _remove(path: Path) -> None:
    """Takes a damaged file out of the cache, so that it never counts."""
    path.resolve().unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def _reason(error: Exception) -> str:
    """Why the Hub gave nothing, in one line."""
    from huggingface_hub import errors

    said = {
        errors.GatedRepoError: "access must be asked for on its page",
        errors.RepositoryNotFoundError: "no such repository, or it is private (set HF_TOKEN)",
        errors.RevisionNotFoundError: "no such revision",
        errors.EntryNotFoundError: "it does not hold these weights",
    }
    for kind, text in said.items():
        if isinstance(error, kind) and not isinstance(error, errors.LocalEntryNotFoundError):
            return text
    if isinstance(error, errors.HfHubHTTPError):
        return f"the server answered {error.response.status_code}"
    return " ".join(str(error).split())[:200] or type(error).__name__
