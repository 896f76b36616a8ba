"""Which video, and whose face: uploads, paths, addresses of the web, and the faces found."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import gradio as gr

from funny.errors import FunnyError
from funny.extract.faces import FaceDetector
from funny.extract.video import probe
from funny.moments.preview import needs_preview
from funny.ui.controls import as_region, region_text
from funny.ui.desk import Desk
from funny.ui.example import EXAMPLE
from funny.ui.language import language_for
from funny.ui.layout import Layout
from funny.ui.refusals import without_folder
from funny.ui.region import RegionPicker
from funny.ui.settings import Settings
from funny.ui.strings import say
from funny.ui.texts import failure_text
from funny.ui.view import Update, View, refusal, sent
from funny.ui.visitor import visitor_of
from funny.ui.work import Work


class Chooser:
    """Answers a visitor who chooses a video or a face.

    Args:
        layout: The components.
        view: Shows work on them.
        desk: Where work lies.
        settings: What may be opened.
        detector: Finds faces.
    """

    def __init__(
        self, layout: Layout, view: View, desk: Desk, settings: Settings, detector: FaceDetector
    ) -> None:
        self._on, self._view, self._desk = layout, view, desk
        self._settings, self._detector = settings, detector
        self._last: WeakValueDictionary[str, _Choice] = WeakValueDictionary()

    def wire(self, quiet: dict[str, Any], watch: dict[str, Any]) -> None:
        """Connects the player and what says whose face; made inside the page's `gr.Blocks`.

        Args:
            quiet: How what is done at once is listened for.
            watch: How work is watched.
        """
        on = self._on
        chosen = [*on.results, on.player, on.track, on.region, on.faces]
        # "once", the usual mode, would drop a choice as long as the last one is answered.
        at_once: dict[str, Any] = {**watch, "trigger_mode": "multiple"}
        on.player.upload(self._upload, [on.name, on.player], chosen, **at_once)
        on.place.submit(self._open_place, [on.name, on.place], chosen, **at_once)
        found = [on.name, on.status, *on.buttons, on.faces]
        on.find_faces.click(self._find_faces, [on.name, on.player], found, **watch)
        each: dict[str, Any] = {**quiet, "trigger_mode": "multiple"}
        on.faces.pick(self._pick, None, on.region, **each)
        last: dict[str, Any] = {**quiet, "trigger_mode": "always_last"}
        on.region.input(self._type_region, on.region, on.faces, **last)

    def _upload(self, request: gr.Request, name: str, video: str) -> Iterator[Update]:
        """Another video was chosen: what was found in the last one goes."""
        yield from self._until_next(request, self._chosen(request, name, Path(video)))

    def take_example(self, request: gr.Request, name: str) -> str:
        """The example for the player; what was still to be said of another video is not."""
        self._last.pop(str(request.session_hash), None)
        self._leave(name)
        return str(EXAMPLE)

    def _open_place(self, request: gr.Request, name: str, typed: str) -> Iterator[Update]:
        """A video of this machine or of the web, without an upload."""
        try:
            place = self._settings.placed(typed)
        except FunnyError as error:
            raise refusal(str(error)) from error
        if isinstance(place, str):
            answers = self._fetched(request, name, place)
        else:
            answers = self._chosen(request, name, place, is_shown=False)
        yield from self._until_next(request, answers)

    def _until_next(self, request: gr.Request, answers: Iterator[Update]) -> Iterator[Update]:
        """What is answered to a choice, until another is made on the same page."""
        page, choice = str(request.session_hash), _Choice()
        self._last[page] = choice
        for update in answers:
            # Else the video that was left would come back into the player, and be analysed.
            if self._last.get(page) is not choice:
                # A generator that sends nothing at all empties everything.
                yield {self._on.status: gr.skip()}
                return
            yield update

    def _fetched(self, request: gr.Request, name: str, url: str) -> Iterator[Update]:
        """A video from the web in the player, once it is here."""
        language = language_for(request)
        self._leave(name)
        work = self._desk.begin(Path(), visitor=visitor_of(request, self._settings.proxies))
        work.fetch(url, self._settings.fetching)
        start = {**self._view.nothing(say(language, "stage_download")), **self._view.nobody()}
        yield sent(self._on, {**start, self._on.name: work.name, self._on.player: None})
        yield from self._view.told(work, language)
        if work.preview is None:
            yield {self._on.status: failure_text(language, work.job)}
            return
        tracks = self._view.tracks(probe(work.video).audio_tracks, language)
        ready = say(language, "ready", analyze=say(language, "analyze"))
        yield {**tracks, self._on.player: str(work.preview), self._on.status: ready}

    def _chosen(
        self, request: gr.Request, name: str, video: Path, is_shown: bool = True
    ) -> Iterator[Update]:
        """An empty page for a video, and a preview of it if browsers cannot play it."""
        language = language_for(request)
        self._leave(name)
        ready = say(language, "ready", analyze=say(language, "analyze"))
        try:
            tracks, is_playable = probe(video).audio_tracks, not needs_preview(video)
        except FunnyError as error:
            failed = say(language, "failed", reason=without_folder(str(error)))
            yield sent(self._on, {**self._view.nothing(failed), self._on.player: None})
            return
        fresh = {**self._view.nothing(ready), **self._view.nobody()}
        if not is_shown:
            # Nobody should analyse the video before by mistake.
            fresh[self._on.player] = None
        yield sent(self._on, {**fresh, **self._view.tracks(tracks, language)})
        if not is_playable:
            yield from self._with_preview(request, video, ready)
        elif not is_shown:
            # Last of all: Gradio's client writes what is sent after a video over it.
            yield {self._on.player: str(video)}

    def _with_preview(self, request: gr.Request, video: Path, ready: str) -> Iterator[Update]:
        """A preview in the player, for a video that browsers do not play."""
        language = language_for(request)
        work = self._desk.begin(video, visitor=visitor_of(request, self._settings.proxies))
        work.make_preview()
        yield {self._on.name: work.name}
        yield from self._view.told(work, language)
        status = ready if work.preview else say(language, "no_preview", ready=ready)
        yield {self._on.player: str(work.preview or video), self._on.status: status}

    def _leave(self, name: str) -> None:
        if (work := self._desk.find(name)) is not None:
            work.cancel()

    def work_on(self, name: str, shown: Path, visitor: str) -> Work:
        """New work on the video in the player, or on what the player shows a preview of."""
        before = self._desk.find(name)
        if before is None or before.preview is None or before.preview.name != shown.name:
            return self._desk.begin(shown, visitor=visitor)
        work = self._desk.begin(before.video, visitor=visitor)
        work.preview = before.preview
        return work

    def _find_faces(self, request: gr.Request, name: str, shown: str | None) -> Iterator[Update]:
        """Looks for the faces of the video in the player, for the visitor to choose from."""
        language, on = language_for(request), self._on
        if not shown:
            raise refusal(say(language, "no_video"))
        work = self._desk.find(name) or self.work_on(
            name, Path(shown), visitor_of(request, self._settings.proxies)
        )
        if work.is_running:
            raise refusal(say(language, "busy"))
        work.find_faces(self._detector)
        yield {on.name: work.name}
        yield from self._view.told(work, language)
        if work.job is not None and work.job.error is not None:
            yield {on.status: failure_text(language, work.job)}
            return
        faces = len(work.cast.members) if work.cast else 0
        told = say(language, "faces_found" if faces else "no_faces", faces=faces)
        yield {on.faces: RegionPicker(cast=work.cast), on.status: told}

    def _pick(self, event: gr.EventData) -> str:
        """The region that was chosen on the picture, as it is typed."""
        return region_text(event._data.get("region"))

    def _type_region(self, request: gr.Request, typed: str) -> RegionPicker:
        """The region that was typed, on the picture; nothing as long as it is none."""
        try:
            return RegionPicker(region=as_region(language_for(request), typed))
        except FunnyError:
            return gr.skip()


class _Choice:
    """A video that was chosen, as long as there is something to be said of it."""
