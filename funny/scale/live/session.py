"""A source watched from its beginning to its end: reader → analysis → outputs."""

import time
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any

from funny.records import Analysis, VideoInfo
from funny.scale.live.analysis import LiveAnalysis, LiveModels
from funny.scale.live.events import Event, Moment, to_json
from funny.scale.live.outputs import Output, Report
from funny.scale.live.reading import Heard, Item, Lost, Missed, Opened, Reader, Seen


class Session:
    """Watches one source, and tells of what happens.

    Args:
        models: What looks, listens and scores.
        reader: Reads the source.
        output: Where events go.
        name: What the source is called.
    """

    def __init__(self, models: LiveModels, reader: Reader, output: Output, name: str) -> None:
        self._models, self._reader, self._output = models, reader, output
        self._name = name
        self._live: LiveAnalysis | None = None
        self.opened: Opened | None = None
        """What the source holds, once that is known."""

    def run(self) -> None:
        """Watches until the source ends.

        Raises:
            MediaError: If it cannot be read at all.
            FetchError: If it may not be asked.
        """
        for item in self._reader:
            self._take(item)
            self._tell_events()

    def finish(self, video: VideoInfo) -> Analysis | None:
        """What was found; None if nothing ever came.

        Args:
            video: What the recording is called, and what is known of it.
        """
        if self._live is None:
            return None
        analysis = self._live.finish(video)
        self._tell_events()
        return analysis

    def end(self, analysis: Analysis) -> None:
        """Tells the outputs that there is nothing more to come."""
        dropped = self._live.dropped if self._live else 0
        counts = {"moments": len(analysis.highlights), "dropped": dropped}
        length_s, why = analysis.video.duration_s, self._reader.why
        self.tell_of("ended", time_s=length_s, **counts, why=why)

    def tell_of(self, name: str, **values: Any) -> None:
        """Tells the outputs of something that is no event of the analysis."""
        self._tell(Report(None, {"event": name, **values, "clock": self._clock(None)}))

    def _take(self, item: Item) -> None:
        if isinstance(item, Opened):
            self._open(item)
        elif isinstance(item, Lost):
            self.tell_of("lost", **asdict(item))
        elif self._live is not None:
            _feed(self._live, item)

    def _open(self, opened: Opened) -> None:
        """Begins, the first time; after an outage it goes on."""
        if self._live is not None:
            self.tell_of("again")
            return
        self.opened = opened
        self._live = LiveAnalysis(self._models, opened.has_picture, opened.has_sound)
        analyzer = self._models.analyzer
        self.tell_of(
            "started",
            source=self._name,
            size=list(opened.size),
            has_sound=opened.has_sound,
            threshold=analyzer.thresholds.onset,
            models=[analyzer.emotion_model.info.name, analyzer.head.info.name],
        )

    def _tell_events(self) -> None:
        for event in self._live.events() if self._live else ():
            self._tell(Report(event, self._described(event)))

    def _described(self, event: Event) -> dict[str, Any]:
        """An event as JSON values, with the time on the clock and how long ago that was."""
        values = to_json(event)
        at_s = event.highlight.start_s if isinstance(event, Moment) else values.get("time_s")
        over_s = event.highlight.end_s if isinstance(event, Moment) else at_s
        told: dict[str, Any] = {
            "clock": self._clock(at_s if at_s is not None else values["start_s"])
        }
        begun_s = self._reader.lateness.begun_s
        if begun_s is not None and over_s is not None:
            told["delay_s"] = round(time.monotonic() - begun_s - over_s, 3)
        return {**values, **told}

    def _clock(self, time_s: float | None) -> str:
        """The time of day, of a time in seconds or of now."""
        begun_s = self._reader.lateness.begun_s
        now_s = time.time()
        if time_s is not None and begun_s is not None:
            now_s += begun_s + time_s - time.monotonic()
        return datetime.fromtimestamp(now_s, timezone.utc).isoformat(timespec="milliseconds")

    def _tell(self, report: Report) -> None:
        self._output.tell(report)


def _feed(live: LiveAnalysis, item: Seen | Heard | Missed) -> None:
    if isinstance(item, Heard):
        live.hear(item.time_s, item.samples)
    elif isinstance(item, Missed):
        live.gap(item.start_s, item.end_s)
    elif item.is_dropped:
        live.drop(item.time_s)
    else:
        live.see(item.time_s, item.picture)
