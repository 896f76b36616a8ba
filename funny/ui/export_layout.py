"""The Export menu: four things to make, each with its purpose, its fields and what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from funny.moments.handoff.formats import FORMATS
from funny.moments.handoff.values import CUT, MODES
from funny.moments.layouts import LAYOUTS, SHAPES
from funny.moments.reel.values import ORDERS
from funny.moments.stills import ANIMATIONS, PICTURES
from funny.ui.exports import KINDS

FIRST_FORMAT = "premiere"
_EDITORS = ("premiere", "fcpxml", "otio", "edl")
_USUAL_LENGTH_S = 90


@dataclass
class ExportTab:
    """One thing to make."""

    kind: str
    fields: list[Any] = field(default_factory=list)
    """In the order in which its options take them."""
    make: Any = None
    """The button that makes it."""
    cancel: Any = None
    told: Any = None
    """How far it is, or what was made."""
    shown: Any = None
    """Videos and pictures to look at; None where there are none."""
    files: Any = None

    @property
    def outcome(self) -> list[Any]:
        """What shows what was made."""
        return [part for part in (self.told, self.shown, self.files) if part is not None]


class ExportLayout:
    """The components of the Export menu; made inside a `gr.Blocks`.

    Args:
        i18n: Gives every label in the visitor's language.
    """

    def __init__(self, i18n: gr.I18n) -> None:
        self._t = i18n
        self.tabs: dict[str, ExportTab] = {}
        fields = (self._project, self._reel, self._shorts, self._thumbnails)
        with gr.Column(elem_id="exports"):
            gr.Markdown(i18n("exports"), elem_id="exports-title")
            with gr.Tabs(elem_id="export-tabs") as self.chooser:
                for kind, make_fields in zip(KINDS, fields, strict=True):
                    with gr.Tab(i18n(f"tab_{kind}"), id=kind, elem_id=f"tab-{kind}"):
                        self.tabs[kind] = self._tab(kind, make_fields)

    @property
    def buttons(self) -> list[Any]:
        """The buttons that make something."""
        return [tab.make for tab in self.tabs.values()]

    @property
    def cancels(self) -> list[Any]:
        """The buttons that stop it."""
        return [tab.cancel for tab in self.tabs.values()]

    @property
    def told(self) -> list[Any]:
        """What tells of each thing, and where the project is to find the video."""
        return [*(tab.told for tab in self.tabs.values()), self.media]

    @property
    def results(self) -> list[Any]:
        """What shows all that was made; what is told apart."""
        parts = [part for tab in self.tabs.values() for part in tab.outcome if part is not tab.told]
        return [self.chooser, *parts]

    def _tab(self, kind: str, make_fields: Callable[[], list[Any]]) -> ExportTab:
        t, tab = self._t, ExportTab(kind)
        with gr.Row(elem_classes="export-row"):
            with gr.Column(elem_classes="export-fields"):
                gr.Markdown(t(f"for_{kind}"), elem_classes="export-purpose")
                tab.fields = make_fields()
                with gr.Row(elem_classes="export-start"):
                    tab.make = gr.Button(
                        t(f"make_{kind}"), interactive=False, elem_id=f"make-{kind}"
                    )
                    tab.cancel = gr.Button(t("cancel"), interactive=False, elem_id=f"cancel-{kind}")
                tab.told = gr.Markdown(elem_id=f"{kind}-told", elem_classes="export-told")
            with gr.Column(elem_classes="export-made"):
                tab.shown = self._gallery(kind) if kind != "project" else None
                tab.files = gr.Files(
                    label=t("downloads"),
                    height=240,
                    interactive=False,
                    elem_id=f"{kind}-files",
                    elem_classes="export-files",
                )
        return tab

    def _gallery(self, kind: str) -> gr.Gallery:
        return gr.Gallery(
            label=self._t(f"made_{kind}"),
            columns=3,
            height=360,
            object_fit="contain",
            interactive=False,
            buttons=["download", "fullscreen"],
            elem_id=f"{kind}-shown",
            elem_classes="export-shown",
        )

    def _project(self) -> list[Any]:
        t = self._t
        # Those of editors first, as they are asked for most.
        formats = sorted((f.id for f in FORMATS), key=lambda f: f not in _EDITORS)
        self.format = gr.Dropdown(
            self._choices("format", [FIRST_FORMAT, *(f for f in formats if f != FIRST_FORMAT)]),
            value=FIRST_FORMAT,
            label=t("format"),
            elem_id="format",
        )
        self.purpose = gr.Markdown(elem_id="purpose")
        self.mode = gr.Radio(
            self._choices("mode", MODES), value=CUT, label=t("mode"), elem_id="mode"
        )
        handles = gr.Number(0, label=t("handles"), elem_id="handles")
        self.media = gr.Textbox(
            label=t("media"), info=t("media_info"), max_lines=1, elem_id="media"
        )
        return [self.format, self.mode, handles, self.media]

    def _reel(self) -> list[Any]:
        t = self._t
        return [
            gr.Number(_USUAL_LENGTH_S, label=t("reel_length"), elem_id="reel-length"),
            gr.Radio(
                self._choices("order", ORDERS),
                value=ORDERS[0],
                label=t("reel_order"),
                elem_id="reel-order",
            ),
            gr.Checkbox(label=t("reel_titles"), elem_id="reel-titles"),
        ]

    def _shorts(self) -> list[Any]:
        t, shapes = self._t, list(SHAPES)
        return [
            gr.Radio(
                self._choices("shape", shapes), value=shapes[0], label=t("shape"), elem_id="shape"
            ),
            gr.Radio(
                self._choices("layout", LAYOUTS),
                value=LAYOUTS[0],
                label=t("short_layout"),
                elem_id="short-layout",
            ),
        ]

    def _thumbnails(self) -> list[Any]:
        t = self._t
        kinds = [(t("animated_none") if k == "none" else _written(k), k) for k in ANIMATIONS]
        return [
            gr.Radio(
                [(_written(k), k) for k in PICTURES],
                value=PICTURES[0],
                label=t("picture"),
                elem_id="picture",
            ),
            gr.Radio(kinds, value=ANIMATIONS[0], label=t("animated"), elem_id="animated"),
        ]

    def _choices(self, word: str, values: Sequence[str]) -> list[Any]:
        return [(self._t(f"{word}_{value}"), value) for value in values]


def _written(kind: str) -> str:
    """A kind of picture as its makers write it."""
    return {"jpg": "JPEG", "webp": "WebP"}.get(kind, kind.upper())
