"""How well are planted moments found? Heads against formulas, with intervals over videos.

    python benchmarks/accuracy.py --media MEDIA     # builds its videos first; changes them too
    python benchmarks/accuracy.py VIDEO TRUTH.json [VIDEO TRUTH.json ...]

A truth is {"segments": [{"start_s", "end_s", "kind", "funny"}]}. MEDIA holds sample clips and
`make_vod.py`; the videos are kept in benchmarks/media. `--write` writes benchmarks/RESULTS.md,
accuracy.html and a picture of each family beside it.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from funny.runtime import prepare

prepare()


from planted import build
from plots import Method, draw, write
from results import keep_section
from robustness import changes, precision_of

from funny.learn.baselines import BASELINES
from funny.learn.calibrate import expected_calibration_error
from funny.learn.metrics import (
    auroc,
    average_precision,
    bootstrap_interval,
    hit_at_k,
    iou,
    tick_truth,
)
from funny.moments.highlights import HighlightOptions, Span, find_highlights, merged
from funny.pipeline import Analyzer
from funny.records import Analysis, Highlight, Timeline
from funny.score.features import features
from funny.score.timeline import score
from funny.weights.heads import load_head

HERE = Path(__file__).parent
HEADS = ("lstm", "conv1d", "conv1d-lstm", "logistic", "conv1d-12")
# What was looked at while models were chosen, and what was built only when they were final.
UNSEEN = "never looked at"
VOD_SEEDS = {
    "looked at": (1, 2, 3, 4, 5, 21, 22, 23, 24, 25),
    UNSEEN: (41, 42, 43, 44, 45),
}
KIND_SEEDS = {
    "looked at": (101, 102, 103, 104, 105, 121, 122, 131, 132, 133),
    UNSEEN: (141, 142, 143, 144, 145, 146, 147),
}
# How many videos of a family are recorded anew in other ways, and the music that is put over them.
CHANGED, MUSIC = 3, "audio/nonlaugh/qwen_music.wav"
# The set-up before a moment is there on purpose; it is left out where spans are compared.
BARE = HighlightOptions(pad_before_s=0.0, pad_after_s=0.0)


@dataclass(frozen=True, eq=False)
class Planted:
    """One analysed video with its truth."""

    analysis: Analysis
    segments: list[dict]

    @property
    def truth(self) -> np.ndarray:
        """(t,) whether each tick is funny."""
        return tick_truth(self.segments, len(self.analysis.signals))

    @property
    def moments(self) -> list[Span]:
        """Spans of the funny segments."""
        return [(s["start_s"], s["end_s"]) for s in self.segments if s["funny"]]

    def kind_at(self, time_s: float) -> str:
        """Kind of the segment at a time."""
        at = (s["kind"] for s in self.segments if s["start_s"] <= time_s < s["end_s"])
        return next(at, "after the end")


@dataclass
class Found:
    """Highlights of one head over all videos."""

    right: int = 0
    made: int = 0
    caught: int = 0
    planted: int = 0
    hours: float = 0.0
    false_by_kind: Counter = field(default_factory=Counter)

    def add(self, video: Planted, highlights: Sequence[Highlight], moments: Sequence[Span]) -> None:
        """Takes in one video's highlights: right if IoU ≥ 0.3 and the peak is inside."""
        right = [h for h in highlights if any(_matches(h, m) for m in moments)]
        self.right += len(right)
        self.made += len(highlights)
        self.caught += sum(any(_matches(h, m) for h in right) for m in moments)
        self.planted += len(moments)
        self.hours += video.analysis.video.duration_s / 3600
        kinds = (video.kind_at(h.peak_s) for h in highlights)
        funny = {s["kind"] for s in video.segments if s["funny"]}
        self.false_by_kind.update(kind for kind in kinds if kind not in funny)

    @property
    def rates(self) -> tuple[float, float]:
        """Precision and recall."""
        return self.right / max(1, self.made), self.caught / max(1, self.planted)


def _matches(highlight: Highlight, moment: Span) -> bool:
    is_inside = moment[0] <= highlight.peak_s < moment[1]
    return is_inside and iou((highlight.start_s, highlight.end_s), moment) >= 0.3


