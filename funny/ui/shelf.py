"""The videos of a dataset as browsers get them: these files, and nothing that lies beside them."""

import mimetypes
import secrets
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from funny.errors import Cancelled, FunnyError, OptionError
from funny.moments.preview import needs_preview, write_preview
from funny.ui.addresses import file_address
from funny.ui.component import serve_file
from funny.ui.jobs import Job


@dataclass(eq=False)
class Reel:
    """One video, as browsers get it."""

    original: Path
    stamp: tuple[int, int] | None
    """When the file was written, and its size; None if there is none."""
    address: str = ""
    """Where a browser finds it; empty as long as it finds nothing that it can play."""
    is_copy: bool = False
    """Whether a browser plays a copy, or will."""
    problem: str = ""
    """Why there never will be anything to play, and what to do."""
    job: Job | None = field(default=None, repr=False)
    """Makes the copy."""

    @property
    def copied(self) -> float:
        """How much of the copy is made, 0..1."""
        return min(1.0, self.job.done / self.job.total) if self.job and self.job.total else 0.0


class Shelf:
    """Lets browsers have videos, each from when somebody is to see it.

    Gradio hands a file that it was told of to everybody who reaches the server, for as long as the
    process lives. So it is told of single files and never of folders: of those that lie in one of
    ours, links followed, and are videos both by their name and by what is in them. What browsers
    cannot play is copied once, one video after the other, into a folder that goes with the process.

    Args:
        folders: Where videos may lie.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = [folder.resolve() for folder in folders]
        self._reels: dict[Path, Reel] = {}
        self._lock = threading.Lock()
        self._copying: Job | None = None

    @cached_property
    def _copies(self) -> tempfile.TemporaryDirectory[str]:
        return tempfile.TemporaryDirectory()

    def reel(self, path: Path) -> Reel:
        """A video as browsers get it; if that has to be a copy, it begins to be made."""
        with self._lock:
            reel = self._reels.get(path)
            if reel is None or reel.stamp != _stamp(path):
                reel = self._reels[path] = self._taken(path)
            is_waiting = reel.is_copy and reel.job is None
            if is_waiting and not (self._copying and self._copying.is_running):
                self._copying = reel.job = Job(partial(self._copy, reel)).start()
            return reel

    def close(self) -> None:
        """Stops what is being copied, and throws all copies away."""
        with self._lock:
            while self._copying and self._copying.is_running:
                self._copying.cancel()
                self._copying.wait()
            self._copies.cleanup()

    def _taken(self, path: Path) -> Reel:
        reel = Reel(path, _stamp(path))
        try:
            real = self._allowed(path)
            reel.is_copy = not _is_video(real) or needs_preview(real)
            if not reel.is_copy:
                _serve(reel, real)
        except FunnyError as error:
            reel.problem = str(error)
        return reel

    def _allowed(self, path: Path) -> Path:
        if not path.is_file():
            raise OptionError(f"{path} is not there. Put it back, or drop its clips.")
        real = path.resolve()
        if not any(real.is_relative_to(folder) for folder in self._folders):
            raise OptionError(
                f"{real} lies outside of {self._folders[0]}. Move it there, or name its folder in "
                "FUNNY_FOLDERS."
            )
        return real

    def _copy(self, reel: Reel, job: Job) -> None:
        target = Path(self._copies.name) / f"{secrets.token_hex(16)}.mp4"
        try:
            write_preview(reel.original, target, partial(job.report, "preview"))
        except Cancelled:
            raise
        except FunnyError as error:
            reel.problem = str(error)
        else:
            _serve(reel, target)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size


def _is_video(path: Path) -> bool:
    """Whether a browser takes a file for a video by its name, and not for a page, say."""
    kind = mimetypes.guess_type(path.name)[0] or ""
    return kind.startswith(("video/", "audio/"))


def _serve(reel: Reel, file: Path) -> None:
    serve_file(file)
    reel.address = file_address(file)
