"""The video behind an analysis, measured for editors."""

from fractions import Fraction
from pathlib import Path

from funny.errors import OptionError
from funny.extract.tracks import Tracks, read_tracks
from funny.moments.handoff.rates import STANDARD, Rate, can_drop, is_drop, nominal
from funny.moments.handoff.values import Source
from funny.moments.source import same_video
from funny.records import VideoInfo

_RATE_OF_SOUND = STANDARD["30"]


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
