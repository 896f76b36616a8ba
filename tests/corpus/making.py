"""Everything that is ever made of a file: what came of it, in a line."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import av
from PIL import Image

from funny.errors import FunnyError
from funny.moments.choice import chosen_moments
from funny.moments.clips import cut_clips
from funny.moments.cutting import COPY, CutOptions
from funny.moments.preview import write_preview
from funny.moments.reel.values import ReelOptions
from funny.moments.reel.write import write_reel
from funny.moments.shorts import make_shorts
from funny.moments.stills import make_thumbnails
from funny.pipeline import AnalyzeOptions, Analyzer
from funny.records import Analysis, Highlight
from tests.corpus.looking import REFUSED


def make(path: Path) -> str:
    """`made COUNT of COUNT`, or `refused REASON` where all is; anything else is raised."""
    try:
        found = _analyzer().analyze(path)
    except FunnyError as error:
        return f"{REFUSED} {error}"
    end_s = max(0.1, found.video.duration_s)
    moment = Highlight(0.3 * end_s, 0.9 * end_s, 0.5 * end_s, 0.9)
    analysis, made, why = replace(found, highlights=(moment,)), 0, ""
    for making in _MAKINGS:
        with TemporaryDirectory() as folder:
            try:
                making(analysis, Path(folder))
            except FunnyError as error:
                why = str(error)
                assert "\n" not in why
                _expect_nothing(Path(folder))
            else:
                made += 1
                _expect_whole(Path(folder), making in _COPYING)
    return f"made {made} of {len(_MAKINGS)}" if made else f"{REFUSED} {why}"


@cache
def _analyzer() -> Analyzer:
    return Analyzer(AnalyzeOptions(emotion="embedded", cache=False))


def _clip(analysis: Analysis, out: Path) -> None:
    cut_clips(analysis.video, analysis.highlights, out)


def _copy(analysis: Analysis, out: Path) -> None:
    cut_clips(analysis.video, analysis.highlights, out, CutOptions(how=COPY))


def _short(analysis: Analysis, out: Path) -> None:
    make_shorts(analysis, chosen_moments(analysis), out, _analyzer().detector)


def _reel(analysis: Analysis, out: Path) -> None:
    write_reel(analysis, ReelOptions(), out / "reel.mp4")


def _thumbnail(analysis: Analysis, out: Path) -> None:
    make_thumbnails(analysis, chosen_moments(analysis), out, _analyzer().detector)


def _preview(analysis: Analysis, out: Path) -> None:
    write_preview(analysis.video.path, out / "preview.mp4")


_MAKINGS: tuple[Callable[[Analysis, Path], None], ...] = (
    _clip,
    _copy,
    _short,
    _reel,
    _thumbnail,
    _preview,
)


_COPYING = (_copy, _preview)
"""What may copy a stream as it is, damage and all."""


def _expect_nothing(folder: Path) -> None:
    left = [path for path in folder.rglob("*") if path.is_file()]
    assert left == [], f"half made: {left}"


def _expect_whole(folder: Path, is_copied: bool) -> None:
    """What was made is read to its end."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        if path.suffix == ".mp4":
            assert _played(path, is_copied), path
        else:
            _show(path)


def _played(path: Path, is_copied: bool) -> int:
    with av.open(path) as made:
        stream = made.streams[0]
        return sum(1 for _ in (made.demux(stream) if is_copied else made.decode(stream)))


def _show(path: Path) -> None:
    with Image.open(path) as made:
        for picture in range(getattr(made, "n_frames", 1)):
            made.seek(picture)
            made.load()
