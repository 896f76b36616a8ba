"""Live analysis, apart from where pictures and sound come from: fed, it says what it finds.

Twice a second: `see(time_s, picture)`, `hear(time_s, samples)`, `events()`; at the end `finish()`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from funny.extract.laughter import LaughterModel
from funny.grid import s_to_tick, s_to_ticks, tick_count, tick_times, tick_to_s
from funny.moments.edges import with_edges
from funny.moments.highlights import Thresholds
from funny.moments.quiet import gaps
from funny.moments.reasons import with_reasons
from funny.records import Analysis, Highlight, Note, Signals, Timeline, VideoInfo
from funny.scale.live.column import Column
from funny.scale.live.deciding import Decider, Scores
from funny.scale.live.events import Dropped, Event, Gap, Moment, Score, Settled
from funny.scale.live.listening import Ear, Listeners
from funny.scale.live.looking import Eye
from funny.scale.live.scoring import Scorer
from funny.weights.laughter import load_laughter_model

if TYPE_CHECKING:
    from funny.pipeline import Analyzer

PATIENCE_TICKS = s_to_ticks(10.0)
"""Where pictures or sound stop coming, the others wait so long, and then go on alone."""


@dataclass(frozen=True, eq=False)
class LiveModels:
    """An analyzer, and what else it takes to listen while it happens."""

    analyzer: "Analyzer"
    now: LaughterModel
    """Hears laughter without what is to come."""

    @classmethod
    def of(cls, analyzer: "Analyzer") -> "LiveModels":
        """Loads all models.

        Raises:
            WeightsError: If one of them cannot be loaded.
        """
        analyzer.load()
        analyzer.warm_up()
        return cls(analyzer, load_laughter_model(causal=True))


class LiveAnalysis:
    """Says how funny it is now, and which moments are over; constant work a tick.

    Args:
        models: What looks, listens and scores, with the options in force.
        has_picture: Whether pictures are to come.
        has_sound: Whether sound is to come.
    """

    def __init__(
        self, models: LiveModels, has_picture: bool = True, has_sound: bool = True
    ) -> None:
        analyzer = self._analyzer = models.analyzer
        self._has_picture, self._has_sound = has_picture, has_sound
        region = analyzer.options.face_region
        self._eye = Eye(analyzer.emotion_model, analyzer.detector, region)
        self._ear = Ear(Listeners(models.now, analyzer.laughter))
        self._scorer = Scorer(analyzer.head, self._eye, self._ear)
        options, head = analyzer.options.highlights, analyzer.head
        self._decider = Decider(
            analyzer.thresholds, options, self._scored, self._dressed, head.info
        )
        self._scores, self._is_gap = Column(), Column(dtype=bool)
        self._ticks = self._settled = 0
        self._events: list[Event] = []
        self._gaps: list[Gap] = []
        self._dropped = 0
        self._moments: list[Highlight] = []

    @property
    def thresholds(self) -> Thresholds:
        """The thresholds in force."""
        return self._analyzer.thresholds

    @property
    def ticks(self) -> int:
        """Ticks that have a score."""
        return self._ticks

    @property
    def moments(self) -> Sequence[Highlight]:
        """The moments so far, in the order of time."""
        return self._moments

    @property
    def dropped(self) -> int:
        """Pictures that were dropped so far."""
        return self._dropped

    def see(self, time_s: float, picture: np.ndarray | None) -> None:
        """Takes a picture, the first of its half second; later ones of the same are not looked at.

        Args:
            time_s: When it is on screen.
            picture: RGB uint8 (h, w, 3), upright; None where nothing is on screen.
        """
        tick = s_to_tick(time_s)
        if tick >= self._eye.ticks:
            self._eye.look(tick, picture)
            self._go_on()

    def drop(self, time_s: float) -> None:
        """Goes on without the picture of a time, since there is no time to look at it."""
        self._dropped += 1
        self._events.append(Dropped(time_s, self._dropped))
        self._eye.pass_over(s_to_tick(time_s) + 1)
        self._go_on()

    def hear(self, time_s: float, samples: np.ndarray) -> None:
        """Takes sound.

        Args:
            time_s: When it begins.
            samples: (n,) mono at 22,050 Hz, -1..1.
        """
        self._ear.hear(time_s, samples)
        self._go_on()

    def gap(self, start_s: float, end_s: float) -> None:
        """Goes on after a time in which nothing came: no score is given there."""
        gap = Gap(start_s, end_s)
        # What began before the gap or ends after it has a score: it is only partly unknown.
        first, last = s_to_tick(start_s + tick_to_s(1) - 1e-3), s_to_tick(end_s)
        self._is_gap.put(first, np.ones(max(0, last - first), bool))
        self._gaps.append(gap)
        self._events.append(gap)
        self._eye.pass_over(last)
        self._ear.go_to(end_s)
        self._go_on()

    def events(self) -> list[Event]:
        """What happened since this was last asked."""
        events, self._events = self._events, []
        return events

    def finish(self, video: VideoInfo) -> Analysis:
        """What was found, once nothing more comes; the last events are to be asked for after it.

        Args:
            video: What the recording is called, and what is known of it; its length is that of
                what was seen and heard.
        """
        self._ear.finish()
        heard = self._ear.ticks if self._has_sound else 0
        ticks = self._ticks = max(heard, self._eye.ticks)
        if settled := self._settle(self._scorer.scores, ticks):
            self._events.append(Score(settled[-1].time_s, settled[-1].score, tuple(settled)))
        length_s = video.duration_s if tick_count(video.duration_s) == ticks else tick_to_s(ticks)
        self._tell(self._decider.rest(ticks, length_s))
        return self._analysis(replace(video, duration_s=length_s), ticks)

    def _go_on(self) -> None:
        """Scores each tick of which all is known, and what is settled by it."""
        complete = self._complete()
        while self._ticks < complete:
            self._ticks += 1
            now = self._now()
            until = self._known_for_good() - self._scorer.reach
            settled = self._settle(self._scorer.settled, until)
            self._events.append(Score(tick_to_s(self._ticks - 1), now, tuple(settled)))
            self._tell(self._decider.over(self._settled))

    def _complete(self) -> int:
        """Ticks that were both seen and heard, or that are waited for no longer."""
        seen, heard = self._eye.ticks, self._ear.ticks
        if not self._has_sound:
            return seen
        if not self._has_picture:
            return heard
        late = max(seen, heard) - PATIENCE_TICKS
        if late > heard:
            self._ear.go_to(tick_to_s(late + 1))
        self._eye.pass_over(late)
        return max(min(seen, heard), late)

    def _known_for_good(self) -> int:
        return min(self._ticks, self._ear.settled) if self._has_sound else self._ticks

    def _now(self) -> float | None:
        tick = self._ticks - 1
        if self._is_gap.part(tick, tick + 1)[0]:
            return None
        return float(self._scorer.scores(tick, tick + 1)[0])

    def _settle(self, score: Scores, until: int) -> list[Settled]:
        """Settles the scores of the ticks before one."""
        first = self._settled
        if until <= first:
            return []
        is_gap = self._is_gap.part(first, until)
        scores = np.where(is_gap, 0.0, score(first, until))
        self._scores.put(first, scores)
        self._settled = until
        return [
            Settled(tick_to_s(tick), None if unknown else float(score))
            for tick, score, unknown in zip(range(first, until), scores, is_gap, strict=True)
        ]

    def _scored(self, first: int, last: int) -> np.ndarray:
        return self._scores.part(first, last).copy()

    def _tell(self, found: Sequence[Highlight]) -> None:
        self._moments.extend(found)
        self._events.extend(Moment(highlight) for highlight in found)

    def _dressed(self, found: Sequence[Highlight], first: int, last: int) -> list[Highlight]:
        """Highlights of some ticks with reasons and, if an editor would choose, at pauses.

        Shot cuts are left to an analysis of the file: they are looked up in it.
        """
        if not found:
            return []
        signals, options = self._signals(first, last), self._analyzer.options.highlights
        added = self._scorer.contributions(first, last, self._signals(0, last))
        plain = [with_reasons(h, signals, added) for h in found]
        if options.edges == "plain":
            return plain
        quiet = gaps(signals.envelope)
        return with_edges(plain, quiet, lambda *_: (), tick_to_s(last - first), options)

    def _signals(self, first: int, last: int) -> Signals:
        """Signals of some ticks, as if the video were these."""
        emotions, found, boxes = self._eye.faces(first, last)
        return Signals(
            times_s=tick_times(last - first),
            emotions=emotions,
            face_found=found,
            face_box=boxes,
            rms=self._ear.rms(first, last),
            emotion_model=self._analyzer.emotion_model.info,
            laughter=self._ear.laughter(first, last),
            laughter_model=self._analyzer.laughter.info,
            envelope=self._ear.envelope(first, last),
            changes=self._eye.changes(first, last),
        )

    def _analysis(self, video: VideoInfo, ticks: int) -> Analysis:
        """The analysis of all, ranked."""
        analyzer = self._analyzer
        ranked = sorted(self._moments, key=lambda h: (-h.score, h.start_s))
        timeline = Timeline(tick_times(ticks), self._scored(0, ticks), analyzer.head.info)
        return Analysis(
            video=video,
            signals=self._signals(0, ticks),
            timeline=timeline,
            highlights=tuple(ranked[: analyzer.options.highlights.top]),
            options=analyzer.record(),
            notes=tuple(self._notes()),
        )

    def _notes(self) -> list[Note]:
        notes = [_gap_note(gap) for gap in self._gaps]
        if self._dropped:
            text = (
                f"{self._dropped} pictures were not looked at: the machine was too slow. "
                "Analyse the recording for the final cut."
            )
            notes.append(Note("dropped", text))
        return notes


def _gap_note(gap: Gap) -> Note:
    from funny.extract.video import span_text

    text = f"Nothing came {span_text(gap.start_s, gap.end_s)}: there is no score there."
    return Note("gap", text, gap.start_s, gap.end_s)
