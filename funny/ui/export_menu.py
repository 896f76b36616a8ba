"""Answers the Export menu: makes what a visitor asks for of the moments that they kept."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import gradio as gr

from funny.errors import FunnyError
from funny.extract.faces import FaceDetector
from funny.moments.handoff.formats import format_named
from funny.moments.shorts import ShortOptions
from funny.moments.stills import ThumbnailOptions
from funny.ui.desk import Desk
from funny.ui.export_layout import FIRST_FORMAT, ExportTab
from funny.ui.export_options import project_options, reel_options, usual_media
from funny.ui.exports import (
    Maker,
    make_all_shorts,
    make_all_thumbnails,
    make_project,
    make_reel,
)
from funny.ui.language import language_for
from funny.ui.layout import Layout
from funny.ui.refusals import reason
from funny.ui.settings import Settings
from funny.ui.strings import say
from funny.ui.view import Update, View, refusal
from funny.ui.work import Work


class ExportMenu:
    """Answers a visitor who wants something made.

    Args:
        layout: The components.
        view: Shows work on them.
        desk: Where work lies.
        settings: Whose folders may be named to visitors.
        detector: Finds faces.
    """

    def __init__(
        self, layout: Layout, view: View, desk: Desk, settings: Settings, detector: FaceDetector
    ) -> None:
        self._on, self._view, self._desk = layout, view, desk
        self._settings, self._detector = settings, detector
        self._makers: dict[str, Callable[..., Maker]] = {
            "project": self._project,
            "reel": lambda work, language, *chosen: partial(
                make_reel, reel_options(language, *chosen)
            ),
            "shorts": lambda work, language, *chosen: partial(
                make_all_shorts, detector, ShortOptions(*chosen)
            ),
            "thumbnails": lambda work, language, *chosen: partial(
                make_all_thumbnails, detector, ThumbnailOptions(*chosen)
            ),
        }

    def wire(self, quiet: dict[str, Any], watch: dict[str, Any]) -> None:
        """Connects the buttons; made inside the page's `gr.Blocks`.

        Args:
            quiet: How what is done at once is listened for.
            watch: How work is watched.
        """
        on, menu = self._on, self._on.exports
        for tab in menu.tabs.values():
            outputs = [on.status, *on.buttons, *tab.outcome]
            tab.make.click(self._answer(tab), [on.name, *tab.fields], outputs, **watch)
        menu.format.input(self._describe, menu.format, [menu.purpose, menu.mode], **quiet)

    def greeting(self, language: str) -> Update:
        """What the menu says before anything is chosen."""
        return {self._on.exports.purpose: format_named(FIRST_FORMAT).purpose[language]}

    def _describe(self, request: gr.Request, chosen: str) -> tuple[str, gr.Radio]:
        """What a format is for, and what it usually holds."""
        known = format_named(chosen)
        modes = known.modes
        return known.purpose[language_for(request)], gr.Radio(
            value=modes[0], interactive=len(modes) > 1
        )

    def _answer(self, tab: ExportTab) -> Callable[..., Iterator[Update]]:
        """What is done when a button is pressed; Gradio reads from it who pressed."""

        def answer(request: gr.Request, name: str, *chosen: Any) -> Iterator[Update]:
            yield from self._make(tab, language_for(request), name, *chosen)

        return answer

    def _make(self, tab: ExportTab, language: str, name: str, *chosen: Any) -> Iterator[Update]:
        """Makes one thing, and tells how far it is."""
        work = self._ready(language, name)
        try:
            maker = self._makers[tab.kind](work, language, *chosen)
        except FunnyError as error:
            raise refusal(reason(language, error)) from error
        work.export(tab.kind, maker)
        yield from self._view.exporting(work, language, tab)

    def _ready(self, language: str, name: str) -> Work:
        """Work of which something can be made now."""
        work = self._desk.find(name)
        if work is None or work.analysis is None or not work.is_complete:
            raise refusal(say(language, "not_read", analyze=say(language, "analyze")))
        if work.is_running:
            raise refusal(say(language, "busy"))
        if not work.analysis.kept:
            raise refusal(say(language, "nothing_kept"))
        return work

    def _project(
        self,
        work: Work,
        language: str,
        chosen: str,
        mode: str,
        handles_s: float | None,
        media: str | None,
    ) -> Maker:
        name = work.video.name
        usual = usual_media(work.video, self._settings.folders)
        # A name alone is taken as it is, whatever is in it.
        typed = (media or "").strip() or (usual if usual != name else "")
        options = project_options(language, name, chosen, mode, handles_s, typed)
        return partial(make_project, chosen, options)
