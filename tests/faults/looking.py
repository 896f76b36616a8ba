"""What is left of a visitor's work: whole and right, or a finding."""

import io
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import av
import numpy as np

from funny.records import Analysis
from funny.ui.folders import ANALYSIS, RESULTS, SOURCE
from tests.serving import App
from tests.visitor import Visitor


def files_of(visitor: Visitor) -> dict[str, bytes]:
    """What the page offers for a download, by name."""
    offered = visitor.value("export") or []
    return {Path(file["path"]).name: visitor.fetch(file) for file in offered}


def clips_of(visitor: Visitor) -> list[bytes]:
    """The clips that the page shows."""
    return [visitor.fetch(shown["video"]) for shown in visitor.value("clips") or []]


def is_whole(clip: bytes, length_s: float) -> bool:
    """Whether every frame of a clip can be decoded, and it is as long as its moment."""
    with av.open(io.BytesIO(clip)) as opened:
        stream = opened.streams.video[0]
        frames = sum(1 for _ in opened.decode(stream))
        return abs(frames / float(stream.average_rate) - length_s) < 0.1


def assert_all_there(visitor: Visitor, truth: Analysis) -> None:
    """The analysis is the one of a run in peace, and its clips are whole."""
    files = files_of(visitor)
    analysis = json.loads(files["analysis.json"])
    np.testing.assert_allclose(analysis["scores"], truth.timeline.scores, atol=1e-5)
    found = [(moment["start_s"], moment["end_s"]) for moment in analysis["highlights"]]
    assert found == [(moment.start_s, moment.end_s) for moment in truth.highlights]
    clips = clips_of(visitor)
    with zipfile.ZipFile(io.BytesIO(files["clips.zip"])) as zipped:
        assert [zipped.read(name) for name in sorted(zipped.namelist())] == clips
    lengths_s = [moment.length_s for moment in truth.highlights]
    assert all(is_whole(*pair) for pair in zip(clips, lengths_s, strict=True))


def assert_nothing_half_written(app: App) -> None:
    """No job is open, the list of works is sound, and each folder holds what belongs there."""
    with closing(sqlite3.connect(app.state / "desk" / "desk.sqlite3")) as desk:
        assert desk.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        states = {state for (state,) in desk.execute("SELECT state FROM jobs")}
        works = desk.execute("SELECT folder, preview, exports FROM works").fetchall()
    assert states <= {"done", "failed", "cancelled"}
    for folder, preview, exports in works:
        made = {Path(made["folder"]).name for made in json.loads(exports or "{}").values()}
        known = {ANALYSIS, RESULTS, SOURCE, Path(preview).name, *made}
        assert {path.name for path in (app.state / "desk" / folder).iterdir()} <= known


def logged(app: App) -> list[str]:
    """Tracebacks and errors that the server printed."""
    words = ("Traceback", " ERROR ", "Fatal", "Task exception")
    return [line for line in app.said.splitlines() if any(word in line for word in words)]
