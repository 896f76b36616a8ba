"""How each kind of source is opened, again and again where it comes back."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Event

from funny.errors import MediaError
from funny.extract.holding import started
from funny.extract.streams import SRT_PROTOCOLS, Stream, open_stream
from funny.moments.ffmpeg import binary
from funny.scale.live.bytes import Growing, Pipe
from funny.scale.live.places import Permit, Source
from funny.scale.live.playlists import PlaylistOpener

_SRT_SILENT_S = 6.0


class Opening:
    """Opens one source.

    Args:
        source: What is watched.
        permit: Which machines may be asked; asked anew each time.
        track: Number of the sound track from 0; None takes the source's default.
        ends_after_s: How long a file may not grow, or a pipe be silent.
    """

    def __init__(
        self, source: Source, permit: Permit, track: int | None, ends_after_s: float
    ) -> None:
        self._source, self._permit, self._track = source, permit, track
        self._ends_after_s = ends_after_s
        self.stopping = Event()
        """Set when nothing more is wanted."""

    @property
    def comes_back(self) -> bool:
        """Whether the source may go on after it broke off."""
        return self._source.is_network

    @property
    def says_its_end(self) -> bool:
        """Whether an end is one: a playlist says so, while a server may only be restarting."""
        return not self.comes_back or self._source.kind == "hls"

    @contextmanager
    def opened(self) -> Iterator[Stream]:
        """The source, open.

        Raises:
            MediaError: If it cannot be read.
            FetchError: If it may not be asked.
            OptionError: If there is no such sound track.
        """
        ways = {"file": self._file, "pipe": self._pipe, "srt": self._srt}
        with ways.get(self._source.kind, self._named)() as stream:
            yield stream

    @contextmanager
    def _file(self) -> Iterator[Stream]:
        path = Path(self._source.name)
        if path.is_dir():
            raise MediaError(f"{path}: is a folder. Name the file that is being recorded.")
        growing = Growing(path, self._ends_after_s, self.stopping)
        with closing(growing), self._from_bytes(growing) as stream:
            yield stream

    @contextmanager
    def _pipe(self) -> Iterator[Stream]:
        pipe = Pipe(sys.stdin.fileno(), self._ends_after_s, self.stopping)
        with self._from_bytes(pipe) as stream:
            yield stream

    @contextmanager
    def _from_bytes(self, source: "Growing | Pipe") -> Iterator[Stream]:
        with ExitStack() as stack:
            try:
                stream = stack.enter_context(open_stream(source, "bytes", self._track))
            except MediaError as error:
                raise MediaError(
                    f"{self._source.shown}: nothing that can be read came. Record as mkv, MPEG-TS "
                    "or fragmented mp4: an ordinary mp4 can be read when it is finished only."
                ) from error
            yield stream

    @contextmanager
    def _named(self) -> Iterator[Stream]:
        """What FFmpeg reads by its name."""
        kind, opener = self._source.kind, None
        if self._source.is_network:
            self._permit.check(self._source.name)
        if kind == "hls":
            opener = PlaylistOpener(self._permit)
        with open_stream(self._source.name, kind, self._track, opener) as stream:
            yield stream

    @contextmanager
    def _srt(self) -> Iterator[Stream]:
        """What ffmpeg receives by SRT and hands on as it is."""
        self._permit.check(self._source.name)
        words = [binary(), "-nostdin", "-v", "error", "-protocol_whitelist", SRT_PROTOCOLS]
        words += ["-i", self._source.name, "-map", "0", "-c", "copy", "-f", "mpegts", "pipe:1"]
        process = started(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0)
        try:
            assert process.stdout is not None
            silent_s = min(_SRT_SILENT_S, self._ends_after_s)
            pipe = Pipe(process.stdout.fileno(), silent_s, self.stopping)
            with open_stream(pipe, "bytes", self._track) as stream:
                yield stream
        finally:
            process.kill()
            process.wait()
