"""The page: answers what a visitor does. What they work on lies on the desk, under its name."""

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder
from starlette.middleware import Middleware

from funny import store
from funny.errors import FunnyError
from funny.learn.manifest import NAME
from funny.learn.teaching import teach
from funny.pipeline import Analyzer
from funny.ui import table
from funny.ui.api import Api
from funny.ui.blocks import Blocks
from funny.ui.choosing import Chooser
from funny.ui.controls import chosen_options
from funny.ui.desk import Desk
from funny.ui.export_menu import ExportMenu
from funny.ui.front import Front
from funny.ui.label_tab import LabelTab
from funny.ui.language import language_for
from funny.ui.layout import Layout, header, serving
from funny.ui.refusals import without_folder
from funny.ui.region import WORDS as REGION_WORDS
from funny.ui.region import RegionPicker
from funny.ui.settings import Settings
from funny.ui.strings import STRINGS, models_text, say
from funny.ui.temporary import use_folder
from funny.ui.timeline import WORDS, FunTimeline
from funny.ui.turns import Turns
from funny.ui.view import Update, View, joined, refusal, sent
from funny.ui.visitor import visitor_of

_ANSWERING = 40
"""Threads that answer what is done in a moment."""
EXAMPLE = Path(__file__).parents[2] / "examples" / "first_laugh.mp4"
# The address names the work, so that a page that is reloaded finds it again.
_TO_ADDRESS = """(name) => {
    const address = new URL(window.location);
    if (name.startsWith("example-")) return;
    if (name) address.searchParams.set("job", name);
    else for (const key of ["job", "t"]) address.searchParams.delete(key);
    if (address.href !== window.location.href) window.history.replaceState(null, "", address);
}"""
_NAMES = (Path(__file__).parent / "assets" / "names.js").read_text("utf-8")


