"""Previews play in every browser and show at each time what the original shows."""

import re
import struct
import subprocess
from fractions import Fraction

import av
import numpy as np
import pytest

from funny.errors import Cancelled, MediaError
from funny.extract.pictures import Pictures
from funny.extract.video import probe
from funny.moments import preview
from funny.moments.ffmpeg import opening_words, run_ffmpeg
from funny.moments.preview import needs_preview, preview_size, write_preview
from funny.moments.running import FfmpegError
from tests.media import (
    NTSC,
    Movie,
    Sound,
    burst,
    number_in,
    sine,
    steady,
    uneven,
    write_media,
)

SHORT = steady(25, 1)


def movie(codec="libx264", pixels="yuv420p", times_s=SHORT, **options):
    return Movie(times_s, codec=codec, pixels=pixels, options=options)


def hevc(times_s=SHORT, **shape):
    quiet = {"preset": "ultrafast", "x265-params": "log-level=none"}
    return Movie(times_s, codec="libx265", options=quiet, **shape)


def vp9():
    return movie("libvpx-vp9", deadline="realtime", **{"cpu-used": "8"})


def sound(codec, rate=48_000, layout="mono"):
    return Sound(sine(0.5, 1, rate), rate, layout, codec=codec)


AAC, AC3, OPUS, PCM = sound("aac"), sound("ac3"), sound("libopus"), sound("pcm_s16le")


@pytest.mark.parametrize(
    ("name", "picture", "sounds", "needed"),
    [
        pytest.param("a.mkv", movie(), [AAC], True, id="mkv-of-what-mp4-could-hold"),
        pytest.param("a.mkv", vp9(), [OPUS], True, id="mkv-of-what-webm-could-hold"),
        pytest.param("a.mp4", movie(pixels="yuv420p10le"), [AAC], True, id="h264-10bit"),
        pytest.param("a.mp4", movie(pixels="yuv422p"), [AAC], True, id="h264-422"),
        pytest.param("a.mp4", movie(pixels="yuv444p"), [AAC], True, id="h264-444"),
        pytest.param("a.mp4", movie(), [AC3], True, id="mp4-ac3"),
        pytest.param("a.mp4", movie(), [], False, id="mp4-silent"),
        pytest.param("a.mp4", movie(), [AAC], False, id="mp4-h264-aac"),
        pytest.param("a.mp4", movie(pixels="yuvj420p"), [AAC], False, id="h264-full-range"),
        pytest.param("a.mp4", movie(), [sound("mp3")], False, id="mp4-h264-mp3"),
        pytest.param("a.mp4", vp9(), [OPUS], False, id="mp4-vp9-opus"),
        pytest.param("a.mp4", hevc(), [AAC], True, id="mp4-hevc"),
        pytest.param("a.mov", movie(), [AAC], False, id="mov-h264-aac"),
        pytest.param("a.mov", movie(), [PCM], True, id="mov-pcm"),
        pytest.param("a.mov", movie("prores_ks", "yuv422p10le"), [AAC], True, id="mov-prores"),
        pytest.param("a.webm", vp9(), [OPUS], False, id="webm-vp9-opus"),
        pytest.param("a.webm", None, [OPUS], False, id="webm-sound"),
        pytest.param("a.avi", movie("mjpeg", "yuvj420p"), [PCM], True, id="avi"),
        pytest.param("a.ts", movie(), [AAC], True, id="ts"),
        pytest.param("a.flv", movie(), [AAC], True, id="flv"),
        pytest.param("a.m4a", None, [AAC], False, id="m4a-aac"),
        pytest.param("a.m4a", None, [sound("alac")], True, id="m4a-alac"),
        pytest.param("a.mp3", None, [sound("mp3")], False, id="mp3"),
        pytest.param("a.wav", None, [PCM], False, id="wav"),
        pytest.param("a.wav", None, [sound("adpcm_ms")], True, id="wav-adpcm"),
        pytest.param("a.ogg", None, [OPUS], False, id="ogg-opus"),
        pytest.param("a.flac", None, [sound("flac")], False, id="flac"),
    ],
)
def test_a_preview_is_needed_where_some_browser_plays_nothing(
    tmp_path, name, picture, sounds, needed
):
    path = tmp_path / name
    write_media(path, picture, *sounds)
    assert needs_preview(path) is needed


