"""How fast is a clip cut? Beside ffmpeg told the same, and beside moviepy's own way.

    python benchmarks/cut.py --media MEDIA            # some minutes
    python benchmarks/cut.py --media MEDIA --write    # the same; benchmarks/RESULTS.md

Ten seconds are cut out of an hour of 720p at 3,000 s; then eight clips of it, one at a time and
side by side. All ways in turn, so that what disturbs the machine disturbs all of them; medians.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1]))

from films import FFMPEG, film, run_ffmpeg
from results import keep_section

from funny.extract.video import probe
from funny.moments.clips import cut_clips
from funny.moments.cutting import COPY, CutOptions
from funny.records import Highlight, VideoInfo

HERE = Path(__file__).parent
FILMS = HERE / "media"
AT_S, LENGTH_S = 3000.0, 10.0
PEER, OURS, COPIED, MOVIEPY = "ffmpeg", "funny", "funny, copied", "moviepy"
MANY = 8
Way = Callable[[Path], object]


def hour(media: Path) -> Path:
    """An hour of 720p, made of the talking face unless it is there."""
    path = FILMS / "face-720p-60.mp4"
    if not path.exists():
        short = FILMS / "face-720p-2.mp4"
        small = ("-vf", "scale=1280:720", "-c:v", "libx264", "-preset", "veryfast", "-b:v", "3000k")
        run_ffmpeg(short, "-i", film(media, "face", 2, FILMS), *small, "-g", 60, "-c:a", "copy")
        run_ffmpeg(path, "-stream_loop", 29, "-i", short, "-c", "copy")
    return path


def ways(video: VideoInfo) -> dict[str, Way]:
    """What is measured: each writes into a folder."""
    span = (Highlight(AT_S, AT_S + LENGTH_S, AT_S, 0.9),)
    words = ("-ss", AT_S, "-i", video.path, "-t", LENGTH_S, "-c:v", "libx264")
    many = [Highlight(t, t + LENGTH_S, t, 0.9) for t in range(300, 300 + 400 * MANY, 400)]
    return {
        PEER: lambda folder: run_ffmpeg(folder / "a.mp4", *words, "-preset", "veryfast"),
        OURS: lambda folder: cut_clips(video, span, folder),
        COPIED: lambda folder: cut_clips(video, span, folder, CutOptions(how=COPY)),
        MOVIEPY: lambda folder: _with_moviepy(video.path, folder / "a.mp4"),
        **{
            _many(jobs): lambda folder, jobs=jobs: cut_clips(
                video, many, folder, CutOptions(jobs=jobs)
            )
            for jobs in (1, 2, 4)
        },
    }


def _many(jobs: int) -> str:
    return f"{MANY} clips, {jobs} at once"


def _with_moviepy(path: Path, target: Path) -> None:
    from moviepy import VideoFileClip

    with VideoFileClip(str(path)) as whole:
        part = whole.subclipped(AT_S, AT_S + LENGTH_S)
        part.write_videofile(str(target), preset="veryfast", audio_codec="aac", logger=None)


def measured(video: VideoInfo, rounds: int) -> Iterator[tuple[int, str, float]]:
    """Round, way and seconds; round 0 warms the disk up and is not counted."""
    for round in range(rounds + 1):
        for name, way in ways(video).items():
            with TemporaryDirectory() as folder:
                began_s = perf_counter()
                way(Path(folder))
                took_s = perf_counter() - began_s
            print(f"{round} {name:20} {took_s:.2f} s", flush=True)
            if round:
                yield round, name, took_s


def table(found: list[tuple[int, str, float]]) -> str:
    """Medians, and the ratio to ffmpeg of the same round with its spread."""
    seconds = {(round, name): took_s for round, name, took_s in found}
    rounds = sorted({round for round, _ in seconds})
    lines = ["| way | seconds | / ffmpeg |", "|---|---|---|"]
    for name in dict.fromkeys(name for _, name, _ in found):
        took = [seconds[round, name] for round in rounds]
        ratios = [seconds[round, name] / seconds[round, PEER] for round in rounds]
        spread = f"{median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
        lines.append(f"| {name} | {median(took):.2f} | {spread} |")
    return "\n".join(lines)


def main() -> None:
    """Measures and prints; writes if asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--media", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    video = probe(hour(options.media))
    text = table(list(measured(video, options.rounds)))
    said = (
        f"`python benchmarks/cut.py --media MEDIA`: {LENGTH_S:.0f} s at {AT_S:.0f} s of an hour of "
        f"720p30 (H.264, AAC), {os.cpu_count()} cores, {Path(FFMPEG).name}; medians of "
        f"{options.rounds} rounds in turn. `ffmpeg` is `-ss 3000 -i V -t 10 -c:v libx264 -preset "
        "veryfast` with its own quality (crf 23); ours writes crf 20, and starts and ends to the "
        "frame.\n\n"
    )
    print(said + text)
    if options.write:
        keep_section(HERE / "RESULTS.md", "Cutting", said + text)


if __name__ == "__main__":
    main()
