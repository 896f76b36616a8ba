"""A downloaded file as players and editors read it: the right container and extension."""

import os
import subprocess
from pathlib import Path

from funny.errors import FetchError

_EXTENSIONS = (".mp4", ".m4a", ".mov", ".mkv", ".webm", ".flv", ".avi", ".ogg", ".mp3", ".wav")
_SIGNS = (
    *((4, box, ".mp4") for box in (b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"free", b"wide")),
    (0, b"\x1a\x45\xdf\xa3", ".mkv"),
    (0, b"FLV", ".flv"),
    (8, b"AVI ", ".avi"),
    (8, b"WAVE", ".wav"),
    (0, b"OggS", ".ogg"),
    (0, b"fLaC", ".flac"),
    (0, b"ID3", ".mp3"),
    *((0, sync, ".mp3") for sync in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    (0, b"\xff\xf1", ".aac"),
    (0, b"\x30\x26\xb2\x75", ".wmv"),
    (0, b"\x00\x00\x01\xba", ".mpg"),
)
_TS_PACKET = 188
# Packing is copying: who takes longer than a slow disk would is stuck.
_PATIENCE_S, _SLOWEST_DISK = 60.0, 1e6


def as_player_reads(file: Path, ffmpeg: str, url: str) -> Path:
    """Renames a file after what it is, and puts the packets of a stream into an mp4.

    Raises:
        FetchError: If it is neither video nor sound, whatever the server called it.
    """
    kind = kind_of(file)
    if kind is None:
        raise FetchError(
            f"{url}: what comes from there is no video. Give the address of the video's own page."
        )
    if kind == ".ts":
        return _packed(file, ffmpeg)
    if file.suffix in _EXTENSIONS:
        return file
    return file.replace(file.with_suffix(kind))


def kind_of(file: Path) -> str | None:
    """The extension for what a file begins with; None if that is no video or sound."""
    with file.open("rb") as opened:
        head = opened.read(_TS_PACKET * 2)
    if head[:1] == b"G" and head[_TS_PACKET : _TS_PACKET + 1] in (b"G", b""):
        return ".ts"
    return next((kind for at, sign, kind in _SIGNS if head[at:].startswith(sign)), None)


def _packed(file: Path, ffmpeg: str) -> Path:
    """An mp4 of the packets of a transport stream, which has no table of where is what."""
    target, beside = file.with_suffix(".mp4"), file.with_suffix(".temp.mp4")
    words = ["-protocol_whitelist", "file", "-format_whitelist", "mpegts", "-i", f"file:{file}"]
    words += ["-map", "0:V?", "-map", "0:a?", "-c", "copy", "-movflags", "+faststart"]
    words = [ffmpeg, "-nostdin", "-y", "-loglevel", "error", *words, "-f", "mp4", f"file:{beside}"]
    if not _is_done(words, _PATIENCE_S + file.stat().st_size / _SLOWEST_DISK):
        # Codecs that mp4 does not hold, or damage: the stream is read as it is.
        beside.unlink(missing_ok=True)
        return file.replace(file.with_suffix(".ts"))
    if target != file:
        file.unlink()
    os.replace(beside, target)
    return target


def _is_done(words: list[str], at_most_s: float) -> bool:
    """Whether a command ends well in time; else it is ended."""
    nowhere = subprocess.DEVNULL
    try:
        done = subprocess.run(
            words, stdin=nowhere, stdout=nowhere, stderr=nowhere, timeout=at_most_s
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