@pytest.mark.parametrize(("name", "needed"), [("a.webm", False), ("a.mkv", True)])
def test_what_a_file_is_counts_not_its_name(tmp_path, name, needed):
    path = tmp_path / name
    write_media(path, vp9(), OPUS)
    path = path.rename(tmp_path / "a.mp4")
    assert needs_preview(path) is needed


def test_a_cover_is_not_a_picture_to_play(tmp_path):
    plain, path = tmp_path / "a.mp3", tmp_path / "cover.mp3"
    write_media(plain, None, sound("mp3"))
    cover = b"\0image/png\0\3\0" + picture_file(tmp_path / "a.png")
    frame = b"APIC" + struct.pack(">IH", len(cover), 0) + cover
    sizes = bytes(len(frame) >> shift & 127 for shift in (21, 14, 7, 0))
    path.write_bytes(b"ID3\3\0\0" + sizes + frame + plain.read_bytes())
    with av.open(path) as container:
        assert container.streams.video
    assert not needs_preview(path)


def picture_file(path):
    write_media(path, Movie([0, 1], codec="png", pixels="rgb24", options={}))
    return path.read_bytes()


@pytest.mark.parametrize("ask", [needs_preview, lambda path: write_preview(path, path / "p.mp4")])
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="missing"),
        pytest.param(b"", id="empty"),
        pytest.param(b"no video at all\n" * 99, id="text"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path, ask, content):
    path = tmp_path / "a.mkv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MediaError) as refusal:
        ask(path)
    assert "\n" not in str(refusal.value)
    assert [p for p in tmp_path.iterdir() if p != path] == []


def previewed(path):
    target = path.parent / "previews" / "p.mp4"
    write_preview(path, target)
    assert list(target.parent.iterdir()) == [target]
    assert not needs_preview(target)
    return target


def frames_of(path):
    """Times in seconds as players show them, (n,), and the numbers of the frames."""
    with av.open(path) as container:
        origin_s = container.start_time / av.time_base
        decoded = container.decode(video=0)
        frames = [(f.time - origin_s, f.to_ndarray(format="rgb24")) for f in decoded]
    return np.array([time for time, _ in frames]), [number_in(picture) for _, picture in frames]


def seen_by_analysis(path):
    return [p if p is None else number_in(p) for _, p in Pictures(probe(path))]


def loud_span_s(path):
    """When sound is loud, on the clock of players, to about a millisecond."""
    resampler, spans = av.AudioResampler("fltp", "mono", 48_000), []
    with av.open(path) as container:
        for frame in container.decode(audio=0):
            for part in resampler.resample(frame):
                loud = np.flatnonzero(np.abs(part.to_ndarray()[0]) > 0.2) / 48_000
                spans += list(frame.time - container.start_time / av.time_base + loud)
    return min(spans), max(spans)


def late(codec):
    return Sound(burst(3, 1, 8), start_s=2.0, codec=codec)  # loud from 5 s to 6 s of the video


def begun_at_0(codec):
    return Sound(burst(5, 1, 8), codec=codec)


MJPEG = {"codec": "mjpeg", "pixels": "yuvj420p", "options": {}}
ONE_S_LATE = [1 + time_s for time_s in steady(25, 8)]


