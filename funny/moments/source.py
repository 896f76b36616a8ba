"""The video behind an analysis: found where it is now, and shown to be the same."""

from fractions import Fraction
from pathlib import Path

from funny.errors import MediaError
from funny.extract.cache import content_sha
from funny.extract.tracks import read_tracks
from funny.extract.video import refuse_non_files
from funny.moments.handoff.rates import nominal
from funny.records import VideoInfo


def same_video(video: VideoInfo, relink: Path | None = None) -> Path:
    """Where the file is that was analysed.

    Args:
        video: The video as it was analysed.
        relink: Where it is now, if not where it was.

    Raises:
        MediaError: If it is not there, or its content is not what was analysed.
    """
    path = relink or video.path
    if relink is None and not path.exists():
        raise MediaError(
            f"{path}: the video of this analysis is not there any more. "
            "Say where it is now: --relink PATH."
        )
    refuse_non_files(path)
    if video.sha and content_sha(path) != video.sha:
        raise MediaError(
            f"{path}: is not the video that was analysed: its content is another. "
            "Name the right file with --relink PATH, or analyse this one."
        )
    return path.absolute()


def own_rate(path: Path) -> Fraction | None:
    """The standard rate that a video's pictures fit; None if it has no picture.

    Raises:
        MediaError: If the file cannot be read.
    """
    pace_hz = read_tracks(path).pace_hz
    return nominal(pace_hz) if pace_hz else None
