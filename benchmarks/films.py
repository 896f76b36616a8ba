"""Films to measure speed on: 1080p at 30 frames a second, two minutes, repeated to any length.

A talking face before a picture that never stands still, or the same face in a corner of it, as a
streamer records: x264 veryfast at 6,000 kbit/s, a key frame every two seconds, AAC stereo. Faces
and voice come from a folder of sample media.
"""

import subprocess
from pathlib import Path

import imageio_ffmpeg

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
MINUTES = 2
_FPS = 30
_TALKING = (
    ("video/sadtalker_WDA_AlexandriaOcasioCortez_000.mp4", 8),
    ("video/videoretalking_1.mp4", 6),
    ("video/videoretalking_2.mp4", 5),
    ("video/latentsync_demo2.mp4", 7),
)
_VOICE = "audio/nonlaugh/sadtalker_fayu.wav"
_MOVING = "mandelbrot=s=960x540:rate=30:maxiter=500:start_scale=2:end_scale=0.02:end_pts=3600"
_FACES = {
    "face": "[around][face]overlay=420:0[v]",
    "facecam": "[face]scale=480:480[small];[around][small]overlay=1440:600[v]",
}
KINDS = tuple(_FACES)
_CODECS = (
    *("-r", "30", "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"),
    *("-b:v", "6000k", "-maxrate", "6000k", "-bufsize", "12000k", "-g", "60"),
    *("-c:a", "aac", "-b:a", "160k", "-ac", "2", "-ar", "48000"),
)


def film(media: Path, kind: str, minutes: int, folder: Path) -> Path:
    """A film of a kind and a length, built unless it is there; lengths are multiples of two."""
    folder.mkdir(parents=True, exist_ok=True)
    short = folder / f"{kind}-{MINUTES}.mp4"
    if not short.exists():
        _build(media, kind, short)
    if minutes == MINUTES:
        return short
    long = folder / f"{kind}-{minutes}.mp4"
    if not long.exists():
        run_ffmpeg(long, "-stream_loop", minutes // MINUTES - 1, "-i", short, "-c", "copy")
    return long


def _build(media: Path, kind: str, path: Path) -> None:
    inputs = [part for name, _ in _TALKING for part in ("-i", media / name)]
    inputs += ["-f", "lavfi", "-i", _MOVING, "-stream_loop", -1, "-i", media / _VOICE]
    seconds = sum(length for _, length in _TALKING)
    clips = "".join(_clip(i, length) for i, (_, length) in enumerate(_TALKING))
    joined = "".join(f"[clip{i}]" for i in range(len(_TALKING)))
    graph = (
        f"{clips}{joined}concat=n={len(_TALKING)},loop=-1:size={seconds * _FPS},"
        f"setpts=N/{_FPS}/TB[face];"
        f"[{len(_TALKING)}:v]scale=1920:1080,noise=alls=5:allf=t,format=yuv420p[around];"
        f"{_FACES[kind]}"
    )
    sound = f"{len(_TALKING) + 1}:a"
    mapped = ("-filter_complex", graph, "-map", "[v]", "-map", sound, "-t", MINUTES * 60)
    run_ffmpeg(path, *inputs, *mapped, *_CODECS)


def _clip(index: int, seconds: int) -> str:
    return (
        f"[{index}:v]trim=0:{seconds},setpts=PTS-STARTPTS,fps={_FPS},"
        "scale=1080:1080:force_original_aspect_ratio=increase,crop=1080:1080,setsar=1,"
        f"format=yuv420p[clip{index}];"
    )


def run_ffmpeg(path: Path, *words: object) -> None:
    """Makes a file beside its name, and renames it: what is there is whole."""
    part = path.with_suffix(".partial.mp4")
    command = [FFMPEG, "-nostdin", "-v", "error", "-y", *map(str, words), str(part)]
    subprocess.run(command, check=True)
    part.replace(path)