@pytest.mark.parametrize(
    ("name", "picture", "tracks", "start_s"),
    [
        pytest.param("a.mkv", Movie(uneven(8)), [late("aac")], 3600, id="copied-from-1h-uneven"),
        pytest.param("a.mkv", Movie(steady(NTSC, 8)), [late("mp3")], 0, id="copied-mp3"),
        pytest.param("a.ts", Movie(steady(NTSC, 8)), [late("aac")], 3600, id="copied-ts-from-1h"),
        pytest.param("a.flv", Movie(steady(25, 8)), [late("aac")], 0, id="copied-flv"),
        pytest.param("a.mkv", Movie(ONE_S_LATE), [begun_at_0("aac")], 0, id="copied-late-picture"),
        pytest.param("a.mkv", Movie(uneven(8)), [late("pcm_s16le")], 3600, id="sound-encoded"),
        pytest.param("a.mov", Movie(uneven(8)), [late("pcm_s16le")], 0, id="sound-encoded-mov"),
        pytest.param("a.ts", Movie(steady(NTSC, 8)), [late("mp2")], 0, id="sound-encoded-ts"),
        pytest.param("a.mp4", hevc(uneven(8)), [late("aac")], 0, id="picture-encoded"),
        pytest.param("a.mp4", hevc(uneven(8)), [late("aac")], 3600, id="picture-encoded-from-1h"),
        pytest.param("a.mkv", hevc(steady(NTSC, 8)), [late("aac")], 0, id="picture-encoded-ntsc"),
        pytest.param(
            "a.mkv", Movie(uneven(8), **MJPEG), [late("pcm_s16le")], 3600, id="both-encoded-from-1h"
        ),
        pytest.param(
            "a.avi", Movie(steady(25, 8), **MJPEG), [begun_at_0("pcm_s16le")], 0, id="encoded-avi"
        ),
        pytest.param(
            "a.mkv", Movie(ONE_S_LATE, **MJPEG), [begun_at_0("aac")], 0, id="encoded-late-picture"
        ),
        pytest.param("a.mkv", Movie(uneven(8)), [], 3600, id="copied-silent"),
        pytest.param("a.mkv", hevc(uneven(8)), [], 3600, id="encoded-silent"),
    ],
)
def test_a_preview_shows_and_sounds_at_each_time_what_the_original_does(
    tmp_path, name, picture, tracks, start_s
):
    path = tmp_path / name
    shown = write_media(path, picture, *tracks, start_s=start_s)
    target = previewed(path)
    times, numbers = frames_of(target)
    assert numbers == list(range(len(shown)))
    assert times[1:] == pytest.approx(shown[1:], abs=0.002)
    assert times[0] in (0, pytest.approx(shown[0], abs=0.002))
    assert_analysis_agrees(path, target)
    if tracks:
        assert loud_span_s(target) == pytest.approx((5, 6), abs=0.03)


def assert_analysis_agrees(path, target):
    """Tick by tick; before its first frame a preview may show that frame already."""
    ticks = zip(seen_by_analysis(path), seen_by_analysis(target), strict=False)
    assert [(a, b) for a, b in ticks if a is not None and a != b] == []


@pytest.mark.parametrize(
    "tracks",
    [
        pytest.param([], id="silent"),
        pytest.param([late("pcm_s16le")], id="sound"),
        pytest.param([late("aac")], id="sound-that-could-be-copied"),
    ],
)
def test_the_clock_begins_with_the_file_not_with_what_is_taken_of_it(tmp_path, tracks):
    first, then, path = (tmp_path / name for name in ("first.srt", "then.mkv", "a.mkv"))
    first.write_text("1\n00:00:00,100 --> 00:00:02,000\nha\n")
    shown = write_media(then, Movie(ONE_S_LATE), *tracks)
    words = ["-copyts", "-i", str(then), "-i", str(first), "-map", "0", "-map", "1", "-c", "copy"]
    run_ffmpeg([*opening_words(), *words, str(path)], progress=lambda done_s: None)
    target = previewed(path)
    times, numbers = frames_of(target)
    assert numbers == list(range(len(shown)))
    assert times[1:] == pytest.approx(shown[1:] - 0.1, abs=0.002)
    if tracks:
        assert loud_span_s(target) == pytest.approx((4.9, 5.9), abs=0.03)


