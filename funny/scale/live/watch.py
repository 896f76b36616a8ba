"""Watches a source with everything that somebody asked for, until it ends or is stopped."""

import signal
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from funny.errors import Cancelled, MediaError, OptionError
from funny.extract.ring import Ring
from funny.extract.video import probe
from funny.options import AnalyzeOptions
from funny.pipeline import Analyzer
from funny.records import Analysis, VideoInfo
from funny.scale.live.analysis import LiveModels
from funny.scale.live.clipping import Clipper
from funny.scale.live.obs import ObsChapters
from funny.scale.live.opening import Opening
from funny.scale.live.outputs import Everywhere, Markers, Output
from funny.scale.live.places import Permit, Source, source_of
from funny.scale.live.reading import Opened, Reader
from funny.scale.live.session import Session
from funny.scale.live.webhook import Webhook


@dataclass(frozen=True)
class LiveOptions:
    """Everything about watching that does not decide what is found."""

    ends_after_s: float = 10.0
    """How long a file may not grow, a pipe be silent, or a network give nothing."""
    permit: Permit = field(default_factory=Permit)
    """Which machines may be asked."""
    clips: Path | None = None
    """Folder for clips as soon as moments are over; None makes none."""
    ring_minutes: float = 10.0
    """Minutes that are kept on disk for clips."""
    ring_gb: float = 4.0
    """Room that they may take."""
    markers: Path | None = None
    webhook: str | None = None
    obs: str | None = None
    """Address of obs-websocket, for chapters in what OBS records."""

    def __post_init__(self) -> None:
        if not 0 < self.ends_after_s < float("inf"):
            raise OptionError(f"--ends-after {self.ends_after_s:g}: expected more than 0 s.")
        if not (1 <= self.ring_minutes <= 600 and 0.05 <= self.ring_gb <= 10_000):
            raise OptionError("--ring-minutes: expected 1 to 600, and --ring-gb 0.05 to 10000.")


@dataclass(frozen=True)
class Watched:
    """What watching left."""

    analysis: Analysis
    failures: tuple[str, ...]
    """What went wrong on the way, a sentence each."""


def watch(
    typed: str, analyze: AnalyzeOptions, options: LiveOptions, outputs: Sequence[Output]
) -> Watched:
    """Watches a source until it ends; a first interrupt or stop of the process ends it too.

    Args:
        typed: A file, `-`, a device or an address, as `source_of` takes it.
        analyze: What decides what is found.
        options: Everything else.
        outputs: Where events go, besides those that the options name.

    Raises:
        MediaError: If the source cannot be read, or gave nothing.
        FetchError: If an address may not be asked.
        OptionError: If an option cannot work.
        WeightsError: If a model cannot be loaded.
        Cancelled: If it was stopped before anything came.
    """
    source = source_of(typed, options.permit)
    opening = Opening(source, options.permit, analyze.audio_track, options.ends_after_s)
    everywhere = Everywhere([*outputs, *_more_outputs(options)])
    failures: list[str] = []
    try:
        clipper = _clipper(options, everywhere)
        models = LiveModels.of(Analyzer(analyze))
        reader = Reader(opening, options.ends_after_s, clipper.keep if clipper else _keep_nothing)
        session = Session(models, reader, everywhere, source.shown)
        with _stopped_by_signals(opening.stopping):
            session.run()
        was_stopped = opening.stopping.is_set()
        analysis = _finished(session, clipper, source)
    finally:
        opening.stopping.set()
        failures += everywhere.close()
    if analysis is None and was_stopped:
        raise Cancelled("nothing had come yet.")
    if analysis is None:
        raise MediaError(f"{source.shown}: gave nothing. {reader.why}")
    return Watched(analysis, tuple(failures))


def _keep_nothing(*_: Any) -> None:
    """Where there are to be no clips."""


def _more_outputs(options: LiveOptions) -> Iterator[Output]:
    if options.markers:
        yield Markers(options.markers)
    if options.webhook:
        yield Webhook(options.webhook)
    if options.obs:
        yield ObsChapters(options.obs)


def _clipper(options: LiveOptions, everywhere: Everywhere) -> Clipper | None:
    if options.clips is None:
        return None
    # Beside the clips, since that is where there is room for video.
    options.clips.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".ring-", dir=options.clips))
    ring = Ring(folder, 60 * options.ring_minutes, 1e9 * options.ring_gb)
    clipper = Clipper(options.clips, ring, everywhere)
    everywhere.add(clipper)
    return clipper


def _finished(session: Session, clipper: Clipper | None, source: Source) -> Analysis | None:
    """What was found, once all that came is told of and all clips are there."""
    if clipper:
        clipper.source_ended()
    analysis = session.finish(_recording(source, session.opened))
    if clipper:
        clipper.close()
    if analysis:
        session.end(analysis)
    return analysis


def _recording(source: Source, opened: Opened | None) -> VideoInfo:
    """What the recording is called, and what is known of it.

    Its content has no name yet: somebody may still be writing it.
    """
    if source.kind == "file":
        with suppress(MediaError):
            return probe(Path(source.name))
    size, fps = (opened.size, opened.fps) if opened else ((0, 0), 0.0)
    tracks = ("sound",) if opened and opened.has_sound else ()
    return VideoInfo(Path(source.shown), 0.0, fps, *size, tracks, "")


@contextmanager
def _stopped_by_signals(stopping: threading.Event) -> Iterator[None]:
    """Lets the first interrupt end the watching in good order; the next is one as ever."""

    def stop(number: int, _: Any) -> None:
        stopping.set()
        signal.signal(number, signal.default_int_handler)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
