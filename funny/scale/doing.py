"""Doing tasks: what a worker is, wherever it runs. Its models are loaded once."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from funny import store
from funny.device import use_threads
from funny.errors import FunnyError
from funny.extract.assembling import Extraction, assembled
from funny.extract.audio import Sound, measure_sound
from funny.extract.cache import FORMAT, SCORES_FORMAT, SignalCache, content_sha
from funny.extract.limits import enforce, in_force
from funny.extract.signals import with_quick_note
from funny.extract.stretches import Span, Stretch, joined, spans_of, watch
from funny.extract.video import probe
from funny.extract.watching import ANEW_S
from funny.moments.handoff.tables import write_csv
from funny.options import AnalyzeOptions
from funny.pipeline import Analyzer
from funny.records import Analysis, VideoInfo
from funny.runtime import give_back_memory
from funny.scale.packing import packed, unpacked
from funny.scale.summary import summary_of
from funny.scale.tasks import Answer, Join, Listen, Loaded, Look, Looked, Made, Recall, Task, Watch


def begun(options: AnalyzeOptions, chunk_s: float, threads: int) -> "Doer":
    """A worker of this process, which is for nothing else.

    Args:
        options: Of every video.
        chunk_s: Length of a stretch in seconds.
        threads: How many cores it may use.

    Raises:
        FunnyError: If a model cannot be loaded.
    """
    # What crashes or hangs a decoder then costs one video a sentence, and no worker.
    enforce(in_force(), apart=True)
    use_threads(threads)
    return Doer(options, round(chunk_s / ANEW_S))


class Doer:
    """Does one task after the other.

    Args:
        options: Of every video.
        parts: How many times `watching.ANEW_S` a stretch is long.
    """

    def __init__(self, options: AnalyzeOptions, parts: int) -> None:
        self._analyzer, self._parts = Analyzer(options), parts
        self._analyzer.load()
        self._models = (self._analyzer.emotion_model, self._analyzer.detector)
        self._ways: dict[type, Callable[[Any], Any]] = {
            Look: self._look,
            Listen: self._listen,
            Watch: self._watch,
            Join: self._join,
            Recall: self._recall,
        }

    @property
    def loaded(self) -> Loaded:
        """With what it works."""
        head, models = self._analyzer.head, self._analyzer.signal_models
        record = {k: v for k, v in self._analyzer.record().items() if k != "cache"}
        shas = [model.sha256 for model in (*models, head.info)]
        facts = [FORMAT, SCORES_FORMAT, shas, head.config.to_json(), record]
        stamp = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
        return Loaded(stamp, tuple(model.name for model in (*models, head.info)))

    def answer(self, task: Task) -> Answer:
        """Does a task; whatever goes wrong is told in a sentence."""
        try:
            return Answer(self._ways[type(task)](task))
        except FunnyError as error:
            return Answer(problem=" ".join(str(error).split()))
        except Exception as error:  # a damaged file raises almost anything, and others wait
            return Answer(problem=_odd(task, error))
        finally:
            give_back_memory()

    def _look(self, task: Look) -> Looked:
        video = replace(probe(task.path), sha=content_sha(task.path))
        # Without a picture there is nothing to part.
        spans = spans_of(video, self._parts) if video.has_picture else [Span(0, None)]
        ticks = tuple((span.first, span.last) for span in spans)
        key, recorded = self._analyzer.signals_key(video.sha), _day(task.path)
        return Looked(video, ticks, key, self._is_known(video), recorded)

    def _is_known(self, video: VideoInfo) -> bool:
        return self._analyzer.options.cache and self._cache(video).read() is not None

    def _cache(self, video: VideoInfo) -> SignalCache:
        options = asdict(self._analyzer.extract_options)
        return SignalCache(video, self._analyzer.signal_models, options)

    def _listen(self, task: Listen) -> bytes:
        hearing = self._analyzer.laughter.hearing()
        return packed(measure_sound(task.video, self._analyzer.options.audio_track, hearing))

    def _watch(self, task: Watch) -> bytes:
        options = self._analyzer.extract_options
        return packed(watch(task.video, Span(*task.ticks), *self._models, options))

    def _join(self, task: Join) -> Made:
        options = self._analyzer.extract_options
        seen = joined(
            [unpacked(Stretch, part) for part in task.stretches],
            lambda span, followed: watch(task.video, span, *self._models, options, followed),
        )
        models, sound = self._analyzer.signal_models, unpacked(Sound, task.sound)
        found = with_quick_note(assembled(task.video, models, sound, seen), options)
        if self._analyzer.options.cache:
            self._cache(task.video).write(found.signals, found.video.duration_s, found.notes)
        return self._made(found)

    def _recall(self, task: Recall) -> Made:
        return self._made(self._analyzer.extract(task.video.path))

    def _made(self, found: Extraction) -> Made:
        analysis = replace(
            self._analyzer.scored(found.video, found.signals),
            notes=found.notes,
        )
        return Made(_files(analysis), summary_of(analysis))


def _odd(task: Task, error: Exception) -> str:
    path = task.path if isinstance(task, Look) else task.video.path
    what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return f"{path}: cannot be analysed ({what}). Convert it to mp4, and try that."


def _day(path: Path) -> str:
    return date.fromtimestamp(path.stat().st_mtime).isoformat()


def _files(analysis: Analysis) -> dict[str, bytes]:
    """What `funny analyze` leaves of an analysis, without clips."""
    with TemporaryDirectory(prefix="funny-") as name:
        folder = Path(name)
        store.save(analysis, folder)
        write_csv(analysis.highlights, folder / "highlights.csv")
        return {path.name: path.read_bytes() for path in folder.iterdir()}
