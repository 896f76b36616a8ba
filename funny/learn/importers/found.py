"""Which video of a folder is meant by an id."""

from collections.abc import Iterable
from pathlib import Path

from funny.errors import DatasetError
from funny.learn.beside.folder import PICTURE_SUFFIXES, SOUND_SUFFIXES
from funny.learn.manifest import SourceVideo

# So many ids are named by a note.
_NAMED = 6
# `Title [ID].mp4` is how yt-dlp names a video if nobody says otherwise.
_OPEN, _CLOSE = "[", "]"


def videos_by_id(folder: Path) -> dict[str, Path]:
    """Every video in a folder and below it, by the ids that its name or its folder may mean.

    Raises:
        DatasetError: If there is none.
    """
    files = sorted(p for p in folder.rglob("*") if p.suffix in PICTURE_SUFFIXES + SOUND_SUFFIXES)
    if not files:
        raise DatasetError(f"{folder}: holds no videos. Fetch those of the set into it first.")
    found = {path.parent.name: path for path in files}
    for path in files:
        found[path.stem] = path
        found[path.stem.rpartition(_OPEN)[2].removesuffix(_CLOSE)] = path
    return found


def as_kept(path: Path, out: Path) -> str:
    """A video's path as a manifest in `out` keeps it: relative if it lies inside."""
    path, out = path.resolve(), out.resolve()
    return path.relative_to(out).as_posix() if path.is_relative_to(out) else str(path)


def source(name: str, path: Path, out: Path, duration_s: float, streamer: str) -> SourceVideo:
    """A video of a set, as the manifest keeps it."""
    return SourceVideo(name, as_kept(path, out), duration_s, streamer, path.stem)


def absent(ids: Iterable[str], videos: dict[str, Path], folder: Path) -> list[str]:
    """A note on the ids whose video is not there.

    Raises:
        DatasetError: If none is there.
    """
    wanted = list(ids)
    missing = [name for name in wanted if name not in videos]
    if not missing:
        return []
    more = ", .." if len(missing) > _NAMED else ""
    text = f"{len(missing)} of {len(wanted)} videos are not in {folder}: "
    text += ", ".join(missing[:_NAMED]) + more
    if len(missing) == len(wanted):
        raise DatasetError(f"{text}. Name the folder that holds them, each with its id as name.")
    return [text]
