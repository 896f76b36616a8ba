"""The video behind an export: how its pictures come, its sound, its timecode, and that it is it."""

import shutil
import subprocess
from fractions import Fraction

import imageio_ffmpeg
import pytest

from funny.errors import MediaError
from funny.extract.cache import content_sha
from funny.extract.video import probe
from funny.moments.handoff.rates import STANDARD
from funny.moments.handoff.source import read_source
from funny.records import VideoInfo
from tests.media import NTSC, Movie, Sound, sine, steady, uneven, write_media

TONE = Sound(sine(0.5, 4), title="Game")
MIC = Sound(sine(0.5, 4, 48_000), 48_000, title="마이크")
STEREO = Sound(sine(0.5, 4, 48_000), 48_000, "stereo")


def read(path, relink=None, sha=""):
    return read_source(VideoInfo(path, 4.0, 0.0, 64, 64, (), sha), relink)


@pytest.mark.parametrize(("name", "fps"), [pytest.param(n, f, id=n) for n, f in STANDARD.items()])
@pytest.mark.parametrize("suffix", ["mp4", "mkv", "mov", "ts"])
def test_the_rate_is_the_videos(tmp_path, suffix, name, fps):
    path = tmp_path / f"a.{suffix}"
    write_media(path, Movie(steady(fps, 4)), TONE)
    found = read(path)
    assert found.fps == fps
    assert not found.is_variable
    assert abs(found.length_s - 4) <= 2 / fps


@pytest.mark.parametrize(
    ("fps", "counted_in"), [(15, "30"), (12, "24"), (90, "30"), (Fraction(120), "60"), (10, "30")]
)
def test_an_odd_rate_is_counted_in_one_that_editors_know(tmp_path, fps, counted_in):
    write_media(tmp_path / "a.mp4", Movie(steady(fps, 6)))
    found = read(tmp_path / "a.mp4")
    assert found.fps == STANDARD[counted_in]
    assert abs(found.pace_hz / fps - 1) < Fraction(1, 1000)


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_a_variable_rate_is_told(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    write_media(path, Movie(uneven(12, (33, 33, 33, 100, 33))))
    found = read(path)
    assert found.is_variable
    assert found.fps == STANDARD["30"]


def test_every_sound_track_is_counted(tmp_path):
    write_media(tmp_path / "a.mkv", Movie(steady(25, 4)), TONE, MIC, STEREO)
    found = read(tmp_path / "a.mkv")
    assert [(s.channels, s.rate, s.name) for s in found.sounds] == [
        (1, 44_100, "Game"),
        (1, 48_000, "마이크"),
        (2, 48_000, ""),
    ]
    assert found.channels == 4


def test_sound_alone_has_a_rate_to_count_in(tmp_path):
    write_media(tmp_path / "a.m4a", None, TONE)
    video = probe(tmp_path / "a.m4a")
    found = read_source(video)
    assert not found.has_picture
    assert (found.fps, found.pace_hz) == (STANDARD["30"], 0)
    assert found.length_s == pytest.approx(4, abs=0.1)


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        pytest.param("01:00:00;00", "01:00:00;00", id="drop"),
        pytest.param("10:20:30:15", "10:20:30:15", id="non-drop"),
        pytest.param("", "", id="none"),
    ],
)
def test_the_cameras_timecode_is_kept(tmp_path, code, wanted):
    plain, coded = tmp_path / "a.mp4", tmp_path / "a.mov"
    write_media(plain, Movie(steady(NTSC, 4)))
    with_timecode(plain, coded, code)
    assert read(coded).timecode == wanted


def with_timecode(path, to, code):
    """Copies a video into a file that begins at a timecode."""
    coded = ["-metadata", f"timecode={code}"] if code else []
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", path, "-c", "copy", *coded, to]
    subprocess.run(command, check=True)


def test_a_timecode_that_is_none_at_its_rate_does_not_count(tmp_path):
    plain, coded = tmp_path / "a.mp4", tmp_path / "a.mkv"
    write_media(plain, Movie(steady(25, 4)))
    with_timecode(plain, coded, "01:00:00:29")
    assert read(coded).timecode == ""


def test_a_video_that_is_gone_can_be_named_anew(tmp_path):
    write_media(tmp_path / "a.mp4", Movie(steady(25, 4)))
    sha = content_sha(tmp_path / "a.mp4")
    moved = shutil.move(tmp_path / "a.mp4", tmp_path / "b.mp4")
    with pytest.raises(MediaError, match="--relink PATH"):
        read(tmp_path / "a.mp4", sha=sha)
    assert read(tmp_path / "a.mp4", tmp_path / "b.mp4", sha).path == moved


def test_another_video_is_not_taken_for_it(tmp_path):
    write_media(tmp_path / "a.mp4", Movie(steady(25, 4)))
    sha = content_sha(tmp_path / "a.mp4")
    write_media(tmp_path / "a.mp4", Movie(steady(30, 4)))
    with pytest.raises(MediaError, match="not the video that was analysed"):
        read(tmp_path / "a.mp4", sha=sha)
