"""The page: a video and its timeline, a table of highlights, the clips."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from funny.errors import OptionError
from funny.moments.highlights import HighlightOptions
from funny.pipeline import Analyzer, redecide
from funny.ui.controls import chosen_options
from funny.ui.figure import draw
from funny.ui.jobs import Job, Result, analyze_job, cut_job
from funny.ui.strings import STRINGS, language_of, models_text, say
from funny.ui.texts import (
    done_text,
    failure_text,
    progress_text,
    redecided_text,
    table_headers,
    table_rows,
    without_folder,
)

EXAMPLE = Path(__file__).parents[2] / "examples" / "first_laugh.mp4"
UPLOAD_LIMIT = os.environ.get("FUNNY_MAX_UPLOAD", "20gb")
_KEEP_FILES_S = 24 * 3600
_CSS = """
.gradio-container {max-width: 1400px !important}
#status {min-height: 2.2em} #models {opacity: .8; font-size: .9em}
#timeline .js-plotly-plot .plotly .main-svg {background: transparent !important}
"""

Update = dict[Any, Any]


class Page:
    """Builds the page and answers its events; what a visitor has lies in the visitor's state."""

    def __init__(self) -> None:
        self._analyzer = Analyzer()
        # Now, not at the first visit: the badge is right at once, and a lent GPU needs it so.
        self._analyzer.load()
        self._i18n = gr.I18n(**STRINGS)
        self.blocks = gr.Blocks(title="funny", delete_cache=(3600, _KEEP_FILES_S))
        with self.blocks:
            self._lay_out()
            self._wire()

    def launch(self, **overrides: Any) -> Any:
        """Serves the page; GRADIO_SERVER_NAME and GRADIO_SERVER_PORT are respected."""
        settings: dict[str, Any] = {
            "i18n": self._i18n,
            "theme": _theme(),
            "css": _CSS,
            "max_file_size": UPLOAD_LIMIT,
            "allowed_paths": [str(EXAMPLE)],
            "footer_links": ["settings"],
            "run_history": False,
            "enable_monitoring": False,
            "ssr_mode": False,
        }
        self.blocks.queue(max_size=20)
        return self.blocks.launch(**{**settings, **overrides})

    def _lay_out(self) -> None:
        t = self._i18n
        self.result = gr.State(None, time_to_live=_KEEP_FILES_S, delete_callback=_drop)
        gr.Markdown(t("title"))
        with gr.Row():
            with gr.Column(scale=3):
                self.player = gr.Video(
                    show_label=False,
                    sources=["upload"],
                    format=None,
                    height=400,
                    elem_id="player",
                )
            with gr.Column(scale=2):
                self._lay_out_controls()
        self.timeline = gr.Plot(label=t("timeline"), elem_id="timeline")
        self.table = gr.Dataframe(
            headers=table_headers("en"),
            datatype=["number", "str", "str", "number", "str", "str"],
            label=t("highlights"),
            interactive=False,
            wrap=True,
            elem_id="highlights",
        )
        self.clips = gr.Gallery(
            label=t("clips"),
            columns=4,
            height=420,
            interactive=False,
            elem_id="clips",
        )
        self.export = gr.Files(label=t("export"), interactive=False, elem_id="export")

    def _lay_out_controls(self) -> None:
        t = self._i18n
        with gr.Row():
            self.analyze = gr.Button(t("analyze"), variant="primary", elem_id="analyze")
            self.cancel = gr.Button(t("cancel"), elem_id="cancel")
        self.example = gr.Button(t("example"), elem_id="example")
        self.status = gr.Markdown(t("waiting"), elem_id="status")
        self.threshold = gr.Slider(
            0.05,
            0.99,
            value=self._analyzer.head.thresholds.onset,
            step=0.01,
            label=t("threshold"),
            info=t("threshold_info"),
            elem_id="threshold",
        )
        self.cut = gr.Button(t("cut"), elem_id="cut")
        with gr.Accordion(t("settings"), open=False):
            self._lay_out_settings()
        self.models = gr.Markdown(elem_id="models")

    def _lay_out_settings(self) -> None:
        t = self._i18n
        usual = HighlightOptions()
        self.settings = [
            gr.Number(10, label=t("top"), precision=0, minimum=0, elem_id="top"),
            gr.Number(usual.pad_before_s, label=t("pad_before"), minimum=0, elem_id="pad-before"),
            gr.Number(usual.pad_after_s, label=t("pad_after"), minimum=0, elem_id="pad-after"),
            gr.Number(usual.min_length_s, label=t("min_length"), minimum=0, elem_id="min-length"),
            gr.Textbox(label=t("audio_track"), max_lines=1, elem_id="audio-track"),
            gr.Textbox(label=t("face_region"), max_lines=1, elem_id="face-region"),
        ]

    def _wire(self) -> None:
        decide: list[Any] = [self.threshold, *self.settings]
        shown = [self.result, self.status, self.timeline, self.table, self.clips, self.export]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        work: dict[str, Any] = {**quiet, "concurrency_id": "work", "concurrency_limit": 4}
        self.blocks.load(self._greet, None, [self.models, self.table], **quiet)
        inputs = [self.player, self.result, *decide]
        run = self.analyze.click(self._analyze, inputs, shown, **work)
        example = self.example.click(lambda: str(EXAMPLE), None, self.player, **quiet)
        tried = example.then(self._analyze, inputs, shown, **work)
        cut = self.cut.click(self._cut, [self.result], shown, **work)
        self.cancel.click(_cancelled, None, self.status, cancels=[run, tried, cut], **quiet)
        gr.on(
            [control.input for control in decide[:5]],
            self._redecide,
            [self.result, *decide],
            shown[:4],
            trigger_mode="always_last",
            **quiet,
        )
        self.table.select(_seek, [self.result], self.player, **quiet)

    def _greet(self, request: gr.Request) -> tuple[Any, ...]:
        """The models in use and the head of the table, in the visitor's language."""
        language = _language(request)
        return self.models_in_use(language), gr.Dataframe(headers=table_headers(language))

    def models_in_use(self, language: str = "en") -> str:
        """Which models speak, and why not a better one."""
        emotion, head = self._analyzer.emotion, self._analyzer.head
        failures = [(a.source, without_folder(a.reason)) for a in emotion.failures]
        return models_text(language, emotion.found.info, head.info, failures)

    def _analyzer_for(self, language: str, settings: tuple[Any, ...]) -> Analyzer:
        """An analyzer under the visitor's settings; the models are shared, they hold no state."""
        try:
            return self._analyzer.with_options(chosen_options(language, *settings))
        except OptionError as error:
            reason = say(language, "failed", reason=error)
            raise gr.Error(reason, print_exception=False) from error

    def _analyze(
        self, request: gr.Request, video: str | None, result: Result | None, *settings: Any
    ) -> Iterator[Update]:
        language = _language(request)
        if not video:
            raise gr.Error(say(language, "no_video"), print_exception=False)
        analyzer = self._analyzer_for(language, settings)
        yield from self._watch(analyze_job(analyzer, Path(video)), language)
        _drop(result)

    def _cut(self, request: gr.Request, result: Result | None) -> Iterator[Update]:
        language = _language(request)
        if result is None:
            raise gr.Error(say(language, "no_video"), print_exception=False)
        yield from self._watch(cut_job(result.analysis), language)
        _drop(result)

    def _watch(self, job: Job, language: str) -> Iterator[Update]:
        """Status while a job runs, then everything that it found."""
        try:
            last = ""
            while job.is_running:
                if (text := progress_text(language, job)) != last:
                    last = text
                    yield {self.status: text}
        finally:
            job.cancel()
        if job.result is None:
            yield {self.status: failure_text(language, job.error)}
            raise gr.Error(failure_text(language, job.error), print_exception=False)
        yield self._show(job.result, language)

    def _show(self, result: Result, language: str) -> Update:
        return {
            **self._decided(result, language, done_text(language, result)),
            self.clips: _gallery(result),
            self.export: [str(file) for file in result.files],
        }

    def _decided(self, result: Result, language: str, status: str) -> Update:
        analysis = result.analysis
        figure = draw(analysis, float(analysis.options["threshold"]), STRINGS[language])
        return {
            self.result: result,
            self.status: status,
            self.timeline: figure,
            self.table: table_rows(result, language),
        }

    def _redecide(self, request: gr.Request, result: Result | None, *settings: Any) -> Update:
        """New highlights under a moved threshold; nothing is decoded."""
        if result is None:
            return {self.status: gr.skip()}
        language = _language(request)
        analyzer = self._analyzer_for(language, settings)
        result.analysis = redecide(result.analysis, analyzer)
        return self._decided(result, language, redecided_text(language, result))


def _theme() -> gr.Theme:
    """Fonts of the person's own machine: nothing is fetched, and Korean looks as it should."""
    fonts = ["system-ui", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans CJK KR", "sans-serif"]
    return gr.themes.Soft(primary_hue="orange", neutral_hue="slate", font=fonts)


def _language(request: gr.Request | None) -> str:
    return language_of(request.headers.get("accept-language") if request else None)


def _drop(result: Result | None) -> None:
    if result is not None:
        result.drop()


def _cancelled(request: gr.Request) -> str:
    return say(_language(request), "cancelled")


def _gallery(result: Result) -> Any:
    """The clips, the first one open and ready to play."""
    clips = [(str(clip), clip.stem) for clip in result.clips]
    return gr.Gallery(value=clips, selected_index=0 if clips else None)


def _seek(result: Result | None, chosen: gr.SelectData) -> Any:
    """Moves the player to the start of the chosen row."""
    if result is None or chosen.index[0] >= len(result.analysis.highlights):
        return gr.skip()
    return gr.Video(playback_position=result.analysis.highlights[chosen.index[0]].start_s)
