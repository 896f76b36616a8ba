"""What is on the page, and where; `assets/page.css` says how it looks."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

import gradio as gr
from starlette.middleware import Middleware

from funny.moments.highlights import HighlightOptions
from funny.ui import table
from funny.ui.component import asset
from funny.ui.door import Door
from funny.ui.export_layout import ExportLayout
from funny.ui.hangup import HangUp
from funny.ui.language import LanguageFirst
from funny.ui.region import RegionPicker
from funny.ui.timeline import FunTimeline

CSS = asset("page.css") + asset("export.css")

# A block's name is a word over it, not a badge on it.
_NO_FILL = ("block_title_background_fill", "block_label_background_fill")
_WORDS = ("block_title_text_color", "block_label_text_color")


class Layout:
    """The components of the page; made inside a `gr.Blocks`.

    Args:
        i18n: Gives every label in the visitor's language.
        threshold: Where the threshold stands at first.
        heads: Names of the heads to choose from, the one in use first.
        takes: What the field beside the upload takes: `paths`, `urls`, `both`, or None.
        teaches: Whether corrections may be kept for training.
    """

    def __init__(
        self,
        i18n: gr.I18n,
        threshold: float,
        heads: Sequence[str],
        takes: str | None = None,
        teaches: bool = False,
    ) -> None:
        self._t = i18n
        # The name of the visitor's work: out of sight, but the address is made of it.
        self.name = gr.Textbox(visible="hidden", elem_id="job")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="screen"):
                self.player = self._player()
            with gr.Column(elem_id="panel"):
                self._controls(threshold, heads, takes)
        self.timeline = FunTimeline(elem_id="timeline")
        with gr.Row(elem_id="below"):
            with gr.Column(scale=3, min_width=420):
                self.table = self._table()
            with gr.Column(scale=2, min_width=320):
                self._output(teaches)
        self.exports = ExportLayout(i18n)
        self.privacy = gr.Markdown(elem_id="privacy")

    @property
    def decisions(self) -> list[Any]:
        """What an analysis is decided by, in the order of `controls.chosen_options`."""
        return [self.threshold, *self.settings]

    @property
    def tidying(self) -> list[Any]:
        """The decisions that move moments without reading the video again."""
        return [self.threshold, *self.settings[:5]]

    @property
    def track(self) -> Any:
        """Choice of the sound track."""
        return self.settings[5]

    @property
    def region(self) -> Any:
        """Where the face is, typed."""
        return self.settings[6]

    @property
    def head(self) -> Any:
        """Choice of the head."""
        return self.settings[8]

    @property
    def buttons(self) -> list[Any]:
        """Buttons that cannot always be pressed."""
        return [self.analyze, *self.cancels, *self.makers]

    @property
    def cancels(self) -> list[Any]:
        """Buttons that stop what is running."""
        return [self.cancel, *self.exports.cancels]

    @property
    def makers(self) -> list[Any]:
        """Buttons that make something of what was found."""
        return [self.cut, *self.exports.buttons]

    @property
    def moments(self) -> list[Any]:
        """What shows the list of moments."""
        shown = [self.status, self.timeline, self.table, self.cut_plan]
        return [*shown, *self.exports.told]

    @property
    def results(self) -> list[Any]:
        """What shows the work of a visitor."""
        made = [self.clips, self.export, *self.exports.results]
        return [self.name, *self.moments, *self.buttons, *made]

    def _player(self) -> gr.Video:
        return gr.Video(
            show_label=False, sources=["upload"], format=None, buttons=[], elem_id="player"
        )

    def _controls(self, threshold: float, heads: Sequence[str], takes: str | None) -> None:
        t = self._t
        self.place = gr.Textbox(
            placeholder=t(f"place_{takes}") if takes else None,
            show_label=False,
            max_lines=1,
            visible=takes is not None,
            elem_id="place",
        )
        with gr.Row(elem_id="start"):
            self.analyze = gr.Button(t("analyze"), variant="primary", elem_id="analyze")
            self.cancel = gr.Button(t("cancel"), interactive=False, elem_id="cancel")
        self.status = gr.Markdown(t("waiting"), elem_id="status")
        self.threshold = gr.Slider(
            *(0.05, 0.99, threshold),
            step=0.01,
            label=t("threshold"),
            info=t("threshold_info"),
            elem_id="threshold",
        )
        with gr.Accordion(t("settings"), open=False, elem_id="settings"):
            self.settings = list(self._settings(heads))
        self.models = gr.Markdown(elem_id="models")
        self.example = gr.Button(t("example"), size="sm", elem_id="example")

    def _settings(self, heads: Sequence[str]) -> Iterator[Any]:
        t, usual = self._t, HighlightOptions()
        seconds = {
            "pad-before": usual.pad_before_s,
            "pad-after": usual.pad_after_s,
            "min-length": usual.min_length_s,
            "max-length": usual.max_length_s,
        }
        with gr.Row(elem_id="tidy"):
            yield gr.Number(0, label=t("top"), precision=0, minimum=0, min_width=120, elem_id="top")
            for name, value in seconds.items():
                label = t(name.replace("-", "_"))
                yield gr.Number(value, label=label, minimum=0, min_width=120, elem_id=name)
        yield gr.Dropdown(
            [(t("track_default"), "")], value="", label=t("audio_track"), elem_id="audio-track"
        )
        with gr.Column(elem_id="whose"):
            self.find_faces = gr.Button(t("find_faces"), size="sm", elem_id="find-faces")
            self.faces = RegionPicker(elem_id="faces")
        yield gr.Textbox(
            label=t("face_region"),
            placeholder="0.75,0.7,0.25,0.3",
            max_lines=1,
            elem_id="face-region",
        )
        yield gr.Checkbox(label=t("quick"), info=t("quick_info"), elem_id="quick")
        yield gr.Dropdown(
            heads, value=heads[0], label=t("head"), info=t("head_info"), elem_id="which-head"
        )

    def _table(self) -> gr.Dataframe:
        return gr.Dataframe(
            headers=table.headers("en"),
            datatype=cast(Any, list(table.TYPES)),
            static_columns=list(table.READ_ONLY),
            column_count=len(table.COLUMNS),
            column_widths=list(table.WIDTHS),
            type="array",
            label=self._t("highlights"),
            interactive=True,
            wrap=True,
            buttons=[],
            elem_id="highlights",
        )

    def _output(self, teaches: bool) -> None:
        t = self._t
        with gr.Row(elem_id="cut-row"):
            self.cut_plan = gr.Markdown(elem_id="cut-plan")
            self.cut = gr.Button(t("cut"), interactive=False, elem_id="cut")
        self.clips = gr.Gallery(
            label=t("clips"),
            columns=3,
            height=320,
            interactive=False,
            buttons=["download", "fullscreen"],
            elem_id="clips",
        )
        self.export = gr.Files(label=t("export"), interactive=False, elem_id="export")
        with gr.Row(elem_id="teach-row", visible=teaches):
            gr.Markdown(t("teach_info"))
            self.teach = gr.Button(t("teach"), size="sm", elem_id="teach")


def header(title: Any) -> None:
    """What every page begins with: its title, and the languages it speaks."""
    with gr.Row(elem_id="head"):
        gr.Markdown(title, elem_id="title")
        gr.HTML(asset("languages.html"), js_on_load=asset("languages.js"), elem_id="languages")


def serving() -> dict[str, Any]:
    """How every page is launched."""
    return {
        "theme": theme(),
        "css": CSS,
        "app_kwargs": {"middleware": [Middleware(it) for it in (Door, HangUp, LanguageFirst)]},
        "footer_links": ["settings"],
        "run_history": False,
        "enable_monitoring": False,
        "ssr_mode": False,
        # Gradio keeps half a megabyte of each page that was opened; nothing of ours is in it.
        "state_session_capacity": 200,
    }


def theme() -> gr.Theme:
    """Fonts of the person's own machine: nothing is fetched, and Korean looks as it should."""
    fonts = ["system-ui", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans CJK KR", "sans-serif"]
    sizes: dict[str, Any] = {"spacing_size": "sm", "radius_size": "sm", "text_size": "md"}
    plain = gr.themes.Default(primary_hue="orange", neutral_hue="slate", font=fonts, **sizes)
    # Gradio's own orange is too light for the white words on it, or too light on white.
    return plain.set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover_dark="*primary_800",
        button_primary_text_color="white",
        button_primary_text_color_dark="white",
        **{name: "transparent" for name in _NO_FILL},
        **{f"{name}_dark": "transparent" for name in _NO_FILL},
        **{name: "*neutral_700" for name in _WORDS},
        **{f"{name}_dark": "*neutral_200" for name in _WORDS},
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_300",
    )