class Page:
    """Builds the page and answers its events."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings.read()
        self._analyzer = Analyzer()
        # Now, not at the first visit: the badge is right at once, and a lent GPU needs it so.
        self._analyzer.load()
        self._known = self._analyzer.known_heads()
        self._desk = self._settled()
        kept = store.load(EXAMPLE.with_suffix(""))
        self._example = self._analyzer.scored(replace(kept.video, path=EXAMPLE), kept.signals)
        self._i18n = gr.I18n(**STRINGS)
        # Served as they lie: a recording of 20 GB is not copied to be looked at.
        gr.set_static_paths([EXAMPLE, *self._settings.folders])
        keep_s = int(self._settings.keep_s)
        self.blocks = Blocks(title="funny", fill_width=True, delete_cache=(3600, keep_s))
        with self.blocks:
            header(self._i18n("title"))
            dataset = self._settings.dataset
            if dataset is None or not (dataset / NAME).is_file():
                self._build()
            else:
                with gr.Tab(self._i18n("tab_find"), id="find"):
                    self._build()
                with gr.Tab(self._i18n("tab_label"), id="label"):
                    LabelTab(dataset, self._settings)
            Api(self._analyzer, self._desk, self._settings)

    def _settled(self) -> Desk:
        """The desk; uploads lie on its disk, so that they can be kept with the work."""
        on = self._settings
        if on.state is not None:
            with suppress(OSError):  # the desk tells, and does without
                on.state.mkdir(parents=True, exist_ok=True, mode=0o700)
                os.environ.setdefault("GRADIO_TEMP_DIR", str(on.state / "uploads"))
                # What browsers may ask for by its path is another matter: nothing there.
                use_folder(on.state)
        uploads = Path(get_upload_folder()).resolve()
        turns = Turns(on.waiting, on.waiting_each)
        folder = None if on.state is None else on.state / "desk"
        return Desk(on.keep_s, folder, turns, on.room, uploads)

    def _build(self) -> None:
        """The desk, with all that it answers."""
        can = (self._settings.takes, self._settings.dataset is not None)
        self._on = Layout(self._i18n, self._onset, self._heads(), *can)
        self._view = View(self._on, self._settings.folders)
        parts = (self._on, self._view, self._desk, self._settings, self._analyzer.detector)
        self._chooser, self._exporter = Chooser(*parts), ExportMenu(*parts)
        self._wire()

    def launch(self, **overrides: Any) -> Any:
        """Serves the page; GRADIO_SERVER_NAME and GRADIO_SERVER_PORT are respected."""
        settings: dict[str, Any] = {
            **serving(),
            "i18n": self._i18n,
            "max_file_size": self._settings.max_upload,
            # Who watches takes a thread, and who comes then must not wait for one.
            "max_threads": self._settings.watchers + _ANSWERING,
        }
        asked = {**settings, **overrides}
        self._settings.guard(asked.get("server_name"), bool(asked.get("share")))
        on = self._settings
        front = Middleware(Front, on.proxies, on.per_minute, lambda: self._desk.turns.waiting)
        settings["app_kwargs"]["middleware"].insert(0, front)
        # Beside the start: the page is there first, and the first video waits for less.
        threading.Thread(target=self._analyzer.warm_up, daemon=True).start()
        self._desk.resume(self._analyzer)
        self.blocks.queue(max_size=self._settings.queue)
        return self.blocks.launch(**asked)

    def models_in_use(self, language: str = "en") -> str:
        """Which models speak, and why not a better one."""
        emotion, head = self._analyzer.emotion, self._analyzer.head
        failures = [(a.source, without_folder(a.reason)) for a in emotion.failures]
        return models_text(language, emotion.found.info, head.info, failures)

    def _heads(self) -> list[str]:
        """Heads to choose from, the one in use first; of the Hub those that it had at the start."""
        here = {*self._known, *self._analyzer.known_heads(ask_hub=False)}
        first = self._analyzer.options.head
        return [first, *sorted(here - {first})]

    @property
    def _onset(self) -> float:
        return self._analyzer.head.thresholds.onset

    def _wire(self) -> None:
        on = self._on
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        # Watching costs nothing; the work itself waits for its turn at a gate of its own.
        watch: dict[str, Any] = {
            **quiet,
            "concurrency_id": "watch",
            "concurrency_limit": self._settings.watchers,
        }
        chosen = [*on.decisions, on.faces, on.exports.purpose, on.player]
        everything = [*on.results, *chosen, on.models, on.privacy]
        opened = self.blocks.load(self._open, None, everything, **watch)
        opened.then(self._watch, on.name, on.results, **watch)
        self.blocks.load(None, None, None, js=_NAMES, api_visibility="private")
        on.name.change(None, on.name, None, js=_TO_ADDRESS, api_visibility="private")
        self._wire_choosing(watch)
        inputs = [on.name, on.player, *on.decisions]
        on.analyze.click(self._analyze, inputs, on.results, **watch)
        example = on.example.click(lambda: str(EXAMPLE), None, on.player, **quiet)
        example.then(self._analyze, inputs, on.results, **watch)
        gr.on([button.click for button in on.cancels], self._cancel, on.name, None, **quiet)
        on.cut.click(self._cut, on.name, on.results, **watch)
        self._wire_moments(quiet, watch)
        self._exporter.wire(quiet, watch)

    def _wire_choosing(self, watch: dict[str, Any]) -> None:
        on, do = self._on, self._chooser
        chosen = [*on.results, on.player, on.track, on.region, on.faces]
        on.player.upload(do.upload, [on.name, on.player], chosen, **watch)
        on.place.submit(do.open_place, [on.name, on.place], chosen, **watch)
        found = [on.name, on.status, *on.buttons, on.faces]
        on.find_faces.click(do.find_faces, [on.name, on.player], found, **watch)
        quiet = {"show_progress": "hidden", "api_visibility": "private"}
        on.faces.pick(do.pick, None, on.region, trigger_mode="multiple", **quiet)
        last = {**quiet, "trigger_mode": "always_last"}
        on.region.input(do.type_region, on.region, on.faces, **last)

    def _wire_moments(self, quiet: dict[str, Any], watch: dict[str, Any]) -> None:
        on = self._on
        gr.on(
            [control.input for control in on.tidying],
            self._redecide,
            [on.name, *on.decisions],
            on.moments,
            trigger_mode="always_last",
            **quiet,
        )
        # "once", the usual mode, would drop what comes while the last edit is on its way.
        each: dict[str, Any] = {**quiet, "trigger_mode": "multiple"}
        on.head.input(self._rescore, [on.name, *on.decisions], [on.threshold, *on.results], **watch)
        on.teach.click(self._teach, on.name, on.status, **quiet)
        on.timeline.edit(self._edit, on.name, on.moments, **each)
        on.table.input(self._type, [on.name, on.table], on.moments, **each)
        on.table.select(self._select, on.name, on.timeline, **quiet)

    # What a visitor does

    def _open(self, request: gr.Request) -> Update:
        """The work that the address names, or the example as it was analysed before."""
        language, on = language_for(request), self._on
        # A head that was trained meanwhile is there when the page is loaded again.
        heads = self._heads()
        greeting: Update = {
            **self._exporter.greeting(language),
            on.models: self.models_in_use(language),
            on.privacy: say(language, "privacy", hours=f"{self._settings.keep_s / 3600:g}"),
            on.timeline: {"words": WORDS[language]},
            on.faces: RegionPicker(words=REGION_WORDS[language]),
            on.head: gr.Dropdown(choices=heads),
        }
        work = self._desk.find(request.query_params.get("job"))
        if work is None:
            return sent(on, joined(greeting, self._example_shown(language)))
        if (at_s := _seconds(request.query_params.get("t"))) is not None:
            greeting = joined(greeting, {on.timeline: self._view.seek(at_s)})
        region = work.options.face_region if work.options else None
        head = work.options.head if work.options else self._analyzer.options.head
        found = {
            on.head: gr.Dropdown(choices=heads, value=head),
            on.name: work.name,
            on.player: str(work.preview or work.video),
            on.faces: RegionPicker(words=REGION_WORDS[language], cast=work.cast, region=region),
        }
        return sent(on, {**greeting, **self._view.controls(work, self._onset, language), **found})

    def _watch(self, request: gr.Request, name: str) -> Iterator[Update]:
        """What becomes of the work that the address names."""
        # Apart from opening it: where a generator sends a video and then something else, Gradio's
        # client writes that over the video, and the next press of a button sends back neither.
        # A generator that sends nothing at all empties everything that it may send to.
        yield {self._on.status: gr.skip()}
        work = self._desk.find(name)
        if work is not None and not name.startswith("example-"):
            yield from self._view.watch(work, language_for(request))

    def _analyze(
        self, request: gr.Request, name: str, shown: str | None, *settings: Any
    ) -> Iterator[Update]:
        language = language_for(request)
        if not shown:
            raise refusal(say(language, "no_video"))
        analyzer = self._analyzer_for(language, settings)
        work = self._chooser.work_on(name, Path(shown), visitor_of(request, self._settings.proxies))
        work.analyze(analyzer)
        start = say(language, "stage_start")
        yield sent(self._on, {**self._view.nothing(start), self._on.name: work.name})
        yield from self._view.watch(work, language)

    def _cut(self, request: gr.Request, name: str) -> Iterator[Update]:
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

    def _redecide(self, request: gr.Request, name: str, *settings: Any) -> Update:
        """New highlights under a moved threshold; nothing is decoded."""
        work = self._desk.find(name)
        if work is None:
            return {self._on.status: gr.skip()}
        language = language_for(request)
        work.redecide(self._analyzer_for(language, settings))
        return sent(self._on, self._view.moments_of(work, language))

    def _rescore(self, request: gr.Request, name: str, *settings: Any) -> Iterator[Update]:
        """The same signals as another head sees them, at the threshold tuned for that."""
        language, work = language_for(request), self._desk.find(name)
        analyzer = self._analyzer_for(language, settings)
        onset = self._tuned(language, analyzer)
        yield {self._on.threshold: onset}
        if work is None or not work.is_complete or work.is_running:
            return
        work.rescore(analyzer.with_options(replace(analyzer.options, threshold=onset)))
        yield from self._view.watch(work, language)

    def _tuned(self, language: str, analyzer: Analyzer) -> float:
        try:
            return analyzer.head.thresholds.onset
        except FunnyError as error:
            raise refusal(say(language, "failed", reason=without_folder(str(error)))) from error

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

    def _edit(self, request: gr.Request, name: str, event: gr.EventData) -> Update:
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
        return self._edited(name, todo, language)

    def _edited(self, name: str, operations: list[Any], language: str) -> Update:
        """The list of moments after what a person did; what cannot be done is said."""
        work = self._desk.find(name)
        if work is None:
            return {self._on.status: gr.skip()}
        try:
            work.edit(*operations)
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

    def _analyzer_for(self, language: str, settings: tuple[Any, ...]) -> Analyzer:
        """An analyzer under the visitor's settings; the models are shared, they hold no state."""
        try:
            return self._analyzer.with_options(chosen_options(language, *settings))
        except FunnyError as error:
            raise refusal(say(language, "failed", reason=error)) from error

    def _example_shown(self, language: str) -> Update:
        work = self._desk.begin(EXAMPLE, "example-")
        work.show(self._example)
        return {
            **joined(self._view.curves_of(work), self._view.moments_of(work, language)),
            self._on.name: work.name,
            self._on.player: str(EXAMPLE),
            self._on.status: say(language, "example_shown"),
            **{button: gr.Button(interactive=True) for button in self._on.makers},
        }


def _seconds(text: str | None) -> float | None:
    """Seconds of the address, if there are any."""
    try:
        time_s = float(text or "")
    except ValueError:
        return None
    return time_s if isfinite(time_s) and time_s >= 0 else None
