"""The walk through the rooms: extract → score → moments, with progress and cancel."""

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from funny.extract.cache import (
    CheckpointCache,
    SignalCache,
    TimelineCache,
    content_sha,
    signals_key,
)
from funny.meanwhile import Growing, Grown, Keeping
from funny.moments.edges import with_edges
from funny.moments.highlights import Thresholds, find_highlights
from funny.moments.quiet import quiet_of
from funny.moments.reasons import with_reasons
from funny.options import AnalyzeOptions
from funny.records import (
    Analysis,
    Highlight,
    ModelInfo,
    Note,
    Signals,
    Timeline,
    VideoInfo,
)

if TYPE_CHECKING:
    from funny.extract.assembling import Extraction
    from funny.extract.emotion import EmotionModel
    from funny.extract.faces import FaceDetector
    from funny.extract.laughter import LaughterModel
    from funny.extract.signals import ExtractOptions
    from funny.weights.heads import LoadedHead
    from funny.weights.sources import Resolved

Progress = Callable[[str, float, float], None]
"""Called with the stage (`sound`, `faces`, `score`), how much is done, and how much there is.

Whatever it raises stops the work; `funny.errors.Cancelled` is meant for that.
"""


def _silent(*_: object) -> None:
    """Reports nothing."""


class Analyzer:
    """Analyses videos; its models are loaded once, when first needed, and hold no state."""

    def __init__(self, options: AnalyzeOptions | None = None) -> None:
        self.options = options or AnalyzeOptions()

    @cached_property
    def emotion(self) -> "Resolved[EmotionModel]":
        """The emotion model that the options name, and what its sources said."""
        from funny.weights.emotion import resolve_emotion_model

        return resolve_emotion_model(self.options.emotion, self.options.emotion_weights)

    @property
    def emotion_model(self) -> "EmotionModel":
        """The emotion model that the options name."""
        return self.emotion.found

    @cached_property
    def laughter(self) -> "LaughterModel":
        """What listens for laughter."""
        from funny.weights.laughter import load_laughter_model

        return load_laughter_model()

    @cached_property
    def head(self) -> "LoadedHead":
        """The head that the options name."""
        from funny.weights.heads import load_head

        return load_head(self.options.head)

    @staticmethod
    def known_heads(ask_hub: bool = True) -> list[str]:
        """Names of the heads to choose from: of `models/`, of `runs/`, of the Hub's repository.

        Args:
            ask_hub: Whether the Hub is asked too; it has two seconds.
        """
        from funny.weights.heads import known_heads

        return [head.name for head in known_heads(ask_hub)]

    def load(self) -> None:
        """Loads all models now rather than when they are first needed.

        Raises:
            WeightsError: If one of them cannot be loaded.
        """
        _ = self.emotion, self.laughter, self.head, self.detector

    def warm_up(self) -> None:
        """Loads what else the first video would wait for, some seconds where the disk is slow."""
        from funny.extract.audio import warm_up

        warm_up()

    @cached_property
    def detector(self) -> "FaceDetector":
        """The face detector."""
        from funny.extract.faces import FaceDetector

        return FaceDetector()

    def with_options(self, options: AnalyzeOptions) -> "Analyzer":
        """An analyzer with other options that shares the models the two have in common."""
        other = Analyzer(options)
        mine, theirs = self.options, options
        shared = {"detector", "laughter"}
        if (mine.emotion, mine.emotion_weights) == (theirs.emotion, theirs.emotion_weights):
            shared.add("emotion")
        if mine.head == theirs.head:
            shared.add("head")
        other.__dict__.update({k: v for k, v in self.__dict__.items() if k in shared})
        return other

    def analyze(
        self, path: str | Path, progress: Progress = _silent, grown: Grown | None = None
    ) -> Analysis:
        """Finds the funny moments of a video.

        Args:
            path: The video file.
            progress: Told what is being done; may raise to stop the work.
            grown: Given what is found so far, the first time within seconds. Scores move a
                little until all is known: loudness is relative to the whole video.

        Raises:
            MediaError: If the file cannot be read.
            WeightsError: If a model cannot be loaded.
            OptionError: If an option does not fit the video.
        """
        head = self.head
        extraction = self.extract(path, progress, grown)
        progress("score", 0, 1)
        timeline = self._scored_before(extraction, head)
        analysis = self._analysis(extraction.video, extraction.signals, timeline, extraction.notes)
        progress("score", 1, 1)
        return analysis

    def _analysis(
        self, video: VideoInfo, signals: Signals, timeline: Timeline, notes: tuple[Note, ...] = ()
    ) -> Analysis:
        highlights = tuple(self.decide(video, timeline, signals))
        return Analysis(video, signals, timeline, highlights, self.record(), notes)

    @property
    def signal_models(self) -> tuple[ModelInfo, ModelInfo]:
        """What reads the faces and what hears the laughter."""
        return self.emotion_model.info, self.laughter.info

    def signals_key(self, sha: str) -> str:
        """What the signals of a content follow from; another key, perhaps other numbers."""
        return signals_key(sha, self.signal_models, asdict(self.extract_options))

    @property
    def extract_options(self) -> "ExtractOptions":
        """What of the options decides the signals."""
        from funny.extract.signals import ExtractOptions

        given = self.options
        return ExtractOptions(given.audio_track, given.face_region, given.quick)

    def extract(
        self, path: str | Path, progress: Progress = _silent, grown: Grown | None = None
    ) -> "Extraction":
        """Signals of a video, kept ones if there are any; nothing is scored.

        Args:
            path: The video file.
            progress: Told what is being done; may raise to stop the work.
            grown: Given the analysis of what is read so far, scored.

        Raises:
            MediaError: If the file cannot be read.
            WeightsError: If a model cannot be loaded.
            OptionError: If an option does not fit the video.
        """
        from funny.extract.assembling import Extraction
        from funny.extract.signals import extract
        from funny.extract.video import probe

        path = Path(path)
        video = probe(path)
        video = replace(video, sha=content_sha(path))
        options = self.extract_options
        cache = SignalCache(video, self.signal_models, asdict(options))
        if self.options.cache and (kept := cache.read()):
            signals, duration_s, notes = kept
            return Extraction(replace(video, duration_s=duration_s), signals, notes)
        part = Growing(self.scored, video, grown) if grown else _silent
        checkpoints = CheckpointCache(video, self.signal_models, asdict(options))
        known = checkpoints.read() if self.options.cache else None
        keep = Keeping(checkpoints) if self.options.cache else _silent
        rest = (self.detector, options, progress, self.laughter, part, keep, known)
        extraction = extract(video, self.emotion_model, *rest)
        if self.options.cache:
            cache.write(extraction.signals, extraction.video.duration_s, extraction.notes)
            checkpoints.remove()
        return extraction

    def _scored_before(self, extraction: "Extraction", head: "LoadedHead") -> Timeline:
        """The kept timeline of a whole video; scored and kept if there is none."""
        key = self.signals_key(extraction.video.sha)
        cache = TimelineCache(key, head.info, head.config.to_json())
        if self.options.cache and (kept := cache.read()):
            return kept
        timeline = self._score(extraction.signals, head)
        if self.options.cache:
            cache.write(timeline)
        return timeline

    def _score(self, signals: Signals, head: "LoadedHead") -> Timeline:
        from funny.score.explain import contributions
        from funny.score.timeline import score

        timeline = score(signals, head.net, head.config, head.info)
        return replace(timeline, contributions=contributions(signals, head.net, timeline.scores))

    def scored(self, video: VideoInfo, signals: Signals) -> Analysis:
        """The analysis of signals that were extracted before, of a whole video or its beginning."""
        return self._analysis(video, signals, self._score(signals, self.head))

    @property
    def thresholds(self) -> Thresholds:
        """The thresholds in force: those of the head, or the option's."""
        tuned, chosen = self.head.thresholds, self.options.threshold
        return tuned if chosen is None else tuned.at(chosen)

    def decide(self, video: VideoInfo, timeline: Timeline, signals: Signals) -> list[Highlight]:
        """Highlights of a timeline under the options, with reasons.

        Nothing is decoded but half a second here and there: where an edge is and the picture was
        seen to change, it is looked up once at which frame.
        """
        from funny.extract.cuts import CutFinder

        options = self.options.highlights
        found = find_highlights(timeline, video.duration_s, self.thresholds, options)
        found = [with_reasons(h, signals, timeline.contributions) for h in found]
        if options.edges == "plain":
            return found
        cuts = CutFinder(video, signals.changes)
        return with_edges(found, quiet_of(signals), cuts, video.duration_s, options)

    def record(self) -> dict[str, object]:
        """The options as plain values, for analysis.json."""
        weights, region = self.options.emotion_weights, self.options.face_region
        return {
            **asdict(self.options),
            "face_region": None if region is None else list(region),
            "emotion_weights": None if weights is None else str(weights),
            "threshold": self.thresholds.onset,
        }


def redecide(analysis: Analysis, analyzer: Analyzer) -> Analysis:
    """The same analysis under the analyzer's thresholds; nothing is read or scored again.

    Options that decide the signals stay as they were when the video was read.
    """
    found = analyzer.decide(analysis.video, analysis.timeline, analysis.signals)
    record = analyzer.record()
    decided = {name: record[name] for name in ("threshold", "highlights")}
    return replace(analysis, highlights=tuple(found), options={**analysis.options, **decided})