def analysed(pairs: Sequence[tuple[Path, Path]]) -> Iterator[Planted]:
    """Analyses videos, one after the other."""
    analyzer = Analyzer()
    for video, truth in pairs:
        segments = json.loads(truth.read_text("utf-8"))["segments"]
        yield Planted(analyzer.analyze(video), segments)


@cache
def timeline_of(video: Planted, name: str) -> Timeline:
    """A video scored by a head, once."""
    head = load_head(name)
    return score(video.analysis.signals, head.net, head.config, head.info)


def scores_of(video: Planted, name: str) -> np.ndarray:
    """Scores (t,) of a video by a baseline or a head."""
    if name in BASELINES:
        return BASELINES[name](features(video.analysis.signals))
    return timeline_of(video, name).scores


def table(videos: Sequence[Planted], heads: Sequence[str]) -> str:
    """The figures of all methods as a table in Markdown."""
    prevalence = np.mean([video.truth.mean() for video in videos])
    lines = [
        f"{len(videos)} videos, share of funny ticks {prevalence:.3f}",
        "",
        "| method | average precision | AUROC | hit@k |",
        "|---|---|---|---|",
    ]
    return "\n".join([*lines, *(_line(videos, name) for name in (*heads, *BASELINES))])


def _line(videos: Sequence[Planted], name: str) -> str:
    scored = [(video, scores_of(video, name)) for video in videos]
    columns = (
        [average_precision(video.truth, scores) for video, scores in scored],
        [auroc(video.truth, scores) for video, scores in scored],
        [hit_at_k(scores, video.moments) for video, scores in scored],
    )
    return f"| {label(name)} | {' | '.join(map(_cell, columns))} |"


def label(name: str) -> str:
    """What a method is called: a head in a folder by its folder."""
    return Path(name).name.removeprefix("head-")


def _cell(values: Sequence[float]) -> str:
    low, high = bootstrap_interval(values, np.random.default_rng(0))
    return f"{np.mean(values):.3f} ({low:.3f}–{high:.3f})"


def highlights_of(videos: Sequence[Planted], name: str) -> tuple[Found, Found]:
    """Highlights of a head under its tuned thresholds: against what was planted, and joined.

    Moments that lie as close as highlights are merged are one moment for whoever watches.
    """
    head, found, joined = load_head(name), Found(), Found()
    for video in videos:
        length_s = video.analysis.video.duration_s
        timeline = timeline_of(video, name)
        highlights = find_highlights(timeline, length_s, head.thresholds, BARE)
        found.add(video, highlights, video.moments)
        joined.add(video, highlights, merged(video.moments, BARE.merge_gap_s))
    return found, joined


def calibration_error_of(videos: Sequence[Planted], name: str) -> float:
    """How far off the scores of a head are, over the ticks of all videos."""
    truths = [video.truth for video in videos]
    scores = [timeline_of(video, name).scores for video in videos]
    return expected_calibration_error(np.concatenate(truths), np.concatenate(scores))


def highlight_text(videos: Sequence[Planted], name: str) -> str:
    """Precision, recall, false alarms by kind and calibration of one head, in words."""
    found, joined = highlights_of(videos, name)
    false = sum(found.false_by_kind.values())
    kinds = ", ".join(f"{kind} {n}" for kind, n in found.false_by_kind.most_common())
    return (
        f"{label(name)}: precision {found.rates[0]:.3f}, recall {found.rates[1]:.3f} "
        f"({joined.rates[0]:.3f} and {joined.rates[1]:.3f} where moments less than "
        f"{BARE.merge_gap_s:g} s apart are one), "
        f"{false / found.hours:.1f} false highlights an hour ({kinds or 'none'}), "
        f"calibration error {calibration_error_of(videos, name):.3f}"
    )


def by_kind(videos: Sequence[Planted], heads: Sequence[str]) -> str:
    """Each funny kind against everything that is not funny: average precision over ticks."""
    kinds = sorted({s["kind"] for v in videos for s in v.segments if s["funny"]})
    lines = [f"| kind | {' | '.join(map(label, heads))} |", "|---" * (len(heads) + 1) + "|"]
    for kind in kinds:
        cells = (f"{np.mean(list(_kind_precisions(videos, kind, name))):.3f}" for name in heads)
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _kind_precisions(videos: Sequence[Planted], kind: str, name: str) -> Iterator[float]:
    for video in videos:
        wanted = [{**s, "funny": s["kind"] == kind} for s in video.segments]
        truth = tick_truth(wanted, len(video.truth))
        if truth.any():
            scores = timeline_of(video, name).scores
            is_counted = truth | ~video.truth
            yield average_precision(truth[is_counted], scores[is_counted])


