"""The video behind an analysis: found, shown to be the same, and measured for editors."""

from fractions import Fraction
from pathlib import Path

from funny.errors import MediaError, OptionError
from funny.extract.cache import content_sha
from funny.extract.tracks import Tracks, read_tracks
from funny.extract.video import refuse_non_files
from funny.moments.handoff.rates import STANDARD, Rate, can_drop, is_drop, nominal
from funny.moments.handoff.values import Source
from funny.records import VideoInfo

_RATE_OF_SOUND = STANDARD["30"]


def same_video(video: VideoInfo, relink: Path | None) -> Path:
    """Where the video of an analysis is, shown to be the one that was analysed.

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


def read_source(video: VideoInfo, relink: Path | None = None) -> Source:
    """Reads what a project file must know of the video of an analysis.

    Args:
        video: The video as it was analysed.
        relink: Where it is now, if not where it was.

    Raises:
        MediaError: If it is not there, or its content is not what was analysed.
    """
    path = same_video(video, relink)
    tracks = read_tracks(path)
    fps = nominal(tracks.pace_hz) if tracks.pace_hz else _RATE_OF_SOUND
    return Source(
        path=path,
        fps=fps,
        pace_hz=tracks.pace_hz,
        is_variable=tracks.is_variable,
        length_s=tracks.picture_s or video.duration_s,
        width=video.width,
        height=video.height,
        timecode=_known_timecode(tracks, fps),
        sounds=tracks.sounds,
    )


def _known_timecode(tracks: Tracks, fps: Fraction) -> str:
    """The file's timecode if it is one at its rate, else none."""
    rate = Rate(fps, can_drop(fps) and is_drop(tracks.timecode))
    try:
        return rate.timecode(rate.frame_of(tracks.timecode))
    except OptionError:
        return ""
