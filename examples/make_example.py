"""Make `first_laugh.mp4` and its truth: two public-domain portraits and synthetic sound.

Every picture and sample is computed from SEGMENTS and a seed; SOURCES.md says what comes from
where. Run `python examples/make_example.py`: it takes about 90 seconds and needs
requirements-dev.txt.
"""

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from example_pictures import SIZE, frames
from example_sound import RATE, soundtrack
from scipy.io import wavfile

VIDEO = Path(__file__).parent / "first_laugh.mp4"
TRUTH = VIDEO.with_suffix(".truth.json")
FPS = 25
TO_BT709 = (
    "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,"
    "setparams=color_primaries=bt709:color_trc=bt709"
)
# A fixed number of threads and no metadata: the same bytes whenever it is made.
ENCODING = f"""
    -vf {TO_BT709}
    -c:v libx264 -preset slow -tune animation -crf 27 -g 125 -threads 2
    -c:a aac -b:a 96k -flags +bitexact -fflags +bitexact -map_metadata -1
    -movflags +faststart
"""


@dataclass(frozen=True)
class Segment:
    """A stretch of the video in which picture and sound stay of one kind."""

    start_s: float
    end_s: float
    kind: str
    still: str

    @property
    def length_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s


# Bounds are multiples of 1/25 s, so that a cut is exactly where the truth says, and inside a tick.
# The last one is also a whole number of AAC frames: sound and picture end together.
CUTS = [
    (0.00, "talk", "hopper"),
    (12.28, "laugh", "collins"),
    (17.12, "talk", "hopper"),
    (27.40, "laugh", "collins"),
    (32.92, "talk", "hopper"),
    (37.48, "loud_nonlaugh", "hopper"),
    (39.68, "silence", "hopper"),
    (41.28, "smile_talk", "collins"),
    (49.20, "talk", "hopper"),
    (53.48, "laugh", "collins"),
    (58.12, "noface_music", "card"),
    (63.92, "talk", "hopper"),
    (71.20, "laugh", "collins"),
    (77.72, "talk", "hopper"),
]
DURATION_S = 84.48
ENDS_S = [start_s for start_s, _, _ in CUTS[1:]] + [DURATION_S]
SEGMENTS = [Segment(cut[0], end_s, *cut[1:]) for cut, end_s in zip(CUTS, ENDS_S, strict=True)]


def encode(video: Path) -> None:
    """Write pictures and sound as H.264 and AAC, the same bytes on each run."""
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "sound.wav"
        sound = soundtrack([(s.kind, s.length_s) for s in SEGMENTS])
        wavfile.write(wav, RATE, np.rint(sound * 32767).astype(np.int16))
        with subprocess.Popen(ffmpeg_command(wav, video), stdin=subprocess.PIPE) as ffmpeg:
            assert ffmpeg.stdin is not None
            for frame in frames([(s.still, round(s.length_s * FPS)) for s in SEGMENTS]):
                ffmpeg.stdin.write(frame.tobytes())
    if ffmpeg.returncode:
        raise SystemExit("ffmpeg failed; its message is above")


def ffmpeg_command(wav: Path, video: Path) -> list[str]:
    """The command that reads raw frames from its input and the sound from a file."""
    pictures = f"-f rawvideo -pix_fmt rgb24 -s {SIZE[0]}x{SIZE[1]} -r {FPS} -i pipe:0".split()
    ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error"]
    return [*ffmpeg, *pictures, "-i", str(wav), *ENCODING.split(), str(video)]


def write_truth(truth: Path) -> None:
    """Write what happens when, as JSON."""
    segments = [
        {"start_s": s.start_s, "end_s": s.end_s, "kind": s.kind, "funny": s.kind == "laugh"}
        for s in SEGMENTS
    ]
    facts = {"file": VIDEO.name, "duration_s": DURATION_S, "fps": FPS, "size": SIZE}
    truth.write_text(json.dumps({**facts, "segments": segments}, indent=2) + "\n")


if __name__ == "__main__":
    encode(VIDEO)
    write_truth(TRUTH)
