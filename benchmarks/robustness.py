"""Does the score bear what happens to recordings? Average precision of one video, changed.

    python benchmarks/robustness.py VIDEO TRUTH.json MUSIC

Loudness up and down by 12 dB, sound resampled to 16 kHz, picture mirrored, a tenth of the faces
lost, music 12 dB and a constant bed of noise 6 dB below the level of the video: each is made from
the video by ffmpeg, then analysed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import imageio_ffmpeg
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from funny.runtime import prepare

prepare()

from funny.extract.audio import measure_sound
from funny.extract.video import probe
from funny.learn.metrics import average_precision, tick_truth
from funny.pipeline import Analyzer
from funny.records import Signals
from funny.score.timeline import score

# Filters of ffmpeg by name: of the picture, of the sound. [1:a] is music, [2:a] noise, both at the
# level of the video.
_OVER = "amix=duration=first:normalize=0"
CHANGES: dict[str, tuple[str, str]] = {
    "12 dB louder": ("copy", "volume=12dB,alimiter=level=0"),
    "12 dB quieter": ("copy", "volume=-12dB"),
    "resampled to 16 kHz": ("copy", "aresample=16000"),
    "mirrored": ("hflip", "anull"),
    "music 12 dB below": ("copy", f"[1:a]volume={{music}}dB,volume=-12dB[m];[0:a][m]{_OVER}"),
    "noise 6 dB below": ("copy", f"[2:a]volume={{noise}}dB,volume=-6dB[n];[0:a][n]{_OVER}"),
}
# Uniform between -1 and 1: its RMS is one over the root of three.
_NOISE, _NOISE_DB = "anoisesrc=color=white:amplitude=1:r=48000", -4.8


def level_db(file: Path) -> float:
    """Level of a file's sound, dB of full scale."""
    rms = measure_sound(probe(file)).rms
    return float(10 * np.log10(np.mean(rms.astype(float) ** 2)))


def changed(video: Path, music: Path, name: str, out: Path) -> Path:
    """Writes the video after one change."""
    picture, sound = CHANGES[name]
    level = level_db(video)
    sound = sound.format(music=level - level_db(music), noise=level - _NOISE_DB)
    sources = ["-i", video, "-stream_loop", "-1", "-i", music, "-f", "lavfi", "-i", _NOISE]
    graph = sound if sound.startswith("[") else f"[0:a]{sound}"
    coding = ["-c:v", "copy"] if picture == "copy" else ["-vf", picture, "-preset", "ultrafast"]
    to = ["-filter_complex", f"{graph}[a]", "-map", "0:v", "-map", "[a]", *coding, "-shortest"]
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([ffmpeg, "-v", "error", "-y", *map(str, (*sources, *to, out))], check=True)
    return out


def without_faces(signals: Signals, share: float) -> Signals:
    """The same signals with faces lost at random ticks."""
    kept = np.random.default_rng(0).random(len(signals)) >= share
    found = signals.face_found & kept
    emotions, boxes = signals.emotions * found[:, None], signals.face_box * found[:, None]
    return replace(signals, emotions=emotions, face_box=boxes, face_found=found)


def main() -> None:
    """Reads the command line and prints one line a change."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("video", "truth", "music"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    segments = json.loads(options.truth.read_text("utf-8"))["segments"]
    analyzer = Analyzer()
    head = analyzer.head

    def precision(signals: Signals) -> float:
        scores = score(signals, head.net, head.config, head.info).scores
        return average_precision(tick_truth(segments, len(signals)), scores)

    whole = analyzer.analyze(options.video).signals
    before = precision(whole)
    print(f"{before:.3f}          as it is")
    lost = precision(without_faces(whole, 0.1))
    print(f"{lost:.3f} ({lost - before:+.3f}) a tenth of the faces lost")
    with tempfile.TemporaryDirectory() as scratch:
        for name in CHANGES:
            video = changed(options.video, options.music, name, Path(scratch, "changed.mp4"))
            after = precision(analyzer.analyze(video).signals)
            print(f"{after:.3f} ({after - before:+.3f}) {name}", flush=True)


if __name__ == "__main__":
    main()
