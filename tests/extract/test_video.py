"""Every tick's picture is the frame on screen then, whatever the file's clock and shape."""

from fractions import Fraction
from functools import partial

import numpy as np
import pytest

from funny.errors import MediaError
from funny.extract.pictures import MAX_HEIGHT, Pictures
from funny.extract.video import open_media, probe
from funny.grid import tick_count
from tests.media import (
    NTSC,
    NTSC_FILM,
    Movie,
    Sound,
    number_in,
    numbered,
    on_screen,
    sine,
    steady,
    uneven,
    write_changing,
    write_media,
)

QUICK = {"preset": "ultrafast"}
H265 = {"preset": "ultrafast", "x265-params": "log-level=none"}
B_FRAMES = {"bf": "2"}
XVID = Movie(steady(25, 5), codec="mpeg4", options=B_FRAMES, time_base=Fraction(1, 25))
VP9 = {"deadline": "realtime", "cpu-used": "8"}
OPUS = Sound(sine(0.5, 2, 48_000), 48_000)
LATE_SOUND = (Sound(sine(0.5, 2), start_s=2.0),)


def numbers_shown(path):
    """Tick → the number its picture shows, or None."""
    shown = Pictures(probe(path))
    return {k: None if p is None else number_in(p) for k, p in shown}


def assert_on_screen(path, frame_times):
    shown = numbers_shown(path)
    wrong = {k: n for k, n in shown.items() if n not in on_screen(frame_times, k / 2)}
    assert shown and not wrong


@pytest.mark.parametrize(
    ("name", "movie", "sounds", "start_s"),
    [
        pytest.param("a.mp4", Movie([0, Fraction(1, 25)]), (), 0, id="one-frame"),
        pytest.param("a.mp4", Movie(uneven(8)), (), 0, id="variable-rate"),
        pytest.param("a.mkv", Movie(uneven(8)), LATE_SOUND, 3600, id="variable-rate-from-1h"),
        pytest.param("a.mp4", Movie(uneven(9, (3000, 40))), (), 0, id="frames-of-3s"),
        pytest.param("a.mp4", Movie(steady(1, 4)), (), 0, id="1fps"),
        pytest.param("a.mp4", Movie(steady(NTSC_FILM, 5)), (), 0, id="23.976fps"),
        pytest.param("a.mp4", Movie(steady(NTSC, 5)), (), 0, id="29.97fps"),
        pytest.param("a.mp4", Movie(steady(60, 3)), (), 0, id="60fps"),
        pytest.param("a.mp4", Movie(steady(NTSC, 5)), LATE_SOUND, 0, id="sound-2s-late"),
        pytest.param("a.ts", Movie(steady(NTSC_FILM, 5)), LATE_SOUND, 3600, id="ts-from-1h"),
        pytest.param("a.mkv", Movie(steady(NTSC, 5)), LATE_SOUND, 3600, id="mkv-from-1h"),
        pytest.param("a.mp4", Movie(steady(60, 3)), LATE_SOUND, 3600, id="mp4-from-1h"),
        pytest.param("a.mp4", Movie(rotation=90, width=96), (), 0, id="rotated-90"),
        pytest.param("a.mp4", Movie(rotation=180, width=96), (), 0, id="rotated-180"),
        pytest.param("a.mp4", Movie(rotation=270, width=96), (), 0, id="rotated-270"),
        pytest.param("a.mp4", Movie(pixel_aspect=Fraction(4, 3)), (), 0, id="wide-pixels"),
        pytest.param("a.mp4", Movie(pixels="yuv420p10le"), (), 0, id="h264-10bit"),
        pytest.param(
            "a.mp4",
            Movie(codec="libx265", pixels="yuv420p10le", options=H265),
            (),
            0,
            id="h265-10bit",
        ),
        pytest.param(
            "a.mkv", Movie(width=321, height=241, pixels="yuv444p"), (), 0, id="odd-size-444"
        ),
        pytest.param(
            "a.mkv", Movie(width=321, height=241, codec="ffv1", options={}), (), 0, id="odd-ffv1"
        ),
        pytest.param(
            "a.mkv",
            Movie(width=33, height=47, codec="mjpeg", pixels="yuvj420p", options={}),
            (),
            0,
            id="odd-size-mjpeg",
        ),
        pytest.param("a.avi", Movie(steady(25, 5), options=B_FRAMES), (), 0, id="avi-h264"),
        pytest.param("a.avi", XVID, (), 0, id="avi-mpeg4"),
        pytest.param("a.webm", Movie(codec="libvpx-vp9", options=VP9), (OPUS,), 0, id="webm"),
    ],
)
def test_every_tick_shows_the_frame_on_screen(tmp_path, name, movie, sounds, start_s):
    path = tmp_path / name
    assert_on_screen(path, write_media(path, movie, *sounds, start_s=start_s))


@pytest.mark.parametrize(
    "movie",
    [
        pytest.param(Movie([0, Fraction(1, 25)]), id="one-frame"),
        pytest.param(Movie(steady(25, 2)), id="exactly-4"),
        pytest.param(Movie(steady(25, 2.04)), id="one-frame-into-the-5th"),
        pytest.param(Movie(steady(NTSC, 3)), id="29.97fps"),
        pytest.param(Movie(uneven(8)), id="variable-rate"),
    ],
)
def test_a_video_has_a_tick_for_every_half_second_begun(tmp_path, movie):
    path = tmp_path / "a.mp4"
    write_media(path, movie)
    assert len(numbers_shown(path)) == tick_count(float(movie.times_s[-1]))
    assert probe(path).duration_s == pytest.approx(float(movie.times_s[-1]), abs=0.001)


