"""Reels of planted videos, and what is seen and heard in them."""

from dataclasses import replace

import av
import numpy as np

from funny.extract.video import probe
from funny.moments.reel.values import ReelOptions
from funny.moments.reel.write import write_reel
from funny.records import Highlight
from tests.values import analysis_of


def moment(start_s, end_s, score=0.9, **more):
    return Highlight(start_s, end_s, (start_s + end_s) / 2, score, **more)


def analysis(path, *highlights, **options):
    """An analysis of a file that found these moments."""
    found = replace(probe(path), sha="")
    return replace(analysis_of(), video=found, highlights=highlights, options=options)


def reel_of(path, *highlights, audio_track=None, **options):
    """A reel beside a file."""
    found = analysis(path, *highlights, audio_track=audio_track)
    return write_reel(found, ReelOptions(**options), path.parent / "reel.mp4")


def frames_of(path):
    """Times and pictures of a file, by its own clock."""
    with av.open(path) as container:
        frames = [(f.time, f.to_ndarray(format="rgb24")) for f in container.decode(video=0)]
    return np.array([time for time, _ in frames]), [picture for _, picture in frames]


def sound_of(path):
    """Mono samples at 48 kHz from the file's time 0."""
    resampler = av.AudioResampler("fltp", "mono", 48_000)
    with av.open(path) as container:
        frames = list(container.decode(audio=0))
    parts = [p.to_ndarray()[0] for f in frames for p in resampler.resample(f)]
    return np.concatenate([np.zeros(max(0, round(frames[0].time * 48_000))), *parts])


def loud_spans_s(path, quiet_s=0.05):
    """Where sound begins and ends, in seconds."""
    samples = np.abs(sound_of(path))
    loud = np.flatnonzero(samples > 0.2 * samples.max())
    gaps = np.flatnonzero(np.diff(loud) > quiet_s * 48_000)
    begins, ends = loud[[0, *(gaps + 1)]], loud[[*gaps, -1]]
    return [(b / 48_000, e / 48_000) for b, e in zip(begins, ends, strict=True)]
