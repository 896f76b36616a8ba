"""Live against file: do the moments agree, and how soon is a score there?

    python benchmarks/live.py agreement VIDEO …
    python benchmarks/live.py delay VIDEO [--minutes 5] [--through file|pipe] [--outage]

`agreement` feeds recorded videos to the live analysis as they would come, as fast as it takes them,
and compares its moments with those of the file analysis: moments that overlap are the same one.
`delay` has ffmpeg write (or pipe) a recording at real time, and takes from the events of
`funny live` how long after each half second began its score was there; `--outage` leaves ten
seconds out of it. `--write` puts the table into benchmarks/RESULTS.md.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from funny.runtime import prepare

prepare()

from results import keep_section

from funny.extract.pictures import Pictures
from funny.extract.samples import samples_of
from funny.extract.video import probe
from funny.grid import SAMPLE_RATE, tick_to_s
from funny.moments.ffmpeg import binary
from funny.options import AnalyzeOptions
from funny.pipeline import Analyzer
from funny.records import Highlight, VideoInfo
from funny.scale.live.analysis import LiveAnalysis, LiveModels
from funny.scale.live.events import Moment

LEFT_OUT_S = (60.0, 70.0)
"""What `--outage` leaves out."""


def feed(live: LiveAnalysis, video: VideoInfo) -> Iterator[None]:
    """Lets a live analysis have a recorded video, half a second at a time."""
    sounds = _sounds(video)
    heard_s = 0.0
    with closing(iter(Pictures(video))) as pictures:
        for tick, picture in pictures if video.has_picture else ():
            while heard_s < tick_to_s(tick) and (sound := next(sounds, None)):
                live.hear(*sound)
                heard_s = sound[0] + len(sound[1]) / SAMPLE_RATE
            live.see(tick_to_s(tick), picture)
            yield
    for sound in sounds:
        live.hear(*sound)
        yield


def _sounds(video: VideoInfo) -> Iterator[tuple[float, np.ndarray]]:
    at = 0
    for block in samples_of(video, None) if video.has_audio else ():
        at = at if block.at is None else block.at
        yield at / SAMPLE_RATE, block.samples
        at += len(block.samples)


@dataclass(frozen=True)
class Agreement:
    """The moments of one video, found in both ways."""

    name: str
    minutes: float
    file: int
    live: int
    file_found: int
    """Moments of the file analysis that the live one has too."""
    live_right: int
    """Moments of the live analysis that the file one has too."""
    after_s: tuple[float, ...]
    """How long after its end each moment was told of."""
    difference: float
    """Mean difference of the scores of ticks."""

    @property
    def row(self) -> str:
        """A line of the table."""
        after = f"{np.median(self.after_s):.1f}" if self.after_s else ""
        return (
            f"| {self.name} | {self.minutes:.1f} | {self.file} | {self.live} | {self.file_found} "
            f"| {self.live_right} | {self.difference:.3f} | {after} |"
        )


def compared(models: LiveModels, path: Path) -> Agreement:
    """Analyses a video in both ways."""
    file, video = models.analyzer.analyze(path), probe(path)
    live = LiveAnalysis(models, video.has_picture, video.has_audio)
    after_s: list[float] = []
    for _ in feed(live, video):
        ends = (e.highlight.end_s for e in live.events() if isinstance(e, Moment))
        after_s += [tick_to_s(live.ticks) - end_s for end_s in ends]
    found = live.finish(video)
    ticks = min(len(found.timeline), len(file.timeline))
    return Agreement(
        name=path.stem if path.stem != "dev_vod" else path.parent.name,
        minutes=video.duration_s / 60,
        file=len(file.highlights),
        live=len(found.highlights),
        file_found=_also_in(file.highlights, found.highlights),
        live_right=_also_in(found.highlights, file.highlights),
        after_s=tuple(after_s),
        difference=float(
            np.abs(found.timeline.scores[:ticks] - file.timeline.scores[:ticks]).mean()
        ),
    )


def _also_in(some: Sequence[Highlight], others: Sequence[Highlight]) -> int:
    return sum(any(a.start_s < b.end_s and b.start_s < a.end_s for b in others) for a in some)


def agreement(videos: Sequence[Path]) -> str:
    """The table of all videos, and recall and precision over their moments."""
    models = LiveModels.of(Analyzer(AnalyzeOptions()))
    rows = []
    for path in videos:
        rows.append(compared(models, path))
        print(rows[-1].row, flush=True)
    file, live = sum(r.file for r in rows), sum(r.live for r in rows)
    found, right = sum(r.file_found for r in rows), sum(r.live_right for r in rows)
    after = np.array([s for r in rows for s in r.after_s])
    told = f"{np.median(after):.1f} s, at most {after.max():.1f} s" if len(after) else "never"
    return "\n".join(
        [
            "| video | minutes | moments of the file | live | found | right | difference | told |",
            "|---|---|---|---|---|---|---|---|",
            *(row.row for row in rows),
            "",
            f"Recall {found}/{file} = {found / max(1, file):.2f}, precision {right}/{live} = "
            f"{right / max(1, live):.2f}. A moment is told of {told} after its end.",
        ]
    )


def delay(video: Path, minutes: float, through: str, outage: bool) -> str:
    """How soon scores are there when a recording comes at real time."""
    with tempfile.TemporaryDirectory() as folder:
        feeding = _writer(video, minutes, outage)
        growing = Path(folder) / "recording.ts"
        began_s, before = time.monotonic(), os.getloadavg()[0]
        words = [sys.executable, "-m", "funny", "live", "--json", "--ends-after", "5"]
        if through == "pipe":
            writer = subprocess.Popen([*feeding, "pipe:1"], stdout=subprocess.PIPE)
            watcher = subprocess.Popen([*words, "-"], stdin=writer.stdout, stdout=subprocess.PIPE)
        else:
            writer = subprocess.Popen([*feeding, str(growing)])
            watcher = subprocess.Popen([*words, str(growing)], stdout=subprocess.PIPE)
        assert watcher.stdout is not None
        events = [json.loads(line) for line in watcher.stdout]
        writer.wait()
        watcher.wait()
        took_s = time.monotonic() - began_s
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    load = f"{before:.0f} to {os.getloadavg()[0]:.0f}"
    return _delays(events, (used.ru_utime + used.ru_stime) / took_s, used.ru_maxrss, load)


def _writer(video: Path, minutes: float, outage: bool) -> list[str]:
    words = [binary(), "-nostdin", "-v", "error", "-y", "-re", "-stream_loop", "-1"]
    words += ["-i", str(video), "-t", str(60 * minutes), "-c", "copy", "-flush_packets", "1"]
    if outage:
        kept = "noise=drop=between(pts*tb\\,{}\\,{})".format(*LEFT_OUT_S)
        words += ["-bsf", kept]
    return [*words, "-muxdelay", "0", "-f", "mpegts"]


def _delays(events: Sequence[dict[str, Any]], cores: float, memory_kb: int, load: str) -> str:
    # What lies in a gap, or needs what would have been in it, cannot be told before its end.
    gaps_s = [(e["start_s"] - 1.0, e["end_s"]) for e in events if e["event"] == "gap"]
    scores = [e for e in events if e["event"] == "score" and not _is_in(gaps_s, e["time_s"])]
    ended = next(e for e in events if e["event"] == "ended")
    last_s = ended["time_s"] - 1.0
    # What came while the models were loading had to wait for them; the end is told in one piece.
    steady = np.array([e["delay_s"] for e in scores if 30.0 < e["time_s"] < last_s])
    late = float((steady > 2.0).mean()) if len(steady) else 0.0
    spans = (e for e in events if e["event"] == "gap")
    gaps = ", ".join(f"{e['start_s']:.2f} to {e['end_s']:.2f} s" for e in spans)
    found = [e for e in events if e["event"] == "moment"]
    return "\n".join(
        [
            "| seconds watched | delay of a score: median | 95 % | most | later than 2 s "
            "| pictures dropped | cores used | memory | load of the machine | moments | gaps |",
            "|---|---|---|---|---|---|---|---|---|---|---|",
            f"| {ended['time_s']:.0f} | {np.median(steady):.2f} s | "
            f"{np.percentile(steady, 95):.2f} s | {steady.max():.2f} s | {late:.1%} | "
            f"{ended['dropped']} | {cores:.2f} | {memory_kb / 1e6:.2f} GB | {load} | "
            f"{len(found)} | {gaps or 'none'} |",
        ]
    )


def _is_in(spans_s: Sequence[tuple[float, float]], time_s: float) -> bool:
    return any(start_s <= time_s <= end_s for start_s, end_s in spans_s)


def main() -> None:
    """Runs one of the two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("agreement", "delay"))
    parser.add_argument("videos", type=Path, nargs="+")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--through", choices=("file", "pipe"), default="file")
    parser.add_argument("--outage", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.what == "agreement":
        text = agreement(options.videos)
    else:
        text = delay(options.videos[0], options.minutes, options.through, options.outage)
    print(text)
    if options.write:
        keep_section(ROOT / "benchmarks" / "RESULTS.md", f"Live: {options.what}", text)


if __name__ == "__main__":
    main()
