"""Opens the page: on the work that its address names, or on the example."""

from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any

import gradio as gr

from funny.ui.desk import Desk
from funny.ui.example import EXAMPLE, example_as_seen
from funny.ui.export_menu import ExportMenu
from funny.ui.language import language_for
from funny.ui.layout import Layout
from funny.ui.models import Models
from funny.ui.region import WORDS as REGION_WORDS
from funny.ui.region import RegionPicker
from funny.ui.settings import Settings
from funny.ui.strings import say
from funny.ui.timeline import WORDS
from funny.ui.view import Update, View, joined, sent
from funny.ui.work import Work

# The address names the work, so that a page that is reloaded finds it again.
_TO_ADDRESS = """(name) => {
    const address = new URL(window.location);
    if (name.startsWith("example-")) return;
    if (name) address.searchParams.set("job", name);
    else for (const key of ["job", "t"]) address.searchParams.delete(key);
    if (address.href !== window.location.href) window.history.replaceState(null, "", address);
}"""
_NAMES = (Path(__file__).parent / "assets" / "names.js").read_text("utf-8")


class Opener:
    """Answers a visitor who opens the page.

    Args:
        layout: The components.
        view: Shows work on them.
        desk: Where work lies.
        settings: How long that is kept.
        models: Those to choose from.
        menu: Greets too.
    """

    def __init__(
        self,
        layout: Layout,
        view: View,
        desk: Desk,
        settings: Settings,
        models: Models,
        menu: ExportMenu,
    ) -> None:
        self._on, self._view, self._desk = layout, view, desk
        self._settings, self._models, self._menu = settings, models, menu
        self._example = example_as_seen(models.analyzer)

    def wire(self, page: gr.Blocks, watch: dict[str, Any]) -> None:
        """Connects the page as a whole; made inside it.

        Args:
            page: What is opened.
            watch: How work is watched.
        """
        on = self._on
        chosen = [*on.decisions, on.faces, on.exports.purpose, on.player]
        everything = [*on.results, *chosen, on.models, on.privacy]
        opened = page.load(self._open, None, everything, **watch)
        opened.then(self._watch, on.name, on.results, **watch)
        page.load(None, None, None, js=_NAMES, api_visibility="private")
        on.name.change(None, on.name, None, js=_TO_ADDRESS, api_visibility="private")

    def _open(self, request: gr.Request) -> Update:
        """The work that the address names, or the example as it was analysed before."""
        language, asked = language_for(request), request.query_params
        work = self._desk.find(asked.get("job"))
        if work is None:
            shown = joined(self._greeting(language), self._example_shown(language))
        else:
            shown = joined(self._greeting(language), self._found(work, language))
            if (at_s := _seconds(asked.get("t"))) is not None:
                shown = joined(shown, {self._on.timeline: self._view.seek(at_s)})
        return sent(self._on, shown)

    def _greeting(self, language: str) -> Update:
        """What the page says to everybody."""
        on, hours = self._on, f"{self._settings.keep_s / 3600:g}"
        return {
            **self._menu.greeting(language),
            on.models: self._models.in_use(language),
            on.privacy: say(language, "privacy", hours=hours),
            on.timeline: {"words": WORDS[language]},
            on.faces: RegionPicker(words=REGION_WORDS[language]),
            # A head that was trained meanwhile is there when the page is loaded again.
            on.head: gr.Dropdown(choices=self._models.heads()),
        }

    def _found(self, work: Work, language: str) -> Update:
        """Work that is there, and the controls as they stood."""
        on, options = self._on, work.options
        region = options.face_region if options else None
        head = options.head if options else self._models.analyzer.options.head
        return {
            **self._view.controls(work, self._models.onset, language),
            on.head: gr.Dropdown(choices=self._models.heads(), value=head),
            on.name: work.name,
            on.player: str(work.preview or work.video),
            on.faces: RegionPicker(words=REGION_WORDS[language], cast=work.cast, region=region),
        }

    def _example_shown(self, language: str) -> Update:
        """The example as it was analysed before, as work of the visitor's own."""
        work = self._desk.begin(EXAMPLE, "example-")
        work.show(self._example)
        return {
            **joined(self._view.curves_of(work), self._view.moments_of(work, language)),
            self._on.name: work.name,
            self._on.player: str(EXAMPLE),
            self._on.status: say(language, "example_shown"),
            **{button: gr.Button(interactive=True) for button in self._on.makers},
        }

    def _watch(self, request: gr.Request, name: str) -> Iterator[Update]:
        """What becomes of the work that the address names."""
        # Apart from opening it: where a generator sends a video and then something else, Gradio's
        # client writes that over the video, and the next press of a button sends back neither.
        # A generator that sends nothing at all empties everything that it may send to.
        yield {self._on.status: gr.skip()}
        work = self._desk.find(name)
        if work is not None and not name.startswith("example-"):
            yield from self._view.watch(work, language_for(request))


def _seconds(text: str | None) -> float | None:
    """Seconds of the address, if there are any."""
    try:
        time_s = float(text or "")
    except ValueError:
        return None
    return time_s if isfinite(time_s) and time_s >= 0 else None
