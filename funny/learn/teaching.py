"""What an editor corrected in an analysis becomes part of a dataset, video and all."""

import threading
from dataclasses import replace
from pathlib import Path

from funny.errors import DatasetError
from funny.files import disk_message, link_or_copy
from funny.learn.beside.folder import VIDEOS
from funny.learn.corrections import appended, corrections_to_labels
from funny.learn.manifest import NAME, Manifest, SourceVideo, load_manifest
from funny.moments.edit import Edits
from funny.records import Analysis

# Two who teach at once must not write over each other.
_TURN = threading.Lock()


def teach(dataset: Path, analysis: Analysis, edits: Edits) -> int:
    """Adds the corrections of one video to a dataset, in place of earlier ones of that video.

    The video is kept with them, as a second name of the same file where the disk has such: an
    upload does not last. Who corrected nothing adds nothing.

    Args:
        dataset: Its folder; made if it is not there.
        analysis: Of the video, as it was edited.
        edits: The list of moments with what the person decided.

    Returns:
        How many labelled clips the video has now.

    Raises:
        DatasetError: If the dataset cannot be read or written.
    """
    corrections = corrections_to_labels(analysis, edits)
    if not corrections.clips:
        return 0
    try:
        kept = replace(corrections, video=_kept(dataset, corrections.video))
        with _TURN:
            manifest = load_manifest(dataset) if (dataset / NAME).is_file() else Manifest(dataset)
            appended(manifest, kept).save()
    except OSError as error:
        raise DatasetError(disk_message(dataset, error)) from error
    return len(corrections.clips)


def _kept(dataset: Path, video: SourceVideo) -> SourceVideo:
    """The video as a file of the dataset."""
    source = Path(video.path)
    target = dataset / VIDEOS / video.id / f"video{source.suffix}"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(source, target)
    return replace(video, path=str(target.relative_to(dataset)))
