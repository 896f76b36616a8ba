"""A file is known by what it begins with."""

import pytest

from funny.fetch import media
from funny.fetch.media import as_player_reads, kind_of


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts", "a.flv", "a.avi", "a.wav"])
def test_real_files_are_known(made, tmp_path, name):
    file = tmp_path / "file"
    file.write_bytes(made(name, has_picture=name != "a.wav"))
    assert kind_of(file) == f".{name[2:]}"


@pytest.mark.parametrize(
    "content", [b"", b"G", b"<html>", b"#EXTM3U\n", b"\0" * 400, b"GIF89a" + b"\0" * 400]
)
def test_others_are_not(tmp_path, content):
    file = tmp_path / "file"
    file.write_bytes(content)
    assert kind_of(file) in (None, ".ts" if content == b"G" else None)


def test_codecs_that_mp4_does_not_hold_stay_in_their_stream(made, tmp_path):
    file = tmp_path / "partial-1.mp4"
    file.write_bytes(made("a.ts"))
    assert as_player_reads(file, "/bin/false", "x").name == "partial-1.ts"


def test_an_ffmpeg_that_is_stuck_is_given_up(made, tmp_path, monkeypatch):
    stuck = tmp_path / "ffmpeg"
    stuck.write_text("#!/bin/sh\nexec sleep 600\n")
    stuck.chmod(0o755)
    monkeypatch.setattr(media, "_PATIENCE_S", 0.2)
    file = tmp_path / "partial-1.mp4"
    file.write_bytes(made("a.ts"))
    assert as_player_reads(file, str(stuck), "x").name == "partial-1.ts"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ffmpeg", "partial-1.ts"]