@pytest.mark.parametrize("codec", ["aac", "mp2"])
def test_the_clock_of_a_stream_begins_with_the_track_that_is_not_chosen(tmp_path, codec):
    path, times_s = tmp_path / "a.ts", [Fraction(1, 5) + time_s for time_s in steady(25, 8)]
    chosen, short = Sound(burst(4.9, 1, 8), start_s=0.1, codec=codec), Sound(sine(0.01, 0.05))
    shown = write_media(path, Movie(times_s), chosen, short)
    target = previewed(path)
    assert frames_of(target)[0][1:] == pytest.approx(shown[1:], abs=0.002)
    assert loud_span_s(target) == pytest.approx((5, 6), abs=0.03)


def test_stream_copies_are_the_same_bytes(tmp_path):
    path = tmp_path / "a.mkv"
    write_media(path, Movie(steady(25, 2), 640, 480), AAC)
    target = previewed(path)
    assert packets_of(target, "video") == packets_of(path, "video")
    assert packets_of(target, "audio") == packets_of(path, "audio")


@pytest.mark.parametrize(
    ("picture", "track", "kept"),
    [
        pytest.param(Movie(SHORT, 640, 480), PCM, "video", id="only-sound-is-encoded"),
        pytest.param(hevc(), AAC, "audio", id="only-the-picture-is-encoded"),
    ],
)
def test_each_stream_is_copied_on_its_own(tmp_path, picture, track, kept):
    path = tmp_path / "a.mkv"
    write_media(path, picture, track)
    target = previewed(path)
    same = {
        kind for kind in ("video", "audio") if packets_of(target, kind) == packets_of(path, kind)
    }
    assert same == {kept}


def packets_of(path, kind):
    with av.open(path) as container:
        return [bytes(p) for p in container.demux(**{kind: 0}) if p.size]


@pytest.mark.parametrize(
    ("size", "smaller"),
    [
        pytest.param((1, 1), (2, 2), id="dot"),
        pytest.param((10, 4000), (2, 360), id="needle"),
        pytest.param((4000, 10), (4000, 10), id="low"),
        pytest.param((321, 241), (320, 240), id="odd"),
        pytest.param((640, 360), (640, 360), id="360p"),
        pytest.param((1280, 720), (640, 360), id="720p"),
        pytest.param((3840, 2160), (640, 360), id="4k"),
        pytest.param((1080, 1920), (202, 360), id="upright-phone"),
    ],
)
def test_a_preview_is_small_and_even(size, smaller):
    assert preview_size(*size) == smaller


@pytest.mark.parametrize(
    ("name", "picture", "size"),
    [
        pytest.param("a.mkv", Movie(SHORT, 1280, 720, **MJPEG), (640, 360), id="smaller"),
        pytest.param("a.mkv", Movie(SHORT, 321, 241, pixels="yuv444p"), (320, 240), id="odd"),
        pytest.param("a.mp4", hevc(width=96, height=720, rotation=90), (48, 360), id="rotated"),
        pytest.param(
            "a.mp4", hevc(width=72, pixel_aspect=Fraction(4, 3)), (96, 64), id="wide-pixels"
        ),
        pytest.param(
            "a.mp4",
            hevc(width=64, height=66, rotation=90, pixel_aspect=Fraction(4, 3)),
            (64, 88),
            id="wide-pixels-rotated",
        ),
        pytest.param("a.mp4", Movie(SHORT, pixels="yuv420p10le"), (64, 64), id="10bit"),
    ],
)
def test_an_encoded_preview_is_upright_square_and_even_h264_and_aac(tmp_path, name, picture, size):
    path = tmp_path / name
    write_media(path, picture, sound("pcm_s16le" if name == "a.mkv" else "ac3", layout="5.1"))
    target = previewed(path)
    with av.open(target) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.pix_fmt) == ("h264", "yuv420p")
        assert (video.width, video.height) == size
        assert video.sample_aspect_ratio in (None, 0, 1)
        assert (audio.codec_context.name, audio.layout.name) == ("aac", "stereo")
    assert frames_of(target)[1] == list(range(25))


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(Movie(SHORT, width=96, rotation=90), id="rotated"),
        pytest.param(Movie(SHORT, width=72, pixel_aspect=Fraction(4, 3)), id="wide-pixels"),
    ],
)
def test_a_copied_picture_stays_upright_and_wide(tmp_path, picture):
    path = tmp_path / "a.mkv"
    write_media(path, picture, AAC)
    target = previewed(path)
    assert (probe(target).width, probe(target).height) == (96, 64)
    assert_analysis_agrees(path, target)


