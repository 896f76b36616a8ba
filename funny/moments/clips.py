"""Highlights → clips: H.264 and AAC that every browser plays, cut with moviepy's ffmpeg.

The bundled ffmpeg is called directly. Seeking before the input and encoding anew is exact to the
frame at any frame rate and keeps rotation, pixel aspect, the chosen sound track and its sync;
moviepy's own reader loses some of these, and takes longer.
"""

import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from funny.errors import MediaError
from funny.extract.pictures import on_screen_since_s
from funny.extract.video import OPEN_OPTIONS, open_media
from funny.files import disk_message
from funny.grid import clock
from funny.records import Highlight, VideoInfo

_JUST_BEFORE_S = 0.001
"""Time stamps are rounded; a seek to the stamp itself could miss its frame."""
_LONGEST_GROUP_S = 12.0
"""Between two key frames of a recording, at most."""

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


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A name beside `target` to write to; it becomes `target` if all goes well, else it goes.

    Raises:
        MediaError: If the disk does not take it.
    """
    unfinished = target.with_suffix(".partial")
    try:
        yield unfinished
        unfinished.replace(target)
    except OSError as error:
        raise MediaError(disk_message(target, error)) from error
    finally:
        unfinished.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Cut:
    """Where ffmpeg begins to read, and what it drops of that."""

    seek_s: float
    """Where reading begins, in seconds of the video."""
    frame_s: float
    """The frame that is on screen when the clip begins, in seconds after that."""
    start_s: float
    """The clip's beginning, in seconds after that."""


def _plan(video: VideoInfo, start_s: float) -> _Cut:
    frame_s = on_screen_since_s(video.path, start_s) if video.has_picture else start_s
    seek_s = max(0.0, frame_s - _JUST_BEFORE_S - _decoded_before_s(video.path))
    return _Cut(seek_s, max(0.0, frame_s - _JUST_BEFORE_S - seek_s), start_s - seek_s)


def _decoded_before_s(path: Path) -> float:
    """How much to decode and drop before a clip: MPEG streams do not seek to a key frame."""
    with open_media(path) as container:
        return _LONGEST_GROUP_S if container.format.name in ("mpegts", "mpeg") else 0.0


def _command(
    video: VideoInfo, highlight: Highlight, target: Path, audio_track: int | None
) -> list[str]:
    cut = _plan(video, highlight.start_s)
    return [
        *opening_words(),
        *("-ss", f"{cut.seek_s:.6f}", "-i", str(video.path.absolute())),
        *("-t", f"{highlight.length_s:.6f}", "-sn", "-dn", "-map_metadata", "-1"),
        *(_picture_options(cut) if video.has_picture else ["-vn"]),
        *(_sound_options(cut, audio_track) if video.has_audio else ["-an"]),
        *("-movflags", "+faststart", "-f", "mp4", str(target.absolute())),
    ]


def opening_words() -> list[str]:
    """How every command of ffmpeg begins; the input that follows is read as `open_media` reads."""
    from moviepy.config import FFMPEG_BINARY

    allow = [word for name, value in OPEN_OPTIONS.items() for word in (f"-{name}", value)]
    return [FFMPEG_BINARY, "-nostdin", "-v", "error", "-y", "-progress", "pipe:1", *allow]


def _picture_options(cut: _Cut) -> list[str]:
    # The frame on screen at the start may be from long before: it opens the clip, at 0.
    begin = f"trim=start={cut.frame_s:.6f},setpts='max(0,PTS-{cut.start_s:.6f}/TB)'"
    # Square pixels and even sizes: what every player shows right and yuv420p needs.
    shape = "scale=trunc(iw*sar/2)*2:trunc(ih/2)*2,setsar=1"
    return [
        *("-map", "0:V:0", "-vf", f"{begin},{shape}", "-pix_fmt", "yuv420p"),
        # At a variable rate the mean rate would be too coarse a clock.
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-enc_time_base:v", "1:90000"),
    ]


def _sound_options(cut: _Cut, audio_track: int | None) -> list[str]:
    which = "0:a:0" if audio_track is None else f"0:a:{audio_track}"
    # A track that starts late or has gaps is filled with silence: players differ on gaps.
    filled = "aresample=async=1:first_pts=0"
    begin = f"atrim=start={cut.start_s:.6f},asetpts=PTS-STARTPTS"
    return ["-map", which, "-af", f"{filled},{begin}", "-c:a", "aac", "-b:a", "160k", "-ac", "2"]


class FfmpegError(Exception):
    """ffmpeg gave up; the text is all that it complained about."""

    @property
    def is_full_disk(self) -> bool:
        """Whether there was no room for what it wrote."""
        return "No space left on device" in str(self)

    @property
    def last_line(self) -> str:
        """Its last complaint, short enough for a sentence."""
        return str(self).splitlines()[-1][:200]


def run_ffmpeg(command: list[str], progress: Callable[[float], None]) -> None:
    """Runs a command that begins with `opening_words`, and kills it if progress raises.

    Args:
        command: The words of the command.
        progress: Told how many seconds are written; may raise to stop the work.

    Raises:
        FfmpegError: If ffmpeg ends with an error.
    """
    with tempfile.TemporaryFile("w+", errors="replace") as complaints:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, text=True)
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if (done_s := _out_time_s(line)) is not None:
                    progress(done_s)
        except BaseException:
            process.kill()
            raise
        finally:
            process.wait()
        if process.returncode:
            complaints.seek(0)
            raise FfmpegError(complaints.read().strip() or "no reason given")


def _out_time_s(line: str) -> float | None:
    name, _, value = line.strip().partition("=")
    return int(value) / 1e6 if name == "out_time_us" and value.lstrip("-").isdigit() else None


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
