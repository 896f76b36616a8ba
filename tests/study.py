"""A planted study: streams of simulated signals whose funny spans are known, cut into clips."""

import hashlib
from dataclasses import replace

import numpy as np

from funny.grid import TICK_S
from funny.learn.dataset import identity
from funny.learn.examples import Examples, around
from funny.learn.manifest import FUNNY, ORDINARY, Clip, Manifest, SourceVideo
from funny.learn.parquet import NAME, About, Row, write_rows
from funny.score.features import features
from tests.values import signals_of

MODELS = {
    name: {"name": name, "source": "test", "sha256": "abc"} for name in ("emotion", "laughter")
}
FACTOR = 30
"""Ticks from one moment to the next."""


def stream(seed, moments=8):
    """Signals of a stream, and the spans in ticks of what is funny: a smile with heard laughter.

    Smiles alone and laughter alone are traps.
    """
    rng = np.random.default_rng(seed)
    ticks = moments * FACTOR
    happiness, laughter = rng.uniform(0, 0.15, ticks), rng.uniform(0, 0.1, ticks)
    level, funny = rng.uniform(0.05, 0.1, ticks), []
    for first in range(10, ticks - 10, FACTOR):
        kind = rng.integers(0, 4)
        span = slice(first, first + int(rng.integers(5, 8)))
        if kind in (0, 1, 2):
            happiness[span] = rng.uniform(0.4, 0.9)
        if kind in (0, 1, 3):
            laughter[span] = rng.uniform(0.4, 0.9)
        level[span] *= rng.uniform(1, 4)
        if kind in (0, 1):
            funny.append((span.start, span.stop))
    return signals_of(ticks, rms=level, laughter=laughter, happiness=happiness), funny


def clips_of(video, seed, moments=8):
    """Clips of a stream, funny and ordinary, and their signals."""
    signals, funny = stream(seed, moments)
    rng = np.random.default_rng(seed)
    clips = []
    for first in range(10, moments * FACTOR - 10, FACTOR):
        is_funny = any(start == first for start, _ in funny)
        ticks = int(rng.integers(10, 15))
        begin = max(0, first - int(rng.integers(0, 4)))
        label = FUNNY if is_funny else ORDINARY
        span = (begin * TICK_S, (begin + ticks) * TICK_S)
        clips.append(Clip(f"{video}-{begin}", video, *span, label, label))
    return clips, signals


def study(folder, videos=8, moments=8, streamers=2, seed=0):
    """A manifest with its clips.parquet, as if its videos had been read; there are none."""
    made, rows, sources = [], [], []
    for number in range(videos):
        name, sha = f"v{number}", hashlib.sha256(b"%d %d" % (seed, number)).hexdigest()
        clips, signals = clips_of(name, 1000 * seed + number, moments)
        streamer = f"s{number % streamers}"
        sources.append(
            SourceVideo(name, f"videos/{name}.mp4", len(signals) * TICK_S, streamer, sha=sha)
        )
        made += clips
        rows += rows_of(clips, signals, streamer, sha)
    manifest = Manifest(folder, tuple(sources), tuple(made))
    manifest.save()
    write_rows(folder / NAME, rows, About(identity(manifest), MODELS))
    return manifest


def rows_of(clips, signals, streamer="", sha="s"):
    x = features(signals)
    for clip in clips:
        first, ticks = round(clip.start_s / TICK_S), round(clip.length_s / TICK_S)
        yield Row(
            id=clip.id,
            video=clip.video,
            streamer=streamer,
            sha=sha,
            key=f"{sha} {clip.id}",
            start_s=clip.start_s,
            end_s=clip.end_s,
            ticks=ticks,
            label=clip.label,
            proposed=clip.proposed,
            face_share=float(signals.face_found[first : first + ticks].mean()),
            around=around(x, first),
        )


def examples_of(videos=8, moments=8, streamers=2, seed=0):
    """The clips of a planted study as columns, without a file."""
    columns, names = [], ("ids", "videos", "streamers", "shas", "start_s", "end_s", "ticks")
    for number in range(videos):
        clips, signals = clips_of(f"v{number}", 1000 * seed + number, moments)
        columns += rows_of(clips, signals, f"s{number % streamers}", f"sha{number}")
    fields = ("id", "video", "streamer", "sha", "start_s", "end_s", "ticks")
    arrays = {
        n: np.array([getattr(r, f) for r in columns]) for n, f in zip(names, fields, strict=True)
    }
    funny = np.array([row.label == FUNNY for row in columns])
    return Examples(**arrays, around=np.stack([r.around for r in columns]), funny=funny)


def relabelled(manifest, **labels):
    """The manifest with other labels, by the ids of clips."""
    clips = tuple(replace(c, label=labels.get(c.id, c.label)) for c in manifest.clips)
    return replace(manifest, clips=clips)
