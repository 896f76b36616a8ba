"""What the page shows of a visitor's work: new values for its components."""

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import gradio as gr

from funny.errors import Cancelled
from funny.ui import export_view, table
from funny.ui.controls import as_chosen
from funny.ui.curves import curves, moments
from funny.ui.export_layout import ExportTab
from funny.ui.export_options import usual_media
from funny.ui.layout import Layout
from funny.ui.region import RegionPicker
from funny.ui.strings import say
from funny.ui.texts import decided_text, done_text, failure_text, plan_text, progress_text
from funny.ui.timeline import FunTimeline
from funny.ui.work import Work

Update = dict[Any, Any]
"""New values by component; of the timeline only the properties that change, as a dict."""


class View:
    """Turns work into updates of the page's components.

    Args:
        layout: The components.
        folders: Those whose videos are opened by path.
    """

    def __init__(self, layout: Layout, folders: Sequence[Path] = ()) -> None:
        self._on, self._folders = layout, folders
        self._nonces = count()

    def watch(self, work: Work, language: str) -> Iterator[Update]:
        """What a job does and finds while it runs, then everything that was made.

        Raises:
            gr.Error: If the job failed; the status says so too.
        """
        shown = _Shown()
        for _ in work.watched():
            if update := self._news(work, language, shown):
                yield sent(self._on, joined(update, self._buttons(work, shown)))
        last = joined(self._news(work, language, shown), self._made(work, language))
        yield sent(self._on, joined(last, self._buttons(work, shown)))
        self._raise(work, language)

    def told(self, work: Work, language: str) -> Iterator[Update]:
        """What a job that finds nothing does, while it runs."""
        shown = _Shown()
        for _ in work.watched():
            text = {self._on.status: progress_text(language, work)}
            yield {**text, **self._buttons(work, shown)}
        yield {self._on.status: "", **self._buttons(work, shown)}

    def exporting(self, work: Work, language: str, tab: ExportTab) -> Iterator[Update]:
        """How far an export is while it is made, then what was made.

        Raises:
            gr.Error: If it failed; the status says so too.
        """
        shown, on = _Shown(), (self._on.status, tab.told)
        for _ in work.watched():
            text = progress_text(language, work)
            yield {**dict.fromkeys(on, text), **self._buttons(work, shown)}
        made = export_view.made_in(tab, work)
        yield {**made, **self._ended(work, language, tab), **self._buttons(work, shown)}
        self._raise(work, language)

    def _ended(self, work: Work, language: str, tab: ExportTab) -> Update:
        """How an export ended."""
        if work.job is not None and work.job.error is not None:
            text = failure_text(language, work.job)
        else:
            text = export_view.outcome_text(tab.kind, work, language)
        return {self._on.status: text, tab.told: text}

    def _raise(self, work: Work, language: str) -> None:
        if work.job and work.job.error and not isinstance(work.job.error, Cancelled):
            raise refusal(failure_text(language, work.job))

    def _news(self, work: Work, language: str, shown: "_Shown") -> Update:
        """What has changed since it was last shown."""
        update: Update = {}
        # Not their ids: those of a part that is gone may be given to the next.
        extent = (work.analysis and work.analysis.timeline, work.is_complete, work.sprite)
        if shown.is_new("curves", extent):
            update = self.curves_of(work)
        if shown.is_new("edits", work.edits):
            update = joined(update, self.moments_of(work, language))
        if work.job and shown.is_new("text", text := progress_text(language, work)):
            update |= {self._on.status: text}
            if tab := self._on.exports.tabs.get(work.making):
                update |= {tab.told: text}
        return update

    def _buttons(self, work: Work, shown: "_Shown") -> Update:
        """Only what can be done now can be pressed."""
        on, is_running = self._on, work.is_running
        can = {
            **{on.analyze: not is_running},
            **dict.fromkeys(on.cancels, is_running),
            **dict.fromkeys(on.makers, work.is_complete and not is_running),
        }
        if not shown.is_new("buttons", can):
            return {}
        return {button: gr.Button(interactive=yes) for button, yes in can.items()}

    def curves_of(self, work: Work) -> Update:
        """The lanes of the timeline, if there is anything to draw."""
        if work.analysis is None:
            return {}
        lanes = curves(work.analysis, work.is_complete, work.sprite)
        return {self._on.timeline: {"curves": lanes}}

    def moments_of(self, work: Work, language: str) -> Update:
        """The list of moments, wherever it is shown."""
        if work.analysis is None:
            return {}
        threshold = float(work.analysis.options["threshold"])
        shown = {"moments": moments(work.edits, language), "threshold": threshold}
        media = usual_media(work.video, self._folders)
        return {
            **export_view.told_of(self._on.exports, work, language, media),
            self._on.timeline: shown,
            self._on.table: gr.Dataframe(
                value=table.rows(work.edits, language), headers=table.headers(language)
            ),
            self._on.cut_plan: plan_text(language, work.analysis),
            self._on.status: decided_text(language, work.analysis),
        }

    def _made(self, work: Work, language: str) -> Update:
        """Clips and files, and how it ended."""
        if work.job is not None and work.job.error is not None:
            text = failure_text(language, work.job)
        elif work.analysis is None:  # only looked at so far
            text = say(language, "ready", analyze=say(language, "analyze"))
        else:
            text = done_text(language, work)
        clips = [(str(clip), clip.stem) for clip in work.clips]
        tab = self._on.exports.tabs.get(work.making)
        return {
            **(self._ended(work, language, tab) if tab else {}),
            self._on.status: text,
            # The first clip is open, ready to play.
            self._on.clips: gr.Gallery(value=clips, selected_index=0 if clips else None),
            self._on.export: [str(file) for file in work.files],
            **export_view.made_of(self._on.exports, work),
        }

    def controls(self, work: Work, onset: float, language: str) -> Update:
        """The controls as they stood when the work was decided last.

        Args:
            work: The work.
            onset: The threshold where none was chosen.
            language: `en` or `ko`.
        """
        if work.options is None:
            return {}
        chosen = dict(zip(self._on.decisions, as_chosen(work.options, onset), strict=True))
        tracks = work.analysis.video.audio_tracks if work.analysis else ()
        return {**chosen, **self.tracks(tracks, language, chosen[self._on.track])}

    def tracks(self, tracks: Sequence[str], language: str, chosen: str = "") -> Update:
        """The sound tracks of a video, to choose from.

        Args:
            tracks: A description each.
            language: `en` or `ko`.
            chosen: Number of the chosen one; empty: the file's default.
        """
        named = [(f"{n} · {track}", str(n)) for n, track in enumerate(tracks)]
        choices = [(say(language, "track_default"), ""), *named]
        return {self._on.track: gr.Dropdown(choices, value=chosen)}

    def nothing(self, status: str) -> Update:
        """An empty page."""
        on = self._on
        empty: Update = {"curves": None, "moments": []}
        return {
            **{on.name: "", on.status: status, on.timeline: empty, on.table: []},
            **{on.cut_plan: "", on.clips: None, on.export: None},
            **{on.analyze: gr.Button(interactive=True), on.cancel: gr.Button(interactive=False)},
            **{on.cut: gr.Button(interactive=False)},
            **export_view.nothing(on.exports),
        }

    def nobody(self) -> Update:
        """No face to choose from yet."""
        return {self._on.faces: RegionPicker(cast=None, region=None), self._on.region: ""}

    def seek(self, time_s: float, until_s: float | None = None) -> dict[str, Any]:
        """Properties that send the player to a time, and let it play up to another."""
        return {"seek_to": {"t": time_s, "until": until_s, "nonce": next(self._nonces)}}


def sent(on: Layout, update: Update) -> Update:
    """An update as Gradio takes it."""
    timeline = update.get(on.timeline)
    if timeline is None:
        return update
    return {**update, on.timeline: FunTimeline(**timeline)}


def joined(one: Update, two: Update) -> Update:
    """Both updates; of a component that both change, the properties of both."""
    return {
        **one,
        **{k: {**one[k], **v} if isinstance(one.get(k), dict) else v for k, v in two.items()},
    }


def refusal(text: str) -> gr.Error:
    """What a visitor is told that cannot be done."""
    return gr.Error(text, print_exception=False)


class _Shown:
    """What a visitor has been shown last, by name."""

    def __init__(self) -> None:
        self._last: dict[str, Any] = {}

    def is_new(self, name: str, value: Any) -> bool:
        is_new = self._last.get(name) != value
        self._last[name] = value
        return is_new