def test_an_encoded_preview_has_a_key_frame_every_second_also_after_a_gap(tmp_path):
    path = tmp_path / "a.mkv"
    times_s = [*steady(25, 2), *(10 + time_s for time_s in steady(25, 2))]
    write_media(path, Movie(times_s, **MJPEG))
    with av.open(previewed(path)) as container:
        keys = [p.pts * p.time_base for p in container.demux(video=0) if p.is_keyframe]
    assert [round(float(k), 2) for k in keys] == [0, 1, 2, 10, 11]


def test_a_preview_begins_playing_before_it_is_loaded(tmp_path):
    path = tmp_path / "a.mkv"
    write_media(path, Movie(SHORT), AAC)
    content = previewed(path).read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize("codec", ["aac", "flac"])
def test_sound_alone_gives_a_preview_of_sound(tmp_path, codec):
    path = tmp_path / "a.mkv"
    write_media(path, None, begun_at_0(codec), start_s=3600)
    target = previewed(path)
    assert not probe(target).has_picture
    assert loud_span_s(target) == pytest.approx((5, 6), abs=0.03)


def test_a_stray_time_stamp_adds_no_hours(tmp_path):
    path = tmp_path / "a.flv"
    write_media(path, hevc([*steady(25, 4)[:-1], Fraction(7200), Fraction(7201)]))
    state_duration(path, 4.0)
    target = previewed(path)
    assert frames_of(target)[1] == list(range(100))
    assert probe(target).duration_s < 120  # the last frame stays as long as the mean of all
    assert_analysis_agrees(path, target)


def state_duration(path, duration_s):
    """Overwrites the duration in the header of an flv."""
    head, name, tail = path.read_bytes().partition(b"duration\0")
    path.write_bytes(head + name + struct.pack(">d", duration_s) + tail[8:])


def test_pictures_that_change_their_size_are_brought_to_one(tmp_path):
    path, second = tmp_path / "a.ts", tmp_path / "b.ts"
    write_media(path, hevc())
    write_media(second, hevc([1 + t for t in SHORT], width=96, height=128), start_s=1.0)
    path.write_bytes(path.read_bytes() + second.read_bytes())
    target = previewed(path)
    assert (probe(target).width, probe(target).height) == (64, 64)
    assert frames_of(target)[1][-1] == 24


def test_a_video_that_breaks_off_is_shown_as_far_as_it_goes(tmp_path):
    path = tmp_path / "a.mkv"
    write_media(path, Movie(steady(25, 8), **MJPEG), begun_at_0("pcm_s16le"))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    times, numbers = frames_of(previewed(path))
    assert 50 < len(times) < 150
    assert numbers == list(range(len(times)))


def test_a_video_without_a_single_picture_is_one_sentence(tmp_path):
    path = tmp_path / "a.mkv"
    write_media(path, Movie(SHORT))
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"\x1f\x43\xb6\x75") + 30])  # in the first frame
    with pytest.raises(MediaError, match=r"^a\.mkv: no picture") as refusal:
        write_preview(path, tmp_path / "p.mp4")
    assert "\n" not in str(refusal.value)
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture(scope="module")
def encoded(tmp_path_factory):
    """A video that takes a while to encode."""
    path = tmp_path_factory.mktemp("video") / "a.mkv"
    write_media(path, Movie(steady(25, 40), 320, 240, **MJPEG), Sound(sine(0.5, 40)))
    return path


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    path = tmp_path_factory.mktemp("video") / "a.mkv"
    write_media(path, Movie(steady(25, 4)), Sound(sine(0.5, 4), codec="aac"))
    return path


