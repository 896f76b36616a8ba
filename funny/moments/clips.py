"""Highlights → clips: H.264 and AAC that every browser plays, cut with moviepy's ffmpeg.

Each is encoded anew, which is exact to the frame at any frame rate.
"""

import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from funny.errors import MediaError
from funny.grid import clock
from funny.moments.encoding import Encoding
from funny.moments.ffmpeg import FfmpegError, opening_words, run_ffmpeg, whole_file
from funny.moments.reading import Reading, reading
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
    audio_track: int | None = None,
    progress: CutProgress = lambda done, total: None,
) -> list[Path]:
    """Cuts one clip a highlight, in their order; a clip has its final name only when whole.

    Args:
        video: The video to cut from.
        highlights: Ranked highlights.
        folder: Where the clips go; it is made if needed.
        audio_track: Number of the sound track from 0; None takes the container's default.
        progress: Told how many seconds are done.

    Raises:
        MediaError: If a clip cannot be written.
        Cancelled: If progress raised it; no half-written clip is left.
    """
    folder.mkdir(parents=True, exist_ok=True)
    total_s = sum(h.length_s for h in highlights)
    done_s, clips = 0.0, []
    for rank, highlight in enumerate(highlights, 1):
        clip = folder / clip_name(rank, highlight)
        _cut(video, highlight, clip, audio_track, partial(_tell, progress, done_s, total_s))
        done_s += highlight.length_s
        progress(done_s, total_s)
        clips.append(clip)
    return clips


def _tell(progress: CutProgress, before_s: float, total_s: float, done_s: float) -> None:
    progress(before_s + done_s, total_s)


def _cut(
    video: VideoInfo,
    highlight: Highlight,
    clip: Path,
    audio_track: int | None,
    progress: Callable[[float], None],
) -> None:
    with whole_file(clip) as unfinished:
        try:
            run_ffmpeg(_command(video, highlight, unfinished, audio_track), progress)
        except FfmpegError as error:
            raise MediaError(_why_not_cut(clip, error)) from error


def _command(
    video: VideoInfo, highlight: Highlight, target: Path, audio_track: int | None
) -> list[str]:
    encoding = Encoding()
    read = reading(video, highlight.start_s, highlight.end_s)
    return [
        *(*opening_words(), "-copyts", *read.words, "-sn", "-dn", "-map_metadata", "-1"),
        *(_picture_words(video, read, encoding) if video.has_picture else ["-vn"]),
        *(_sound_words(read, encoding, audio_track) if video.has_audio else ["-an"]),
        *("-t", f"{read.length_s:.6f}"),
        *("-movflags", "+faststart", "-f", "mp4", str(target.absolute())),
    ]


def _picture_words(video: VideoInfo, read: Reading, encoding: Encoding) -> list[str]:
    return [
        *("-map", "0:V:0", "-vf", f"{read.picture_filter},{encoding.shape_filter(video)}"),
        # At a variable rate the mean rate would be too coarse a clock.
        *(*encoding.picture_words(), "-enc_time_base:v", "1:90000"),
    ]


def _sound_words(read: Reading, encoding: Encoding, audio_track: int | None) -> list[str]:
    which = "0:a:0" if audio_track is None else f"0:a:{audio_track}"
    return ["-map", which, "-af", read.sound_filter, *encoding.sound_words()]


def _why_not_cut(clip: Path, error: FfmpegError) -> str:
    if error.is_full_disk:
        return (
            f"{clip.name}: the disk is full. Free some space or choose another folder; "
            "the analysis is kept, so the next run only cuts."
        )
    return f"{clip.name}: cannot be cut ({error.last_line}). Try a shorter --clips list."


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
