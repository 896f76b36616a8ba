"""Runs what takes its time: an analysis, another head over it, a cut; and stops it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from funny.errors import FunnyError
from funny.pipeline import Analyzer
from funny.ui.choosing import Chooser
from funny.ui.desk import Desk
from funny.ui.language import language_for
from funny.ui.layout import Layout
from funny.ui.models import Models
from funny.ui.refusals import without_folder
from funny.ui.settings import Settings
from funny.ui.strings import say
from funny.ui.view import Update, View, refusal, sent
from funny.ui.visitor import visitor_of


class Runner:
    """Answers a visitor who starts or stops a job.

    Args:
        layout: The components.
        view: Shows work on them.
        desk: Where work lies.
        settings: How visitors are told apart.
        models: Those that analyse.
        chooser: Knows which video is meant.
    """

    def __init__(
        self,
        layout: Layout,
        view: View,
        desk: Desk,
        settings: Settings,
        models: Models,
        chooser: Chooser,
    ) -> None:
        self._on, self._view, self._desk = layout, view, desk
        self._settings, self._models, self._chooser = settings, models, chooser

    def wire(self, quiet: dict[str, Any], watch: dict[str, Any]) -> None:
        """Connects the buttons; made inside the page's `gr.Blocks`.

        Args:
            quiet: How what is done at once is listened for.
            watch: How work is watched.
        """
        on = self._on
        inputs = [on.name, on.player, *on.decisions]
        on.analyze.click(self._analyze, inputs, on.results, **watch)
        example = on.example.click(self._chooser.take_example, on.name, on.player, **quiet)
        example.then(self._analyze, inputs, on.results, **watch)
        gr.on([button.click for button in on.cancels], self._cancel, on.name, None, **quiet)
        on.cut.click(self._cut, on.name, on.results, **watch)
        scored = [on.threshold, *on.results]
        on.head.input(self._rescore, [on.name, *on.decisions], scored, **watch)

    def _analyze(
        self, request: gr.Request, name: str, shown: str | None, *settings: Any
    ) -> Iterator[Update]:
        """Reads the video that is chosen, then cuts what was found."""
        language = language_for(request)
        if not shown:
            raise refusal(say(language, "no_video"))
        analyzer = self._models.under(language, settings)
        work = self._chooser.work_on(name, Path(shown), visitor_of(request, self._settings.proxies))
        work.analyze(analyzer)
        start = say(language, "stage_start")
        yield sent(self._on, {**self._view.nothing(start), self._on.name: work.name})
        yield from self._view.watch(work, language)

    def _rescore(self, request: gr.Request, name: str, *settings: Any) -> Iterator[Update]:
        """The same signals as another head sees them, at the threshold tuned for that."""
        language, work = language_for(request), self._desk.find(name)
        analyzer = self._models.under(language, settings)
        onset = _tuned(language, analyzer)
        yield {self._on.threshold: onset}
        if work is None or not work.is_complete or work.is_running:
            return
        work.rescore(analyzer.with_options(replace(analyzer.options, threshold=onset)))
        yield from self._view.watch(work, language)

    def _cut(self, request: gr.Request, name: str) -> Iterator[Update]:
        """Cuts the clips of the moments that are kept."""
        language, work = language_for(request), self._desk.find(name)
        if work is None or not work.is_complete:
            raise refusal(say(language, "no_video"))
        if not work.is_running:
            work.cut()
        yield from self._view.watch(work, language)

    def _cancel(self, name: str) -> None:
        """Asks the job to stop."""
        # Who watches it tells so: an answer from here could come late, and hide that it stopped.
        if (work := self._desk.find(name)) is not None:
            work.cancel()


def _tuned(language: str, analyzer: Analyzer) -> float:
    """The threshold tuned for a head, which is loaded for it."""
    try:
        return analyzer.head.thresholds.onset
    except FunnyError as error:
        raise refusal(say(language, "failed", reason=without_folder(str(error)))) from error