@pytest.mark.parametrize("kind", ["encoded", "copied"])
def test_writing_tells_how_much_is_done(request, tmp_path, kind):
    path, told = request.getfixturevalue(kind), []
    write_preview(path, tmp_path / "p.mp4", lambda *seconds: told.append(seconds))
    done, length_s = [d for d, _ in told], probe(path).duration_s
    assert done == sorted(done)
    assert told[-1] == (pytest.approx(length_s, abs=0.1),) * 2
    assert all(0 <= d <= total == pytest.approx(length_s, abs=0.1) for d, total in told)


@pytest.mark.parametrize(
    ("kind", "at_call"), [("encoded", 1), ("encoded", 2), ("copied", 1), ("copied", 2)]
)
def test_stopping_ends_ffmpeg_and_leaves_nothing(request, tmp_path, monkeypatch, kind, at_call):
    path, calls, started = request.getfixturevalue(kind), [], []
    popen = subprocess.Popen

    def start(*args, **options):
        started.append(popen(*args, **options))
        return started[-1]

    def stop(done_s, total_s):
        calls.append(done_s)
        if len(calls) == at_call:
            raise Cancelled("stopped")

    monkeypatch.setattr(subprocess, "Popen", start)
    with pytest.raises(Cancelled):
        write_preview(path, tmp_path / "p.mp4", stop)
    assert len(calls) == at_call
    assert [process.poll() is None for process in started] == [False]
    assert list(tmp_path.iterdir()) == []


def test_a_preview_from_before_stays_until_the_new_one_is_whole(copied, tmp_path):
    target = tmp_path / "p.mp4"
    target.write_bytes(b"before")

    def stop(done_s, total_s):
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        write_preview(copied, target, stop)
    assert target.read_bytes() == b"before"
    write_preview(copied, target)
    assert not needs_preview(target)


def ffmpeg_that_fails(monkeypatch, times, complaint):
    """Lets ffmpeg fail a number of times; returns the commands that it is given."""
    commands, run = [], preview.run_ffmpeg

    def fail(command, progress, **how):
        commands.append(command)
        if len(commands) <= times:
            raise FfmpegError(complaint)
        run(command, progress, **how)

    monkeypatch.setattr(preview, "run_ffmpeg", fail)
    return commands


def test_what_cannot_be_copied_after_all_is_encoded(copied, tmp_path, monkeypatch):
    commands = ffmpeg_that_fails(monkeypatch, 1, "Can't write packet with unknown timestamp")
    write_preview(copied, tmp_path / "p.mp4")
    assert ["copy" in command for command in commands] == [True, False]
    assert frames_of(tmp_path / "p.mp4")[1] == list(range(100))


@pytest.mark.parametrize(
    ("complaint", "reason"),
    [
        pytest.param("first\nlast of all", "no preview can be made (last of all)", id="any"),
        pytest.param("No space left on device\nlast", "the disk is full", id="full-disk"),
    ],
)
def test_a_preview_that_cannot_be_made_is_one_sentence(
    copied, tmp_path, monkeypatch, complaint, reason
):
    commands = ffmpeg_that_fails(monkeypatch, 2, complaint)
    with pytest.raises(MediaError, match=re.escape(reason)) as refusal:
        write_preview(copied, tmp_path / "p.mp4")
    assert len(commands) == 2
    assert "\n" not in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_sentence(copied, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(MediaError, match="cannot be written") as refusal:
        write_preview(copied, tmp_path / "file" / "p.mp4")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "name",
    ["-i.mkv", "-", "a b'c\".mkv", "웃음 #1 %03d.mkv", "file:a.mkv", "a:b|c.mkv", "$(x);&.mkv"],
)
def test_any_file_name_can_be_previewed(copied, tmp_path, monkeypatch, name):
    (tmp_path / name).write_bytes(copied.read_bytes())
    monkeypatch.chdir(tmp_path)
    path, target = type(tmp_path)(name), type(tmp_path)(f"{name}.mp4")
    assert needs_preview(path)
    write_preview(path, target)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([name, f"{name}.mp4"])
    assert not needs_preview(target)
