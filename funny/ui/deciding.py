"""Decides with the visitor which moments are funny: the threshold, the timeline and the table."""

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from funny.errors import FunnyError
from funny.learn.teaching import teach
from funny.ui import table
from funny.ui.desk import Desk
from funny.ui.language import language_for
from funny.ui.layout import Layout
from funny.ui.models import Models
from funny.ui.refusals import without_folder
from funny.ui.settings import Settings
from funny.ui.strings import say
from funny.ui.timeline import FunTimeline
from funny.ui.view import Update, View, refusal, sent


class Decider:
    """Answers a visitor who decides about moments.

    Args:
        layout: The components.
        view: Shows work on them.
        desk: Where work lies.
        settings: Where corrections are kept.
        models: Those that find the moments.
    """

    def __init__(
        self, layout: Layout, view: View, desk: Desk, settings: Settings, models: Models
    ) -> None:
        self._on, self._view, self._desk = layout, view, desk
        self._settings, self._models = settings, models

    def wire(self, quiet: dict[str, Any]) -> None:
        """Connects threshold, timeline and table; made inside the page's `gr.Blocks`.

        Args:
            quiet: How what is done at once is listened for.
        """
        on, settings = self._on, [self._on.name, *self._on.decisions]
        moved = [control.input for control in on.tidying]
        last: dict[str, Any] = {**quiet, "trigger_mode": "always_last"}
        gr.on(moved, self._redecide, settings, on.moments, **last)
        on.teach.click(self._teach, on.name, on.status, **quiet)
        # "once", the usual mode, would drop what comes while the last edit is on its way.
        each: dict[str, Any] = {**quiet, "trigger_mode": "multiple"}
        on.timeline.edit(self._edit, on.name, on.moments, **each)
        on.table.input(self._type, [on.name, on.table], on.moments, **each)
        on.table.select(self._select, on.name, on.timeline, **quiet)

    def _redecide(self, request: gr.Request, name: str, *settings: Any) -> Update:
        """New highlights under a moved threshold; nothing is decoded."""
        work = self._desk.find(name)
        if work is None:
            return {self._on.status: gr.skip()}
        language = language_for(request)
        work.redecide(self._models.under(language, settings))
        return sent(self._on, self._view.moments_of(work, language))

    def _edit(self, request: gr.Request, name: str, event: gr.EventData) -> Update:
        """What was done on the timeline."""
        return self._edited(name, [event._data], language_for(request))

    def _type(self, request: gr.Request, name: str, cells: list[list[Any]]) -> Update:
        """What was typed into the table, or kept and left out there."""
        language, work = language_for(request), self._desk.find(name)
        if work is None:
            return {self._on.status: gr.skip()}
        try:
            todo = list(table.operations(work.edits, cells, language))
        except FunnyError as error:
            gr.Warning(str(error))
            todo = []
        update = self._edited(name, todo, language)
        if cells == table.rows(work.edits, language):
            # The page has that table. A late one would take back what was ticked meanwhile.
            update.pop(self._on.table, None)
        return update

    def _edited(self, name: str, todo: Sequence[Mapping[str, Any]], language: str) -> Update:
        """The list of moments after what a person did; what cannot be done is said."""
        work = self._desk.find(name)
        if work is None:
            return {self._on.status: gr.skip()}
        try:
            work.edit(*todo)
        except FunnyError as error:
            gr.Warning(say(language, "failed", reason=error))
        return sent(self._on, self._view.moments_of(work, language))

    def _select(self, name: str, chosen: gr.SelectData) -> Any:
        """Plays the moment of the chosen row, and stops at its end."""
        work = self._desk.find(name)
        if work is None or not 0 <= chosen.index[0] < len(work.edits.moments):
            return gr.skip()
        highlight = work.edits.moments[chosen.index[0]].highlight
        return FunTimeline(**self._view.seek(highlight.start_s, highlight.end_s))

    def _teach(self, request: gr.Request, name: str) -> str:
        """Keeps a visitor's corrections for training, because they asked for it."""
        language, work = language_for(request), self._desk.find(name)
        dataset = self._settings.dataset
        if work is None or work.analysis is None or not work.is_complete or dataset is None:
            raise refusal(say(language, "no_video"))
        try:
            clips = teach(dataset, work.analysis, work.edits)
        except FunnyError as error:
            raise refusal(say(language, "failed", reason=without_folder(str(error)))) from error
        return say(language, "taught" if clips else "taught_nothing", clips=clips)