@pytest.mark.parametrize(
    ("movie", "width", "height"),
    [
        pytest.param(Movie(), 64, 64, id="plain"),
        pytest.param(Movie(width=96), 96, 64, id="landscape"),
        pytest.param(Movie(width=96, rotation=90), 96, 64, id="rotated-90"),
        pytest.param(Movie(width=96, rotation=270), 96, 64, id="rotated-270"),
        pytest.param(Movie(width=96, rotation=180), 96, 64, id="rotated-180"),
        pytest.param(Movie(width=72, pixel_aspect=Fraction(4, 3)), 96, 64, id="wide-pixels"),
        pytest.param(Movie(width=96, pixel_aspect=Fraction(2, 3)), 64, 64, id="narrow-pixels"),
        pytest.param(
            Movie(width=64, height=66, rotation=90, pixel_aspect=Fraction(4, 3)),
            64,
            88,
            id="wide-pixels-rotated",
        ),
    ],
)
def test_size_is_upright_and_of_square_pixels(tmp_path, movie, width, height):
    path = tmp_path / "a.mp4"
    write_media(path, movie)
    video = probe(path)
    _, picture = next(iter(Pictures(video)))
    assert (video.width, video.height) == (width, height)
    assert picture.shape == (height, width, 3)
    assert picture.dtype == np.uint8


def test_a_high_picture_is_handed_on_at_1080_lines(tmp_path):
    path = tmp_path / "a.mp4"
    times = [0, Fraction(1, 25)]
    write_media(path, Movie(times, 640, 1440, options=QUICK))
    _, picture = next(iter(Pictures(probe(path))))
    assert picture.shape == (MAX_HEIGHT, 480, 3)
    assert number_in(picture) == 0


def test_ticks_that_show_one_frame_share_its_picture(tmp_path):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(uneven(6, (3000, 40))))
    pictures = [picture for _, picture in Pictures(probe(path))]
    assert pictures[1] is pictures[2]
    assert pictures[1] is not pictures[-1]


def test_nothing_is_on_screen_before_a_late_picture(tmp_path):
    path = tmp_path / "a.mkv"
    late = [t + 2 for t in steady(25, 2)]
    write_media(path, Movie(late), Sound(sine(0.5, 4)))
    shown = numbers_shown(path)
    assert [shown[k] for k in range(8)] == [None] * 4 + [0, 12, 25, 37]


def test_ten_minutes_of_29_97_fps_do_not_drift(tmp_path):
    path = tmp_path / "a.mp4"
    movie = Movie(steady(NTSC, 600), 32, 32, options=QUICK)
    frame_times = write_media(path, movie, Sound(sine(0.5, 600)))
    shown = numbers_shown(path)
    assert len(shown) == 1200
    assert all(shown[k] in on_screen(frame_times, k / 2) for k in shown)


@pytest.mark.parametrize("title", ["", "Mikrofon", "마이크"])
def test_sound_tracks_are_described_in_their_order(tmp_path, title):
    path = tmp_path / "a.mkv"
    other = Sound(sine(0.1, 1, 48_000), 48_000, "stereo", title="Game")
    write_media(path, Movie(), Sound(sine(0.1, 1), title=title), other)
    tracks = probe(path).audio_tracks
    assert len(tracks) == 2
    assert "44100 Hz" in tracks[0]
    assert tracks[0].endswith(title)
    assert tracks[1].endswith("· Game")


def test_cover_art_is_no_picture(tmp_path):
    import av

    path = tmp_path / "song.m4a"
    with av.open(path, "w", format="mp4") as container:
        sound = container.add_stream("aac", rate=44_100, layout="mono")
        cover = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 64, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        frame = av.AudioFrame.from_ndarray(sine(0.5, 2)[None].astype(np.float32), "fltp", "mono")
        frame.sample_rate = 44_100
        container.mux(sound.encode(frame) + sound.encode(None))
        container.mux(cover.encode(av.VideoFrame.from_ndarray(numbered(0, 64, 64), "gray")))
        container.mux(cover.encode(None))
    video = probe(path)
    assert (video.has_picture, video.has_audio, video.fps) == (False, True, 0)
    assert list(Pictures(video)) == []


def test_a_file_with_neither_picture_nor_sound_is_refused(tmp_path):
    path = tmp_path / "a.mkv"
    write_media(path, Movie())
    whole = path.read_bytes()
    path.write_bytes(whole[:60])
    with pytest.raises(MediaError), open_media(path):
        probe(path)


def flat(level, index, width, height):
    return np.full((height, width), level, np.uint8)


@pytest.mark.parametrize(
    ("pixels", "levels"),
    [
        pytest.param(("yuvj420p", "yuv420p"), (200, 60), id="from-full-to-studio-range"),
        pytest.param(("yuv420p", "yuvj420p"), (60, 200), id="from-studio-to-full-range"),
        pytest.param(("yuvj422p", "yuv422p"), (200, 20), id="422"),
        pytest.param(("yuvj444p", "yuv444p"), (0, 255), id="444"),
    ],
)
def test_a_recording_that_changes_its_range_keeps_its_levels(tmp_path, pixels, levels):
    said = {"x264-params": "colormatrix=bt709"}
    parts = [
        Movie(steady(25, 4), pixels=kind, options=said, picture=partial(flat, level))
        for kind, level in zip(pixels, levels, strict=True)
    ]
    write_changing(tmp_path / "a.mp4", parts, Sound(sine(0.5, 8)))
    shown = [picture.mean() for _, picture in Pictures(probe(tmp_path / "a.mp4"))]
    assert shown == pytest.approx([*[levels[0]] * 8, *[levels[1]] * 8], abs=2.5)
