"""Puts weights with their cards into one repository of the Hugging Face Hub, in one commit.

Of a run its head, its card and its figures are published; not which clips it was trained on, nor
the report, which leads to files of this machine.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from funny.errors import OptionError, WeightsError
from funny.extract.emotion import VaMtl
from funny.files import read_json
from funny.weights.cards import emotion_card, hub_licence, root_card
from funny.weights.folders import (
    CONFIG,
    METRICS,
    THRESHOLDS,
    VA_MTL,
    WEIGHTS,
    converted_folder,
    models_folder,
    registry,
)
from funny.weights.heads import LoadedHead, read_head
from funny.weights.hub import endpoint

DEFAULT_HEAD = "head-lstm"


@dataclass(frozen=True)
class PlannedFile:
    """A file as it will lie in the repository."""

    path: str
    content: bytes

    @property
    def size(self) -> int:
        """Size in bytes."""
        return len(self.content)

    @property
    def sha256(self) -> str:
        """SHA-256 in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Plan:
    """All that one commit will hold."""

    files: tuple[PlannedFile, ...]

    @property
    def has_emotion_model(self) -> bool:
        """Whether VA-MTL is among them."""
        return any(file.path == f"{VA_MTL}/{WEIGHTS}" for file in self.files)


@dataclass(frozen=True)
class Commit:
    """What the Hub made of a plan."""

    url: str
    oid: str


def pinned_tag() -> str:
    """The tag that `models/registry.toml` names."""
    return str(registry()["hub"]["revision"])


def plan(repo_id: str, emotion_weights: Path | None = None, run: Path | None = None) -> Plan:
    """What a repository will hold: every head of `models/`, VA-MTL if it is here, and the cards.

    Args:
        repo_id: `owner/name`.
        emotion_weights: VA-MTL as safetensors; otherwise from `models/`, or what was fetched.
        run: Folder of a head that was trained here: then its head alone, and VA-MTL only if it
            is named.

    Raises:
        OptionError: If the name is none.
        WeightsError: If weights are damaged or of another model.
    """
    _expect_name(repo_id)
    heads = _released() if run is None else {f"head-{run.resolve().name}": run}
    files = [file for name, head in heads.items() for file in _head_files(name, head)]
    if run is not None and (run / METRICS).is_file():
        files.append(PlannedFile(f"head-{run.resolve().name}/{METRICS}", _content(run / METRICS)))
    weights = emotion_weights or (_converted_weights() if run is None else None)
    licence = "apache-2.0"
    if weights is not None:
        files += _emotion_files(weights)
        licence = hub_licence(read_json(weights.with_name(CONFIG))["licence"])
    default = DEFAULT_HEAD if run is None else next(iter(heads))
    head = read_head(heads[default])
    head = replace(head, info=replace(head.info, name=default))
    return Plan((*_root_files(repo_id, head, files, licence), *files))


def _released() -> dict[str, Path]:
    """The heads of `models/` by the name of their folder."""
    return {p.name: p for p in sorted(models_folder().glob("head-*")) if p.is_dir()}


def _expect_name(repo_id: str) -> None:
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id

    try:
        validate_repo_id(repo_id)
    except HFValidationError as error:
        raise OptionError(f"--repo {repo_id}: expected owner/name. {error}") from error
    if "/" not in repo_id:
        raise OptionError(f"--repo {repo_id}: expected owner/name.")


def _head_files(name: str, folder: Path) -> Iterator[PlannedFile]:
    read_head(folder)
    for file in (CONFIG, THRESHOLDS, WEIGHTS, "README.md"):
        yield PlannedFile(f"{name}/{file}", _content(folder / file))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WeightsError(f"{path}: cannot be read ({error.strerror or error}).") from error


def _converted_weights() -> Path | None:
    pinned = registry()["upstream"][VA_MTL]["blob"]
    folders = (models_folder() / VA_MTL, converted_folder(pinned))
    return next((folder / WEIGHTS for folder in folders if folder.is_dir()), None)


def _emotion_files(weights: Path) -> list[PlannedFile]:
    VaMtl.load(weights)
    folder = weights.parent
    if not (folder / CONFIG).is_file():
        raise WeightsError(
            f"{weights}: has no config.json beside it. `funny weights convert` writes both."
        )
    _expect_origin(folder / CONFIG)
    return [
        PlannedFile(f"{VA_MTL}/{CONFIG}", (folder / CONFIG).read_bytes()),
        PlannedFile(f"{VA_MTL}/{WEIGHTS}", weights.read_bytes()),
        PlannedFile(f"{VA_MTL}/README.md", emotion_card(folder).encode()),
    ]


def _expect_origin(config: Path) -> None:
    """What a card must state, and loading does not need."""
    stated = read_json(config)
    if missing := [name for name in ("source", "licence", "sha256") if name not in stated]:
        raise WeightsError(
            f"{config}: {', '.join(missing)} missing. `funny weights convert` writes all of it."
        )


def _root_files(
    repo_id: str, head: LoadedHead, files: list[PlannedFile], licence: str
) -> Iterator[PlannedFile]:
    """The card, and the default head once more: `from_pretrained` looks at the top only."""
    folders = sorted({file.path.split("/")[0] for file in files})
    yield PlannedFile("README.md", root_card(repo_id, folders, head, licence).encode())
    for file in files:
        folder, name = file.path.split("/")
        if folder == head.info.name and name not in ("README.md", METRICS):
            yield PlannedFile(name, file.content)


def publish(repo_id: str, planned: Plan, tag: str, private: bool) -> Commit:
    """Sends a plan to the Hub: the repository if there is none, one commit, one tag.

    Raises:
        OptionError: If nobody is logged in, the tag is taken, or the repository is public and
            was to be private.
        WeightsError: If the Hub refuses or cannot be reached; a commit is whole or absent.
    """
    from huggingface_hub import CommitOperationAdd, HfApi, get_token

    if get_token() is None:
        raise OptionError("No token of the Hub: run `hf auth login`, or set HF_TOKEN.")
    api = HfApi(endpoint=endpoint())
    operations = [CommitOperationAdd(file.path, file.content) for file in planned.files]
    try:
        api.create_repo(repo_id, private=private, exist_ok=True)
        _expect_room(api, repo_id, tag, private)
        commit = api.create_commit(repo_id, operations, commit_message=f"Weights of funny, {tag}")
        api.create_tag(repo_id, tag=tag, revision=commit.oid)
    except OptionError:
        raise
    except Exception as error:  # the Hub's, its transport's: they have no parent in common
        raise WeightsError(f"{repo_id}: {_first_line(error)}") from error
    return Commit(commit.commit_url, commit.oid)


def _expect_room(api: Any, repo_id: str, tag: str, private: bool) -> None:
    """A tag means one commit for ever, and what is private stays so."""
    if tag in {ref.name for ref in api.list_repo_refs(repo_id).tags}:
        raise OptionError(
            f"{repo_id} has a tag {tag} already. Give another by --tag, and pin it in "
            "models/registry.toml."
        )
    if private and not api.repo_info(repo_id).private:
        raise OptionError(f"{repo_id} exists and is public. Make it private on its page first.")


def _first_line(error: Exception) -> str:
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
