"""Highlights → clips: H.264 and AAC that every browser plays, cut with moviepy's ffmpeg.

Each is encoded anew, which is exact to the frame at any frame rate.
"""

import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from funny.grid import clock
from funny.moments.cutting import CutOptions, Source, cut_span
from funny.moments.ffmpeg import whole_file
from funny.moments.jobs import side_by_side
from funny.records import Highlight, VideoInfo

CutProgress = Callable[[float, float], None]
"""Called with the seconds that are cut and those to cut; may raise to stop the work."""


def clip_name(rank: int, highlight: Highlight) -> str:
    """File name of a clip, such as `03_00-12-41_score-0.93.mp4`."""
    return (
        f"{rank:02d}_{clock(highlight.start_s).replace(':', '-')}_score-{highlight.score:.2f}.mp4"
    )


def cut_clips(
    video: VideoInfo,
    highlights: Sequence[Highlight],
    folder: Path,
    options: CutOptions | None = None,
    progress: CutProgress = lambda done, total: None,
) -> list[Path]:
    """Cuts one clip a highlight, in their order; a clip has its final name only when whole.

    Args:
        video: The video to cut from.
        highlights: Ranked highlights.
        folder: Where the clips go; it is made if needed.
        options: How they are cut; None takes the first sound track, right to the frame.
        progress: Told how many seconds are done.

    Raises:
        MediaError: If a clip cannot be written.
        OptionError: If the video has no such sound track.
        Cancelled: If progress raised it; no half-written clip is left.
    """
    options = options or CutOptions()
    options.tracks_of(video)
    folder.mkdir(parents=True, exist_ok=True)
    if not highlights:
        return []
    source = Source.of(video)
    clips = [folder / clip_name(rank, highlight) for rank, highlight in enumerate(highlights, 1)]
    works = [
        partial(cut_span, source, (highlight.start_s, highlight.end_s), clip, options)
        for highlight, clip in zip(highlights, clips, strict=True)
    ]
    side_by_side(works, [h.length_s for h in highlights], options.jobs, progress)
    return clips


def zip_clips(clips: Sequence[Path], target: Path) -> Path:
    """Puts clips into one zip file; they are stored as they are, since video does not shrink."""
    with whole_file(target) as unfinished, zipfile.ZipFile(unfinished, "w") as archive:
        for clip in clips:
            archive.write(clip, clip.name)
    return target


def estimated_bytes(video: VideoInfo, length_s: float) -> float:
    """About how much room clips take: 0.07 bits a pixel, measured on clips of 720p and 1080p."""
    return length_s * (_pixel_rate(video) * 0.07 / 8 + 160_000 / 8)


def estimated_cut_s(video: VideoInfo, length_s: float) -> float:
    """About how long cutting takes: 50 million pixels a second, as x264 did on two cores."""
    return length_s * max(0.02, _pixel_rate(video) / 50e6)


def _pixel_rate(video: VideoInfo) -> float:
    return video.width * video.height * video.fps if video.has_picture else 0.0
