"""What is on the page, and where; what it does is in `page.py`."""

from collections.abc import Iterator
from typing import Any, cast

import gradio as gr

from funny.moments.highlights import HighlightOptions
from funny.ui import table
from funny.ui.timeline import FunTimeline

CSS = """
.gradio-container {max-width: 1400px !important}
#status {min-height: 2.2em} #models, #privacy {opacity: .8; font-size: .9em}
#clips:not(:has(video, img)) {height: 3.2rem !important}
#export:not(:has(a)) {height: 3.2rem}
#threshold :is(.min_value, .max_value) {color: var(--block-info-text-color)}
#cut-row {align-items: center}
@media (max-width: 640px) {#player, #player video {height: 240px !important}}
"""

# Colours of the words that name a block, and of what they stand on.
_WORDS = (
    ("text_color", "*primary_800"),
    ("text_color_dark", "*primary_100"),
    ("background_fill_dark", "*primary_900"),
)


class Layout:
    """The components of the page; made inside a `gr.Blocks`.

    Args:
        i18n: Gives every label in the visitor's language.
        threshold: Where the threshold stands at first.
        takes_paths: Whether videos of this machine may be opened by path.
    """

    def __init__(self, i18n: gr.I18n, threshold: float, takes_paths: bool = False) -> None:
        self._t = i18n
        # The name of the visitor's work: out of sight, but the address is made of it.
        self.name = gr.Textbox(visible="hidden", elem_id="job")
        gr.Markdown(i18n("title"))
        with gr.Row():
            with gr.Column(scale=3):
                self.player = self._player()
                self.path = gr.Textbox(
                    label=i18n("path"), max_lines=1, visible=takes_paths, elem_id="path"
                )
            with gr.Column(scale=2):
                self._controls(threshold)
        self.timeline = FunTimeline(elem_id="timeline")
        self.table = self._table()
        with gr.Row(elem_id="cut-row"):
            self.cut_plan = gr.Markdown(elem_id="cut-plan")
            self.cut = gr.Button(i18n("cut"), elem_id="cut")
        self.clips = gr.Gallery(
            label=i18n("clips"), columns=4, height=420, interactive=False, elem_id="clips"
        )
        self.export = gr.Files(label=i18n("export"), interactive=False, elem_id="export")
        self.privacy = gr.Markdown(elem_id="privacy")

    @property
    def decisions(self) -> list[Any]:
        """What an analysis is decided by, in the order of `controls.chosen_options`."""
        return [self.threshold, *self.settings]

    @property
    def moments(self) -> list[Any]:
        """What shows the list of moments."""
        return [self.status, self.timeline, self.table, self.cut_plan]

    @property
    def results(self) -> list[Any]:
        """What shows the work of a visitor."""
        return [self.name, *self.moments, self.clips, self.export]

    def _player(self) -> gr.Video:
        return gr.Video(
            show_label=False, sources=["upload"], format=None, height=400, elem_id="player"
        )

    def _controls(self, threshold: float) -> None:
        t = self._t
        with gr.Row():
            self.analyze = gr.Button(t("analyze"), variant="primary", elem_id="analyze")
            self.cancel = gr.Button(t("cancel"), elem_id="cancel")
        self.example = gr.Button(t("example"), elem_id="example")
        self.status = gr.Markdown(t("waiting"), elem_id="status")
        self.threshold = gr.Slider(
            *(0.05, 0.99, threshold),
            step=0.01,
            label=t("threshold"),
            info=t("threshold_info"),
            elem_id="threshold",
        )
        with gr.Accordion(t("settings"), open=False):
            self.settings = list(self._settings())
        self.models = gr.Markdown(elem_id="models")

    def _settings(self) -> Iterator[Any]:
        t, usual = self._t, HighlightOptions()
        yield gr.Number(None, label=t("top"), precision=0, minimum=0, elem_id="top")
        seconds = {
            "pad-before": usual.pad_before_s,
            "pad-after": usual.pad_after_s,
            "min-length": usual.min_length_s,
        }
        for name, value in seconds.items():
            yield gr.Number(value, label=t(name.replace("-", "_")), minimum=0, elem_id=name)
        for name in ("audio-track", "face-region"):
            yield gr.Textbox(label=t(name.replace("-", "_")), max_lines=1, elem_id=name)

    def _table(self) -> gr.Dataframe:
        return gr.Dataframe(
            headers=table.headers("en"),
            datatype=cast(Any, list(table.TYPES)),
            static_columns=list(table.READ_ONLY),
            column_count=len(table.COLUMNS),
            type="array",
            label=self._t("highlights"),
            interactive=True,
            wrap=True,
            elem_id="highlights",
        )


def theme() -> gr.Theme:
    """Fonts of the person's own machine: nothing is fetched, and Korean looks as it should."""
    fonts = ["system-ui", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans CJK KR", "sans-serif"]
    soft = gr.themes.Soft(primary_hue="orange", neutral_hue="slate", font=fonts)
    # Gradio's own orange is too light for the white words on it, or too light on white.
    return soft.set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover_dark="*primary_800",
        **{f"block_{part}_{what}": hue for part in ("title", "label") for what, hue in _WORDS},
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_300",
    )
