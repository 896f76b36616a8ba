"""The page: built of its parts, and served. What visitors work on lies on the desk."""

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder
from starlette.middleware import Middleware

from funny.learn.manifest import NAME
from funny.ui.api import Api
from funny.ui.blocks import Blocks
from funny.ui.choosing import Chooser
from funny.ui.deciding import Decider
from funny.ui.desk import Desk
from funny.ui.example import EXAMPLE
from funny.ui.export_menu import ExportMenu
from funny.ui.front import HEADERS, LIVE_HEADERS, Front
from funny.ui.label_tab import LabelTab
from funny.ui.layout import Layout, header, serving
from funny.ui.live_tab import LiveTab
from funny.ui.models import Models
from funny.ui.opening import Opener
from funny.ui.running import Runner
from funny.ui.settings import Settings
from funny.ui.strings import STRINGS
from funny.ui.temporary import use_folder
from funny.ui.turns import Turns
from funny.ui.view import View

_ANSWERING = 40
"""Threads that answer what is done in a moment."""


class Page:
    """The whole page, made of parts that each answer some of what visitors do."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings.read()
        self.models = Models()
        self._desk = self._settled()
        self._i18n = gr.I18n(**STRINGS)
        # Served as they lie: a recording of 20 GB is not copied to be looked at.
        gr.set_static_paths([EXAMPLE, *self._settings.folders])
        keep_s = int(self._settings.keep_s)
        self.blocks = Blocks(title="funny", fill_width=True, delete_cache=(3600, keep_s))
        with self.blocks:
            header(self._i18n("title"))
            self._tabs()
            Api(self.models.analyzer, self._desk, self._settings)

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

    def _tabs(self) -> None:
        """The desk, and beside it what else this server is for."""
        dataset, live = self._settings.dataset, self._settings.live
        if dataset is not None and not (dataset / NAME).is_file():
            dataset = None
        if dataset is None and not live:
            self._build()
            return
        with gr.Tab(self._i18n("tab_find"), id="find"):
            self._build()
        if live:
            with gr.Tab(self._i18n("tab_live"), id="live"):
                LiveTab(self.models.analyzer, live)
        if dataset is not None:
            with gr.Tab(self._i18n("tab_label"), id="label"):
                LabelTab(dataset, self._settings)

    def _build(self) -> None:
        """The desk, with all that it answers."""
        settings, models = self._settings, self.models
        can = (settings.takes, settings.dataset is not None)
        on = Layout(self._i18n, models.onset, models.heads(), *can)
        parts = (on, View(on, settings.folders), self._desk, settings)
        chooser = Chooser(*parts, models.analyzer.detector)
        menu = ExportMenu(*parts, models.analyzer.detector)
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        # Watching costs nothing; the work itself waits for its turn at a gate of its own.
        crowd = {"concurrency_id": "watch", "concurrency_limit": settings.watchers}
        watch: dict[str, Any] = {**quiet, **crowd}
        Opener(*parts, models, menu).wire(self.blocks, watch)
        chooser.wire(quiet, watch)
        Runner(*parts, models, chooser).wire(quiet, watch)
        Decider(*parts, models).wire(quiet)
        menu.wire(quiet, watch)

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
        told = (lambda: self._desk.turns.waiting, LIVE_HEADERS if on.live else HEADERS)
        front = Middleware(Front, on.proxies, on.per_minute, *told)
        settings["app_kwargs"]["middleware"].insert(0, front)
        # Beside the start: the page is there first, and the first video waits for less.
        threading.Thread(target=self.models.analyzer.warm_up, daemon=True).start()
        self._desk.resume(self.models.analyzer)
        self.blocks.queue(max_size=self._settings.queue)
        return self.blocks.launch(**asked)