def methods(videos: Sequence[Planted], heads: Sequence[str]) -> dict[str, Method]:
    """What every method said, for the pictures."""
    truth = np.concatenate([video.truth for video in videos])
    return {
        label(name): Method(
            [average_precision(video.truth, scores_of(video, name)) for video in videos],
            truth,
            np.concatenate([scores_of(video, name) for video in videos]),
            is_probability=name not in BASELINES,
        )
        for name in (*heads, *BASELINES)
    }


def built(media: Path) -> dict[str, list[tuple[Path, Path]]]:
    """The families of planted videos; what was built before is kept."""
    folder = HERE / "media"
    families = {}
    for name, seeds in VOD_SEEDS.items():
        families[f"make_vod.py, {name}"] = [_vod(media, folder, seed) for seed in seeds]
    for name, seeds in KIND_SEEDS.items():
        families[f"deciding kinds, {name}"] = [_of_kinds(media, folder, seed) for seed in seeds]
    return families


def _vod(media: Path, folder: Path, seed: int) -> tuple[Path, Path]:
    out = folder / f"vod-{seed}"
    if not (out / "dev_vod.json").is_file():
        subprocess.run([sys.executable, media / "make_vod.py", out, str(seed)], check=True)
    return out / "dev_vod.mp4", out / "dev_vod.json"


def _of_kinds(media: Path, folder: Path, seed: int) -> tuple[Path, Path]:
    video, truth = folder / f"planted-{seed}.mp4", folder / f"planted-{seed}.json"
    return (video, truth) if truth.is_file() else build(media, folder, seed)


def robustness(videos: Sequence[Planted], music: Path) -> str:
    """Average precision of the default head after every change of the recordings, as a table."""
    analyzer, falls = Analyzer(), defaultdict[str, list[float]](list)
    for video in videos:
        before = precision_of(analyzer, video.analysis.signals, video.segments)
        for name, signals in changes(
            analyzer, video.analysis.video.path, video.analysis.signals, music
        ):
            falls[name].append(precision_of(analyzer, signals, video.segments) - before)
    rows = (f"| {name} | {np.mean(x):+.3f} | {min(x):+.3f} |" for name, x in falls.items())
    head = ("| change of the recording | average precision, mean | worst video |", "|---|---|---|")
    return "\n".join([*head, *rows])


def report(name: str, videos: Sequence[Planted], heads: Sequence[str]) -> str:
    """All figures of one family of videos."""
    texts = [highlight_text(videos, head) for head in heads]
    listed = "\n".join(f"* {text}" for text in texts)
    return "\n\n".join([f"## {name}", table(videos, heads), listed, by_kind(videos, heads)])


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pairs", nargs="*", type=Path, metavar="VIDEO TRUTH.json")
    parser.add_argument("--media", type=Path, help="sample media to build videos from")
    parser.add_argument("--heads", nargs="+", default=HEADS)
    parser.add_argument("--write", action="store_true", help="write benchmarks/RESULTS.md")
    options = parser.parse_args()
    families = built(options.media) if options.media else {}
    if options.pairs:
        families["given"] = list(zip(options.pairs[::2], options.pairs[1::2], strict=True))
    texts, figures = [], {}
    for name, pairs in families.items():
        videos = list(analysed(pairs))
        text = report(name, videos, options.heads)
        if options.media and name.endswith(UNSEEN):
            text += f"\n\n{robustness(videos[:CHANGED], options.media / MUSIC)}"
        print(text, flush=True)
        texts.append(text)
        figures[name] = draw(name, methods(videos, options.heads))
    if options.write:
        text = "\n\n".join(["`make bench-accuracy MEDIA=...` prints this.", *texts])
        keep_section(HERE / "RESULTS.md", "Accuracy on planted videos", text)
        write(figures, HERE)


if __name__ == "__main__":
    main()
