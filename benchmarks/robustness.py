"""How much do figures fall when a recording is louder, quieter, resampled, mirrored, or disturbed?

    python benchmarks/robustness.py VIDEO TRUTH.json MUSIC

Gain of 12 dB either way (limited, as a recorder does), sound resampled to 16 kHz, the picture
mirrored, a tenth of the faces lost, music 12 dB and a constant bed of noise 6 dB below the level of
the video: ffmpeg makes each from the video, and what changed is extracted anew.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import imageio_ffmpeg
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from funny.runtime import prepare

prepare()

from funny.extract.assembling import fitted
from funny.extract.audio import measure_sound
from funny.extract.video import probe
from funny.learn.metrics import average_precision, tick_truth
from funny.pipeline import Analyzer
from funny.records import Signals
from funny.score.timeline import score

# Filters of ffmpeg for the sound. [1:a] is music, [2:a] noise, both brought to the level of the
# video.
_OVER = "amix=duration=first:normalize=0"
SOUNDS: dict[str, str] = {
    "12 dB louder": "volume=12dB,alimiter=level=0",
    "12 dB quieter": "volume=-12dB",
    "resampled to 16 kHz": "aresample=16000",
    "music 12 dB below": f"[1:a]volume={{music}}dB,volume=-12dB[m];[0:a][m]{_OVER}",
    "noise 6 dB below": f"[2:a]volume={{noise}}dB,volume=-6dB[n];[0:a][n]{_OVER}",
}
LOST, MIRRORED = "a tenth of the faces lost", "mirrored"
# Uniform between -1 and 1: its RMS is one over the root of three.
_NOISE, _NOISE_DB = "anoisesrc=color=white:amplitude=1:r=48000", -4.8
_FFMPEG = (imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y")


def changes(
    analyzer: Analyzer, video: Path, whole: Signals, music: Path
) -> Iterator[tuple[str, Signals]]:
    """The names of all changes, and the signals of the video after each.

    Args:
        analyzer: Extracts.
        video: The video file.
        whole: Its signals before any change.
        music: A file with music.
    """
    yield LOST, without_faces(whole, 0.1)
    with tempfile.TemporaryDirectory() as scratch:
        for name in SOUNDS:
            sound = _changed_sound(video, music, name, Path(scratch, "changed.wav"))
            yield name, _with_sound(analyzer, whole, sound)
        yield MIRRORED, analyzer.analyze(_mirrored(video, Path(scratch, "changed.mp4"))).signals


def level_db(file: Path) -> float:
    """Level of a file's sound, dB of full scale."""
    rms = measure_sound(probe(file)).rms
    return float(10 * np.log10(np.mean(rms.astype(float) ** 2)))


def _changed_sound(video: Path, music: Path, name: str, out: Path) -> Path:
    level = level_db(video)
    sound = SOUNDS[name].format(music=level - level_db(music), noise=level - _NOISE_DB)
    graph = sound if sound.startswith("[") else f"[0:a]{sound}"
    sources = ["-i", video, "-stream_loop", "-1", "-i", music, "-f", "lavfi", "-i", _NOISE]
    command = [*_FFMPEG, *sources, "-filter_complex", f"{graph}[a]", "-map", "[a]", "-shortest"]
    # Music and noise have no end; the video's sound says when it is over.
    length = ["-t", probe(video).duration_s, out]
    subprocess.run([str(part) for part in (*command, *length)], check=True)
    return out


def _with_sound(analyzer: Analyzer, whole: Signals, sound: Path) -> Signals:
    """The same faces with what is heard in another file."""
    heard = measure_sound(probe(sound), hearing=analyzer.laughter.hearing())
    ticks = len(whole)
    return replace(whole, rms=fitted(heard.rms, ticks), laughter=fitted(heard.laughter, ticks))


def _mirrored(video: Path, out: Path) -> Path:
    how = ["-vf", "hflip", "-preset", "ultrafast", "-c:a", "copy"]
    subprocess.run([*_FFMPEG, "-i", str(video), *how, str(out)], check=True)
    return out


def without_faces(signals: Signals, share: float) -> Signals:
    """The same signals with faces lost at random ticks."""
    kept = np.random.default_rng(0).random(len(signals)) >= share
    found = signals.face_found & kept
    emotions, boxes = signals.emotions * found[:, None], signals.face_box * found[:, None]
    return replace(signals, emotions=emotions, face_box=boxes, face_found=found)


def precision_of(analyzer: Analyzer, signals: Signals, segments: list[dict]) -> float:
    """Average precision of the default head."""
    head = analyzer.head
    scores = score(signals, head.net, head.config, head.info).scores
    return average_precision(tick_truth(segments, len(signals)), scores)


def main() -> None:
    """Reads the command line and prints one line a change."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("video", "truth", "music"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    segments = json.loads(options.truth.read_text("utf-8"))["segments"]
    analyzer = Analyzer()
    whole = analyzer.analyze(options.video).signals
    before = precision_of(analyzer, whole, segments)
    print(f"{before:.3f}          as it is")
    for name, signals in changes(analyzer, options.video, whole, options.music):
        after = precision_of(analyzer, signals, segments)
        print(f"{after:.3f} ({after - before:+.3f}) {name}", flush=True)


if __name__ == "__main__":
    main()
