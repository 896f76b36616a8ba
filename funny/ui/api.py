"""What programs may ask the app for: `/analyze` and `/cut`.

A program waits for `/analyze`, which tells of its progress, and passes the `job` that it names to
`/cut`; the README has an example.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from funny import store
from funny.errors import FunnyError, NotKept, OptionError
from funny.pipeline import AnalyzeOptions, Analyzer
from funny.ui.desk import Desk
from funny.ui.settings import Settings
from funny.ui.texts import failure_text
from funny.ui.visitor import visitor_of
from funny.ui.work import Work


class Api:
    """The endpoints for programs; made inside a `gr.Blocks`.

    Args:
        analyzer: Its models are shared with the page.
        desk: Where the work lies; a job of a program can be opened on the page by its name.
        settings: What may be opened, and by how many at once.
    """

    def __init__(self, analyzer: Analyzer, desk: Desk, settings: Settings) -> None:
        self._analyzer, self._desk, self._settings = analyzer, desk, settings
        watch: dict[str, Any] = {"concurrency_id": "watch", "concurrency_limit": settings.watchers}
        with gr.Column(visible=False):
            video, threshold = gr.File(label="video"), gr.Number(label="threshold")
            place = gr.Textbox("", label="place")
            job, moments = gr.Textbox(label="job"), gr.JSON(label="moments")
            found, clips = gr.JSON(label="analysis"), gr.Files(label="clips")
            given = [video, threshold, place]
            gr.Button().click(self.analyze, given, found, api_name="analyze", **watch)
            gr.Button().click(self.cut, [job, moments], clips, api_name="cut", **watch)

    def analyze(
        self,
        request: gr.Request,
        video: str | None = None,
        threshold: float | None = None,
        place: str = "",
    ) -> Iterator[dict[str, Any]]:
        """Finds the funny moments of a video; tells of its progress until it has.

        Args:
            request: Whose turn it is; programs do not give it.
            video: The video file, uploaded; empty: see place.
            threshold: Score at which a moment is one, 0 to 1; empty: as tuned.
            place: Address of a video on a site that is known (YouTube, Twitch, Chzzk, ..), or path
                of a file in a folder that the server opens; empty: the video is uploaded.

        Yields:
            `job`, `complete`, `stage`, `done` and `total` in seconds of video; when complete, also
            what analysis.json holds.
        """
        options = _checked(lambda: AnalyzeOptions(threshold=threshold))
        work = self._desk.begin(Path(), visitor=visitor_of(request, self._settings.proxies))
        for told in self._steps(work, _checked(lambda: self._source(video, place)), options):
            yield {"job": work.name, "complete": False, **told}
        yield {"job": work.name, "complete": True, **_plain(work)}

    def _source(self, video: str | None, place: str) -> Path | str:
        """The path or the address of the video that is asked for."""
        if place:
            return self._settings.placed(place)
        if not video:
            raise OptionError("video: expected a file, or a place.")
        return Path(video)

    def _steps(
        self, work: Work, source: Path | str, options: AnalyzeOptions
    ) -> Iterator[dict[str, Any]]:
        """Fetches the video if it is of the web, analyses it, and tells how far it is."""
        if isinstance(source, Path):
            self._desk.give(work, source)
        else:
            work.fetch(source, self._settings.fetching, plays=False)
            yield from _progress(work)
        work.analyze(self._analyzer.with_options(options), cuts=False)
        yield from _progress(work)

    def cut(self, job: str, moments: Any) -> Iterator[list[str]]:
        """Cuts the clips of an analysis.

        Args:
            job: The name that `/analyze` gave.
            moments: A list of `{"start_s", "end_s"}`; empty: the highlights as they were found.

        Yields:
            When all are cut: clips.zip, then every clip.
        """
        work = self._desk.find(job)
        if work is None or not work.is_complete:
            raise gr.Error(
                f"job: there is no finished analysis {job!r:.40}.", print_exception=False
            )
        if moments:
            _checked(lambda: _replace_moments(work, moments))
        work.cut()
        for _ in _progress(work):
            pass
        yield [str(path) for path in (work.files[0], *work.clips)] if work.clips else []


def _progress(work: Work) -> Iterator[dict[str, Any]]:
    """What the job does until it ends; who stops listening stops the work."""
    try:
        for job in work.watched():
            yield {"stage": job.stage, "done": job.done, "total": job.total}
    finally:
        work.cancel()
    error = work.job.error if work.job is not None else None
    # What was found is there all the same, and may be cut once there is room.
    is_found = isinstance(error, NotKept) and error.what == "analysis"
    if error is not None and not is_found:
        raise gr.Error(failure_text("en", work.job), print_exception=False)


def _plain(work: Work) -> dict[str, Any]:
    """What analysis.json holds; the video by name: clients take a `path` for a file to fetch."""
    assert work.analysis is not None
    found = store.to_json(work.analysis)
    video = {key: value for key, value in found["video"].items() if key != "path"}
    return {**found, "video": {"name": work.video.name, **video}}


def _replace_moments(work: Work, moments: Any) -> None:
    if not isinstance(moments, Sequence) or not all(isinstance(m, Mapping) for m in moments):
        raise OptionError('moments: expected a list of {"start_s", "end_s"}.')
    removed = [{"op": "remove", "id": moment.id} for moment in work.edits.moments]
    work.edit(*removed, *({**moment, "op": "add"} for moment in moments))


def _checked(action: Any) -> Any:
    try:
        return action()
    except FunnyError as error:
        raise gr.Error(str(error), print_exception=False) from error
