"""What the Export menu shows of a visitor's work: new values for its components."""

from typing import Any

import gradio as gr

from funny.ui.export_layout import ExportLayout, ExportTab
from funny.ui.strings import say
from funny.ui.work import Work

Update = dict[Any, Any]


def told_of(on: ExportLayout, work: Work, language: str, media: str) -> Update:
    """What was made and whether it is of the present moments; what is being made tells itself.

    Args:
        on: The components.
        work: The work.
        language: `en` or `ko`.
        media: Where the video lies, if nobody types where.
    """
    still = [tab for tab in on.tabs.values() if not (work.is_running and tab.kind == work.making)]
    place = gr.Textbox(placeholder=media)
    return {**{tab.told: outcome_text(tab.kind, work, language) for tab in still}, on.media: place}


def made_of(on: ExportLayout, work: Work) -> Update:
    """All that was made; what was made last is in front."""
    update: Update = {on.chooser: gr.Tabs(selected=work.making)} if work.making else {}
    for tab in on.tabs.values():
        update |= made_in(tab, work)
    return update


def made_in(tab: ExportTab, work: Work) -> Update:
    """What was made of one kind."""
    outcome = work.exports.get(tab.kind)
    files = [str(path) for path in outcome.files] if outcome else None
    if tab.shown is None:
        return {tab.files: files}
    shown = [(str(path), path.stem) for path in outcome.shown] if outcome else []
    # The first one is open, ready to play.
    gallery = gr.Gallery(value=shown, selected_index=0 if shown else None)
    return {tab.shown: gallery, tab.files: files}


def nothing(on: ExportLayout) -> Update:
    """An empty menu."""
    parts = [part for tab in on.tabs.values() for part in tab.outcome]
    buttons = [*on.buttons, *on.cancels]
    return {**dict.fromkeys(parts), **{b: gr.Button(interactive=False) for b in buttons}}


def outcome_text(kind: str, work: Work, language: str) -> str:
    """What was made, what to know about it, and whether the moments have changed since."""
    outcome = work.exports.get(kind)
    if outcome is None:
        return ""
    lines = [say(language, f"done_{kind}", **outcome.told), *(f"⚠ {n}" for n in outcome.notes)]
    if not outcome.is_of(work.analysis):
        lines.append(f"⚠ {say(language, 'outdated')}")
    return "\n\n".join(lines)
